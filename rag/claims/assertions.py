"""All that an article asserts and the index keeps: its figures, its days, and who holds which office.

Beside the claim itself: whether it still stood when printed, the place it holds for once 全区 is resolved by the
article, and the sentence around it. Offsets are into ``article.text``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rag.chinese.sentences import Span, split_sentences
from rag.chinese.times.calendar_days import shift_months
from rag.claims.office_claims import has_office, office_namings
from rag.claims.reading import SentenceReading, content_words, read_claims
from rag.claims.record import Claim, Period
from rag.claims.slots import level_of, places_in
from rag.claims.standing import Standing, standings
from rag.records import Article

Sort = Literal["figure", "day", "office"]

_DAY = re.compile(r"\d\s*[日号]|[０-９]\s*[日号]|[一二三四五六七八九十]日")
_LEAST_CERTAIN = 0.7
_OPENING_CHARACTERS = 240
_TOO_LONG_AGO = 240
"""Days after which a day without a year is rather one to come."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One claim of an article with what is known of it beside its own words.

    Of a ``day`` the claim's period is that day; of an ``office`` its ``thing`` is whose office it is, its ``act`` the
    title, and ``[start, end)`` the name. ``place`` is the nearest place it holds for, by its name where the article
    tells it; empty where nothing does.
    """

    claim: Claim
    sort: Sort
    standing: Standing
    place: str
    sentence: Span


def read_assertions(article: Article) -> tuple[Assertion, ...]:
    """Every assertion of ``article``, figures first, then days and offices, each in order."""
    sentences = split_sentences(article.text)
    home = home_places(article)
    figures = [item for item in standings(article.text, read_claims(article)) if item.claim.figure is not None]
    found: list[Assertion] = []
    position = 0
    for item in figures:
        while position + 1 < len(sentences) and sentences[position].end <= item.claim.start:
            position += 1
        found.append(Assertion(item.claim, "figure", item.standing, place_of(item.claim, home), sentences[position]))
    for span in sentences:
        found += _others(article, span, home)
    return tuple(found)


def _others(article: Article, span: Span, home: tuple[str, ...]) -> Iterator[Assertion]:
    """The days and the offices of one sentence."""
    text = article.text[span.start : span.end]
    days, offices = _DAY.search(text) is not None, has_office(text)
    if not days and not offices:
        return
    reading = SentenceReading(text, article.date)
    if days:
        for claim in _day_claims(reading):
            yield Assertion(_moved(claim, span.start), "day", "stands", place_of(claim, home), span)
    if offices:
        for naming in office_namings(text):
            claim = reading.claim(naming.start, naming.end)
            claim = replace(claim, thing=naming.body, act=naming.title)
            yield Assertion(_moved(claim, span.start), "office", "stands", place_of(claim, home), span)


def _day_claims(reading: SentenceReading) -> Iterator[Claim]:
    """A claim for each named day, or stretch of days, of a sentence; its words are those of the whole sentence."""
    for mention in reading.times:
        if mention.kind == "relative" or mention.certainty < _LEAST_CERTAIN or not _DAY.search(mention.text):
            continue
        written = re.search(r"\d{4}|年", mention.text) is not None
        first, last = mention.first, mention.last
        if reading.published is not None and not written and (reading.published - last).days > _TOO_LONG_AGO:
            first, last = shift_months(first, 12), shift_months(last, 12)  # 要求7月20日前完成, printed on July 16
        claim = reading.claim(mention.start, mention.end)
        said = written or reading.published is not None
        period = Period(first, last, mention.text, said, mention.text.startswith("截"))
        yield replace(claim, period=period, words=content_words(reading.text))


def _moved(claim: Claim, offset: int) -> Claim:
    return replace(
        claim,
        start=claim.start + offset,
        end=claim.end + offset,
        clause_start=claim.clause_start + offset,
        clause_end=claim.clause_end + offset,
    )


def home_places(article: Article) -> tuple[str, ...]:
    """The places named in an article's headline and opening, those it names most first; of equals the first named."""
    opening = f"{article.title}\n{article.text[:_OPENING_CHARACTERS]}"
    named = dict.fromkeys(place for place in places_in(opening) if not place.startswith("全"))
    return tuple(sorted(named, key=lambda place: -article.text.count(place)))


def place_of(claim: Claim, home: tuple[str, ...]) -> str:
    """The nearest place a claim holds for; 全区 by the article's own name for it, where it has one."""
    nearest = claim.places[0] if claim.places else ""
    if not nearest:
        return home[0] if home else ""
    if not nearest.startswith("全"):
        return nearest
    return next((place for place in home if level_of(place) == level_of(nearest)), nearest)
