"""What every generation runtime promises; pure Python, so that importing it costs nothing.

It does not know prompts, passages or answers: messages go in, text comes out.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from numpy.typing import NDArray

Role = Literal["system", "user", "assistant"]

TextStream: TypeAlias = collections.abc.Generator[str, None, None]
"""Pieces of text as the model writes them; ``close()`` stops the model."""
HIDDEN_LAYER = 16
"""After how many of its layers ``Generator.hidden_states`` looks into a model: of the default one's 28, those in the
middle tell best what it holds of a text (``docs/confidence.md``)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation given to the model: ``Message("user", "签约了多少个项目？")``."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """How to write one reply; the defaults are greedy, so that the same messages give the same text.

    ``max_tokens`` bounds the reply in the model's tokens (a Chinese word is mostly one). The reply ends before
    the first occurrence of any string of ``stop``, which is not part of it. ``temperature`` 0 takes the most
    probable token each time; ``seed`` matters only above 0. ``guesses`` are texts that the reply may well be, the
    likeliest first: a runtime may try one at once to save time, and none of them changes the reply.
    """

    max_tokens: int = 160
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    seed: int = 0
    guesses: tuple[str, ...] = ()


DEFAULT_OPTIONS = GenerationOptions()


@runtime_checkable
class Generator(Protocol):
    """A language model ready to write.

    One generator serves one request at a time; a second caller waits for the first, so it may be shared
    between threads. Messages that begin alike share the work done on their common beginning: keep what never
    changes (the instructions) at the front.
    """

    @property
    def name(self) -> str:
        """The model's name, as it goes into ``Answer.model``."""

    @property
    def runtime(self) -> str:
        """``"llama.cpp"``, ``"openvino"``, ``"transformers"`` or ``"openai"``."""

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        """The reply, piece by piece; the pieces joined are the whole reply, and none is empty.

        When the last message is the assistant's, the reply continues it. Closing the stream (or dropping the
        last reference to it) stops the model within about one token and lets the next caller in.

        Raises:
            GenerationError: the runtime failed, the messages do not fit its context, or it cannot be reached.
        """

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> Mapping[str, float]:
        """For each candidate, the probability in [0, 1] that the reply begins with the candidate's first token.

        The probabilities are the model's own (temperature 1, nothing filtered) and need not add up to 1;
        two candidates that share their first token share its probability. One that the runtime does not report
        among the most probable tokens has 0.0.

        Raises:
            GenerationError: as for ``stream``, or the runtime reports no probabilities.
        """

    def hidden_states(self, prompts: Sequence[Sequence[Message]]) -> NDArray[Any] | None:
        """What the model holds of each prompt's last token after ``HIDDEN_LAYER`` layers, ``(prompts, width)``.

        None where the runtime does not tell it.

        Raises:
            GenerationError: as for ``stream``.
        """

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        """Read ``prefix_messages`` once, so that the first request that begins with them starts quickly."""

    def close(self) -> None:
        """Give back the model's memory; harmless when repeated."""


def joined_reply(stream: TextStream) -> str:
    """The whole reply of a stream, as one string."""
    return "".join(stream)
