"""Two or three questions to ask after an answer: made from the claims of its articles, asked once, kept if good.

They are looked for after the answer is shown, while nobody else asks and the page is still looked at, and kept for
the archive's generation. A question names the claim's own period and thing, and is shown only if its answer gives the
claim's figure out of the claim's article.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rag.chinese.times.grammar import TIME
from rag.claims.finding import claims_of_article
from rag.claims.index_rows import FoundClaim
from rag.errors import BaowenError
from rag.records import Answer
from ui.answer_queue import AnswerQueue
from ui.background_questions import BackgroundQuestions, is_good
from ui.claim_questions import claim_question
from ui.conversation_store import ConversationStore
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace

WANTED = 3
_TRIED = 6
"""How many questions are asked at most to find ``WANTED`` good ones."""
_ARTICLES = 4
"""Of how many articles of an answer the claims are read."""
_LOOKED_AT_SECONDS = 15.0
"""A page asks every two seconds; one that did not for so long is closed or shows something else."""
_KEPT_TASKS = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with what its answer must hold: a figure, out of a quote of this article."""

    question: str
    figure: str
    article_id: str


def further_candidates(answer: Answer, claims: Sequence[Sequence[FoundClaim]]) -> list[Candidate]:
    """Questions on the claims of an answer's articles, one list each, in turn; what it tells already is left out.

    Of an article those that name their period come first.
    """
    told = f"{answer.question}\n{answer.answer}"
    lists = [
        sorted(
            (item for found in group if (item := _candidate(found, told))),
            key=lambda item: TIME.search(item.question) is None,
        )
        for group in claims
    ]
    rounds = zip_longest(*lists)
    return list({item.question: item for one_of_each in rounds for item in one_of_each if item is not None}.values())


def _candidate(found: FoundClaim, told: str) -> Candidate | None:
    figure, question = found.claim.figure, claim_question(found)
    if figure is None or not question or figure.text in told or question == told.partition("\n")[0]:
        return None
    return Candidate(question, figure.text, found.article_id)


@dataclass(slots=True)
class _Task:
    answer: Answer
    generation: int
    looked_at: float


class FurtherQuestions:
    """Looks for further questions while a page waits for them and nobody else asks; for many pages."""

    def __init__(self, answers: AnswerQueue, workspace: Workspace, conversations: ConversationStore) -> None:
        self._asking, self._workspace, self._conversations = BackgroundQuestions(answers), workspace, conversations
        self._tasks: OrderedDict[str, _Task] = OrderedDict()
        self._lock = threading.Lock()
        self._works = False

    def questions(self, answer: Answer) -> list[str] | None:
        """What may be asked after ``answer``; None while it is being looked for, which this call begins."""
        if answer.asked_back or not answer.passages:
            return []
        try:
            generation = self._workspace.store.generation
        except BaowenError:
            return []
        name = _name(answer, generation)
        known = self._conversations.further_questions(name)
        if known is None and not self._asking.closed:
            self._want(name, _Task(answer, generation, time.monotonic()))
            return None
        return known or []

    def close(self) -> None:
        """Look no further."""
        self._asking.close()

    def _want(self, name: str, task: _Task) -> None:
        with self._lock:
            self._tasks.setdefault(name, task).looked_at = task.looked_at
            self._tasks.move_to_end(name)
            while len(self._tasks) > _KEPT_TASKS:
                self._tasks.popitem(last=False)
            if self._works:
                return
            self._works = True
        threading.Thread(target=self._work, name="further-questions", daemon=True).start()

    def _work(self) -> None:
        while (next_one := self._next()) is not None:
            name, task = next_one
            try:
                found = self._found(task)
            except BaowenError as error:
                log_error(error)
                found = []
            if found is not None:
                self._conversations.set_further_questions(name, task.generation, found)
            with self._lock:
                if self._tasks.get(name) is task:
                    del self._tasks[name]

    def _next(self) -> tuple[str, _Task] | None:
        """What was looked at last; None ends the work."""
        with self._lock:
            for name in [name for name, task in self._tasks.items() if not _is_looked_at(task)]:
                del self._tasks[name]
            if self._asking.closed or not self._tasks:
                self._works = False
                return None
            name = next(reversed(self._tasks))
            return name, self._tasks[name]

    def _found(self, task: _Task) -> list[str] | None:
        """The good ones; None where the page went away before all were tried."""
        good: list[str] = []
        for item in self._candidates(task.answer)[:_TRIED]:
            if len(good) == WANTED:
                break
            answer = self._asking.answer(item.question, lambda: _is_looked_at(task))
            if not _is_looked_at(task) or self._asking.closed:
                return None
            if answer is not None and _answers(answer, item):
                good.append(item.question)
        return good

    def _candidates(self, answer: Answer) -> list[Candidate]:
        store = self._workspace.claims
        ids = list(dict.fromkeys(_article_ids(answer)))[:_ARTICLES]
        return further_candidates(answer, [claims_of_article(store, article_id) for article_id in ids])


def _article_ids(answer: Answer) -> Iterator[str]:
    """The cited articles, then those that came near."""
    yield from (item.article_id for item in answer.citations)
    yield from (item.article_id for item in answer.passages)


def _answers(answer: Answer, item: Candidate) -> bool:
    cited = [citation for citation in answer.citations if citation.article_id == item.article_id]
    return is_good(answer, item.figure) and any(item.figure in citation.quote for citation in cited)


def _is_looked_at(task: _Task) -> bool:
    return time.monotonic() - task.looked_at < _LOOKED_AT_SECONDS


def _name(answer: Answer, generation: int) -> str:
    parts = [str(generation), answer.question, answer.standalone_question, answer.answer, *_article_ids(answer)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
