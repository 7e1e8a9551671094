"""One generation at a time, and a bounded line of waiting askers, shared by chat and API.

One worker thread takes questions in turn. An asker reads events from an ``AnswerStream`` and may close it at any
moment: the worker then drops the question, or stops the model at its next event. Knows nothing of HTTP or pages.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from rag.errors import BaowenError
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


class AnswerStream:
    """The events of one answer, in order; iterate it, and close it when the asker is gone."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry
        self.cancelled = threading.Event()
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
        return event

    def put(self, event: AnswerEvent | BaseException | None) -> None:
        """For the worker: the next event, an error, or None at the end."""
        self._events.put(event)

    def close(self) -> None:
        """Stop the model; harmless when repeated or finished."""
        self.cancelled.set()
        self._events.put(None)


ReadyState = Literal["loading", "ready", "failed"]


class AnswerQueue:
    """The line in front of the one model. ``warm_up`` is the first in line, so early questions wait for it."""

    def __init__(self, workspace: Workspace, *, waiting_limit: int = 8) -> None:
        self._workspace = workspace
        self._line: queue.Queue[Callable[[], None] | None] = queue.Queue(maxsize=waiting_limit + 1)
        self._streams: set[AnswerStream] = set()
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None
        self._closed = False
        self.state: ReadyState = "loading"
        self.failure = ""
        """Why warming up failed, for the operator."""

    @property
    def waiting(self) -> int:
        """How many questions are in line or being answered."""
        return len(self._streams)

    def start(self) -> None:
        """Start the worker with the warm-up as its first work, which takes no asker's place in the line."""
        if not self._start_worker(self._warm_up):
            self._line.put(self._warm_up)

    def ask(self, inquiry: Inquiry) -> AnswerStream:
        """Put a question in line.

        Raises:
            BusyError: the line is full, or the program is ending.
        """
        stream = AnswerStream(inquiry)
        self._start_worker()
        with self._lock:
            self._streams.add(stream)
        try:
            if self._closed:
                raise queue.Full
            self._line.put_nowait(lambda: self._answer(stream))
        except queue.Full:
            with self._lock:
                self._streams.discard(stream)
            raise BusyError(
                f"{self._line.qsize()} questions are waiting already, and one is answered at a time: ask again soon"
            ) from None
        return stream

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
            if not stream.cancelled.is_set():
                self._pump(stream)
        except Exception as error:
            stream.put(error)
        finally:
            stream.put(None)
            with self._lock:
                self._streams.discard(stream)

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
