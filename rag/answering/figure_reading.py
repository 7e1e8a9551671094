"""From a match of the grammar to figures: values, units and bounds. Subjects are added afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.answering.figure_patterns import BOUND_AFTER, BOUND_BEFORE, ELEMENT
from rag.answering.figure_record import Bound, Figure
from rag.answering.units import ORDINAL_UNITS, UNITLESS, UNITS, Kind, Unit
from rag.numerals import ARABIC, DIGIT_CLASS, DIGITS, SCALES, read_number, read_scale

_PAIR = re.compile(r"([一二两三四五六七八九十百千]*?)([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]*)")
_MEASURED_KINDS = frozenset({"money", "area", "length", "weight", "time_span", "other"})
_OTHER_WORD = re.compile("[种样名家次元少数方层边面个下额人款批位项边晶功彩套]")
_LAST_PART = re.compile(rf"(?:{ARABIC}[十百千万亿]*|[{DIGIT_CLASS}])$")
_SIGNS = {"$": "美元", "¥": "元", "￥": "元", "€": "欧元", "£": "英镑"}
_RANK_BEFORE = re.compile(
    r"(?:居|排名|排|位列|列|获|获得|名列|夺得|全[市省国县区州球]|世界|同比)(?:全[市省国县区州球]|世界|各县区)*$"
)
_RATE = re.compile(r"(.+?)/(.+)")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as written: its digits, scale, value, and the bound its own form carries (多, 余, 几)."""

    value: Decimal
    written: Decimal
    scale_text: str
    bound: Bound = "exact"
    upper: Decimal | None = None


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
    # Nothing was counted: step over this run of numerals, not over what follows it.
    end = match.start() + 1
    while end < len(text) and (text[end] in SCALES or text[end] in DIGITS or text[end].isdigit()):
        end += 1
    return end


def _number(written: str, more: str | None, scale: str | None) -> _Number:
    """Read ``written`` + 多/余/几 + scale; ValueError when the characters are no number."""
    factor = read_scale(scale or "")
    bound: Bound = "over" if more else "exact"
    if written[0] in "几数上":
        value = Decimal(read_scale(written[1:])) * factor
        return _Number(value, value, "", "at_least" if written[0] == "上" else "several")
    body = written.rstrip(" 十百千万亿\u3000\xa0") if written[0].isdigit() else written
    compact = re.sub(r"\s", "", written)
    try:
        value = read_number(compact)
    except ValueError:
        pair = _PAIR.fullmatch(written)
        if pair is None or DIGITS[pair[3]] - DIGITS[pair[2]] not in ((1, 2) if pair[2] == "三" else (1,)):
            raise
        low, high = (
            read_number(pair[1] + pair[i]) if not pair[4] else read_number(pair[1] + pair[i] + pair[4])
            for i in (2, 3)
        )
        return _Number(low * factor, low, scale or "", "exact", high * factor)
    shown = read_number(body) if body and body[0].isdigit() and _single(body) else value
    scale_text = compact[len(re.sub(r"\s", "", body)) :] + (scale or "")
    return _Number(value * factor, shown, scale_text, bound)


def _single(body: str) -> bool:
    return not any(character in SCALES for character in body)


def _unit(text: str | None) -> Unit:
    if not text:
        return UNITLESS
    if text in UNITS:
        return UNITS[text]
    rate = _RATE.fullmatch(text)
    if rate is None:
        return UNITLESS
    above, below = UNITS[rate[1]], UNITS.get(rate[2])
    name = f"{above.name}/{below.name if below else rate[2]}"
    return Unit(name, "other", f"{above.base}/{below.name if below else rate[2]}", above.factor)


def _with_bounds(figure: Figure, text: str) -> Figure:
    """Widen the figure over the words that bound it, before and after."""
    start, end, bound = figure.start, figure.end, figure.bound
    after = BOUND_AFTER.match(text, end)
    if after and after["over"] and (figure.kind not in _MEASURED_KINDS or _OTHER_WORD.match(text, after.end())):
        after = None
    if after and figure.kind not in {"date", "time_of_day", "ordinal", "rank"}:
        end = after.end()
        bound = _named(after, bound)
    before = BOUND_BEFORE.search(text, max(0, start - 7), start)
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


def _make(match_text: str, start: int, number: _Number, unit: Unit, measure: str, **more: object) -> Figure:
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
        **more,  # type: ignore[arg-type]
    )


# -- one reader for each branch of the grammar -----------------------------------------------------------------


def _read_counted(match: re.Match[str], text: str, prefix: str) -> list[Figure]:
    start = match.start()
    try:
        first = _number(match[f"{prefix}n1"], match[f"{prefix}m1"], match[f"{prefix}s1"])
    except ValueError:
        # 五七个 and 1万3千万元 are no numbers; their last part still claims something.
        last = _LAST_PART.search(match[f"{prefix}n1"])
        if last is None or not match[f"{prefix}u1"]:
            return []
        start += last.start()
        first = _number(last.group(), match[f"{prefix}m1"], match[f"{prefix}s1"])
    unit_text = match[f"{prefix}u1"] or ""
    second_text = match[f"{prefix}n2"]
    if second_text and not text[max(0, match.start() - 4) : match.start()].rstrip("近约的在").endswith(("从", "由")):
        ranged = _read_range(match, first, prefix)
        if ranged:
            return [_with_bounds(ranged, text)]
    end = _end_of_first(match, prefix)
    if unit_text:
        first, unit_text, end = _with_half(first, unit_text, text, end)
    return [_with_bounds(_make(text[start:end], start, first, _unit(unit_text), first.scale_text + unit_text), text)]


def _end_of_first(match: re.Match[str], prefix: str) -> int:
    return max(match.end(f"{prefix}{group}1") for group in "nmsu")


_HALF_AFTER = re.compile(r"半(?![月年个天点数])")
_MORE_INSIDE = re.compile(r"(多|余|半)(月|小时|星期|世纪|钟头)")


def _with_half(number: _Number, unit: str, text: str, end: int) -> tuple[_Number, str, int]:
    """``两年半`` adds a half; ``3个多月`` and ``一个半小时`` have a word inside their unit."""
    inside = _MORE_INSIDE.match(text, end) if unit == "个" else None
    if inside:
        unit = "个" + inside[2]
        if inside[1] == "半":
            value = number.value + Decimal("0.5")
            return replace(number, value=value, written=value), unit, inside.end()
        return replace(number, bound="over"), unit, inside.end()
    if unit in {"年", "天", "小时", "公里", "斤", "倍", "周年", "里"} and _HALF_AFTER.match(text, end):
        value = number.value + Decimal("0.5")
        return replace(number, value=value, written=value), unit, end + 1
    return number, unit, end


def _read_range(match: re.Match[str], first: _Number, prefix: str) -> Figure | None:
    try:
        second = _number(match[f"{prefix}n2"], match[f"{prefix}m2"], match[f"{prefix}s2"])
    except ValueError:
        return None
    first_unit, second_unit = match[f"{prefix}u1"] or "", match[f"{prefix}u2"] or ""
    if first_unit and second_unit and _unit(first_unit) != _unit(second_unit):
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
    return _make(match.group(), match.start(), number, _unit(unit), second.scale_text + unit)


def _read_arabic(match: re.Match[str], text: str) -> list[Figure]:
    number = match["an1"]
    if not match["au1"] and not match["an2"] and re.fullmatch(r"(?:19|20)\d\d", number) and not match["am1"]:
        return [_date(match.start(), number, number, "", "")]
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


def _bare_scale_allowed(text: str, start: int) -> bool:
    return text[max(0, start - 1) : start] in {"近", "超", "过", "逾", "约", "达", "破"}


def _date(start: int, text: str, year: str, month: str, day: str) -> Figure:
    y, m, d = (int(_date_number(part)) if part else 0 for part in (year, month, day))
    unit = ("年" if y else "") + ("月" if m else "") + ("日" if d else "")
    value = Decimal(y * 10_000 + m * 100 + d)
    return Figure(text, start, start + len(text), value, None, unit, unit, "date", written_value=value)


def _date_number(text: str) -> Decimal:
    if len(text) == 4 and not text.isdigit():
        return Decimal("".join(str(DIGITS[character]) for character in text))
    return read_number(text)


def _read_date(match: re.Match[str], _text: str) -> list[Figure]:
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
    month = match["m1"] or match["m3"] or match["m4"] or ""
    day = match["d1"] or match["d3"] or match["d4"] or match["d5"] or ""
    return [_date(match.start(), match.group(), year, month, day)]


def _read_clock(match: re.Match[str], _text: str) -> list[Figure]:
    hour = int(read_number(match["h1"] or match["h2"] or match["h3"]))
    minute_text = match["n1"] or match["n2"] or match["n3"] or match["n4"] or "0"
    minute = {"半": 30, "一刻": 15, "三刻": 45}.get(minute_text) or int(minute_text if minute_text.isdigit() else 0)
    value = Decimal(hour * 100 + minute)
    return [
        Figure(match.group(), match.start(), match.end(), value, None, "时", "时", "time_of_day", written_value=value)
    ]


def _read_score(match: re.Match[str], _text: str) -> list[Figure]:
    first, second = Decimal(match["s1"]), Decimal(match["s2"])
    return [
        Figure(match.group(), match.start(), match.end(), first, second, "比", "比", "other", written_value=first)
    ]


def _read_ordinal(match: re.Match[str], text: str) -> list[Figure]:
    written, unit_text = match["ordinal_number"], match["ordinal_unit"] or ""
    try:
        value = read_number(written)
    except ValueError:
        return []
    ranked = bool(_RANK_BEFORE.search(text, max(0, match.start() - 8), match.start()))
    if not unit_text and not written[0].isdigit() and not ranked:
        return []
    kind: Kind = "rank" if unit_text in {"名", "位"} or (not unit_text and ranked) else "ordinal"
    unit = "" if kind == "rank" else _unit(unit_text).name
    return [
        Figure(match.group(), match.start(), match.end(), value, None, unit, unit_text, kind, written_value=value)
    ]


def _read_fraction(match: re.Match[str], text: str) -> list[Figure]:
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
    number = _Number(value or Decimal(0), value or Decimal(0), "", "over" if match["part_more"] else "exact", high)
    return [_with_bounds(_make(match.group(), match.start(), number, UNITS["%"], ""), text)]


def _read_doubling(match: re.Match[str], text: str) -> list[Figure]:
    value = read_number(match["doublings"] or "一")
    return [
        _with_bounds(
            _make(match.group(), match.start(), _Number(value, value, ""), UNITS["番"], "番", direction="up"), text
        )
    ]


def _read_half(match: re.Match[str], text: str) -> list[Figure]:
    if match["half_unit"]:
        number = _Number(Decimal("0.5"), Decimal("0.5"), "")
        return [
            _with_bounds(
                _make(match.group(), match.start(), number, _unit(match["half_unit"]), match["half_unit"]), text
            )
        ]
    bound: Bound = "over" if match["half_share"] == "过半" else "exact"
    number = _Number(Decimal(50), Decimal(50), "", bound)
    return [_with_bounds(_make(match.group(), match.start(), number, UNITS["%"], ""), text)]


def _read_slogan(match: re.Match[str], _text: str) -> list[Figure]:
    """A quoted figure (“102个”) is one; a name that begins with a number (“861金融暖春”, “两个一百年”) is none."""
    inner = match["slogan_text"]
    found = read_figures(inner)
    if len(found) != 1 or len(found[0].text) != len(inner) or not found[0].unit:
        return []
    offset = match.start("slogan_text")
    return [replace(found[0], start=offset, end=offset + len(inner))]


_READERS: dict[str, Callable[[re.Match[str], str], list[Figure]]] = {
    "slogan": _read_slogan,
    "date": _read_date,
    "clock": _read_clock,
    "score": _read_score,
    "ordinal": _read_ordinal,
    "fraction": _read_fraction,
    "doubling": _read_doubling,
    "half_figure": _read_half,
    "arabic": _read_arabic,
    "chinese": _read_chinese,
}
