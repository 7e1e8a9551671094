"""From a match of the grammar to figures: values, units and bounds. Subjects are added afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rag.chinese.figures.patterns import ELEMENT
from rag.chinese.figures.record import Figure
from rag.chinese.figures.special import (
    add_bounds,
    date_figure,
    make_figure,
    read_clock,
    read_date,
    read_doubling,
    read_fraction,
    read_half,
    read_ordinal,
    read_score,
)
from rag.chinese.figures.units import ORDINAL_UNITS, UNITS
from rag.chinese.figures.written_numbers import WrittenNumber, add_half, find_unit, read_written
from rag.chinese.numerals import ARABIC, DIGIT_CLASS, DIGITS, SCALES, read_scale

_LAST_PART = re.compile(rf"(?:{ARABIC}[十百千万亿]*|[{DIGIT_CLASS}])$")
_SIGNS = {"$": "美元", "¥": "元", "￥": "元", "€": "欧元", "£": "英镑"}


def read_figures(text: str) -> list[Figure]:
    """Every figure of ``text`` (already folded to half width), in order, without subject, period or direction."""
    figures: list[Figure] = []
    position = 0
    search = ELEMENT.search
    while match := search(text, position):
        reader = _READERS.get(match.lastgroup or "")
        found = reader(match, text) if reader else []
        figures.extend(found)
        position = _next_position(match, found, text)
    return figures


def _next_position(match: re.Match[str], found: list[Figure], text: str) -> int:
    if found:
        return max(found[-1].end, match.start() + 1)
    if match.lastgroup in {"skipped", "slogan"}:
        return match.end()
    # Nothing was counted: step over this run of numerals, not over what follows it (3年零4个月).
    end = match.start() + 1
    arabic = text[match.start()].isdigit()
    while end < len(text) and (text[end].isdigit() if arabic else text[end] in SCALES or text[end] in DIGITS):
        end += 1
    return end


# -- one reader for each branch of the grammar -----------------------------------------------------------------


def _read_counted(match: re.Match[str], text: str, prefix: str) -> list[Figure]:
    start = match.start()
    try:
        first = read_written(
            match[f"{prefix}n1"], match[f"{prefix}m1"], match[f"{prefix}s1"], counted=bool(match[f"{prefix}u1"])
        )
    except ValueError:
        # 五七个 and 1万3千万元 are no numbers; their last part still claims something.
        last = _LAST_PART.search(match[f"{prefix}n1"])
        if last is None or not match[f"{prefix}u1"]:
            return []
        start += last.start()
        first = read_written(last.group(), match[f"{prefix}m1"], match[f"{prefix}s1"])
    unit_text = match[f"{prefix}u1"] or ""
    second_text = match[f"{prefix}n2"]
    if second_text and not text[max(0, match.start() - 4) : match.start()].rstrip("近约的在").endswith(("从", "由")):
        ranged = _read_range(match, first, prefix)
        if ranged:
            return [add_bounds(ranged, text)]
    end = _end_of_first(match, prefix)
    if unit_text:
        first, unit_text, end = add_half(first, unit_text, text, end)
    return [
        add_bounds(
            make_figure(text[start:end], start, first, find_unit(unit_text), first.scale_text + unit_text), text
        )
    ]


def _end_of_first(match: re.Match[str], prefix: str) -> int:
    return max(match.end(f"{prefix}{group}1") for group in "nmsu")


def _read_range(match: re.Match[str], first: WrittenNumber, prefix: str) -> Figure | None:
    try:
        second = read_written(match[f"{prefix}n2"], match[f"{prefix}m2"], match[f"{prefix}s2"])
    except ValueError:
        return None
    first_unit, second_unit = match[f"{prefix}u1"] or "", match[f"{prefix}u2"] or ""
    if first_unit and second_unit and find_unit(first_unit) != find_unit(second_unit):
        return None
    if first_unit and not second_unit:
        return None
    low = first.value
    if not first.scale_text and not first_unit and second.scale_text:
        low *= read_scale(second.scale_text)
    if low >= second.value:
        return None
    unit = second_unit or first_unit
    number = replace(second, value=low, upper=second.value, written=first.written)
    return make_figure(match.group(), match.start(), number, find_unit(unit), second.scale_text + unit)


def _read_arabic(match: re.Match[str], text: str) -> list[Figure]:
    number = match["an1"]
    if not match["au1"] and not match["an2"] and re.fullmatch(r"(?:19|20)\d\d", number) and not match["am1"]:
        return [date_figure(match.start(), number, number, "", "")]
    figures = _read_counted(match, text, "a")
    sign = match["sign"]
    if sign and figures and figures[0].unit == "":
        unit = UNITS[_SIGNS[sign]]
        figures[0] = replace(
            figures[0], unit=unit.name, kind=unit.kind, measure_text=figures[0].measure_text + unit.name
        )
    return [_ranked(figure, text) for figure in figures]


def _ranked(figure: Figure, text: str) -> Figure:
    """``前10名``, ``前三位`` name a rank, ``十九届`` says which."""
    if figure.unit in ORDINAL_UNITS:
        return replace(figure, kind="ordinal")
    start = figure.start
    if start and text[start - 1] == "前" and figure.unit in {"名", "位", "强", ""} and figure.bound == "exact":
        return replace(figure, text="前" + figure.text, start=start - 1, kind="rank", unit="前")
    return figure


def _read_chinese(match: re.Match[str], text: str) -> list[Figure]:
    written, unit = match["cn1"], match["cu1"]
    if written[0] in "百千万亿" and not _bare_scale_allowed(text, match.start()):
        return []
    if written == "一" and _is_article(unit, text, match.end("cu1")):
        return []
    if written == "一" and text[match.start() - 1 : match.start()] in {
        "之",
        "统",
        "唯",
        "同",
        "进",
        "逐",
        "每",
        "某",
        "另",
        "这",
        "那",
        "哪",
    }:
        return []
    complete = bool(unit or match["cu2"]) or (
        len(written) >= 3 and not text.startswith(("大", "届", "五", "运"), match.end("cn1"))
    )
    if not complete and not (match["cm1"] or (written[0] in "几数上" and len(written) > 2)):
        return []
    if unit is None and match["cu2"] is None and match["cm1"] == "来":
        return []
    figures = [_ranked(figure, text) for figure in _read_counted(match, text, "c")]
    if figures and written == "一" and figures[0].bound == "exact" and figures[0].upper is None:
        figures[0] = replace(figures[0], indefinite=True)
    return figures


_ARTICLE_ONLY = frozenset("批 起 轮 处 届 头 片 层 班 口 对 组 块 期".split())


def _is_article(unit: str | None, text: str, end: int) -> bool:
    """Whether 一 + ``unit`` only names a thing (一批项目, 新一轮) or repeats it (一件件)."""
    return unit is not None and (unit in _ARTICLE_ONLY or text.startswith(unit, end))


def _bare_scale_allowed(text: str, start: int) -> bool:
    return text[max(0, start - 1) : start] in {"近", "超", "过", "逾", "约", "达", "破"}


def _read_slogan(match: re.Match[str], _text: str) -> list[Figure]:
    """A quoted amount (“102个”, “600名士兵”) counts; a name that begins with a number (“861金融暖春”) does not."""
    inner = match["slogan_text"]
    found = read_figures(inner)
    if not found or not found[0].unit or found[0].start:
        return []
    if not inner[0].isdigit() and len(found[0].text) != len(inner):
        return []
    offset = match.start("slogan_text")
    return [replace(figure, start=offset + figure.start, end=offset + figure.end) for figure in found]


_READERS: dict[str, Callable[[re.Match[str], str], list[Figure]]] = {
    "slogan": _read_slogan,
    "date": read_date,
    "clock": read_clock,
    "score": read_score,
    "ordinal": read_ordinal,
    "fraction": read_fraction,
    "doubling": read_doubling,
    "half_figure": read_half,
    "arabic": _read_arabic,
    "chinese": _read_chinese,
}
