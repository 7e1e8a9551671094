"""The grammar of figures: every number of a text with its value, unit, bound and subject, and when two agree.

``近190人`` is not ``190余人``, ``10.5%`` not ``10.5个百分点``, ``3.5亿元`` is ``35000万元``. Dates and times of day
are figures too, of their own kinds. What it does not know: quantities in words alone (许多, 大部分), and Chinese
numerals with a measure word it has not been told of.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from rag.chinese.figures.comparison import in_base_unit, same_figure, supports
from rag.chinese.figures.english import read_english_figures
from rag.chinese.figures.reading import read_figures
from rag.chinese.figures.record import Bound, Direction, Figure
from rag.chinese.figures.subjects import add_subjects
from rag.chinese.figures.units import Kind
from rag.chinese.numerals import fold_width

__all__ = ["Bound", "Direction", "Figure", "Kind", "find_figures", "in_base_unit", "same_figure", "supports"]

_SENTENCE = 300
"""Texts up to so many characters are kept."""
_LATIN_WORD = re.compile(r"[A-Za-z]{2}")


def find_figures(text: str) -> tuple[Figure, ...]:
    """Every figure of ``text``, in order and without overlap; offsets are half-open into ``text``.

    ``find_figures("签约引进各类项目102个，总投资350亿元")`` gives 102 个 of 签约引进各类项目 and
    35,000,000,000 元 of 总投资. What was read of a sentence is kept: one question looks at it many times.
    """
    return _kept(text) if len(text) <= _SENTENCE else _find_figures(text)


def _find_figures(text: str) -> tuple[Figure, ...]:
    folded = fold_width(text)
    figures = read_figures(folded)
    if _LATIN_WORD.search(folded):
        figures = _merge(read_english_figures(folded), figures)
    return tuple(add_subjects([_as_written(figure, text) for figure in figures], text))


_kept = lru_cache(maxsize=4096)(_find_figures)


def _as_written(figure: Figure, text: str) -> Figure:
    """The figure with its own characters (full-width digits, say), without spaces at its ends."""
    shown = text[figure.start : figure.end]
    if shown == figure.text and not (shown[0].isspace() or shown[-1].isspace()):
        return figure
    start = figure.start + len(shown) - len(shown.lstrip())
    return _moved(figure, shown.strip(), start)


def _moved(figure: Figure, shown: str, start: int) -> Figure:
    return replace(figure, text=shown, start=start, end=start + len(shown))


def _merge(first: list[Figure], second: list[Figure]) -> list[Figure]:
    """All of ``first`` and those of ``second`` that touch none of them, by position."""
    taken = {position for figure in first for position in range(figure.start, figure.end)}
    free = [f for f in second if f.start not in taken and f.end - 1 not in taken]
    return sorted([*first, *free], key=lambda figure: figure.start)
