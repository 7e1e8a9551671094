"""Several events of one kind, gathered from all articles: 五次集中签约总投资合计多少.

The question says how many there are, and that is the check: figures are added up only where exactly so many
different ones were found, each in a sentence that answers the question put for one event. Fewer or more, and there
is no total.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from rag.answering.evidence import Sentence
from rag.answering.orders import gives_orders
from rag.answering.parts import ASKS_TOTAL
from rag.answering.refusal import QUOTE_PRESENCE
from rag.answering.totals import answering_figure
from rag.chinese.figures import Figure, same_figure
from rag.chinese.numerals import read_number
from rag.chinese.terms import fold, strip_question_words

GATHERED_PASSAGES = 24
"""How many passages are gone through, where an answer needs six."""
_COUNTED = re.compile(r"(?:这)?(?P<number>[两二三四五六七八九十]|\d{1,2})(?:次|期|场|批|轮|笔)(?:的)?")
_MOST = 12


@dataclass(frozen=True, slots=True)
class CountedQuestion:
    """A question for the total of ``number`` events, and the same question for one of them."""

    number: int
    single: str


@dataclass(frozen=True, slots=True)
class Item:
    """One event's figure and the sentence it stands in."""

    figure: Figure
    sentence: Sentence


def counted_question(question: str) -> CountedQuestion | None:
    """``云膜公司两次签约投资合计多少`` asks for two; None where no number or no total is asked for."""
    match = _COUNTED.search(question)
    if match is None or not ASKS_TOTAL.search(question):
        return None
    number = int(read_number(match["number"]))
    if not 2 <= number <= _MOST:
        return None
    return CountedQuestion(number, ASKS_TOTAL.sub("", question[: match.start()] + question[match.end() :]))


def item_statement(item: Item, marker: int) -> str:
    """``2020年7月11日：总投资58.3亿元[1]``."""
    day = item.sentence.article.date
    said = f"{day.year}年{day.month}月{day.day}日：" if day else ""
    return f"{said}{item.figure.subject}{item.figure.text}[{marker}]"


def _content_words(question: str) -> list[str]:
    tagged = rjieba.tag(strip_question_words(fold(question)))
    return [word for word, tag in tagged if len(word) > 1 and tag[:1] not in "mtqru" and not word[0].isdigit()]


def gather(question: str, sentences: Sequence[Sentence]) -> tuple[Item, ...]:
    """The different figures that answer ``question``, each from its best sentence, by day of publication.

    A sentence must hold every word of the question that is neither time nor number: a planned total is no signing.
    """
    items: list[Item] = []
    words = _content_words(question)
    for sentence in sentences:
        if gives_orders(sentence.text) or not all(word in fold(sentence.text) for word in words):
            continue
        if sentence.presence is None or sentence.presence < QUOTE_PRESENCE:
            continue
        figure = answering_figure(question, sentence.text)
        if figure is None or any(same_figure(figure, item.figure) for item in items):
            continue
        items.append(Item(figure, sentence))
    return tuple(sorted(items, key=lambda item: (str(item.sentence.article.date), item.sentence.start)))
