"""A series as a Vega-Lite specification, which Gradio's own bundle draws; pure.

Periods stand at their last day. A line joins what is counted alike: what counts from the beginning of one year
(January to May, to June …), or what is of equally many months; a half-year is not joined to a whole one.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import JsonObject
from ui.figure_series import FigureSeries, SeriesRow
from ui.messages import Texts

_COLOURS = ("#a8342a", "#2f6f9f", "#5a7d2a", "#8a6d1a", "#7d766a", "#6b4a8f")
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_INK = "#5f594f"
_SCALES = ((100_000_000, "亿"), (10_000, "万"))


def plot_specification(series: FigureSeries, title: str, texts: Texts) -> JsonObject:
    """Points by period, coloured and shaped by what they are: fact, plan, revised …; a point leads to its row."""
    factor, unit = axis_unit(series)
    values = [_point(number, row, factor, texts) for number, row in enumerate(series.rows, start=1)]
    kinds = list(dict.fromkeys(point["kind"] for point in values))
    colour = {"field": "kind", "scale": {"domain": kinds, "range": list(_COLOURS[: len(kinds)])}, "title": None}
    position = {
        "x": {
            "field": "last",
            "type": "temporal",
            "title": texts.series_period,
            "axis": {"format": "%Y-%m", "labelAngle": 0, "tickCount": 6, "labelOverlap": True},
            "scale": {"padding": 24},
        },
        "y": {"field": "value", "type": "quantitative", "title": unit, "scale": {"zero": False, "padding": 12}},
        "color": {**colour, "type": "nominal", "legend": {"orient": "top", "labelFontSize": 15, "symbolSize": 110}},
    }
    point = {
        **position,
        "shape": {**colour, "type": "nominal", "scale": {"domain": kinds, "range": list(_SHAPES[: len(kinds)])}},
        "tooltip": [
            {"field": "period", "title": texts.series_period},
            {"field": "figure", "title": texts.series_value},
            {"field": "kind", "title": texts.series_standing},
            {"field": "source", "title": texts.source},
        ],
        "href": {"field": "row"},
        "description": {"field": "told"},
    }
    return {
        "description": title,
        "width": "container",
        "height": 280,
        "background": "transparent",
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": values},
        "layer": [
            {
                "transform": [{"filter": "datum.line != null"}],
                "mark": {"type": "line", "strokeWidth": 2, "aria": False},
                "encoding": {**position, "detail": {"field": "line"}},
            },
            {"mark": {"type": "point", "filled": True, "size": 110, "opacity": 1}, "encoding": point},
        ],
        "config": {
            "axis": {
                "labelColor": _INK, "titleColor": _INK, "labelFontSize": 15, "titleFontSize": 15,
                "titleFontWeight": "normal", "gridColor": "#cfc6b7", "gridOpacity": 0.5, "domainColor": "#a39b8d",
            },
            "legend": {"labelColor": _INK},
            "view": {"stroke": None},
        },
        "usermeta": {"embedOptions": {"renderer": "svg", "actions": False}},
    }  # fmt: skip


def _point(number: int, row: SeriesRow, factor: int, texts: Texts) -> JsonObject:
    kind = standing_text(row, texts)
    line = _line(row)
    return {
        "last": f"{row.last.isoformat()}T00:00:00",
        "value": row.value / factor,
        "kind": kind,
        "line": f"{kind} {line}" if row.standing == "holds" else None,
        "period": row.period,
        "figure": row.claim.text,
        "source": f"{row.claim.source} {row.claim.date or ''}".strip(),
        "row": f"#bw-row-{number}",
        "told": f"{row.period}{texts.separator}{row.claim.text}{texts.clause_separator}{kind}",
    }


def _line(row: SeriesRow) -> str:
    months = (row.last.year - row.first.year) * 12 + row.last.month - row.first.month + 1
    from_new_year = (row.first.month, row.first.day) == (1, 1) and months < 12
    return f"from {row.first.year}" if from_new_year else f"{months} months"


def standing_text(row: SeriesRow, texts: Texts) -> str:
    """What a row is: a fact, a plan …, or a report that another took the place of or contradicts."""
    if row.standing == "holds":
        return texts.moods[row.claim.claim.mood]
    return texts.series_revised if row.standing == "revised" else texts.series_contradicting


def axis_unit(series: FigureSeries) -> tuple[int, str]:
    """By what to divide the values, and the unit they then are in: 350亿元 stands at 350 on an axis of 亿元."""
    largest = max((abs(row.value) for row in series.rows), default=0.0)
    for factor, name in _SCALES if series.unit not in ("%", "个百分点", "百分点") else ():
        if largest >= factor:
            return factor, name + series.unit
    return 1, series.unit


def series_name(series: FigureSeries, texts: Texts) -> str:
    """What a series is of: ``固定资产投资 · 澄溪区 · 增减（%）``."""
    measure = texts.measures[series.measure]
    unit = axis_unit(series)[1]
    told: Sequence[str] = (series.thing, series.place, f"{measure}（{unit}）" if unit else measure)
    return " · ".join(part for part in told if part)
