"""Questions of the page being answered, apart from whoever watches: a reload finds its answer where it was.

Each question has a thread that reads the answer's events and keeps what becomes of it; pages look on. Stopping
takes effect at once for everyone, whatever the model is doing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

from rag.answering.events import AnswerEvent, AnswerReady, EvidenceFound, TextDelta
from rag.records import Answer, Citation, Passage, SearchFilter
from ui.answer_queue import AnswerQueue, AnswerStream, Inquiry, Place
from ui.conversation import Conversation, Exchange
from ui.conversation_store import ConversationStore
from ui.failures import failure_kind
from ui.web.problems import log_error

_LOOK_SECONDS = 0.3
"""How often the place in line is looked at while nothing else happens."""

Phase = Literal["in line", "loading", "searching", "writing"]


class LiveAnswer:
    """One question on its way; ``version`` grows with every change that a watcher may want to show."""

    def __init__(self, question: str, turn: int, search_filter: SearchFilter) -> None:
        self.question, self.turn, self.search_filter = question, turn, search_filter
        self.started = time.monotonic()
        self.phase: Phase = "searching"
        self.ahead = 0
        self.passages: tuple[Passage, ...] | None = None
        self.search_seconds = 0.0
        self.leading: Citation | None = None
        """The sentence nearest to the question, until there is checked text."""
        self.leading_answers = False
        """Whether it would be the answer if the model were not asked."""
        self.text = ""
        self.version = 0
        self.done = False
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """The time since it was asked."""
        return time.monotonic() - self.started

    def take(self, event: AnswerEvent) -> None:
        """What an event before the last adds."""
        with self._lock:
            match event:
                case EvidenceFound():
                    self.search_seconds, self.phase = self.seconds, "writing"
                    self.leading, self.leading_answers = event.sentence, event.answers
                    self.passages = event.passages
                case TextDelta():
                    self.text += event.text
            self._tell()

    def wait_in(self, phase: Phase, ahead: int) -> None:
        """Where it stands before there is text."""
        with self._lock:
            if not self.text and (self.phase, self.ahead) != (phase, ahead):
                self.phase, self.ahead = phase, ahead
                self._tell()

    def finish(self) -> bool:
        """Nothing follows; says whether that is news."""
        with self._lock:
            if self.done:
                return False
            self.done = True
            self._tell()
            return True

    def _tell(self) -> None:
        self.version += 1


class Asker:
    """Asks for pages, one question a conversation at a time. ``observe`` is told every finished answer."""

    def __init__(
        self, answers: AnswerQueue, conversations: ConversationStore, observe: Callable[[Answer, AnswerStream], None]
    ) -> None:
        self._answers, self._conversations, self._observe = answers, conversations, observe
        self._live: dict[str, tuple[LiveAnswer, AnswerStream | None, int]] = {}
        self._lock = threading.Lock()

    def live(self, conversation_id: str) -> LiveAnswer | None:
        """The question that is being answered in this conversation."""
        with self._lock:
            found = self._live.get(conversation_id)
            return found[0] if found else None

    def ask(self, owner: str, conversation_id: str, question: str, search_filter: SearchFilter) -> LiveAnswer:
        """Begin to answer; a question that is still being answered there goes on, and is given back instead.

        Raises:
            KeyError: the conversation is another owner's.
        """
        with self._lock:
            earlier = self._conversations.conversation(owner, conversation_id)
            running = self._live.get(conversation_id)
            if running and earlier is None:
                raise KeyError(conversation_id)
            if running:
                return running[0]
            earlier = earlier or Conversation(conversation_id)
            exchange = Exchange(question, search_filter=search_filter)
            position = self._conversations.add_exchange(owner, conversation_id, exchange)
            live = LiveAnswer(question, position + 1, search_filter)
            try:
                stream = self._answers.ask(Inquiry(question, search_filter, earlier.history(), asker=f"page:{owner}"))
            except Exception as error:
                self._conversations.set_exchange(conversation_id, position, _failed(live, error))
                live.finish()
                return live
            self._live[conversation_id] = live, stream, position
        work = threading.Thread(target=self._follow, args=(conversation_id, live, stream, position), daemon=True)
        work.start()
        return live

    def stop(self, owner: str, conversation_id: str) -> None:
        """Stop what is being answered in this conversation, at once; nothing where it is another owner's."""
        if self._conversations.conversation(owner, conversation_id) is None:
            return
        with self._lock:
            found = self._live.get(conversation_id)
        if found:
            live, stream, position = found
            self._end(conversation_id, live, position, Exchange(live.question, "stopped"))
            if stream:
                stream.close()

    def _follow(self, conversation_id: str, live: LiveAnswer, stream: AnswerStream, position: int) -> None:
        end = Exchange(live.question, "stopped")
        try:
            with stream:
                while (event := stream.wait_event(_LOOK_SECONDS)) is not None:
                    if event == "later":
                        place = self._answers.place(stream)
                        live.wait_in(self._phase(live, place), place.ahead)
                    elif isinstance(event, AnswerReady):
                        end = Exchange(live.question, "answered", event.answer)
                    else:
                        live.take(event)
        except Exception as error:
            end = _failed(live, error)
        if self._end(conversation_id, live, position, end) and end.answer:
            self._observe(end.answer, stream)

    def _phase(self, live: LiveAnswer, place: Place) -> Phase:
        if self._answers.state == "loading":
            return "loading"
        if place.stage == "in line" and place.ahead:
            return "in line"
        return "searching" if live.passages is None else "writing"

    def _end(self, conversation_id: str, live: LiveAnswer, position: int, exchange: Exchange) -> bool:
        """Keep what became of a question; says whether it had not ended before."""
        with self._lock:
            if live.done:
                return False
            kept = Exchange(exchange.question, exchange.state, exchange.answer, exchange.failure, live.search_filter)
            self._conversations.set_exchange(conversation_id, position, kept)
            self._live.pop(conversation_id, None)
            live.finish()
        return True


def _failed(live: LiveAnswer, error: Exception) -> Exchange:
    log_error(error)
    return Exchange(live.question, "failed", failure=failure_kind(error), search_filter=live.search_filter)
