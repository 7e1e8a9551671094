"""Lines as a recogniser found them on a scan → their type sizes, and lines that it read across a gutter apart again.

A recognised line is a box of four corners, clockwise from the top left, in pixels, and its text; lines turned a
little are measured along their own edges. Knows neither images nor articles.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.lines import em_width

Point = tuple[float, float]

_CHARACTERS_OF_TEXT = 6
"""A line of so many characters says how large the page's text is."""
_SQUEEZED, _STRETCHED, _AS_HIGH = 0.75, 1.35, 1.2
"""How far from the text's size a line of the text may seem to be, and how much higher its box may be."""
_SHORT_AS_HIGH, _PADDING = 1.35, 0.3
"""The box of a few characters is higher, and, in em, longer than they are."""
_ALIKE = 1.12
"""So much larger than the text a line of it may seem to be, however high its box."""
_NEIGHBOUR_LINES = 8
"""Lines above and below, in type sizes twice as many, that show where a column ends."""
_EDGE = 0.6
"""In em: edges of one column differ by no more."""
_INDENT = 2.0
_GAP_SHOWN = 0.6
"""In em: a line that runs over a gutter is so much wider than its characters at least."""
_WITNESSES = 3
_LEVEL = 0.2
"""Degrees by which lines that are level may seem to sink."""
_RULE_SIGNS = "|｜丨"
"""What a rule between columns is read as."""


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line with its corners and how sure the recogniser is of it, in [0, 1]."""

    corners: tuple[Point, Point, Point, Point]
    text: str
    score: float

    @property
    def left(self) -> float:
        """The left edge."""
        return min(x for x, _ in self.corners)

    @property
    def right(self) -> float:
        """The right edge."""
        return max(x for x, _ in self.corners)

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return sum(y for _, y in self.corners) / 4

    @property
    def length(self) -> float:
        """The longer edge."""
        return max(math.dist(*self.corners[:2]), math.dist(*self.corners[1:3]))

    @property
    def thickness(self) -> float:
        """The shorter edge."""
        return min(math.dist(*self.corners[:2]), math.dist(*self.corners[1:3]))

    @property
    def seeming_size(self) -> float:
        """The type size by its length and its characters; too much where some were not recognised."""
        return min(self.length / max(em_width(self.text), 0.5), self.thickness)

    @property
    def is_tall(self) -> bool:
        """Whether it runs downwards."""
        low, high = min(y for _, y in self.corners), max(y for _, y in self.corners)
        return high - low > 1.5 * (self.right - self.left)


def tilt(lines: Sequence[RecognisedLine]) -> float:
    """By how many degrees the page's lines sink to the right; 0.0 if it is too little to matter, or unknown."""
    long = [line for line in lines if len(line.text) >= _CHARACTERS_OF_TEXT and not line.is_tall]
    if len(long) < _WITNESSES:
        return 0.0
    rises = [(line.corners[1][1] - line.corners[0][1]) / (line.right - line.left) for line in long]
    degrees = math.degrees(math.atan(statistics.median(rises)))
    return degrees if abs(degrees) >= _LEVEL else 0.0


def levelled(lines: Sequence[RecognisedLine], degrees: float, centre: Point) -> list[RecognisedLine]:
    """The lines turned about ``centre`` so that lines which sink by ``degrees`` run straight across."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def turned(point: Point) -> Point:
        x, y = point[0] - centre[0], point[1] - centre[1]
        return centre[0] + cosine * x + sine * y, centre[1] - sine * x + cosine * y

    return [
        replace(
            line,
            corners=(
                turned(line.corners[0]),
                turned(line.corners[1]),
                turned(line.corners[2]),
                turned(line.corners[3]),
            ),
        )
        for line in lines
    ]


def text_size(lines: Sequence[RecognisedLine]) -> float:
    """The type size, in pixels, of most characters; 0.0 if no line is long enough to tell."""
    sizes = [line.seeming_size for line in lines if len(line.text) >= _CHARACTERS_OF_TEXT for _ in line.text]
    return statistics.median_low(sizes) if sizes else 0.0


def type_sizes(lines: Sequence[RecognisedLine]) -> list[float]:
    """The type size of each line, in pixels.

    A line whose quotation marks or spaces were not recognised seems to be of larger type and would be taken for a
    headline; one that is no higher than the lines of the text is of the text's size.
    """
    body = text_size(lines)
    heights = [
        line.thickness
        for line in lines
        if len(line.text) >= _CHARACTERS_OF_TEXT and line.seeming_size <= _STRETCHED * body
    ]
    usual = statistics.median_low(heights) if heights else 0.0

    def is_text(line: RecognisedLine) -> bool:
        highest = _AS_HIGH if len(line.text) >= _CHARACTERS_OF_TEXT else _SHORT_AS_HIGH
        most = _STRETCHED if line.thickness <= highest * usual else _ALIKE
        size = min(line.thickness, (line.length - _PADDING * body) / max(em_width(line.text), 0.5))
        return _SQUEEZED * body <= line.seeming_size and size <= most * body

    return [body if is_text(line) else line.seeming_size for line in lines]


def part_at_gutters(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """The lines, those read over a gutter as one in two, where the lines around end.

    A line is parted if three lines above or below begin with it and end together before it does, none around runs
    on where they end, and it is wider than its characters by a gap.
    """
    size = text_size(lines)
    flat = [line for line in lines if not line.is_tall and line.seeming_size <= _STRETCHED * size]
    parted: list[RecognisedLine] = []
    for line in lines:
        edge = _column_end(line, flat, size) if line in flat else 0.0
        parted += _parted(line, edge, size) if edge else [line]
    return parted


def _column_end(line: RecognisedLine, others: Sequence[RecognisedLine], size: float) -> float:
    """Where the column of a line that runs on over its gutter ends; 0.0 if it runs over none."""
    if line.length - em_width(line.text) * size < _GAP_SHOWN * size:
        return 0.0
    around = [other for other in others if 0 < abs(other.middle - line.middle) <= 2 * _NEIGHBOUR_LINES * size]
    below = [
        other.right
        for other in around
        if -_EDGE * size <= line.left - other.left <= (_INDENT + _EDGE) * size
        and other.right < line.right - size
        and other.right - other.left > 3 * size
    ]
    edge = max(below, default=0.0)
    crossing = any(other.left < edge - size and other.right > edge + size for other in around)
    aligned = sum(abs(right - edge) <= _EDGE * size for right in below)
    return edge if aligned >= _WITNESSES and not crossing else 0.0


def _parted(line: RecognisedLine, edge: float, size: float) -> list[RecognisedLine]:
    """The line's characters up to the column's edge, and the others behind the gutter."""
    place, x = 0, line.left
    while place < len(line.text) and (x := x + size * em_width(line.text[place])) <= edge + 0.15 * size:
        place += 1
    before, after = line.text[:place].rstrip(_RULE_SIGNS), line.text[place:].lstrip(_RULE_SIGNS)
    if not before or not after:
        return [line]
    rest = min(em_width(after) * size, line.right - edge)
    return [_slice(line, before, line.left, edge), _slice(line, after, line.right - rest, line.right)]


def _slice(line: RecognisedLine, text: str, left: float, right: float) -> RecognisedLine:
    """The piece of a line between two places across the page."""
    upper_left, upper_right, lower_right, lower_left = line.corners

    def between(one: Point, other: Point, x: float) -> Point:
        share = (x - line.left) / max(line.right - line.left, 1.0)
        return x, one[1] + share * (other[1] - one[1])

    corners = (
        between(upper_left, upper_right, left),
        between(upper_left, upper_right, right),
        between(lower_left, lower_right, right),
        between(lower_left, lower_right, left),
    )
    return replace(line, corners=corners, text=text)
