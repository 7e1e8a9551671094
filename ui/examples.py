"""Example questions that the archive answers well: made from its own sentences, asked once, and only kept if good.

It works in the background, gives way to every visitor's question, and keeps what it found for the archive's
generation, so that the next start shows them at once.
"""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import rjieba

from rag.answering.events import AnswerReady
from rag.chinese.figures import Figure, find_figures
from rag.chinese.sentences import split_sentences
from rag.errors import BaowenError
from rag.records import Answer, Article, SearchFilter
from ui.answer_queue import AnswerQueue, BusyError, Inquiry
from ui.conversation_store import ConversationStore
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace

WANTED = 4
_TRIED = 12
"""How many questions are asked at most to find ``WANTED`` good ones."""
_ARTICLES = 400
_Counted = tuple[str, str]
_PAUSE_SECONDS = 1.0
"""How long to wait where somebody else is asking."""
_SUBJECT = re.compile(r"[一-鿿]{5,14}")
_DEPENDENT_TAGS = "upcfr"
"""Particles, prepositions, conjunctions, words of place and pronouns."""
_NOUN_TAGS = ("n", "vn", "an")
_POINTING = re.compile(r"^(?:[同其该此本这那比较预计]|项目|总)")


def example_candidates(articles: Sequence[Article]) -> list[tuple[str, str]]:
    """Questions on exact figures that the articles give, one an article at most, each with the figure's text.

    ``("签约项目一共多少个？", "53个")``-like pairs: the subject stands right before its figure and names itself.
    Those that count what most articles count (项目, 增长) come first, each thing once before any comes again,
    and of one thing those whose subject says most of itself.
    """
    counting: defaultdict[_Counted, set[int]] = defaultdict(set)
    askable: dict[int, Figure] = {}
    for number, article in enumerate(articles):
        for figure in _named_figures(article):
            counting[_counted(figure)].add(number)
            if number not in askable and _can_be_asked(figure):
                askable[number] = figure
    groups: defaultdict[_Counted, dict[str, str]] = defaultdict(dict)
    for figure in sorted(askable.values(), key=lambda figure: -len(figure.subject)):
        groups[_counted(figure)][_question(figure)] = figure.text
    by_reach = sorted(groups, key=lambda counted: -len(counting[counted]))
    rounds = zip_longest(*(groups[counted].items() for counted in by_reach))
    return [pair for one_of_each in rounds for pair in one_of_each if pair is not None]


def _named_figures(article: Article) -> Iterator[Figure]:
    """The figures that stand right behind what they are of."""
    for span in split_sentences(article.text):
        sentence = article.text[span.start : span.end]
        for figure in find_figures(sentence):
            if figure.subject and f"{figure.subject}{figure.text}" in sentence:
                yield figure


def _counted(figure: Figure) -> _Counted:
    """The last word before the figure, and the kind of figure that it is."""
    return rjieba.cut(figure.subject)[-1], figure.kind


def _can_be_asked(figure: Figure) -> bool:
    return (
        _reads_well(figure)
        and figure.kind in ("money", "count", "area", "weight", "share")
        and figure.bound == "exact"
        and not figure.indefinite
        and _SUBJECT.fullmatch(figure.subject) is not None
        and not _POINTING.match(figure.subject)
    )


def _reads_well(figure: Figure) -> bool:
    """Whether the subject begins like a phrase of its own and, where it is asked what it *is*, ends with a noun."""
    tags = [tag for _, tag in rjieba.tag(figure.subject)]
    if not tags or tags[0][0] in _DEPENDENT_TAGS:
        return False
    is_plain = figure.kind == "count" or bool(figure.direction)
    return is_plain or (tags[-1] in _NOUN_TAGS and len(tags) > 1)


def _question(figure: Figure) -> str:
    if figure.kind == "share" and figure.direction:
        return f"{figure.subject}多少？"
    if figure.kind == "count":
        return f"{figure.subject}多少{figure.measure_text}？"
    return f"{figure.subject}是多少？"


def is_good(answer: Answer, figure: str) -> bool:
    """Whether an answer gives the figure it was asked for, and nothing that its quotes do not carry."""
    return (
        not answer.refused
        and any(figure in citation.quote for citation in answer.citations)
        and figure in answer.answer
        and all(item.supported for item in answer.figures)
    )


class ExampleFinder:
    """Looks for examples while nobody else asks, once for each generation of the archive."""

    def __init__(self, answers: AnswerQueue, workspace: Workspace, conversations: ConversationStore) -> None:
        self._answers, self._workspace, self._conversations = answers, workspace, conversations
        self._lock = threading.Lock()
        self._looking: set[int] = set()
        self._closed = threading.Event()

    def questions(self) -> list[str] | None:
        """The examples of the archive as it is now; None while they are being looked for, which this call begins."""
        try:
            generation = self._workspace.store.generation
        except BaowenError:
            return []
        known = self._conversations.examples(generation)
        if known is None:
            self._begin(generation)
        return known

    def close(self) -> None:
        """Look no further."""
        self._closed.set()

    def _begin(self, generation: int) -> None:
        with self._lock:
            if generation in self._looking:
                return
            self._looking = {generation}
        threading.Thread(target=self._look, args=(generation,), name="examples", daemon=True).start()

    def _look(self, generation: int) -> None:
        try:
            found = self._found(generation)
        except BaowenError as error:
            log_error(error)
            found = []
        if not self._closed.is_set() and generation in self._looking:
            self._conversations.set_examples(generation, found)

    def _found(self, generation: int) -> list[str]:
        articles = self._workspace.store.articles(SearchFilter(), limit=_ARTICLES)
        good: list[str] = []
        for question, figure in example_candidates(articles)[:_TRIED]:
            if len(good) == WANTED or self._closed.is_set() or generation not in self._looking:
                break
            answer = self._answer(question)
            if answer is not None and is_good(answer, figure):
                good.append(question)
        return good

    def _answer(self, question: str) -> Answer | None:
        """What is answered, asked again as often as somebody else came between."""
        while not self._closed.is_set():
            try:
                with self._answers.ask(Inquiry(question, background=True)) as stream:
                    for event in stream:
                        if isinstance(event, AnswerReady):
                            return event.answer
                    if not stream.cancelled.is_set():
                        return None
            except BusyError:
                pass  # somebody asks: the example waits its turn and is asked again
            time.sleep(_PAUSE_SECONDS)
        return None
