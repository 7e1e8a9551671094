"""Turns at the one model: whoever answers takes one when he first needs the model, and keeps it to his answer's end.

What is done before that (finding evidence, putting a sum together) needs no turn, so an answer that needs no model
waits for nobody's. Who is next is decided elsewhere: ``taking_turns`` is told how to wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Generator, Message, TextStream

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CURRENT = threading.local()


@contextmanager
def taking_turns(wait: Callable[[], None]) -> Iterator[None]:
    """Have this thread call ``wait`` once, when it first needs the model in the block; not outside of it."""
    outer = getattr(_CURRENT, "wait", None)
    _CURRENT.wait = wait
    try:
        yield
    finally:
        _CURRENT.wait = outer


def take_turn() -> None:
    """Wait for this thread's turn, where it takes turns and has not had it yet; what the wait raises comes out."""
    wait: Callable[[], None] | None = getattr(_CURRENT, "wait", None)
    if wait is not None:
        _CURRENT.wait = None
        wait()


class TurnTakingGenerator:
    """A generator whose users take turns; ``load`` gives it and is called when it is first needed.

    ``name`` tells what it is called without that.
    """

    def __init__(self, load: Callable[[], Generator], name: Callable[[], str]) -> None:
        self._load, self._name = load, name

    @property
    def name(self) -> str:
        """The model's name; asking for it neither loads the model nor waits for it."""
        return self._name()

    @property
    def runtime(self) -> str:
        """The name of its runtime."""
        return self._load().runtime

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        """The reply, piece by piece, once it is this thread's turn."""
        take_turn()
        return self._load().stream(messages, options)

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> Mapping[str, float]:
        """See ``Generator``; once it is this thread's turn."""
        take_turn()
        return self._load().candidate_probabilities(messages, candidates)

    def hidden_states(self, prompts: Sequence[Sequence[Message]]) -> NDArray[Any] | None:
        """See ``Generator``; once it is this thread's turn."""
        take_turn()
        return self._load().hidden_states(prompts)

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        """See ``Generator``."""
        self._load().warm_up(prefix_messages)

    def close(self) -> None:
        """See ``Generator``."""
        self._load().close()
