"""Characters of a page → lines that stay inside their column, by position alone.

Justified type opens gaps inside a line, and gutters may be no wider, so a gap is judged by the rows around it: a
gutter goes on above and below with the columns' edges aligned, while a gap inside a line is closed there.
"""

from __future__ import annotations

import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from rag.corpus.page_geometry import Glyph, PageGeometry, Rectangle, TextLine, make_line

_TIGHT_GAP = 0.4
"""In em: characters this close are always one line."""
_WIDEST_GAP = 1.9
"""In em: a wider gap always divides."""
_WIDEST_SPACE = 2.5
"""In em: spaces printed one after the other never hold a line together further than this."""
_NARROWEST_COLUMN = 4.0
_NEIGHBOUR_ROWS = 4
_BASELINE_TOLERANCE = 0.3


def build_lines(page: PageGeometry) -> list[TextLine]:
    """All lines of ``page``, vertical headlines too, from top to bottom, then left to right."""
    printed = [glyph for glyph in page.glyphs if not glyph.character.isspace()]
    if not printed:
        return []
    vertical, rest = _take_vertical(printed, body_size(printed))
    rest += [glyph for glyph in page.glyphs if glyph.character.isspace()]
    rules = [rule for rule in page.rules if rule.height > rule.width]
    lines = [*vertical, *_join_fragments(_fragments(rest), rules)]
    return sorted(lines, key=lambda line: (line.box.top, line.box.left))


def body_size(glyphs: Iterable[Glyph]) -> float:
    """The font size most characters have; sizes within a quarter point count together."""
    counts = Counter(round(glyph.size * 4) / 4 for glyph in glyphs)
    return max(counts, key=lambda size: (counts[size] + counts[size - 0.25] + counts[size + 0.25], size))


def _fragments(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Characters on one baseline with no gap worth speaking of between them."""
    rows: dict[int, list[list[Glyph]]] = defaultdict(list)
    for glyph in sorted(glyphs, key=lambda item: (item.left, item.index)):
        best: list[Glyph] | None = None
        for row in range(int(glyph.baseline // 4) - 1, int(glyph.baseline // 4) + 2):
            for fragment in rows[row]:
                if _continues(fragment[-1], glyph) and (best is None or fragment[-1].right > best[-1].right):
                    best = fragment
        if best is None:
            rows[int(glyph.baseline // 4)].append([glyph])
        else:
            best.append(glyph)
    return [piece for row in rows.values() for fragment in row for piece in _without_outer_space(fragment)]


def _without_outer_space(fragment: list[Glyph]) -> list[list[Glyph]]:
    """A fragment without spaces at its ends, divided where spaces inside are as wide as a gutter."""
    pieces: list[list[Glyph]] = [[]]
    for glyph in fragment:
        if glyph.character.isspace():
            continue
        last = pieces[-1][-1] if pieces[-1] else None
        if last is not None and glyph.left - last.right > _WIDEST_SPACE * glyph.size:
            pieces.append([])
        pieces[-1].append(glyph)
    return [piece for piece in pieces if piece]


def _continues(last: Glyph, glyph: Glyph) -> bool:
    size = max(last.size, glyph.size)
    gap = glyph.left - last.right
    return (
        abs(last.baseline - glyph.baseline) <= _BASELINE_TOLERANCE * size
        and -0.6 * size <= gap <= _TIGHT_GAP * size
        and size <= 1.35 * min(last.size, glyph.size)
    )


def _join_fragments(fragments: Sequence[Sequence[Glyph]], rules: Sequence[Rectangle]) -> list[TextLine]:
    """Fragments of one row joined across every gap that is no gutter."""
    pieces = sorted((make_line(fragment) for fragment in fragments), key=lambda line: line.box.left)
    grid = _Grid(pieces)
    follower: dict[int, int] = {}
    taken: set[int] = set()
    for index, piece in enumerate(pieces):
        after = grid.next_in_row(index)
        if after is None or after in taken:
            continue
        if _is_inner_gap(piece, pieces[after], grid, rules):
            follower[index] = after
            taken.add(after)
    lines = []
    for index in range(len(pieces)):
        if index in taken:
            continue
        chain = [index]
        while chain[-1] in follower:
            chain.append(follower[chain[-1]])
        lines.append(make_line(glyph for step in chain for glyph in pieces[step].glyphs))
    return lines


class _Grid:
    """Finds the fragments near a place without looking at all of them."""

    _STEP = 16.0

    def __init__(self, pieces: Sequence[TextLine]) -> None:
        self.pieces = pieces
        self.rows: dict[int, list[int]] = defaultdict(list)
        for index, piece in enumerate(pieces):
            self.rows[self._row(piece)].append(index)

    def _row(self, piece: TextLine) -> int:
        return int(piece.glyphs[0].baseline // self._STEP)

    def near(self, piece: TextLine, reach: float) -> list[int]:
        """Fragments of about the same size whose baseline is at most ``reach`` away."""
        baseline = piece.glyphs[0].baseline
        low, high = int((baseline - reach) // self._STEP), int((baseline + reach) // self._STEP)
        return [
            index
            for row in range(low, high + 1)
            for index in self.rows.get(row, ())
            if abs(self.pieces[index].glyphs[0].baseline - baseline) <= reach
            and max(self.pieces[index].size, piece.size) <= 1.4 * min(self.pieces[index].size, piece.size)
        ]

    def next_in_row(self, index: int) -> int | None:
        """The nearest fragment to the right on the same baseline, if near enough to be one line with it."""
        piece = self.pieces[index]
        best = None
        for other in self.near(piece, _BASELINE_TOLERANCE * piece.size):
            gap = self.pieces[other].box.left - piece.box.right
            if other != index and -0.6 * piece.size < gap <= _WIDEST_GAP * piece.size:
                if self.pieces[other].box.left <= piece.box.left:
                    continue
                if best is None or self.pieces[other].box.left < self.pieces[best].box.left:
                    best = other
        return best


def _is_inner_gap(left: TextLine, right: TextLine, grid: _Grid, rules: Sequence[Rectangle]) -> bool:
    """Whether the gap between two fragments of a row lies inside a line, not between columns."""
    size = max(left.size, right.size)
    start, end = left.box.right, right.box.left
    if end <= start:
        return True
    middle = (left.box.top + left.box.bottom) / 2
    if any(start - 1 <= rule.left and rule.right <= end + 1 and rule.top <= middle <= rule.bottom for rule in rules):
        return False
    crossing = aligned = 0
    widest = left.box.width
    for index in grid.near(left, _NEIGHBOUR_ROWS * 1.8 * size):
        other = grid.pieces[index]
        if other is left or other is right or abs(other.glyphs[0].baseline - left.glyphs[0].baseline) < 0.5 * size:
            continue
        if other.box.left < start + 0.1 * size and other.box.right > end - 0.1 * size:
            crossing += 1
        elif abs(other.box.left - end) <= 0.35 * size or abs(other.box.right - start) <= 0.35 * size:
            aligned += 1
            if abs(other.box.right - start) <= 0.35 * size:
                widest = max(widest, other.box.width)
    if aligned >= 3 and aligned > 1.5 * crossing and widest >= _NARROWEST_COLUMN * size:
        return False
    if crossing:
        return True
    return end - start <= max(1.35 * size, _tracking(left, right) + 0.5 * size)


def _tracking(left: TextLine, right: TextLine) -> float:
    """The usual gap between characters of two fragments, as letter-spaced headlines have it."""
    gaps = [
        after.left - before.right
        for line in (left, right)
        for before, after in zip(line.glyphs, line.glyphs[1:], strict=False)
    ]
    return statistics.median(gaps) if gaps else 0.0


def _take_vertical(glyphs: Sequence[Glyph], body: float) -> tuple[list[TextLine], list[Glyph]]:
    """Headlines set downwards, taken out of the large characters; and all that is left."""
    large = [glyph for glyph in glyphs if glyph.size >= 1.25 * body]
    below = {glyph.index: _nearest_below(glyph, large) for glyph in large}
    heads = set(below) - {after.index for after in below.values() if after}
    lines: list[TextLine] = []
    short: list[TextLine] = []
    for head in sorted((glyph for glyph in large if glyph.index in heads), key=lambda item: -item.left):
        column = [head]
        while (after := below[column[-1].index]) is not None:
            column.append(after)
        if len(column) < 3:
            short.append(make_line(column, vertical=True))
        elif _runs_downwards(column, large):
            lines.append(make_line(column, vertical=True))
    lines += [line for line in short if any(_is_last_column(line, other) for other in lines)]
    taken = {glyph.index for line in lines for glyph in line.glyphs}
    return lines, [glyph for glyph in glyphs if glyph.index not in taken]


def _is_last_column(line: TextLine, other: TextLine) -> bool:
    """Whether a line of one or two characters goes on from a headline set downwards at its right."""
    return (
        abs(line.size - other.size) < 0.1 * other.size
        and abs(line.box.top - other.box.top) < 0.4 * other.size
        and 0 <= other.box.left - line.box.right <= 1.2 * other.size
    )


def _nearest_below(glyph: Glyph, large: Sequence[Glyph]) -> Glyph | None:
    candidates = [
        other
        for other in large
        if abs(other.center - glyph.center) <= 0.3 * glyph.size
        and 0.7 * glyph.size <= other.baseline - glyph.baseline <= 2.0 * glyph.size
        and abs(other.size - glyph.size) <= 0.1 * glyph.size
    ]
    return min(candidates, key=lambda other: other.baseline, default=None)


def _runs_downwards(column: Sequence[Glyph], large: Sequence[Glyph]) -> bool:
    """Whether characters stand closer to the next one below than to the next one beside."""
    size = column[0].size
    step = statistics.median(after.baseline - before.baseline for before, after in itertools.pairwise(column))
    members = {glyph.index for glyph in column}
    beside = 0
    for glyph in column:
        for other in large:
            if other.index in members or abs(other.baseline - glyph.baseline) > 0.3 * size:
                continue
            if abs(other.center - glyph.center) <= step + 0.05 * size and abs(other.size - size) <= 0.1 * size:
                beside += 1
                break
    return beside * 2 < len(column)
