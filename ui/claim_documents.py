"""Claims as JSON, as rows of a table, and as CSV or Excel; pure but for the file that is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from rag.claims.finding import FoundClaims
from rag.claims.index_rows import FoundClaim
from rag.claims.series import Series, SeriesPoint
from rag.records import JsonObject
from ui.serialisation import date_text

COLUMNS = tuple(
    "数字 figure|数值 value|单位 unit|事物 thing|地方 place|起 from|止 to|时间 period|口径 measure|性质 kind|"
    "类别 member|效力 standing|原句 sentence|标题 title|日期 date|报纸 paper|版 page|编号 article".split("|")
)
"""The headings of a table of claims."""

MOODS = {
    "fact": "事实",
    "plan": "计划",
    "forecast": "预计",
    "denied": "否认",
    "cancelled": "取消",
    "hearsay": "传闻",
}
"""What the kinds of claims are called."""
MEASURES = {"level": "总量", "rise": "增长", "fall": "下降", "share": "占比", "rank": "位次"}
"""What the measures of figures are called."""
_STANDINGS = {"stands": "", "former": "原先 former", "withdrawn": "已更正或不实 withdrawn"}


def claim_slots_json(found: FoundClaim) -> JsonObject:
    """What a claim says slot by slot; null where it says nothing."""
    claim = found.claim
    period = claim.period
    said = {"first": date_text(period.first), "last": date_text(period.last), "text": period.text} if period else None
    return {
        "subject": found.place or None,
        "act": claim.act or None,
        "thing": claim.thing or None,
        "measure": claim.measure if claim.figure is not None else None,
        "period": said,
        "mood": claim.mood,
        "member": _members(found) or None,
        "event": None,
        "corrected_by": found.corrected_by or None,
    }


def claim_json(found: FoundClaim) -> JsonObject:
    """One claim: ``article.text[quote_start:quote_end] == quote``, ``[start, end)`` is the figure."""
    figure = found.claim.figure
    return {
        "text": found.text,
        "value": float(figure.value) if figure is not None else None,
        "unit": figure.unit if figure is not None else None,
        "standing": found.standing,
        "claim": claim_slots_json(found),
        "article_id": found.article_id,
        "title": found.title,
        "date": date_text(found.date),
        "source": found.source,
        "page": found.page,
        "quote": found.quote,
        "start": found.claim.start,
        "end": found.claim.end,
        "quote_start": found.sentence.start,
        "quote_end": found.sentence.end,
    }


def claims_json(found: FoundClaims, series: Sequence[Series]) -> JsonObject:
    """What a query on the claims found."""
    return {
        "claims": [claim_json(item) for item in found.claims],
        "series": [_series_json(item) for item in series],
        "count": len(found.claims),
        "looked_at": found.looked_at,
        "total": found.total,
    }


def _series_json(series: Series) -> JsonObject:
    return {
        "thing": series.thing,
        "subject": series.place or None,
        "unit": series.unit,
        "measure": series.measure,
        "mood": series.mood,
        "points": [_point_json(point) for point in series.points],
    }


def _point_json(point: SeriesPoint) -> JsonObject:
    return {
        "first": point.first.isoformat(),
        "last": point.last.isoformat(),
        "claim": claim_json(point.claim),
        "revised": [claim_json(item) for item in point.revised],
        "contradicting": [claim_json(item) for item in point.contradicting],
    }


def claim_line(found: FoundClaim) -> str:
    """One claim on two lines: figure, what of, when and how; then its sentence and where it stands."""
    claim = found.claim
    period = claim.period.text if claim.period else "时间未写明"
    words = (claim.thing, found.place, period, MOODS[claim.mood], _STANDINGS[found.standing])
    facts = " · ".join(word for word in words if word)
    place = " · ".join(part for part in (date_text(found.date) or "", found.source, found.page) if part)
    return f"{found.text}　{facts}\n    “{found.quote.strip()}”《{found.title}》 {place} · {found.article_id}"


def claim_rows(claims: Iterable[FoundClaim]) -> list[tuple[str | float, ...]]:
    """The rows of a table of claims, under ``COLUMNS``."""
    return [_row(found) for found in claims]


def _row(found: FoundClaim) -> tuple[str | float, ...]:
    claim, figure, period = found.claim, found.claim.figure, found.claim.period
    return (
        found.text,
        float(figure.value) if figure is not None else "",
        figure.unit if figure is not None else "",
        claim.thing,
        found.place,
        period.first.isoformat() if period else "",
        period.last.isoformat() if period else "",
        period.text if period else "",
        MEASURES[claim.measure],
        MOODS[claim.mood],
        _members(found),
        _STANDINGS[found.standing],
        found.quote.strip(),
        found.title,
        date_text(found.date) or "",
        found.source,
        found.page,
        found.article_id,
    )


def _members(found: FoundClaim) -> str:
    return "、".join(member for _, member in sorted(found.claim.members))


def claims_csv(claims: Iterable[FoundClaim]) -> str:
    """The table as CSV, with a byte order mark so that Excel reads it as UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for row in claim_rows(claims):
        writer.writerow([_harmless(cell) for cell in row])
    return "\ufeff" + written.getvalue()


def _harmless(cell: str | float) -> str | float:
    """A cell that a spreadsheet takes for text: the paper's words may begin like a formula."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def write_claims_xlsx(path: Path, claims: Iterable[FoundClaim]) -> None:
    """Write the table as an Excel workbook of one sheet.

    Raises:
        OSError: the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "数字 claims"
    sheet.append(list(COLUMNS))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in claim_rows(claims):
        sheet.append([_harmless(cell) for cell in row])
    for letter, width in (("A", 14), ("D", 24), ("M", 60), ("N", 30)):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    book.save(path)
