"""Rows of timetables and lists in a page's text: which lines are rows, and where one cell ends and the next begins.

A PDF gives a table without rules as lines whose cells are set apart by spaces, and so it gives prose whose figures
typesetting set apart. Rows are told by what stands below: the same number of cells, figures under figures. Knows
lines of text, not articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.corpus.normalisation import MappedText, join, normalise_folded
from rag.records import SourceRun

_CELL = re.compile(r"\S+(?: (?=[A-Za-z]{2})\S+)*")
_SENTENCE = re.compile(r"[，。；！？“”]|[：:]$")
_FIGURES = re.compile(r"[-+]?[0-9][0-9.,:：~—–-]*(?:%|[\u3400-\u9fff]{0,3})|[-—–]{1,3}")
_FEWEST_ROWS = 2
_FEWEST_CELLS = 3


def row_cells(folded: str) -> tuple[tuple[int, str], ...]:
    """The cells of a line that may be a row, each with where it begins; none for a line that cannot be one."""
    if _SENTENCE.search(folded.strip()):
        return ()
    cells = tuple((match.start(), match.group()) for match in _CELL.finditer(folded))
    return cells if len(cells) >= _FEWEST_CELLS else ()


def find_rows(lines: Sequence[tuple[tuple[int, str], ...]]) -> list[bool]:
    """Which lines are rows, by the ``row_cells`` of neighbouring lines.

    Rows stand together, two at least, with as many cells each, a figure in the same column of all; words over them
    in as many cells are their head.
    """
    found = [False] * len(lines)
    start = 0
    while start < len(lines):
        stop = start + 1
        while stop < len(lines) and lines[start] and _are_alike(lines[stop - 1], lines[stop]):
            stop += 1
        if stop - start >= _FEWEST_ROWS and not _are_letterspaced(lines[start:stop]):
            found[start:stop] = [True] * (stop - start)
            if start and len(lines[start - 1]) == len(lines[start]):
                found[start - 1] = True
        start = stop
    return found


def _are_alike(one: Sequence[tuple[int, str]], other: Sequence[tuple[int, str]]) -> bool:
    """Whether two lines are rows of one table: as many cells, of the same kinds in most columns, figures in some."""
    if len(one) != len(other):
        return False
    kinds = [
        (bool(_FIGURES.fullmatch(a)), bool(_FIGURES.fullmatch(b))) for (_, a), (_, b) in zip(one, other, strict=True)
    ]
    shared, other_kinds = kinds.count((True, True)), sum(a != b for a, b in kinds)
    return shared > 0 and other_kinds <= max(len(kinds) // 4, shared > 1)


def _are_letterspaced(lines: Sequence[Sequence[tuple[int, str]]]) -> bool:
    """Whether most of the cells are single characters, as in lines spread out to fill their column."""
    cells = [text for line in lines for _, text in line]
    return sum(len(text) == 1 for text in cells) * 2 > len(cells)


def row_text(cells: Sequence[tuple[int, str]], start: int, page: int) -> MappedText:
    """A row whose line begins at ``start`` of its page, one space between its cells."""
    pieces: list[MappedText] = []
    for place, text in cells:
        if pieces:
            pieces.append(MappedText(" ", (SourceRun(0, 1, start + place - 1, page),)))
        pieces.append(normalise_folded(text, start + place, page))
    return join(pieces)
