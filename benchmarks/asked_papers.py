"""Which sentences the product reads a second time, for questions whose answers are known; see ``fit_self_check``.

All articles of one hand of ``data/asked`` make the store of one paper, and each question is asked of it on the day of
its article. Kept are the sentences that the reader finds surest, of whatever article: those that answer, and those
that a search takes for an answer, which no author of near misses thinks of.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from asked_examples import Asked, AskedArticle, read_asked
from meaning import workspace_over
from strangers import asking, holds

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Findings
from rag.answering.second_reading import read_first
from rag.generation.generator import Generator
from rag.workspace import Workspace

PAPER = "日报"


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence that ``question`` has read again; ``answers`` where ``article``, on which it was asked, says so."""

    question: str
    sentence: Sentence
    article: AskedArticle
    answers: bool


class _ChosenError(Exception):
    """The reader has chosen; nothing is to be written."""

    def __init__(self, question: str, found: Findings) -> None:
        super().__init__(question)
        self.question, self.found = question, found


def _stop(generator: Generator, question: str, found: Findings) -> Findings:  # noqa: ARG001
    raise _ChosenError(question, found)


def sentences_read(folder: Path, hand: str, questions: int, most: int, first: Workspace) -> Iterator[ReadSentence]:
    """For so many ``questions`` of a file of ``folder``, by chance, the ``most`` surest sentences of each.

    ``first`` has the models to use.
    """
    articles = read_asked(folder, held_out=None, names=[hand])
    asked = [(article, question) for article in articles for question in article.questions]
    random.Random(hand).shuffle(asked)
    with tempfile.TemporaryDirectory() as place:
        pages = Path(place) / hand
        _write(articles, pages)
        store = workspace_over(pages, Path(place) / "stores")
        for article, question in asked[:questions]:
            yield from _read(asking(store, article.day.isoformat(), first), article, question, most)


def _write(articles: list[AskedArticle], pages: Path) -> None:
    pages.mkdir(parents=True)
    for number, article in enumerate(articles):
        name = f"{PAPER}_{article.day:%Y%m%d}_{number % 99 + 1:02}.txt"
        (pages / name).write_text(f"{article.title}\n\n{''.join(article.sentences)}\n", encoding="utf-8")


def _read(space: Workspace, article: AskedArticle, question: Asked, most: int) -> Iterator[ReadSentence]:
    evidence = [] if question.at is None else [article.sentences[question.at]]
    try:
        with patch("rag.answering.writing.read_again", _stop):
            space.assistant.answer(question.text)
    except _ChosenError as stopped:
        for sentence in read_first(stopped.found)[:most]:
            yield ReadSentence(stopped.question, sentence, article, holds(sentence.text, evidence))
