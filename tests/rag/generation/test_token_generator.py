"""The loop that engines share, over an engine small enough to see through: it repeats what it was taught."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Generator, Message, joined_reply
from rag.generation.reply_worker import Reply
from rag.generation.token_generator import Logits, TokenGenerator, softmax

_VOCABULARY = 0x3000 + 0x7000
_END = 3


class Follower(TokenGenerator):
    """Tokens are characters; after each text it has been taught, the next character is certain, else the end."""

    runtime = "follower"
    block_tokens = 8

    def __init__(self, *taught: str) -> None:
        super().__init__("follower", end_tokens=[_END], limit=300)
        self.taught = taught
        self.reads: list[tuple[int, int]] = []
        self.on_read: Callable[[], None] = lambda: None

    def _encode(self, messages: Sequence[Message]) -> list[int]:
        return self._text_tokens("|".join(message.content for message in messages) + ">")

    def _text_tokens(self, text: str) -> list[int]:
        return [ord(character) for character in text]

    def _decoded(self, tokens: Sequence[int]) -> str:
        return "".join(map(chr, tokens))

    def _logits(self, tokens: list[int], cache: list[int], count: int) -> Logits:
        assert cache == tokens[: len(cache)], "the cache holds other tokens than it should"
        self.reads.append((len(cache), len(tokens) - len(cache)))
        self.on_read()
        cache[:] = tokens
        rows = [self._next(tokens[: len(tokens) - count + 1 + place]) for place in range(count)]
        logits = np.full((count, _VOCABULARY), -20.0, np.float32)
        logits[np.arange(count), rows] = 5.0
        return logits

    def _next(self, tokens: list[int]) -> int:
        written = self._decoded(tokens).rpartition(">")[2]
        known = next((text for text in self.taught if text.startswith(written) and text != written), None)
        return _END if known is None else ord(known[len(written)])

    def _empty_cache(self) -> list[int]:
        return []

    def _copied(self, cache: list[int]) -> list[int]:
        return list(cache)

    def _cut(self, cache: list[int], length: int) -> None:
        del cache[length:]

    def _can_cut(self, cache: list[int]) -> bool:
        return True

    def _release(self) -> None:
        self.taught = ()


ASK = (Message("system", "只按资料回答"), Message("user", "新桥全长三百二十米"))
OTHER = (Message("system", "另一套说明"), Message("user", "别的"))


def test_it_is_a_generator_and_writes_what_its_engine_predicts() -> None:
    generator = Follower("全长三百二十米。")
    assert isinstance(generator, Generator)
    assert joined_reply(generator.stream(ASK)) == "全长三百二十米。"
    assert joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=3))) == "全长三"
    assert joined_reply(generator.stream(ASK, GenerationOptions(stop=("二",)))) == "全长三百"
    assert joined_reply(generator.stream(ASK, GenerationOptions(temperature=0.1, seed=4))) == "全长三百二十米。"


@pytest.mark.parametrize("guess", ["全长三百二十米。", "全长四百米。", "完全不对", ""])
def test_no_guess_changes_the_reply_and_a_right_one_saves_steps(guess: str) -> None:
    plain, guessed = Follower("全长三百二十米。"), Follower("全长三百二十米。")
    expected = joined_reply(plain.stream(ASK))
    assert joined_reply(guessed.stream(ASK, GenerationOptions(guesses=(guess,)))) == expected
    if guess == expected:
        # Two blocks of the prompt, then the rest with the whole reply and its end.
        assert len(guessed.reads) == 3 < len(plain.reads)


def test_what_is_shared_is_read_once_and_the_warm_beginning_survives() -> None:
    generator = Follower("好。")
    generator.warm_up(ASK[:1])
    joined_reply(generator.stream(ASK))
    shared = len("只按资料回答|")
    assert generator.reads[1][0] == shared
    generator.reads.clear()
    joined_reply(generator.stream(OTHER))
    assert generator.reads[0][0] == 0
    generator.reads.clear()
    joined_reply(generator.stream(ASK))
    assert generator.reads[0][0] == shared


def test_probabilities_foresee_the_first_token() -> None:
    generator = Follower("能。")
    found = generator.candidate_probabilities(ASK, ["能", "否"])
    assert found["能"] == pytest.approx(1.0, abs=1e-3)
    assert found["否"] == pytest.approx(0.0, abs=1e-3)
    generator.reads.clear()
    assert joined_reply(generator.stream(ASK)) == "能。"
    assert generator.reads[0] == (len("只按资料回答|新桥全长三百二十米>"), 1)


def test_a_closed_stream_stops_between_blocks_of_the_prompt_and_leaves_a_sound_state() -> None:
    generator, reply = Follower("好。"), Reply()
    long = (Message("user", "长" * 100),)

    def close_after_two_blocks() -> None:
        if len(generator.reads) == 2:
            reply.cancelled.set()

    generator.on_read = close_after_two_blocks
    generator._write(long, GenerationOptions(), reply)
    reply.end()
    assert generator.reads == [(0, 8), (8, 8)]
    assert list(reply.pieces()) == []
    assert joined_reply(generator.stream(long)) == "好。"
    assert generator.reads[2] == (16, 8)


def test_a_prompt_that_does_not_fit_and_a_closed_model_are_named() -> None:
    generator = Follower("好。")
    with pytest.raises(GenerationError, match="holds 300 together; shorten the prompt"):
        joined_reply(generator.stream((Message("user", "长" * 400),)))
    with pytest.raises(GenerationError, match="no token in ''"):
        generator.candidate_probabilities(ASK, [""])
    generator.close()
    with pytest.raises(GenerationError, match="the model follower was closed"):
        joined_reply(generator.stream(ASK))


def test_softmax_adds_up_to_one() -> None:
    np.testing.assert_allclose(
        softmax(np.array([[1000.0, 1000.0], [0.0, np.log(3)]], np.float32)), [[0.5, 0.5], [0.25, 0.75]]
    )
