"""An article on the page that it was printed on: where its characters stand in the file, and the picture with boxes.

Nothing of a page's geometry is stored: an article knows which characters of which page it is made of, and the kept
file is read again in the same way when somebody looks.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rag.corpus.file_kinds import pictured_kind
from rag.corpus.page_geometry import Glyph, PageGeometry, Rectangle, bounding_box
from rag.errors import SourceError
from rag.records import SourceRun

_LONGEST_SIDE = 2200
"""Of the picture in pixels: the type of a whole newspaper page can just be read."""
_QUALITY = 70
_ASCENT, _DESCENT = 0.9, 0.15
"""How far a character reaches above and below its baseline, in its size."""
_SAME_ROW = 0.5
_GAP = 1.2


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page: ``image`` is WebP in base64, ``boxes`` are its lines of the wanted text, in shares of the page."""

    image: str
    width: int
    height: int
    boxes: tuple[Rectangle, ...]


def source_spans(runs: Iterable[SourceRun], start: int, end: int) -> dict[int, list[tuple[int, int]]]:
    """Where ``text[start:end]`` of an article stands: for each page of its file the spans of the page's text."""
    found: dict[int, list[tuple[int, int]]] = {}
    for run in runs:
        first, last = max(start, run.start), min(end, run.start + run.length)
        if first < last:
            offset = run.source_start - run.start
            found.setdefault(run.source_page, []).append((first + offset, last + offset))
    return found


def page_picture(data: bytes, name: str, page: int, spans: Sequence[Sequence[int]]) -> PagePicture:
    """The page ``page`` (from 0) of a PDF or scan with boxes around the characters in ``spans`` of its text.

    Raises:
        SourceError: the file has no such page, is damaged, or is neither.
    """
    image, geometry = _view(data, name, page)
    image.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    written = io.BytesIO()
    image.save(written, "WEBP", quality=_QUALITY)
    wanted = {index for start, end in spans for index in range(start, end)}
    boxes = line_boxes([glyph for glyph in geometry.glyphs if glyph.index in wanted])
    return PagePicture(
        base64.b64encode(written.getvalue()).decode("ascii"),
        image.width,
        image.height,
        tuple(_share(box, geometry) for box in boxes),
    )


def _view(data: bytes, name: str, page: int) -> tuple[Any, PageGeometry]:
    match pictured_kind(data):
        case "pdf":
            from rag.corpus.pdf_reader import view_page

            return view_page(data, name, page, _LONGEST_SIDE)
        case "image":
            from rag.corpus.scan_reader import view_frame

            return view_frame(data, name, page)
    raise SourceError(f"{name} is no PDF and no scan; expected a file with pages to look at")


def line_boxes(glyphs: Iterable[Glyph]) -> list[Rectangle]:
    """A box around each stretch of characters that stand side by side in a row, in whatever order they come."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda item: item.baseline):
        if rows and abs(rows[-1][0].baseline - glyph.baseline) <= _SAME_ROW * glyph.size:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [bounding_box(map(_box, part)) for row in rows for part in _stretches(row)]


def _stretches(row: list[Glyph]) -> list[list[Glyph]]:
    ordered = sorted(row, key=lambda item: item.left)
    found = [[ordered[0]]]
    for before, glyph in pairwise(ordered):
        if glyph.left - before.right <= _GAP * glyph.size:
            found[-1].append(glyph)
        else:
            found.append([glyph])
    return found


def _box(glyph: Glyph) -> Rectangle:
    top, bottom = glyph.baseline - _ASCENT * glyph.size, glyph.baseline + _DESCENT * glyph.size
    return Rectangle(glyph.left, top, glyph.right, bottom)


def _share(box: Rectangle, page: PageGeometry) -> Rectangle:
    def within(value: float, whole: float) -> float:
        return round(min(max(value / whole, 0.0), 1.0), 5)

    return Rectangle(
        within(box.left, page.width),
        within(box.top, page.height),
        within(box.right, page.width),
        within(box.bottom, page.height),
    )
