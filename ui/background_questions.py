"""Questions that the page asks by itself, to show only what the archive answers: they give way to every visitor's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rag.answering.events import AnswerReady
from rag.records import Answer
from ui.answer_queue import AnswerQueue, BusyError, Inquiry

_PAUSE_SECONDS = 1.0
"""How long to wait where somebody else is asking."""


class BackgroundQuestions:
    """Asks one question at a time, again as often as somebody else comes between, until ``close``."""

    def __init__(self, answers: AnswerQueue) -> None:
        self._answers = answers
        self._closed = threading.Event()

    @property
    def closed(self) -> bool:
        """Whether nothing is to be asked any more."""
        return self._closed.is_set()

    def close(self) -> None:
        """Ask no further."""
        self._closed.set()

    def answer(self, question: str, is_wanted: Callable[[], bool] = lambda: True) -> Answer | None:
        """What is answered; None where it cannot be, or where nobody wants it any more.

        Raises:
            BaowenError: answering failed.
        """
        while is_wanted() and not self.closed:
            try:
                with self._answers.ask(Inquiry(question, background=True)) as stream:
                    for event in stream:
                        if isinstance(event, AnswerReady):
                            return event.answer
                    if not stream.cancelled.is_set():
                        return None
            except BusyError:
                pass  # somebody asks: this question waits its turn and is asked again
            time.sleep(_PAUSE_SECONDS)
        return None


def is_good(answer: Answer, figure: str) -> bool:
    """Whether an answer gives the figure it was asked for, and nothing that its quotes do not carry."""
    return (
        not answer.refused
        and any(figure in citation.quote for citation in answer.citations)
        and figure in answer.answer
        and all(item.supported for item in answer.figures)
    )
