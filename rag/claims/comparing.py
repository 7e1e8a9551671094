"""Question against claim, one comparer a slot, all with one signature.

Each says of its slot that the claim is the same, narrower, wider or different, or that one of the two does not say.
``different`` is never the answer; narrower and unsaid must be said with it. Only closed classes are compared here
(time, place, mood, measure, members, part and whole); whether the thing and the act are those asked for is learned
by the reader (``embeddings.reader``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rag.claims.question import Question
from rag.claims.record import Claim, Period, Slot
from rag.claims.slots import level_of

Relation = Literal["same", "narrower", "wider", "different", "unsaid"]
_LEVEL_ORDER = "国省市县区镇乡村"
_SLACK = dt.timedelta(days=3)
_WHOLE_YEAR_DAYS = 350
_UNDONE = {False: ("denied", "cancelled"), True: ("denied", "cancelled", "plan", "forecast")}
"""Moods that do not answer how much there was; the longer row where the question says that it is done."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One slot's verdict; ``said`` are the claim's own words for it, empty where it says nothing."""

    slot: Slot
    relation: Relation
    said: str = ""


Comparer = Callable[[Question, Claim], Verdict]


def compare_period(question: Question, claim: Claim) -> Verdict:
    """Days against days; a part of what is asked for is narrower, a time that only touches it different."""
    asked, told = question.period, claim.period
    if told is None or asked is None:
        return Verdict("period", "unsaid", told.text if told else "")
    first, last = _in_year_of(told, asked)
    if question.is_why and _is_year_before(told, asked):
        return Verdict("period", "unsaid", told.text)  # the reason for this year's figure lies in 去年
    if first > asked.last or last < asked.first:
        return Verdict("period", "different", told.text)
    starts, ends = abs(first - asked.first) <= _SLACK, abs(last - asked.last) <= _SLACK
    if starts and ends:
        return Verdict("period", "same", told.text)
    if first >= asked.first - _SLACK and last <= asked.last + _SLACK:
        return Verdict("period", _inside(asked, first, last, ends), told.text)
    if first <= asked.first and last >= asked.last:
        return Verdict("period", _around(asked, first, last, told), told.text)
    return Verdict("period", "different", told.text)


def _is_year_before(told: Period, asked: Period) -> bool:
    """Whether a paper of the year asked about speaks of the year before as such: 去年, 上年, 去冬."""
    return told.text[:1] in "去上" and told.first.year + 1 == asked.first.year


def _inside(asked: Period, first: dt.date, last: dt.date, ends: bool) -> Relation:
    """A part of a year may stand for the year while that goes on; a part of 前三季度 is another time."""
    if (asked.last - asked.first).days >= _WHOLE_YEAR_DAYS or (last - first).days <= 1:
        return "narrower"
    return "narrower" if ends and asked.is_end else "different"


def _around(asked: Period, first: dt.date, last: dt.date, told: Period) -> Relation:
    """A day is answered by 近日 or its month; a quarter not by the half-year."""
    if asked.is_end and not told.is_end and (last - first).days > 1:  # 截至9月底 counts from January, 9月 does not
        return "same" if first == dt.date(last.year, 1, 1) and abs(last - asked.last) <= _SLACK else "different"
    if (asked.last - asked.first).days <= 1:
        return "wider"
    if asked.is_end or told.is_end:
        return "same" if abs(last - asked.last) <= _SLACK else "different"
    return "different" if (last - first).days < 2 * 366 else "wider"


def _in_year_of(told: Period, asked: Period) -> tuple[dt.date, dt.date]:
    """The claim's days, moved to the question's year where either year is a guess."""
    if told.year_said and asked.year_said:
        return told.first, told.last
    shift = asked.first.year - told.first.year
    return _moved(told.first, shift), _moved(told.last, shift)


def _moved(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28)


def compare_place(question: Question, claim: Claim) -> Verdict:
    """A named place against a named one of its level; 全市 against a part of it."""
    if not claim.places:
        return Verdict("place", "unsaid")
    told = claim.places[0]
    if not question.places:
        return Verdict("place", "unsaid", told)
    if any(_is_same_place(asked, place) for asked in question.places for place in claim.places):
        return Verdict("place", "same", told)
    if claim.figure is None:
        return Verdict("place", "unsaid", told)  # who won need not be of the place that is told beside him
    asked_level = max(_LEVEL_ORDER.find(level_of(place)) for place in question.places)
    told_level = _LEVEL_ORDER.find(level_of(told))
    if claim.figure.kind in ("rank", "ordinal") and told.startswith("全"):
        return Verdict("place", "unsaid", told)  # 居全市第三位 is told of a district
    if asked_level == told_level and not (told.startswith("全") or any(p.startswith("全") for p in question.places)):
        return Verdict("place", "different", told)
    if told_level > asked_level and told_level - asked_level > 0:
        return Verdict("place", "different", told)  # a district's figure is not the city's
    of_a_whole = told.startswith("全") or any(place.startswith("全") for place in question.places)
    return Verdict("place", "different" if of_a_whole and told_level < asked_level else "wider", told)


def _is_same_place(asked: str, told: str) -> bool:
    if asked == told or asked in told or told in asked:
        return True
    return (asked.startswith("全") or told.startswith("全")) and level_of(asked) == level_of(told)


def compare_mood(question: Question, claim: Claim) -> Verdict:
    """A plan is no fact, and what was denied did not happen."""
    if claim.mood == "fact":
        return Verdict("mood", "different" if question.asks_plan and claim.figure is not None else "same")
    if question.mood == claim.mood or (question.about_plans and claim.mood in ("plan", "forecast")):
        return Verdict("mood", "same", claim.mood_word)
    undone = (
        (claim.figure is not None or question.is_done)
        and claim.mood in _UNDONE[question.is_done]
        and not question.about_plans
    )
    return Verdict("mood", "different" if undone else "narrower", claim.mood_word)


def compare_measure(question: Question, claim: Claim) -> Verdict:
    """A rise is no level, and a share no rise."""
    asked, told = question.measure, claim.measure
    counted = question.kind.kind in ("count", "money")
    if claim.figure is None or (asked is None and not counted):
        return Verdict("measure", "unsaid")
    if asked is None:
        different = told in ("rise", "fall") and claim.figure.kind in ("share", "change")
        return Verdict("measure", "different" if different else "narrower" if told in ("rise", "fall") else "same")
    if asked in ("rise", "fall"):
        changed = told in ("rise", "fall")
        return Verdict("measure", "same" if changed else "different" if told == "share" else "unsaid")
    return Verdict("measure", "different" if told in ("rise", "fall") else "same")


def compare_member(question: Question, claim: Claim) -> Verdict:
    """Of one class of alternatives, the claim must have the member asked for, or none.

    A member that was not asked for narrows, but for an indicator's name, which says what was measured.
    """
    other = other_members(question.members, claim.members)
    if other:
        return Verdict("member", "different", other)
    asked = {kind for kind, _ in question.members} | {"indicator"}
    narrower = sorted(member for kind, member in claim.members if kind not in asked)
    return Verdict("member", "narrower" if narrower else "same", "、".join(narrower))


def other_members(asked: frozenset[tuple[str, str]], told: frozenset[tuple[str, str]]) -> str:
    """The members told of a class of which others are asked for, as one text; empty where none is in the way."""
    for kind, _ in sorted(asked):
        wanted = {member for name, member in asked if name == kind}
        there = {member for name, member in told if name == kind}
        if there and not wanted & there:
            return "、".join(f"{member}{kind}" for member in sorted(there))
    return ""


def compare_whole(question: Question, claim: Claim) -> Verdict:
    """其中 is a part of what was told before."""
    return Verdict("whole", "narrower" if claim.is_part and "其中" not in question.text else "same")


COMPARERS: tuple[Comparer, ...] = (
    compare_period,
    compare_place,
    compare_mood,
    compare_measure,
    compare_member,
    compare_whole,
)


def compare(question: Question, claim: Claim) -> tuple[Verdict, ...]:
    """The verdict of each comparer, in order."""
    return tuple(comparer(question, claim) for comparer in COMPARERS)


def difference(question: Question, claim: Claim) -> Verdict | None:
    """The first slot in which the claim is not what is asked for; None where it may be the answer."""
    return next((verdict for verdict in compare(question, claim) if verdict.relation == "different"), None)
