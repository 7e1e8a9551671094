"""The series of the page: of one thing, place and measure, facts and plans together, rises and falls signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rag.claims.corrections import with_corrections
from rag.claims.finding import ClaimQuery, FoundClaims, find_claims
from rag.claims.index_rows import FoundClaim, base_key
from rag.claims.series import Series, series_of

if TYPE_CHECKING:
    from rag.corpus.store import ArticleStore

_LIMIT = 500
_NO_AXIS = frozenset({"rank", "ordinal", "date", "time_of_day"})
Standing = Literal["holds", "revised", "contradicting"]


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One report of one period; ``value`` is in the unit that the series is compared in, falls below zero."""

    first: dt.date
    last: dt.date
    standing: Standing
    claim: FoundClaim
    value: float

    @property
    def period(self) -> str:
        """The period as numbers: ``2021``, ``2021-01 – 2021-05``, ``2021-06-08``."""
        first, last = self.first, self.last
        if first == last:
            return str(first)
        if not _is_of_months(first, last):
            return f"{first} – {last}"
        if (first.month, last.month) == (1, 12):
            return str(first.year) if first.year == last.year else f"{first.year} – {last.year}"
        begin, end = f"{first:%Y-%m}", f"{last:%Y-%m}"
        return begin if begin == end else f"{begin} – {end}"


def _is_of_months(first: dt.date, last: dt.date) -> bool:
    return first.day == 1 and (last + dt.timedelta(days=1)).day == 1


@dataclass(frozen=True, slots=True)
class FigureSeries:
    """``rows`` by the end of their periods, of one period the report that holds first."""

    thing: str
    place: str
    unit: str
    measure: str
    rows: tuple[SeriesRow, ...]

    @property
    def key(self) -> str:
        """By what the page asks for this series again."""
        return "|".join((self.thing, self.place, self.unit, self.measure))

    @property
    def periods(self) -> int:
        """How many periods have a figure."""
        return len({(row.first, row.last) for row in self.rows})

    @property
    def claims(self) -> list[FoundClaim]:
        """The claims of all rows."""
        return [row.claim for row in self.rows]


def find_series(store: ArticleStore, query: ClaimQuery) -> tuple[FoundClaims, tuple[FigureSeries, ...]]:
    """The claims of a query, and the series that they make, those of most periods first."""
    found = find_claims(store, query, limit=_LIMIT)
    found = replace(found, claims=with_corrections(store, found.claims))
    return found, figure_series(series_of(found.claims))


def figure_series(series: Sequence[Series]) -> tuple[FigureSeries, ...]:
    """Facts and plans of one thing, place, unit and measure together; what has no place on an axis left out."""
    groups: dict[tuple[str, str, str, str], list[SeriesRow]] = {}
    for item in series:
        measure = "change" if item.measure in ("rise", "fall") else item.measure
        rows = groups.setdefault((item.thing, item.place, item.unit, measure), [])
        rows += _rows(item)
    made = [FigureSeries(*key, tuple(sorted(rows, key=_order))) for key, rows in groups.items() if rows]
    return tuple(sorted(made, key=lambda item: -item.periods))


def _order(row: SeriesRow) -> tuple[dt.date, dt.date, bool, str, bool]:
    return row.last, row.first, row.claim.claim.mood != "fact", row.claim.claim.mood, row.standing != "holds"


def _rows(series: Series) -> Iterator[SeriesRow]:
    for point in series.points:
        yield from _reports(point.first, point.last, "holds", [point.claim])
        yield from _reports(point.first, point.last, "revised", point.revised)
        yield from _reports(point.first, point.last, "contradicting", point.contradicting)


def _reports(first: dt.date, last: dt.date, standing: Standing, claims: Iterable[FoundClaim]) -> Iterator[SeriesRow]:
    for found in claims:
        figure = found.claim.figure
        if figure is not None and figure.kind not in _NO_AXIS:
            value = float(base_key(figure)[1])
            yield SeriesRow(first, last, standing, found, -value if found.claim.measure == "fall" else value)
