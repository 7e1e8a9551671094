"""Does an answer say what the gold answer says? Numbers are compared whole, by value and unit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rag.chinese.figures import find_figures, same_figure

_MARKER = re.compile(r"\[\d{1,3}\]")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")

_MAGNITUDES = "十百千万亿"
_NUMERALS = "〇零一二两三四五六七八九" + _MAGNITUDES


def plain(text: str) -> str:
    """``text`` without markers, white space, differences of width and case, and thousands separators."""
    return _SEPARATOR.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", _MARKER.sub("", text)))).lower()


def stands_in(alias: str, text: str) -> bool:
    """Whether ``alias`` stands in ``text`` as a whole: 45 does not stand in 145, in 45.6 or in 4,500."""
    wanted, found = plain(alias), plain(text)
    if not wanted:
        return False
    start = found.find(wanted)
    while start >= 0:
        if _is_whole(wanted, found, start):
            return True
        start = found.find(wanted, start + 1)
    figures = find_figures(alias)
    # The whole alias is one figure: another writing of it is as good (3.5亿元, 35000万元).
    if len(figures) == 1 and plain(figures[0].text) == wanted and figures[0].unit:
        return any(same_figure(figures[0], figure) for figure in find_figures(text))
    if wanted.isdigit():  # 2 is 两名
        counts = (figure for figure in find_figures(text) if figure.kind == "count" and figure.upper is None)
        return any(figure.value == int(wanted) and not re.search(r"\d", figure.text) for figure in counts)
    return False


def _is_whole(wanted: str, found: str, start: int) -> bool:
    """Whether no number goes on at either end: not 102 in 102万, not 五家 in 十五家, not 5个 in 5个百分点."""
    before, after = found[:start], found[start + len(wanted) :]
    if wanted[0].isdigit() and re.search(r"\d\.?$", before):
        return False
    if wanted[0] in _NUMERALS and before[-1:] in _NUMERALS and before:
        return False
    if wanted[-1].isdigit() and re.match(rf"\.?\d|[{_MAGNITUDES}]", after):
        return False
    if after and re.search(rf"(?:^|\d)[{_NUMERALS}]+$", wanted) and after[0] in _NUMERALS:
        return False
    return not (wanted.endswith("个") and after.startswith("百分点"))


def all_met(answers: Sequence[Sequence[str]], text: str) -> bool:
    """Whether each group is met by one of its aliases; False for no group at all."""
    return bool(answers) and all(any(stands_in(alias, text) for alias in group) for group in answers)
