"""The questions of all surfaces, on their way: who is next, who shares an answer, who has left.

Every question has a thread, kept for the next one, that finds its evidence at once, two at a time, and then waits for
its turn at the one model; an answer that needs no model is there without a turn, and a question without prose has no
place in that line. Askers take turns, a question asked twice at once is answered once, and the line is bounded. An
asker reads events from an ``AnswerStream`` and may close it at any moment: its place is free at once, and the thread
leaves the question at the model's next piece of text. A question asked in the background gives way to every other.
Knows nothing of HTTP or pages.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rag.errors import BaowenError
from rag.generation.turns import taking_turns
from rag.interruption import interruptible, raise_if_stopped
from ui.answer_stream import AnswerStream, Inquiry
from ui.fair_line import FairLine, Ticket
from ui.idle_memory import IdleMemory, give_back_free_memory
from ui.worker_threads import WorkerThreads

if TYPE_CHECKING:
    from rag.answering.events import AnswerEvent
    from rag.workspace import Workspace

__all__ = ["AnswerQueue", "AnswerStream", "BusyError", "Inquiry", "Place"]

FINDING_AT_ONCE = 2
"""How many questions look for evidence at a time: one computes while the other reads the store."""
_FEWEST_OF_ONE_ASKER = 8
_SHARE_OF_ONE_ASKER = 4
"""One asker may hold a quarter of the line, however long it is, and 8 places at least."""
_END_SECONDS = 5.0

ReadyState = Literal["loading", "ready", "failed"]
Stage = Literal["in line", "finding", "writing", "done"]


class BusyError(BaowenError):
    """Too many questions are waiting; ask again later."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands; ``ahead`` questions come to the model before it, as it looks now."""

    stage: Stage
    ahead: int = 0


class _SharedAnswer:
    """One answer in the making, and the streams of those who asked for it."""

    def __init__(self, inquiry: Inquiry, generation: int) -> None:
        self.inquiry, self.generation = inquiry, generation
        self.ticket = Ticket([])
        self.streams: list[AnswerStream] = []
        self.stage: Stage = "in line"
        self._turn_seconds = 0.0
        self._said: list[AnswerEvent | BaseException | None] = []
        self._lock = threading.Lock()

    def join(self, stream: AnswerStream) -> None:
        """Give ``stream`` all that was said so far, and from now on whatever is."""
        with self._lock:
            self.streams.append(stream)
            self.ticket.askers.append(stream.inquiry.asker)
            stream.turn_seconds = self._turn_seconds
            for event in self._said:
                stream.put(event)

    def leave(self, stream: AnswerStream) -> bool:
        """Whether nobody is left who waits for it."""
        with self._lock:
            if stream in self.streams:
                self.streams.remove(stream)
                if self.streams:  # of the last one the asker stays: a ticket has one
                    self.ticket.askers.remove(stream.inquiry.asker)
            return not self.streams

    def note_turn(self, seconds: float) -> None:
        """Its turn has come after so long."""
        with self._lock:
            self._turn_seconds = seconds
            for stream in self.streams:
                stream.turn_seconds = seconds

    def put(self, event: AnswerEvent | BaseException | None) -> None:
        """The next event, an error, or None at the end, for everybody."""
        with self._lock:
            self._said.append(event)
            for stream in self.streams:
                stream.put(event)


class AnswerQueue:
    """The questions in front of the one model. ``waiting_limit`` is how many may wait behind the one answered."""

    def __init__(self, workspace: Workspace, *, waiting_limit: int = 8) -> None:
        self._workspace = workspace
        self._finding, self._writing = FairLine(FINDING_AT_ONCE), FairLine(1)
        self.limit = waiting_limit + 1
        """How many answers may be in the making at a time."""
        self.asker_limit = max(_FEWEST_OF_ONE_ASKER, self.limit // _SHARE_OF_ONE_ASKER)
        self._answers: list[_SharedAnswer] = []
        self._threads = WorkerThreads("answer")
        self._memory = IdleMemory(self._rest)
        self._lock = threading.Lock()
        self._closed = False
        self.state: ReadyState = "loading"
        self.failure = ""
        """Why warming up failed, for the operator."""

    @property
    def waiting(self) -> int:
        """How many questions are in line or being answered, those of the background apart."""
        with self._lock:
            return sum(len(answer.streams) for answer in self._answers if not answer.inquiry.background)

    def place(self, stream: AnswerStream) -> Place:
        """Where a question stands; done, too, where its asker has left."""
        with self._lock:
            found = next((answer for answer in self._answers if stream in answer.streams), None)
        if found is None:
            return Place("done")
        return Place(found.stage, self._writing.ahead(found.ticket))

    def ahead(self, stream: AnswerStream) -> int:
        """How many questions come before this one; 0 while it is being answered, or once it is done."""
        return self.place(stream).ahead

    def places(self, asker: str) -> list[Place]:
        """Where the questions of one asker stand, in the order of asking."""
        with self._lock:
            streams = [item for answer in self._answers for item in answer.streams if item.inquiry.asker == asker]
        return [self.place(stream) for stream in streams if not stream.inquiry.background]

    def start(self) -> None:
        """Load and warm the models in the background; questions may come meanwhile."""
        threading.Thread(target=self._warm_up, name="warm-up", daemon=True).start()

    def ask(self, inquiry: Inquiry) -> AnswerStream:
        """Put a question in line, or join the same question that is there already.

        Raises:
            BusyError: the line is full or holds the asker's share, the program is ending, or a question of the
                background is not alone.
        """
        stream = AnswerStream(inquiry, self._leave)
        generation = self._generation(inquiry)
        with self._lock:
            giving_way = [other for answer in self._answers if answer.inquiry.background for other in answer.streams]
            shared = self._same(inquiry, generation)
            self._require_room(inquiry, is_new=shared is None)
            if shared is None:
                shared = self._begin_answer(stream, generation)
            else:
                shared.join(stream)
        for other in giving_way:
            other.close()
        for line in (self._finding, self._writing):
            line.wake()  # a question that somebody joined may be next now
        return stream

    def close(self) -> None:
        """Drop what waits, stop what runs, end the threads."""
        with self._lock:
            self._closed = True
            streams = [stream for answer in self._answers for stream in answer.streams]
        for stream in streams:
            stream.close()
        self._threads.close(_END_SECONDS)
        self._memory.busy()

    def _generation(self, inquiry: Inquiry) -> int:
        """The store's, so that an answer from before a change is not shared with who asks after it."""
        if inquiry.passages is not None:
            return 0
        try:
            return self._workspace.store.generation
        except BaowenError:
            return 0  # answering will tell what is wrong with the store

    def _begin_answer(self, stream: AnswerStream, generation: int) -> _SharedAnswer:
        shared = _SharedAnswer(stream.inquiry, generation)
        shared.join(stream)
        self._answers.append(shared)
        self._memory.busy()
        for line in (self._finding, self._writing) if stream.inquiry.prose else (self._finding,):
            line.join(shared.ticket)
        self._threads.begin(lambda: self._answer(shared))
        return shared

    def _same(self, inquiry: Inquiry, generation: int) -> _SharedAnswer | None:
        found = (a for a in self._answers if a.generation == generation and a.inquiry.asks_the_same(inquiry))
        return None if inquiry.background else next(found, None)

    def _require_room(self, inquiry: Inquiry, *, is_new: bool) -> None:
        """Raises BusyError where the question cannot be taken."""
        held = [answer for answer in self._answers if not answer.inquiry.background]
        if self._closed or (inquiry.background and self._answers) or (is_new and len(held) >= self.limit):
            raise BusyError(f"{len(held)} questions are waiting already; expected fewer than {self.limit}: ask again")
        own = sum(stream.inquiry.asker == inquiry.asker for answer in held for stream in answer.streams)
        if own >= self.asker_limit:
            raise BusyError(
                f"{own} questions of one asker are waiting already; expected fewer than {self.asker_limit}: "
                "ask again when one is answered"
            )

    def _leave(self, stream: AnswerStream) -> None:
        with self._lock:
            found = next((answer for answer in self._answers if stream in answer.streams), None)
            if found is None or not found.leave(stream):
                return
            self._answers.remove(found)
            found.ticket.stop.set()
        for line in (self._finding, self._writing):
            line.drop(found.ticket)

    def _warm_up(self) -> None:
        try:
            self._workspace.warm_up()
        except BaowenError as error:
            self.state, self.failure = "failed", str(error)
        except Exception as error:
            self.state, self.failure = "failed", f"{type(error).__name__} while loading the models: {error}"
        else:
            self.state = "ready"
            self._memory.idle()

    def _rest(self) -> None:
        self._workspace.rest()
        give_back_free_memory()

    def _answer(self, shared: _SharedAnswer) -> None:
        """One answer, from its place in line to its last event."""
        failure: Exception | None = None
        try:
            with interruptible(shared.ticket.stop), taking_turns(lambda: self._take_turn(shared)):
                if self._finding.enter(shared.ticket):
                    shared.stage = "finding"
                    self._pump(shared)
        except Exception as error:
            failure = error
        for line in (self._finding, self._writing):
            line.leave(shared.ticket)
        with self._lock:
            if shared in self._answers:
                self._answers.remove(shared)
            if not self._answers:
                self._memory.idle()
        if failure is not None:
            shared.put(failure)
        shared.put(None)
        self._memory.worked()

    def _take_turn(self, shared: _SharedAnswer) -> None:
        self._finding.leave(shared.ticket)
        shared.stage = "in line"
        if not shared.inquiry.prose:
            self._writing.join(shared.ticket)  # the question is in another language, and to be searched in Chinese
        began = time.perf_counter()
        self._writing.enter(shared.ticket)
        shared.note_turn(time.perf_counter() - began)
        shared.stage = "writing"
        raise_if_stopped()

    def _pump(self, shared: _SharedAnswer) -> None:
        inquiry = shared.inquiry
        raise_if_stopped()
        events = self._workspace.assistant.stream(
            inquiry.question,
            search_filter=inquiry.search_filter,
            history=inquiry.history,
            passages=inquiry.passages,
            prose=inquiry.prose,
        )
        try:
            for event in events:
                shared.put(event)
                raise_if_stopped()
        finally:
            close = getattr(events, "close", None)
            if close:
                close()
