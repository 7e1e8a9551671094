"""A page as its strokes: characters, rules, frames, pictures; drawn in an order that is not that of reading."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

SONG = "STSong-Light"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page, in points from the top left."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height


@dataclass(slots=True)
class Truth:
    """What was set on one page."""

    titles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Style:
    """Measures of one page's type."""

    size: float
    leading: float
    gutter: float
    columns: int
    column_rules: bool


class Page:
    """One page: strokes are collected, then drawn in an order that has nothing to do with reading."""

    def __init__(self, width: float, height: float, style: Style, rng: random.Random) -> None:
        self.width, self.height, self.style, self.rng = width, height, style, rng
        self.truth = Truth()
        self.strokes: list[list[tuple[str, float, float, float, str]]] = []
        self.rules: list[tuple[float, float, float, float]] = []
        self.frames: list[Box] = []
        self.pictures: list[Box] = []

    def line(self, text: str, left: float, baseline: float, size: float, width: float | None = None) -> None:
        """A line of text; with ``width``, its characters are spread to fill it."""
        natural = sum(advance(character, size) for character in text)
        extra = (width - natural) / (len(text) - 1) if width is not None and len(text) > 1 else 0.0
        stroke, x = [], left
        for character in text:
            stroke.append((character, x, baseline, size, SONG if ord(character) > 127 else "Times-Roman"))
            x += advance(character, size) + extra
        self.strokes.append(stroke)

    def down(self, text: str, left: float, top: float, size: float, step: float) -> None:
        """A line of text set downwards."""
        self.strokes.append(
            [(character, left, top + size * 0.88 + index * step, size, SONG) for index, character in enumerate(text)]
        )

    def draw(self, canvas: Canvas) -> None:
        """Everything onto the page."""
        canvas.setPageSize((self.width, self.height))
        for box in self.pictures:
            canvas.setFillGray(0.8)
            canvas.rect(box.left, self.height - box.bottom, box.width, box.height, stroke=0, fill=1)
        canvas.setFillGray(0)
        for box in self.frames:
            canvas.rect(box.left, self.height - box.bottom, box.width, box.height)
        for x0, y0, x1, y1 in self.rules:
            canvas.line(x0, self.height - y0, x1, self.height - y1)
        self.rng.shuffle(self.strokes)
        for stroke in self.strokes:
            for character, x, baseline, size, font in stroke:
                canvas.setFont(font, size)
                canvas.drawString(x, self.height - baseline, character)
        canvas.showPage()


def advance(character: str, size: float) -> float:
    """How far a character moves the pen."""
    if ord(character) > 127:
        return size
    return pdfmetrics.stringWidth(character, "Times-Roman", size)
