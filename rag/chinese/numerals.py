"""Numbers as Chinese newspapers write them, read exactly: ``1,234.5``, ``3.5万``, ``3亿5000万``, ``一百零二``.

Values are ``Decimal``: nothing is rounded, so ``3.5亿`` and ``35000万`` are the same number. What this module does
not know: whether a numeral *counts* something (``十分``, ``万一``); that is for the grammar of figures.
"""

from __future__ import annotations

import re
from decimal import Decimal

from rag.chinese.lexicon import lexicon

DIGITS = {character: int(value) for _, character, value in lexicon("numerals")}
SCALES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "万": 10**4, "亿": 10**8}

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
DIGIT_CLASS = "零〇○一二两三四五六七八九"
# 千 before 克 or 米 belongs to the unit, 百 before 分 to 百分点.
SCALE = r"(?:(?:[十百千]?[万亿]亿?|千(?![克米瓦伏卡赫帕焦])|百(?!分)))"
CHINESE = rf"[{DIGIT_CLASS}十百千万亿]+(?:点[{DIGIT_CLASS}]+[十百千万亿]*)?"
FORMAL = r"[壹贰叁肆伍陆柒捌玖][拾佰仟万亿零壹贰叁肆伍陆柒捌玖]+"

_WIDE = str.maketrans("０１２３４５６７８９．％＋－", "0123456789.%+-")
_WIDE_CHARACTER = re.compile("[０-９．％＋－]")
_WIDE_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_PART = re.compile(rf"({ARABIC})([十百千万亿]*)")


def fold_width(text: str) -> str:
    """``text`` with full-width digits, point and percent sign made half-width; the same length, so offsets hold."""
    if "，" in text and _WIDE_COMMA.search(text):
        text = _WIDE_COMMA.sub(",", text)
    return text.translate(_WIDE) if _WIDE_CHARACTER.search(text) else text


def read_scale(text: str) -> int:
    """The factor of a run of scale characters: ``""`` is 1, ``百万`` is 1,000,000, ``万亿`` is 10**12."""
    factor = 1
    for character in text:
        factor *= SCALES[character]
    return factor


def read_number(text: str) -> Decimal:
    """The value of a written number, Arabic, Chinese or mixed.

    Raises:
        ValueError: the characters do not form a number (``十四五``, ``千方``).
    """
    if text[:1].isdigit():
        return _read_mixed(text)
    whole, point, fraction = text.partition("点")
    if not point:
        return Decimal(_read_chinese(whole))
    digits = re.match(rf"[{DIGIT_CLASS}]+", fraction)
    if digits is None:
        raise ValueError(f"{text!r} has no digit after 点")
    decimals = "".join(str(DIGITS[character]) for character in digits.group())
    return Decimal(f"{_read_chinese(whole)}.{decimals}") * read_scale(fraction[digits.end() :])


def _read_mixed(text: str) -> Decimal:
    total, last, position = Decimal(0), 0, 0
    while position < len(text):
        match = _PART.match(text, position)
        factor = read_scale(match.group(2)) if match else 0
        if match is None or (last and factor >= last):
            raise ValueError(f"{text!r} is not one number")
        total += Decimal(match.group(1).replace(",", "")) * factor
        last, position = factor, match.end()
    return total


def _read_chinese(text: str) -> int:
    if all(character in DIGITS for character in text):
        if len(text) > 1 and not set(text) & set("零〇○"):
            raise ValueError(f"{text!r} is a row of digits, not a number")
        return int("".join(str(DIGITS[character]) for character in text))
    return _ChineseReader().read(text)


class _ChineseReader:
    """Reads 十百千 within sections of 万 and 亿, refusing scales that do not descend."""

    def __init__(self) -> None:
        self.total = 0  # what 亿 closed
        self.middle = 0  # what 万 closed
        self.section = 0
        self.digit: int | None = None
        self.last_small = 10_000
        self.tail = 1  # the scale that stood right before the pending digit, for 三万五

    def read(self, text: str) -> int:
        for position, character in enumerate(text):
            if character in DIGITS:
                self._take_digit(DIGITS[character])
            elif character not in SCALES:
                raise ValueError(f"{character!r} in {text!r} is no numeral")
            elif SCALES[character] < 10_000:
                self._take_small(SCALES[character], first=position == 0)
            else:
                self._take_large(SCALES[character], first=position == 0)
        if self.digit:
            self.section += self.digit * (self.tail // 10 if self.tail >= 100 else 1)
        return self.total + self.middle + self.section

    def _take_digit(self, digit: int) -> None:
        if self.digit:
            raise ValueError("two digits without a scale between them")
        self.digit = digit or None
        if digit == 0:
            self.tail = 1

    def _take_small(self, scale: int, *, first: bool) -> None:
        if scale >= self.last_small or (self.digit is None and not first and scale != 10):
            raise ValueError("scales do not descend")
        self.section += (1 if self.digit is None else self.digit) * scale
        self.digit, self.last_small, self.tail = None, scale, scale

    def _take_large(self, scale: int, *, first: bool) -> None:
        below = self.section + (self.digit or 0) + (1 if first else 0)
        if scale == 10_000:
            if not below or self.middle:
                raise ValueError("万 counts nothing here")
            self.middle = below * scale
        else:
            if self.total or not (below or self.middle):
                raise ValueError("亿 counts nothing here")
            self.total, self.middle = (self.middle + below) * scale, 0
        self.section, self.digit, self.last_small, self.tail = 0, None, 10_000, scale
