"""What lies where on one page: characters, lines of text, ruled lines, boxes and pictures.

Coordinates are points (1/72 inch) or pixels from the page's top left corner, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Horizontal extent."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Vertical extent."""
        return self.bottom - self.top

    def overlap_x(self, other: Rectangle) -> float:
        """Length of the common horizontal stretch; negative is the gap between them."""
        return min(self.right, other.right) - max(self.left, other.left)

    def overlap_y(self, other: Rectangle) -> float:
        """Length of the common vertical stretch; negative is the gap between them."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)

    def holds(self, other: Rectangle, tolerance: float = 2.0) -> bool:
        """Whether ``other`` lies inside, give or take ``tolerance``."""
        return (
            self.left - tolerance <= other.left
            and self.top - tolerance <= other.top
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )


def bounding_box(boxes: Iterable[Rectangle]) -> Rectangle:
    """The smallest rectangle around all of ``boxes``, of which there must be one."""
    every = list(boxes)
    return Rectangle(
        min(box.left for box in every),
        min(box.top for box in every),
        max(box.right for box in every),
        max(box.bottom for box in every),
    )


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character: ``index`` is its place in the page's text, ``size`` its font size as printed.

    ``left`` to ``right`` is its advance, ``baseline`` what it stands on.
    """

    character: str
    index: int
    left: float
    right: float
    baseline: float
    size: float

    @property
    def center(self) -> float:
        """Half-way between left and right."""
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class TextLine:
    """Characters read one after the other: along a row, or down a column where ``vertical``."""

    glyphs: tuple[Glyph, ...]
    box: Rectangle
    size: float
    vertical: bool = False

    @property
    def text(self) -> str:
        """The characters as printed."""
        return "".join(glyph.character for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """One page: ``text`` is the page's text in the file's own order; every ``Glyph.index`` points into it."""

    width: float
    height: float
    text: str
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rectangle, ...] = ()
    boxes: tuple[Rectangle, ...] = ()
    pictures: tuple[Rectangle, ...] = ()
    confidences: tuple[float, ...] = ()
    """For recognised text, how sure each character of ``text`` is, in [0, 1]; empty for text never an image."""


def make_line(glyphs: Iterable[Glyph], *, vertical: bool = False) -> TextLine:
    """A line of the given characters, in that order."""
    every = tuple(glyphs)
    sizes = sorted(glyph.size for glyph in every)
    box = Rectangle(
        min(glyph.left for glyph in every),
        min(glyph.baseline - 0.85 * glyph.size for glyph in every),
        max(glyph.right for glyph in every),
        max(glyph.baseline + 0.15 * glyph.size for glyph in every),
    )
    return TextLine(every, box, sizes[len(sizes) // 2], vertical)
