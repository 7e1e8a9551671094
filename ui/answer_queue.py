"""One generation at a time, and a bounded line of waiting askers, shared by chat and API.

One worker thread takes questions in turn. An asker reads events from an ``AnswerStream`` and may close it at any
moment: its place in line is free at once, and the worker leaves the question at the model's next piece of text.
A question asked in the background gives way to every other. Knows nothing of HTTP or pages.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from rag.errors import BaowenError
from rag.interruption import interruptible, raise_if_stopped
from rag.records import Passage, SearchFilter, Turn

if TYPE_CHECKING:
    from rag.answering.events import AnswerEvent
    from rag.workspace import Workspace


class BusyError(BaowenError):
    """Too many questions are waiting; ask again later."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything one question brings; ``passages`` given means: answer from these alone."""

    question: str
    search_filter: SearchFilter = field(default_factory=SearchFilter)
    history: Sequence[Turn] = ()
    passages: Sequence[Passage] | None = None
    background: bool = False
    """Whether nobody waits for it: it is stopped as soon as somebody else asks."""


class AnswerStream:
    """The events of one answer, in order; iterate it, and close it when the asker is gone."""

    def __init__(self, inquiry: Inquiry, on_close: Callable[[AnswerStream], None] = lambda _: None) -> None:
        self.inquiry = inquiry
        self.cancelled = threading.Event()
        self._on_close = on_close
        self._events: queue.SimpleQueue[AnswerEvent | BaseException | None] = queue.SimpleQueue()

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
        event = self._events.get()
        if isinstance(event, BaseException):
            raise event
        return None if self.cancelled.is_set() else event

    def wait_event(self, seconds: float) -> AnswerEvent | Literal["later"] | None:
        """As ``next_event``, but ``"later"`` where none came within ``seconds``.

        Raises:
            BaowenError: answering failed.
        """
        try:
            event = self._events.get(timeout=seconds)
        except queue.Empty:
            return "later"
        if isinstance(event, BaseException):
            raise event
        return None if self.cancelled.is_set() else event

    def put(self, event: AnswerEvent | BaseException | None) -> None:
        """For the worker: the next event, an error, or None at the end."""
        self._events.put(event)

    def close(self) -> None:
        """Give the place in line back and stop the model; harmless when repeated or finished."""
        self.cancelled.set()
        self._events.put(None)
        self._on_close(self)


ReadyState = Literal["loading", "ready", "failed"]


class AnswerQueue:
    """The line in front of the one model. ``warm_up`` is the first in line, so early questions wait for it."""

    def __init__(self, workspace: Workspace, *, waiting_limit: int = 8) -> None:
        self._workspace = workspace
        self._line: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._most = waiting_limit + 1
        self._streams: list[AnswerStream] = []
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None
        self._closed = False
        self.state: ReadyState = "loading"
        self.failure = ""
        """Why warming up failed, for the operator."""

    @property
    def waiting(self) -> int:
        """How many questions are in line or being answered, those of the background apart."""
        with self._lock:
            return sum(not stream.inquiry.background for stream in self._streams)

    def ahead(self, stream: AnswerStream) -> int:
        """How many questions come before this one; 0 while it is being answered, or once it is done."""
        with self._lock:
            return self._streams.index(stream) if stream in self._streams else 0

    def start(self) -> None:
        """Start the worker with the warm-up as its first work, which takes no asker's place in the line."""
        if not self._start_worker(self._warm_up):
            self._line.put(self._warm_up)

    def ask(self, inquiry: Inquiry) -> AnswerStream:
        """Put a question in line.

        Raises:
            BusyError: the line is full, the program is ending, or a question of the background is not alone.
        """
        stream = AnswerStream(inquiry, self._leave)
        self._start_worker()
        with self._lock:
            giving_way = [other for other in self._streams if other.inquiry.background]
            held = len(self._streams) - len(giving_way)
            if self._closed or held >= self._most or (inquiry.background and self._streams):
                raise BusyError(
                    f"{held} questions are waiting already, and one is answered at a time: ask again soon"
                )
            self._streams.append(stream)
        for other in giving_way:
            other.close()
        self._line.put(lambda: self._answer(stream))
        return stream

    def _leave(self, stream: AnswerStream) -> None:
        with self._lock:
            if stream in self._streams:
                self._streams.remove(stream)

    def close(self) -> None:
        """Drop what waits, stop what runs, end the worker."""
        self._closed = True
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            stream.close()
        if self._worker and self._worker.is_alive():
            self._line.put(None)
            self._worker.join(timeout=5)

    def _start_worker(self, first: Callable[[], None] | None = None) -> bool:
        """Start the worker with ``first``; False where one runs already."""
        with self._lock:
            if self._worker is not None:
                return False
            self._worker = threading.Thread(target=self._work, args=(first,), name="answers", daemon=True)
            self._worker.start()
            return True

    def _work(self, first: Callable[[], None] | None) -> None:
        if first is not None:
            first()
        while (task := self._line.get()) is not None:
            task()

    def _warm_up(self) -> None:
        try:
            self._workspace.warm_up()
        except BaowenError as error:
            self.state, self.failure = "failed", str(error)
        except Exception as error:
            self.state, self.failure = "failed", f"{type(error).__name__} while loading the models: {error}"
        else:
            self.state = "ready"

    def _answer(self, stream: AnswerStream) -> None:
        try:
            with interruptible(stream.cancelled):
                raise_if_stopped()
                self._pump(stream)
        except Exception as error:
            if not stream.cancelled.is_set():
                stream.put(error)
        finally:
            stream.put(None)
            self._leave(stream)

    def _pump(self, stream: AnswerStream) -> None:
        inquiry = stream.inquiry
        events = self._workspace.assistant.stream(
            inquiry.question,
            search_filter=inquiry.search_filter,
            history=inquiry.history,
            passages=inquiry.passages,
        )
        try:
            for event in events:
                stream.put(event)
                if stream.cancelled.is_set():
                    return
        finally:
            close = getattr(events, "close", None)
            if close:
                close()
