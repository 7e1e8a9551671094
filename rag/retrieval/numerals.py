"""Chinese numerals to digits, for search only: 一百零二 and 102 find each other.

Search wants one spelling for one number, not arithmetic: what a figure is worth is the business of the answer.
"""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MAGNITUDES = {"万": 10**4, "亿": 10**8}

NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万亿]+")


def read_numeral(text: str) -> int | None:
    """The number that ``text`` spells (``一百零二`` 102, ``二〇二〇`` 2020, ``三千万`` 30000000).

    None where it spells none (``万``, ``百千``); ``text`` matches ``NUMERAL``.
    """
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total = section = 0
    digit: int | None = None
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        elif character in _UNITS:
            if digit is None and (character != "十" or section % 100):
                return None
            section += (1 if digit is None else digit) * _UNITS[character]
            digit = None
        else:
            section += digit or 0
            if section == 0 and total == 0:
                return None
            total = (total + section) * _MAGNITUDES[character] if section else total * _MAGNITUDES[character]
            section, digit = 0, None
    return total + section + (digit or 0)
