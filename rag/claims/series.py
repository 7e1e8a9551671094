"""Claims of one thing over its periods: the newest report of each, what it revises and what contradicts it.

Claims belong to one series when thing, unit, measure, place and members are the same. Of one period the newest report
holds; an earlier one with another value was revised by it where it is the same paper's or the newer one says that it
corrects, and contradicts it otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.chinese.figures import same_figure
from rag.chinese.lexicon import alternation
from rag.claims.index_rows import FoundClaim
from rag.claims.reading import content_words
from rag.claims.record import Measure, Mood
from rag.claims.slots import places_in

_CORRECTS = re.compile(r"修订|修正|更正|订正|核定|核实|应为|有误")
_CORRECTED = re.compile(r"由(?:初步核算|原先?|此前)?的?$|由初步核算|修订|修正|更正|订正|核定|应为")
_MEASURED = re.compile(alternation("measured_things", "change"))


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One period's value: ``claim`` holds; ``revised`` are earlier values, ``contradicting`` other papers'."""

    first: dt.date
    last: dt.date
    claim: FoundClaim
    revised: tuple[FoundClaim, ...] = ()
    contradicting: tuple[FoundClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one thing, by the end of their periods; facts and plans are told apart by ``mood``."""

    thing: str
    place: str
    unit: str
    measure: Measure
    mood: Mood
    points: tuple[SeriesPoint, ...]


def series_of(claims: Sequence[FoundClaim]) -> tuple[Series, ...]:
    """The series that ``claims`` make, longest first; without a period a claim is of its paper's year to its day."""
    groups: dict[tuple[object, ...], list[FoundClaim]] = {}
    for found in claims:
        if found.claim.figure is not None and _period(found) is not None and found.standing != "former":
            groups.setdefault(_key(found), []).append(found)
    series = [_series(group) for group in groups.values()]
    return tuple(sorted((item for item in series if item.points), key=lambda item: -len(item.points)))


def thing_words(found: FoundClaim) -> tuple[str, ...]:
    """The words that name the thing of a claim, without places and without what says how it is measured."""
    thing = found.claim.thing if len(found.claim.thing) > 1 else " ".join(found.claim.words)
    for place in (*places_in(thing), "全区", "全市", "全县", "全省", "全国"):
        thing = thing.replace(place, "　")
    return content_words(_MEASURED.sub("　", _CORRECTED.sub("　", thing)))


def _key(found: FoundClaim) -> tuple[object, ...]:
    claim = found.claim
    return (thing_words(found), found.place, found.unit, claim.measure, claim.mood, claim.members)


def _period(found: FoundClaim) -> tuple[dt.date, dt.date] | None:
    period = found.claim.period
    if period is not None:
        first = dt.date(period.last.year, 1, 1) if period.is_end else period.first
        return first, period.last
    return (dt.date(found.date.year, 1, 1), found.date) if found.date is not None else None


def _series(group: Sequence[FoundClaim]) -> Series:
    periods: dict[tuple[dt.date, dt.date], list[FoundClaim]] = {}
    for found in group:
        span = _period(found)
        if span is not None:
            periods.setdefault(span, []).append(found)
    points = [_point(span, reports) for span, reports in periods.items()]
    points = [point for point in points if point.claim.standing == "stands"]
    points.sort(key=lambda point: (point.last, point.first))
    sample = group[0]
    return Series(
        "".join(thing_words(sample)),
        sample.place,
        sample.unit,
        sample.claim.measure,
        sample.claim.mood,
        tuple(points),
    )


def _point(span: tuple[dt.date, dt.date], reports: Iterable[FoundClaim]) -> SeriesPoint:
    ordered = sorted(reports, key=lambda item: (item.standing == "stands", item.date or dt.date.min), reverse=True)
    newest, earlier = ordered[0], ordered[1:]
    revised: list[FoundClaim] = []
    contradicting: list[FoundClaim] = []
    for found in earlier:
        if _same_value(newest, found):
            continue
        is_revised = found.standing == "withdrawn" or _revises(newest, found)
        (revised if is_revised else contradicting).append(found)
    return SeriesPoint(*span, newest, tuple(revised), tuple(contradicting))


def _same_value(first: FoundClaim, second: FoundClaim) -> bool:
    one, other = first.claim.figure, second.claim.figure
    return one is not None and other is not None and same_figure(one, other)


def _revises(newer: FoundClaim, older: FoundClaim) -> bool:
    """Whether a later report takes the place of an earlier one rather than contradicting it."""
    if newer.date is None or older.date is None or newer.date <= older.date:
        return False
    return newer.source == older.source or _CORRECTS.search(newer.quote) is not None
