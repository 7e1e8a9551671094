"""Guessing the next tokens: an answer from evidence mostly repeats it (prompt lookup decoding).

What a model would write next is checked several tokens at a time, for the price of one; a wrong guess costs
nothing but the time of the step, and the reply is the same with any guess or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drafter:
    """Proposes what may follow.

    Parameters:
        prompt_length: how many tokens at the beginning are the prompt.
        guesses: whole replies that are likely, each with its end, the likeliest first.
        copied: at most so many tokens are copied from the prompt.
    """

    prompt_length: int
    guesses: Sequence[Sequence[int]] = ()
    copied: int = 8

    def propose(self, tokens: Sequence[int], room: int) -> list[int]:
        """At most ``room`` tokens that may follow ``tokens``, prompt and reply so far; often none."""
        if room <= 0:
            return []
        reply = list(tokens[self.prompt_length :])
        for guess in self.guesses:
            if len(guess) > len(reply) and list(guess[: len(reply)]) == reply:
                return list(guess[len(reply) : len(reply) + room])
        # A reply that is no guess mostly begins with the question's own words, and the question stands last.
        copied = copied_continuation(tokens, min(self.copied, room), shortest_match=1 if len(reply) == 1 else 2)
        if copied or not self.guesses:
            return copied
        # 总产量为 may stand nowhere in the paper, but what follows it is the same answer.
        return list(self.guesses[0][:-1][:room])


def copied_continuation(
    tokens: Sequence[int], length: int, *, longest_match: int = 4, shortest_match: int = 2
) -> list[int]:
    """Up to ``length`` tokens that followed the last tokens where they stood before; empty where they did not.

    The longest match is tried first; among places of equal length the latest wins, for the evidence stands after
    the instructions.

    >>> copied_continuation([5, 6, 7, 8, 9, 1, 6, 7], 2)
    [8, 9]
    """
    end = len(tokens)
    for size in range(min(longest_match, end - 1), shortest_match - 1, -1):
        ending = list(tokens[end - size :])
        for start in range(end - size - 1, -1, -1):
            if list(tokens[start : start + size]) == ending:
                return list(tokens[start + size : start + size + length])
    return []
