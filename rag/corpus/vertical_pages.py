"""Pages set from top to bottom and right to left, whole or in part: found, and turned so that they read as rows.

Turned by a quarter, a vertical page is a horizontal one: columns become rows from top to bottom, the bands of a page
become its columns from left to right. So one layout serves both, and every character keeps its place in the source.
"""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.corpus.layout_lines import body_size
from rag.corpus.page_geometry import Glyph, PageGeometry, Rectangle, bounding_box

TextDirection = Literal["auto", "vertical"]
"""``vertical`` insists that a page is set from top to bottom where its shape leaves that open."""

_CLEARLY_NEARER = 0.12
"""In em: by how much one neighbour must be nearer than the other to tell how a character is read on."""
_REACH = 2.2
_VERTICAL_SHARE = 0.6
_LEAST_VOTES = 24
_LEAST_COLUMN = 6
_LEAST_ROW = 4
_LARGEST_STEP = 1.5
_WIDE_SHARE = 0.6
_HEADLINE_RATIO = 1.25
_ASCENT = 0.85
_BAND_GAP = 0.7
"""In em: a white stripe across all columns higher than this divides two bands."""


@dataclass(frozen=True, slots=True)
class DirectedPage:
    """The two parts of a page; ``turned`` is the vertical one, ready to be laid out as rows. Either may be None."""

    rows: PageGeometry | None
    turned: PageGeometry | None


def split_directions(page: PageGeometry, direction: TextDirection = "auto") -> DirectedPage:
    """What of ``page`` is read in rows and what in columns from top to bottom."""
    printed = [glyph for glyph in page.glyphs if not glyph.character.isspace()]
    if len(printed) < _LEAST_VOTES and direction == "auto":
        return DirectedPage(page, None)
    neighbours = _Neighbours(printed)
    columns = neighbours.columns()
    votes = sum(len(column) for column in columns)
    crosswise = neighbours.horizontal_votes
    mostly = votes >= _LEAST_VOTES and votes >= _VERTICAL_SHARE * (votes + crosswise)
    if direction == "vertical" or (mostly and _is_prose(columns)):
        rows = neighbours.rows()
        taken = {glyph.index for glyph in printed} - {glyph.index for row in rows for glyph in row}
    else:
        taken = _vertical_blocks(columns, body_size(printed) if printed else 0.0)
    return _split(page, taken)


def _split(page: PageGeometry, vertical: set[int]) -> DirectedPage:
    if not vertical:
        return DirectedPage(page, None)
    inside = tuple(glyph for glyph in page.glyphs if glyph.index in vertical)
    outside = tuple(glyph for glyph in page.glyphs if glyph.index not in vertical)
    has_rows = any(not glyph.character.isspace() for glyph in outside)
    rows = replace(page, glyphs=outside) if has_rows else None
    return DirectedPage(rows, turn(replace(page, glyphs=inside, rules=(*page.rules, *_band_edges(inside)))))


def _band_edges(glyphs: Sequence[Glyph]) -> list[Rectangle]:
    """The white stripes across all columns, which divide the bands of a vertical page as a rule would."""
    printed = [glyph for glyph in glyphs if not glyph.character.isspace()]
    size = body_size(printed)
    left, right = min(glyph.left for glyph in printed), max(glyph.right for glyph in printed)
    edges: list[Rectangle] = []
    bottom = None
    for glyph in sorted(printed, key=lambda item: item.baseline - _ASCENT * item.size):
        top = glyph.baseline - _ASCENT * glyph.size
        if bottom is not None and top - bottom > _BAND_GAP * size:
            middle = (top + bottom) / 2
            edges.append(Rectangle(left, middle, right, middle + 0.5))
        bottom = max(bottom or top, top + glyph.size)
    return edges


def turn(page: PageGeometry) -> PageGeometry:
    """A vertical page turned against the clock: its rightmost column is the first row, its top the left edge."""
    return PageGeometry(
        page.height,
        page.width,
        page.text,
        tuple(_turned_glyph(glyph, page.width) for glyph in page.glyphs),
        tuple(_turned(rectangle, page.width) for rectangle in page.rules),
        tuple(_turned(rectangle, page.width) for rectangle in page.boxes),
        tuple(_turned(rectangle, page.width) for rectangle in page.pictures),
        page.confidences,
    )


def _turned_glyph(glyph: Glyph, width: float) -> Glyph:
    top = glyph.baseline - _ASCENT * glyph.size
    baseline = width - glyph.center + (_ASCENT - 0.5) * glyph.size
    return Glyph(glyph.character, glyph.index, top, top + glyph.size, baseline, glyph.size)


def _turned(rectangle: Rectangle, width: float) -> Rectangle:
    return Rectangle(rectangle.top, width - rectangle.right, rectangle.bottom, width - rectangle.left)


_LARGEST = 400.0
"""No character of a page is larger, in points; a damaged file may say a million, and nothing stands beside that."""


class _Neighbours:
    """Which character stands nearest below each one and which nearest beside it."""

    _STEP = 12.0

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self.glyphs = glyphs
        self._cells: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
        for glyph in glyphs:
            self._cells[self._cell(glyph.center, glyph.baseline)].append(glyph)
        self.below: dict[int, Glyph] = {}
        self.beside: dict[int, Glyph] = {}
        for glyph in glyphs:
            if glyph.size <= _LARGEST:
                self._vote(glyph)

    @property
    def horizontal_votes(self) -> int:
        """How many characters are read on to the one beside them."""
        return len(self.beside)

    def _cell(self, x: float, y: float) -> tuple[int, int]:
        return int(x // self._STEP), int(y // self._STEP)

    def _near(self, glyph: Glyph) -> list[Glyph]:
        reach = _REACH * glyph.size
        left, top = self._cell(glyph.center - 0.5 * glyph.size, glyph.baseline - 0.5 * glyph.size)
        right, bottom = self._cell(glyph.center + reach, glyph.baseline + reach)
        return [
            other
            for x in range(left, right + 1)
            for y in range(top, bottom + 1)
            for other in self._cells.get((x, y), ())
            if other is not glyph and abs(other.size - glyph.size) <= 0.15 * glyph.size
        ]

    def _vote(self, glyph: Glyph) -> None:
        """Note the nearer of both neighbours; of two as near, the one that follows in the file."""
        below = beside = None
        down = across = _REACH * glyph.size
        for other in self._near(glyph):
            aside, lower = other.center - glyph.center, other.baseline - glyph.baseline
            if abs(aside) <= 0.3 * glyph.size and 0.5 * glyph.size < lower < down:
                below, down = other, lower
            elif abs(lower) <= 0.3 * glyph.size and 0.2 * glyph.size < aside < across:
                beside, across = other, aside
        clear = _CLEARLY_NEARER * glyph.size
        if below is not None and (
            down < across - clear or (down < across + clear and below.index == glyph.index + 1)
        ):
            self.below[glyph.index] = below
        elif beside is not None and (
            across < down - clear or (across < down + clear and beside.index == glyph.index + 1)
        ):
            self.beside[glyph.index] = beside

    def columns(self) -> list[list[Glyph]]:
        """Chains of characters read downwards."""
        return self._chains(self.below)

    def rows(self) -> list[list[Glyph]]:
        """Chains of characters read across, long enough to be a row and no accident between columns."""
        ends = {glyph.index for glyph in self.below.values()}
        chains = [chain for chain in self._chains(self.beside) if len(chain) >= _LEAST_ROW]
        # The last characters of columns stand side by side too, but each follows the one above it.
        return [chain for chain in chains if sum(glyph.index in ends for glyph in chain) * 2 < len(chain)]

    def _chains(self, links: dict[int, Glyph]) -> list[list[Glyph]]:
        followed = {glyph.index for glyph in links.values()}
        chains = []
        for glyph in self.glyphs:
            if glyph.index in links and glyph.index not in followed:
                chain = [glyph]
                while chain[-1].index in links:
                    chain.append(links[chain[-1].index])
                chains.append(chain)
        return chains


def _is_prose(columns: Sequence[Sequence[Glyph]]) -> bool:
    """Whether columns are text set tightly downwards, not figures under one another in a table."""
    glyphs = [glyph for column in columns if len(column) >= 3 for glyph in column]
    if not glyphs:
        return False
    wide = sum(glyph.character > "\u2e80" for glyph in glyphs)
    steps = [(b.baseline - a.baseline) / a.size for column in columns for a, b in itertools.pairwise(column)]
    return wide >= _WIDE_SHARE * len(glyphs) and statistics.median(steps) <= _LARGEST_STEP


def _vertical_blocks(columns: Sequence[Sequence[Glyph]], body: float) -> set[int]:
    """The characters of vertical text inside a horizontal page: columns side by side, and what heads them.

    A headline alone that runs downwards belongs to the horizontal page.
    """
    long = [column for column in columns if len(column) >= _LEAST_COLUMN and column[0].size < _HEADLINE_RATIO * body]
    taken: set[int] = set()
    for column in long:
        box, size = _box(column), column[0].size
        beside = [other for other in long if other is not column and _is_beside(_box(other), box, 2.2 * size)]
        if not beside or not _is_prose([column, *beside]):
            continue
        for other in (column, *(o for o in columns if _is_beside(_box(o), box, 3.0 * max(size, o[0].size)))):
            taken |= {glyph.index for glyph in other}
    return taken


def _box(column: Sequence[Glyph]) -> Rectangle:
    return bounding_box(
        Rectangle(g.left, g.baseline - _ASCENT * g.size, g.right, g.baseline + (1 - _ASCENT) * g.size) for g in column
    )


def _is_beside(one: Rectangle, other: Rectangle, gap: float) -> bool:
    return one.overlap_y(other) > 0.5 * min(one.height, other.height) and -gap <= one.overlap_x(other) <= 1.0
