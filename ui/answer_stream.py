"""What an asker brings, and what he gets: the events of one answer, in order, for threads and for event loops."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from rag.records import Passage, SearchFilter, Turn

if TYPE_CHECKING:
    from rag.answering.events import AnswerEvent


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything one question brings; ``passages`` given means: answer from these alone."""

    question: str
    search_filter: SearchFilter = field(default_factory=SearchFilter)
    history: Sequence[Turn] = ()
    passages: Sequence[Passage] | None = None
    background: bool = False
    """Whether nobody waits for it: it is stopped as soon as somebody else asks."""
    asker: str = ""
    """Who asks: askers take turns."""
    prose: bool = True
    """Whether the model may write; if not, a sentence of the paper answers or nothing does, at once."""

    def asks_the_same(self, other: Inquiry) -> bool:
        """Whether both want the same answer, whoever asks."""
        return (
            (self.question, self.search_filter, self.passages, self.background, self.prose)
            == (other.question, other.search_filter, other.passages, other.background, other.prose)
        ) and tuple(self.history) == tuple(other.history)


class AnswerStream:
    """The events of one answer, in order; iterate it, and close it when the asker is gone."""

    def __init__(self, inquiry: Inquiry, on_close: Callable[[AnswerStream], None] = lambda _: None) -> None:
        self.inquiry = inquiry
        self.cancelled = threading.Event()
        self.asked_at = time.perf_counter()
        self.turn_seconds = 0.0
        """How long its answer waited for the model."""
        self._on_close = on_close
        self._items: deque[AnswerEvent | BaseException | None] = deque()
        self._news = threading.Condition()
        self._tell: Callable[[], None] | None = None

    def __enter__(self) -> AnswerStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[AnswerEvent]:
        while (event := self.next_event()) is not None:
            yield event

    def next_event(self) -> AnswerEvent | None:
        """The next event, waiting for it; None after the last, or once closed.

        Raises:
            BaowenError: answering failed.
        """
        event = self.wait_event(None)
        assert event != "later"  # noqa: S101 - it waits for as long as it takes
        return event

    def wait_event(self, seconds: float | None) -> AnswerEvent | Literal["later"] | None:
        """As ``next_event``, but ``"later"`` where none came within ``seconds`` (None: as long as it takes).

        Raises:
            BaowenError: answering failed.
        """
        with self._news:
            if not self._news.wait_for(lambda: self._items, seconds):
                return "later"
            item = self._items[0]
            if item is not None:  # the end stays, for whoever asks again
                self._items.popleft()
        if self.cancelled.is_set():
            return None
        if isinstance(item, BaseException):
            raise item
        return item

    def on_news(self, tell: Callable[[], None]) -> None:
        """Call ``tell``, in any thread, whenever ``wait_event`` has something."""
        with self._news:
            self._tell = tell

    def put(self, event: AnswerEvent | BaseException | None) -> None:
        """For the worker: the next event, an error, or None at the end."""
        with self._news:
            self._items.append(event)
            self._news.notify_all()
            tell = self._tell
        if tell is not None:
            tell()

    def close(self) -> None:
        """Give the place in line back and stop the model; harmless when repeated or finished."""
        self.cancelled.set()
        self.put(None)
        self._on_close(self)
