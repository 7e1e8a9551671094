"""Questions as people type them, written by hand on made-up articles, as pairs for the reader; see ``train_reader``.

``data/asked/*.jsonl`` holds one article a line: ``title``, ``date``, ``sentences`` and ``questions``, each with
the sentence that answers it (``at``) and the words that do (``span``), or ``none`` where the article does not
answer, then often with the sentence that looks most like an answer (``near``). ``data/asked/other_hands`` was written
by hands that wrote none of the others, and is only measured on; ``fit_self_check.py`` learns from it, and from
``data/asked/near_misses``, of eight hands more, and ``data/asked/comparisons``, of five: what must be reckoned or
compared, what became of a matter, whole lists, old rules and new ones.
A passage is what the product gives to the reader: the title, what stands just before, and one sentence.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reader_examples import Example

from rag.answering.verification import CONTEXT_CHARACTERS, TITLE_CHARACTERS
from rag.chinese.spoken_words import as_printed

ASKED = Path(__file__).parents[1] / "data" / "asked"
OTHER_HANDS = ASKED / "other_hands"
NEAR_MISSES = ASKED / "near_misses"
COMPARISONS = ASKED / "comparisons"
_OF_A_YEAR = re.compile(r"\d年|今年|去年|前年|明年|上年|当年")
"""The reader is not told when an article was printed: whether its year is the one asked for it cannot say."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on one article; ``at`` is None where no sentence of it answers, ``near`` one that seems to."""

    text: str
    at: int | None
    span: str
    near: int | None = None


@dataclass(frozen=True, slots=True)
class AskedArticle:
    """An article and what is asked of it."""

    title: str
    day: dt.date
    sentences: tuple[str, ...]
    questions: tuple[Asked, ...]

    @property
    def text(self) -> str:
        """Title and sentences, as one passage."""
        return "\n".join([self.title, *self.sentences])

    def passage(self, at: int) -> str:
        """Sentence ``at`` as the reader sees it."""
        before = "".join(self.sentences[:at])[-CONTEXT_CHARACTERS:]
        return f"{self.title[:TITLE_CHARACTERS]}：{before}{self.sentences[at]}"


def read_asked(folder: Path, *, held_out: bool | None, names: Sequence[str] = ()) -> list[AskedArticle]:
    """The articles to learn from, or the sixth of them that is only measured on; None: both; of files ``names``."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        if names and path.stem not in names:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            title = row["title"]
            if held_out is not None and is_held_out(title) is not held_out:
                continue
            questions = tuple(
                Asked(item["q"], item.get("at"), item.get("span", ""), item.get("near")) for item in row["questions"]
            )
            day = dt.date.fromisoformat(row["date"])
            found.append(AskedArticle(title, day, tuple(row["sentences"]), questions))
    return found


def is_held_out(title: str) -> bool:
    """Whether an article is only measured on."""
    return int(hashlib.sha256(title.encode()).hexdigest(), 16) % 6 == 0


class AskedExamples:
    """Makes pairs of questions and sentences."""

    def __init__(self, articles: Sequence[AskedArticle], seed: int = 0, *, own: int = 2, others: int = 1) -> None:
        self._articles, self._random = articles, random.Random(seed)
        self._own, self._others = own, others
        self._windows = [(i, at) for i, article in enumerate(articles) for at in range(len(article.sentences))]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, (i, at) in enumerate(self._windows):
            for pair in _pairs(articles[i].title + articles[i].sentences[at]):
                self._places[pair].append(place)

    def make(self) -> Iterator[Example]:
        """For each question the sentence that answers and the nearest that do not, of its article and of others."""
        for number, article in enumerate(self._articles):
            for question in article.questions:
                text = self._wording(question.text)
                if question.at is not None:
                    yield self._answered(article, question, question.at, text)
                elif is_of_a_year(question.text):
                    continue
                near = self._near(number, article, question)
                for passage in near:
                    place = passage.rfind(question.span) if question.span else -1
                    if question.at is not None and place >= 0:  # told in what is read before the sentence
                        yield Example(text, passage, place, place + len(question.span), 1.0, "asked")
                    else:
                        yield Example(text, passage, 0, 0, 0.0, "asked, not answered")

    def _wording(self, question: str) -> str:
        """The question as typed or, as often, in the paper's wording: the product reads it so."""
        return as_printed(question) if self._random.random() < 0.5 else question

    def _answered(self, article: AskedArticle, question: Asked, at: int, text: str) -> Example:
        passage = article.passage(at)
        start = len(passage) - len(article.sentences[at]) + article.sentences[at].index(question.span)
        return Example(text, passage, start, start + len(question.span), 1.0, "asked")

    def _near(self, number: int, article: AskedArticle, question: Asked) -> list[str]:
        wanted = _pairs(question.text)
        own = [at for at in range(len(article.sentences)) if at != question.at]
        own.sort(
            key=lambda at: (at != question.near, -len(wanted & _pairs(article.sentences[at])), self._random.random())
        )
        scores: Counter[int] = Counter()
        for pair in wanted:
            for place in self._places.get(pair, ()):
                if self._windows[place][0] != number:
                    scores[place] += 1
        other = [self._windows[place] for place, _ in scores.most_common(6)]
        self._random.shuffle(other)
        return [
            *(article.passage(at) for at in own[: self._own]),
            *(self._articles[i].passage(at) for i, at in other[: self._others]),
        ]


def is_of_a_year(question: str) -> bool:
    """Whether a question names a year."""
    return _OF_A_YEAR.search(question) is not None


def shared_pairs(text: str, other: str) -> int:
    """How many pairs of neighbouring characters two texts share."""
    return len(_pairs(text) & _pairs(other))


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
