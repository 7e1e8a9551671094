"""One quantity over time: 固定资产投资增速怎么变化 is answered by what every report says of it, period by period.

Read from the claims of all articles on the matter, not from the sentence most like the question. Of one period told
twice the newest report counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.answering.saying import day_lead, excerpt
from rag.chinese.lexicon import alternation, words
from rag.chinese.sentences import split_sentences
from rag.chinese.terms import fold
from rag.claims.comparing import compare_place
from rag.claims.question import Question
from rag.claims.reading import content_words, reading_in
from rag.claims.record import Claim, Period
from rag.records import Article

LONGEST = 8
"""How many periods are told, the newest."""
_ASKED = re.compile(alternation("question_words", "series"))
_CHANGE = re.compile(r"增速|增幅|增长|涨幅|降幅")
_GENERIC = frozenset(words("stop_words", "series"))


@dataclass(frozen=True, slots=True)
class Point:
    """What one sentence says of the quantity for one period."""

    period: Period
    claim: Claim
    sentence: Sentence


def asks_for_series(question: str) -> bool:
    """Whether a question wants a quantity over time."""
    return _ASKED.search(question) is not None


def series(question: Question, articles: Iterable[Article]) -> tuple[Point, ...]:
    """The points of the quantity that ``question`` names, by time; fewer than two are no series, so none."""
    wanted = [word for word in content_words(_ASKED.sub("，", question.text)) if word not in _GENERIC]
    wanted = [word for word in wanted if not any(character.isdigit() for character in word)]
    if not wanted:
        return ()
    points: dict[tuple[object, ...], Point] = {}
    for article in sorted(articles, key=lambda item: str(item.date)):
        for point in _points(question, wanted, article):
            points[point.period.first, point.period.last] = point
    found = sorted(points.values(), key=lambda point: (point.period.last, point.period.first))[-LONGEST:]
    return tuple(found) if len(found) > 1 else ()


def _points(question: Question, wanted: Sequence[str], article: Article) -> Iterable[Point]:
    change = _CHANGE.search(question.text) is not None
    for span in split_sentences(article.text):
        text = article.text[span.start : span.end]
        title = fold(article.title)
        if not all(word in title or word in fold(text) for word in wanted):
            continue
        sentence = Sentence(article, span.start, span.end, text, 0, 1.0, 1.0)
        for claim in reading_in(article, span.start, span.end).claims():
            period = claim.period or _of_the_paper(article)
            if period is None or claim.mood != "fact" or not _is_on(wanted, claim, title):
                continue
            if change is not (claim.measure in ("rise", "fall")) or _is_of_another_time(question, period):
                continue
            if compare_place(question, claim).relation != "different":
                yield Point(period, claim, sentence)
                break


def _is_on(wanted: Sequence[str], claim: Claim, title: str) -> bool:
    """Whether a claim tells of all that is wanted, its last word in the claim's own; the title may name the rest."""
    own = fold(f"{claim.text}{''.join(claim.words)}")
    inside = [word for word in wanted if word in own]
    return bool(inside) and wanted[-1] in own and all(word in title for word in wanted if word not in inside)


def _of_the_paper(article: Article) -> Period | None:
    """The day of the paper, for what it tells without a time."""
    return None if article.date is None else Period(article.date, article.date, "", True)


def _is_of_another_time(question: Question, period: Period) -> bool:
    asked = question.period
    return asked is not None and (period.last < asked.first or period.first > asked.last)


def told(point: Point) -> str:
    """``据2021年6月25日报道，1至5月，固定资产投资同比增长18.7%``: the paper's words for one period."""
    text = excerpt(point.sentence, [point.claim]).rstrip("。；，")
    return f"{day_lead(point.sentence, text, [point.claim])}{text}"
