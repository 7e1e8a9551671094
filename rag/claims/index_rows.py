"""An assertion to a row of the index and back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rag.chinese.figures import Figure, in_base_unit
from rag.chinese.sentences import Span
from rag.claims.assertions import Assertion, Sort
from rag.claims.record import Claim, Period
from rag.claims.standing import Standing

_PERSONS = frozenset({"人", "名", "位", "员"})


@dataclass(frozen=True, slots=True)
class FoundClaim:
    """A claim out of the index with the article it stands in; ``quote`` is its sentence, at ``sentence``."""

    claim: Claim
    sort: Sort
    standing: Standing
    place: str
    sentence: Span
    quote: str
    article_id: str
    title: str
    date: dt.date | None
    source: str
    page: str
    corrected_by: str = ""
    """The id of the article that puts another figure in its place, where that was looked for."""

    @property
    def text(self) -> str:
        """The characters that answer: a figure, a day or a name."""
        return self.quote[self.claim.start - self.sentence.start : self.claim.end - self.sentence.start]

    @property
    def unit(self) -> str:
        """The unit the figure is compared in; empty for a day or an office."""
        return base_key(self.claim.figure)[0] if self.claim.figure is not None else ""


def base_key(figure: Figure) -> tuple[str, str]:
    """Unit and value under which equal figures are found: 3.5亿元 and 35000万元 alike, 12名 as 12人."""
    unit, value, _ = in_base_unit(figure)
    return key_unit(unit), f"{value.normalize():f}"


def key_unit(base: str) -> str:
    """The unit under which figures of a base unit are found: 人 for whatever counts persons."""
    return "人" if base in _PERSONS else base


def row_of(article_id: str, assertion: Assertion) -> tuple[Any, ...]:
    """The values of ``CLAIM_COLUMNS`` for one assertion."""
    claim, period, figure = assertion.claim, assertion.claim.period, assertion.claim.figure
    unit, value = base_key(figure) if figure is not None else ("", "")
    return (
        article_id,
        assertion.sort,
        claim.start,
        claim.end,
        claim.clause_start,
        claim.clause_end,
        assertion.sentence.start,
        assertion.sentence.end,
        assertion.standing,
        assertion.place,
        claim.thing,
        claim.act,
        claim.measure,
        unit,
        value,
        _figure_text(figure),
        period.first.isoformat() if period else None,
        period.last.isoformat() if period else None,
        period.text if period else None,
        int(period.year_said) if period else None,
        int(period.is_end) if period else None,
        claim.mood,
        claim.mood_word,
        " ".join(claim.places),
        json.dumps(sorted(claim.members), ensure_ascii=False) if claim.members else "",
        int(claim.is_part),
        " ".join(claim.words),
    )


def found_claim(row: tuple[Any, ...]) -> FoundClaim:
    """The claim of a row of ``CLAIM_COLUMNS`` followed by sentence, title, date, source and page."""
    (article_id, sort, start, end, clause_start, clause_end, sentence_start, sentence_end, standing, place) = row[:10]
    (thing, act, measure, _, _, figure, first, last, said_as, year_said, is_end) = row[10:21]
    (mood, mood_word, places, members, is_part, words, quote, title, date, source, page) = row[21:]
    period = None
    if first is not None:
        period = Period(
            dt.date.fromisoformat(first), dt.date.fromisoformat(last), said_as, bool(year_said), bool(is_end)
        )
    claim = Claim(
        start,
        end,
        clause_start,
        clause_end,
        quote[max(0, clause_start - sentence_start) : clause_end - sentence_start],
        _figure(figure, start, end),
        period,
        mood,
        mood_word,
        tuple(places.split()),
        act,
        thing,
        measure,
        frozenset((kind, member) for kind, member in json.loads(members)) if members else frozenset(),
        bool(is_part),
        tuple(words.split()),
    )
    day = dt.date.fromisoformat(date) if date else None
    span = Span(sentence_start, sentence_end)
    return FoundClaim(claim, sort, standing, place, span, quote, article_id, title, day, source, page)


def _figure_text(figure: Figure | None) -> str:
    if figure is None:
        return ""
    upper = None if figure.upper is None else str(figure.upper)
    parts = (figure.text, str(figure.value), upper, figure.unit, figure.measure_text, figure.kind, figure.bound,
             figure.direction, figure.subject, figure.period, str(figure.written_value))  # fmt: skip
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _figure(stored: str, start: int, end: int) -> Figure | None:
    if not stored:
        return None
    text, value, upper, unit, measure_text, kind, bound, direction, subject, period, written = json.loads(stored)
    return Figure(
        text,
        start,
        end,
        Decimal(value),
        None if upper is None else Decimal(upper),
        unit,
        measure_text,
        kind,
        bound,
        direction,
        subject,
        period,
        Decimal(written),
    )
