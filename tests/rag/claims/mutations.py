"""Sentences of articles with one slot of one claim exchanged, to measure that a check never lets one pass."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.chinese.times.dates import find_times
from rag.claims.assertions import Assertion, read_assertions
from rag.records import Article

_AHEAD = re.compile("计划|力争|预计|将|拟|争取|要求|确保|目标|有望")
_NEW_NAMES = {"区": "东港区", "县": "望海县", "镇": "枫桥镇", "村": "槐荫村", "市": "临江市", "街道": "柳荫街道"}


@dataclass(frozen=True)
class Mutation:
    """A draft sentence; the claim in question is at ``[start, end)`` of it. ``slot`` is what was changed."""

    slot: str
    text: str
    start: int
    end: int
    day: dt.date | None
    original: str


def sentences(article: Article) -> Iterator[Mutation]:
    """Each figure in its own unchanged sentence."""
    for assertion in _figures(article):
        start, text = assertion.sentence.start, _sentence(article, assertion)
        yield Mutation("none", text, assertion.claim.start - start, assertion.claim.end - start, article.date, text)


def mutations(article: Article) -> Iterator[Mutation]:
    """Each figure in its sentence with a digit, the year, the place or the mood exchanged, where it has one."""
    for assertion in _figures(article):
        text = _sentence(article, assertion)
        start = assertion.claim.start - assertion.sentence.start
        end = assertion.claim.end - assertion.sentence.start
        for slot, change in (("digit", _digit), ("year", _year), ("place", _place), ("mood", _mood)):
            for begin, stop, new in change(article, assertion, text, start, end):
                changed = text[:begin] + new + text[stop:]
                moved = len(new) - (stop - begin)
                first = start + moved if stop <= start else start
                last = end + moved if begin < end else end
                yield Mutation(slot, changed, first, last, article.date, text)


Change = Iterator[tuple[int, int, str]]


def _figures(article: Article) -> list[Assertion]:
    return [a for a in read_assertions(article) if a.sort == "figure" and a.standing == "stands"]


def _sentence(article: Article, assertion: Assertion) -> str:
    return article.text[assertion.sentence.start : assertion.sentence.end]


def _digit(article: Article, assertion: Assertion, text: str, start: int, end: int) -> Change:
    digits = [match.start() for match in re.finditer(r"[0-9]", text[start:end])]
    if digits:
        place = start + digits[0]
        yield place, place + 1, str(int(text[place]) % 9 + 1)


def _year(article: Article, assertion: Assertion, text: str, start: int, end: int) -> Change:
    """The time that the claim is of, with a year in which the paper did not yet appear."""
    period = assertion.claim.period
    if period is None or article.date is None or not re.search("[年月季度]", period.text) or "近" in period.text:
        return
    mentions = [m for m in find_times(text, article.date) if m.text == period.text and m.end <= start]
    if not mentions:
        return
    mention = mentions[-1]
    said = re.match(r"截至|截止", mention.text)
    bare = re.sub(r"^(?:截至|截止)?(?:\d{4}年|今年|去年|上年|明年|前年)?的?", "", mention.text)
    yield mention.start, mention.end, (said.group() if said else "") + "2017年" + bare


def _place(article: Article, assertion: Assertion, text: str, start: int, end: int) -> Change:
    places = assertion.claim.places
    if not places or places[0] not in text:
        return
    place = places[0]
    begin = text.rfind(place, 0, end)
    if begin < 0:
        return
    if place.startswith("全") or len(place) < 3:
        other = {"区": "全市", "市": "全省", "镇": "全区", "省": "全国", "国": "全省"}.get(place[-1], "全省")
    else:
        other = _NEW_NAMES.get("街道" if place.endswith("街道") else place[-1], "望海县")
    yield begin, begin + len(place), other


def _mood(article: Article, assertion: Assertion, text: str, start: int, end: int) -> Change:
    claim, offset = assertion.claim, assertion.sentence.start
    if claim.mood == "fact":
        begin = claim.clause_start - offset
        yield begin, begin, "计划"
    elif claim.mood == "plan":
        found = [match for match in _AHEAD.finditer(text) if match.group() in claim.mood_word]
        if len(_AHEAD.findall(text)) == 1 and found:
            yield found[0].start(), found[0].end(), "已"
