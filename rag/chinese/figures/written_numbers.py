"""A number as it is written beside its unit: 190余, 十几, 三四十, 3亿5000万, 两年半."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.chinese.figures.record import Bound
from rag.chinese.figures.units import UNITLESS, UNITS, Unit
from rag.chinese.numerals import DIGITS, SCALES, read_number, read_scale

_PAIR = re.compile(r"([一二两三四五六七八九十百千]*?)([一二两三四五六七八])([二两三四五六七八九])([十百千万亿]*)")
_RATE = re.compile(r"(.+?)/(.+)")


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number as written: its digits, scale, value, and the bound its own form carries (多, 余, 几)."""

    value: Decimal
    written: Decimal
    scale_text: str
    bound: Bound = "exact"
    upper: Decimal | None = None


def read_written(written: str, more: str | None, scale: str | None, *, counted: bool = True) -> WrittenNumber:
    """Read ``written`` + 多/余/几 + scale; ValueError when the characters are no number."""
    factor = read_scale(scale or "")
    bound: Bound = "over" if more else "exact"
    if written[0] in "几数上":
        value = Decimal(read_scale(written[1:])) * factor
        return WrittenNumber(value, value, "", "at_least" if written[0] == "上" else "several")
    compact = re.sub(r"\s", "", written)
    body = compact.rstrip("十百千万亿") if written[0].isdigit() else compact
    try:
        value = read_number(compact)
    except ValueError:
        pair = _PAIR.fullmatch(written)
        if (
            pair is None
            or not counted
            or DIGITS[pair[3]] - DIGITS[pair[2]] not in ((1, 2) if pair[2] == "三" else (1,))
        ):
            raise
        low, high = (
            read_number(pair[1] + pair[i]) if not pair[4] else read_number(pair[1] + pair[i] + pair[4])
            for i in (2, 3)
        )
        return WrittenNumber(low * factor, low, scale or "", "exact", high * factor)
    shown = read_number(body) if body and body[0].isdigit() and _single(body) else value
    scale_text = compact[len(body) :] + (scale or "")
    return WrittenNumber(value * factor, shown, scale_text, bound)


def _single(body: str) -> bool:
    return not any(character in SCALES for character in body)


def find_unit(text: str | None) -> Unit:
    """The unit so written, a rate (``元/平方米``) included; ``UNITLESS`` for one not known."""
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


_HALF_AFTER = re.compile(r"半(?![月年个天点数])")
_MORE_INSIDE = re.compile(r"(多|余|半)(月|小时|星期|世纪|钟头)")


def add_half(number: WrittenNumber, unit: str, text: str, end: int) -> tuple[WrittenNumber, str, int]:
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
