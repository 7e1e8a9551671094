"""Figures beside plain counts: dates, times of day, scores, ordinals, fractions, doublings and halves."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from rag.chinese.figures.patterns import BOUND_AFTER, BOUND_BEFORE
from rag.chinese.figures.record import Bound, Direction, Figure
from rag.chinese.figures.units import UNITS, Kind, Unit
from rag.chinese.figures.written_numbers import WrittenNumber, find_unit
from rag.chinese.numerals import DIGITS, read_number

_RANK_BEFORE = re.compile(
    r"(?:居|排名|排|位列|列|获|获得|名列|夺得|全[市省国县区州球]|世界)(?:全[市省国县区州球]|世界|各县区)*$"
)
_MEASURED_KINDS = frozenset({"money", "area", "length", "weight", "time_span", "other"})
_OTHER_WORD = re.compile("[种样名家次元少数方层边面个下额人款批位项边晶功彩套]")


def add_bounds(figure: Figure, text: str) -> Figure:
    """Widen the figure over the words that bound it, before and after."""
    start, end, bound = figure.start, figure.end, figure.bound
    after = BOUND_AFTER.match(text, end)
    if after and after["over"] and (figure.kind not in _MEASURED_KINDS or _OTHER_WORD.match(text, after.end())):
        after = None
    if after and figure.kind not in {"date", "time_of_day", "ordinal", "rank"}:
        end = after.end()
        bound = _named(after, bound)
    before = BOUND_BEFORE.search(text, max(0, start - 7), start)
    if before and before["near"] and figure.kind == "time_span" and text.startswith(("来", "内", "间", "以来"), end):
        before = None  # 近5年来: the past five years
    if before and figure.kind not in {"date", "time_of_day", "ordinal", "rank"}:
        start = before.start()
        bound = _named(before, bound)
    if (start, end) == (figure.start, figure.end):
        return figure
    return replace(figure, text=text[start:end], start=start, end=end, bound=bound, indefinite=False)


def _named(match: re.Match[str], current: Bound) -> Bound:
    name = match.lastgroup
    if current == "over" and name in {"at_least", "about", "near"}:
        return "over"
    return name if name in {"over", "under", "near", "about", "at_least", "at_most"} else current  # type: ignore[return-value]


def make_figure(
    match_text: str, start: int, number: WrittenNumber, unit: Unit, measure: str, direction: Direction = ""
) -> Figure:
    """A figure at ``start`` with the number as written and its unit."""
    return Figure(
        text=match_text,
        start=start,
        end=start + len(match_text),
        value=number.value,
        upper=number.upper,
        unit=unit.name,
        measure_text=measure,
        kind=unit.kind,
        bound=number.bound,
        written_value=number.written,
        direction=direction,
    )


def date_figure(start: int, text: str, year: str, month: str, day: str) -> Figure:
    """A date from its written parts; an empty part is not said."""
    y, m, d = (int(_date_number(part)) if part else 0 for part in (year, month, day))
    unit = ("年" if y else "") + ("月" if m else "") + ("日" if d else "")
    value = Decimal(y * 10_000 + m * 100 + d)
    return Figure(text, start, start + len(text), value, None, unit, unit, "date", written_value=value)


def _date_number(text: str) -> Decimal:
    if len(text) == 4 and not text.isdigit():
        return Decimal("".join(str(DIGITS[character]) for character in text))
    return read_number(text)


def read_date(match: re.Match[str], _text: str) -> list[Figure]:
    """``2020年12月25日``, ``12月``, ``前三季度``, ``上半年``."""
    if match["quarter"]:
        number = read_number(match["quarter"])
        unit = "前季度" if match["quarters"] == "前" else "季度"
        return [
            Figure(
                match.group(), match.start(), match.end(), number, None, unit, "季度", "date", written_value=number
            )
        ]
    if match["half"]:
        number = Decimal(1 if match["half"] == "上" else 2)
        return [
            Figure(
                match.group(), match.start(), match.end(), number, None, "半年", "半年", "date", written_value=number
            )
        ]
    year = match["y1"] or match["y2"] or match["y3"] or ""
    month = match["m1"] or match["m3"] or match["m4"] or match["m5"] or ""
    day = match["d1"] or match["d3"] or match["d4"] or match["d5"] or ""
    return [date_figure(match.start(), match.group(), year, month, day)]


def read_clock(match: re.Match[str], _text: str) -> list[Figure]:
    """``8时30分``, ``14:05``: hours and minutes as hhmm."""
    hour = int(read_number(match["h1"] or match["h2"] or match["h3"]))
    minute_text = match["n1"] or match["n2"] or match["n3"] or match["n4"] or "0"
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(minute_text) or int(minute_text if minute_text.isdigit() else 0)
    value = Decimal(hour * 100 + minute)
    return [
        Figure(match.group(), match.start(), match.end(), value, None, "时", "时", "time_of_day", written_value=value)
    ]


def read_score(match: re.Match[str], _text: str) -> list[Figure]:
    """``3:0``, ``3比2``: both sides, in order."""
    first, second = Decimal(match["s1"]), Decimal(match["s2"])
    return [
        Figure(match.group(), match.start(), match.end(), first, second, "比", "比", "other", written_value=first)
    ]


def read_ordinal(match: re.Match[str], text: str) -> list[Figure]:
    """``第5次``, ``第一名``; a bare 第一 counts only after 居, 排名, 获 and the like."""
    written, unit_text = match["ordinal_number"], match["ordinal_unit"] or ""
    try:
        value = read_number(written)
    except ValueError:
        return []
    ranked = bool(_RANK_BEFORE.search(text, max(0, match.start() - 8), match.start()))
    if not unit_text and not written[0].isdigit() and not ranked:
        return []
    kind: Kind = "rank" if unit_text in {"名", "位"} or (not unit_text and ranked) else "ordinal"
    unit = "" if kind == "rank" else find_unit(unit_text).name
    return [
        Figure(match.group(), match.start(), match.end(), value, None, unit, unit_text, kind, written_value=value)
    ]


def read_fraction(match: re.Match[str], text: str) -> list[Figure]:
    """``百分之五``, ``三分之一``, ``1/3以上``, as a percentage."""
    try:
        whole = read_number(match["whole"] or match["bottom"])
        part = read_number(match["part"] or match["top"])
        upper = read_number(match["part2"]) if match["part2"] else None
    except ValueError:
        return []
    if not whole:
        return []
    percent = Decimal(100) / whole if whole in (100, 1000, 10_000) else None
    value, high = ((n * percent if percent else n * 100 / whole) if n is not None else None for n in (part, upper))
    number = WrittenNumber(
        value or Decimal(0), value or Decimal(0), "", "over" if match["part_more"] else "exact", high
    )
    return [add_bounds(make_figure(match.group(), match.start(), number, UNITS["%"], ""), text)]


def read_doubling(match: re.Match[str], text: str) -> list[Figure]:
    """``翻一番``: so many doublings."""
    value = read_number(match["doublings"] or "一")
    number = WrittenNumber(value, value, "")
    return [add_bounds(make_figure(match.group(), match.start(), number, UNITS["番"], "番", "up"), text)]


def read_half(match: re.Match[str], text: str) -> list[Figure]:
    """``半数``, ``过半`` as 50%; ``半年`` as half a unit."""
    if match["half_unit"]:
        number = WrittenNumber(Decimal("0.5"), Decimal("0.5"), "")
        return [
            add_bounds(
                make_figure(match.group(), match.start(), number, find_unit(match["half_unit"]), match["half_unit"]),
                text,
            )
        ]
    bound: Bound = "over" if match["half_share"] == "过半" else "exact"
    number = WrittenNumber(Decimal(50), Decimal(50), "", bound)
    return [add_bounds(make_figure(match.group(), match.start(), number, UNITS["%"], ""), text)]
