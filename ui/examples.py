"""Example questions that the archive answers well: made from its own sentences, asked once, and only kept if good.

It works in the background, gives way to every visitor's question, and keeps what it found for the archive's
generation, so that the next start shows them at once.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

import rjieba

from rag.chinese.figures import Figure, find_figures
from rag.chinese.sentences import split_sentences
from rag.errors import BaowenError
from rag.records import Article, SearchFilter
from ui.answer_queue import AnswerQueue
from ui.background_questions import BackgroundQuestions, is_good
from ui.conversation_store import ConversationStore
from ui.figure_questions import can_be_asked, question_on
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace

WANTED = 4
_TRIED = 12
"""How many questions are asked at most to find ``WANTED`` good ones."""
_ARTICLES = 400
_Counted = tuple[str, str]


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
            if number not in askable and can_be_asked(figure):
                askable[number] = figure
    groups: defaultdict[_Counted, dict[str, str]] = defaultdict(dict)
    for figure in sorted(askable.values(), key=lambda figure: -len(figure.subject)):
        groups[_counted(figure)][question_on(figure)] = figure.text
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


class ExampleFinder:
    """Looks for examples while nobody else asks, once for each generation of the archive."""

    def __init__(self, answers: AnswerQueue, workspace: Workspace, conversations: ConversationStore) -> None:
        self._asking, self._workspace, self._conversations = BackgroundQuestions(answers), workspace, conversations
        self._lock = threading.Lock()
        self._looking: set[int] = set()

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
        self._asking.close()

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
        if not self._asking.closed and generation in self._looking:
            self._conversations.set_examples(generation, found)

    def _found(self, generation: int) -> list[str]:
        articles = self._workspace.store.articles(SearchFilter(), limit=_ARTICLES)
        good: list[str] = []
        for question, figure in example_candidates(articles)[:_TRIED]:
            if len(good) == WANTED or self._asking.closed or generation not in self._looking:
                break
            answer = self._asking.answer(question)
            if answer is not None and is_good(answer, figure):
                good.append(question)
        return good
