"""Guessing the next tokens by copying: an answer from evidence mostly repeats it (prompt lookup decoding)."""

from __future__ import annotations

from collections.abc import Sequence


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
