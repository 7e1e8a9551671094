"""OFD, the national format of fixed pages, by its XML: the text layer as characters with their places.

Pages are then laid out and divided into articles as those of a PDF are.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Any

from rag.corpus.archives import Archive
from rag.corpus.laid_out_document import LaidOutDocument
from rag.corpus.lines import em_width
from rag.corpus.page_geometry import Glyph, PageGeometry, Rectangle
from rag.corpus.safe_xml import attribute, children, find_all, find_first, parse_xml
from rag.corpus.source_content import SourceContent
from rag.corpus.vertical_pages import TextDirection
from rag.errors import SourceError

_POINTS = 72 / 25.4
"""OFD counts in millimetres."""
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_MOST_REPEATS = 20_000
_MOST_CHARACTERS = 400_000
_PAGE_SIZE = (210.0, 297.0)
_UNIT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_ADVICE = "open it in its reader and save it as PDF"


def read_ofd(archive: Archive, *, direction: TextDirection = "auto") -> SourceContent:
    """The articles of every page.

    Raises:
        SourceError: damaged, or its pages show pictures of text only.
    """
    content = LaidOutDocument(direction=direction)
    for body in find_all(parse_xml(archive.read("OFD.xml"), archive.name), "DocRoot"):
        path = (body.text or "").strip().lstrip("/")
        for page in _pages(archive, path):
            content.add_page(page)
    if not any(text.strip() for text in content.texts):
        raise SourceError(f"{archive.name} is an OFD without a text layer; {_ADVICE}")
    return content.build()


def _pages(archive: Archive, path: str) -> Iterator[PageGeometry]:
    document = parse_xml(archive.read(path), archive.name)
    folder = posixpath.dirname(path)
    area = find_first(document, "PhysicalBox")
    size = _numbers(area.text if area is not None else "")[2:4] or _PAGE_SIZE
    templates = {
        attribute(t, "ID"): _resolved(folder, attribute(t, "BaseLoc")) for t in find_all(document, "TemplatePage")
    }
    for entry in find_all(document, "Page"):
        location = attribute(entry, "BaseLoc")
        if not location:
            continue
        page = parse_xml(archive.read(_resolved(folder, location)), archive.name)
        layers = [page]
        for template in find_all(page, "Template"):
            member = templates.get(attribute(template, "TemplateID"), "")
            if member and archive.holds(member):
                layers.insert(0, parse_xml(archive.read(member), archive.name))
        yield _geometry(page, layers, size, archive.name)


def _resolved(folder: str, location: str) -> str:
    return location.lstrip("/") if location.startswith("/") else posixpath.normpath(posixpath.join(folder, location))


def _geometry(page: Any, layers: Sequence[Any], size: Sequence[float], name: str) -> PageGeometry:
    box = find_first(page, "PhysicalBox")
    own = _numbers(box.text if box is not None else "")
    width, height = own[2:4] if len(own) >= 4 else tuple(size[:2]) if len(size) >= 2 else _PAGE_SIZE
    text: list[str] = []
    glyphs: list[Glyph] = []
    pictures = [_rectangle(item) for layer in layers for item in find_all(layer, "ImageObject")]
    for layer in layers:
        for item in find_all(layer, "TextObject"):
            for glyph in _glyphs(item, len(text)):
                glyphs.append(glyph)
                text.append(glyph.character)
            text.append("\n")
            if len(text) > _MOST_CHARACTERS:
                raise SourceError(f"{name} has over {_MOST_CHARACTERS} characters on a page; {_ADVICE}")
    return PageGeometry(
        width * _POINTS,
        height * _POINTS,
        "".join(text),
        tuple(glyphs),
        pictures=tuple(picture for picture in pictures if picture is not None),
    )


def _rectangle(item: Any) -> Rectangle | None:
    place = [number * _POINTS for number in _numbers(attribute(item, "Boundary"))]
    return Rectangle(place[0], place[1], place[0] + place[2], place[1] + place[3]) if len(place) == 4 else None


def _glyphs(item: Any, start: int) -> Iterator[Glyph]:
    """The characters of one text object, on the page as shown."""
    boundary = [*_numbers(attribute(item, "Boundary")), 0.0, 0.0][:2]
    size = (_numbers(attribute(item, "Size")) or [3.5])[0]
    given = _numbers(attribute(item, "CTM"))
    a, b, c, d, e, f = tuple(given) if len(given) == 6 else _UNIT
    index = start
    x = y = 0.0
    for code in children(item, "TextCode"):
        x = (_numbers(attribute(code, "X")) or [x])[0]
        y = (_numbers(attribute(code, "Y")) or [y])[0]
        across, down = _steps(attribute(code, "DeltaX")), _steps(attribute(code, "DeltaY"))
        here_x, here_y = x, y
        for number, character in enumerate((code.text or "").strip("\r\n")):
            left = (boundary[0] + a * here_x + c * here_y + e) * _POINTS
            baseline = (boundary[1] + b * here_x + d * here_y + f) * _POINTS
            shown = max(0.1, size * abs(d or c) * _POINTS)
            step = across[number] if number < len(across) else 0.0
            # A character that is given room for a whole em fills it, digits too.
            advance = step if 0.4 * size <= step <= 1.1 * size else size * em_width(character)
            wide = max(0.1, advance * (abs(a) or abs(b)) * _POINTS)
            yield Glyph(character, index, left, left + wide, baseline, shown)
            index += 1
            here_x += step if number < len(across) else 0.0 if down else size * em_width(character)
            here_y += down[number] if number < len(down) else 0.0


def _steps(text: str) -> list[float]:
    """The steps between characters; ``g 3 5.2`` is three steps of 5.2.

    >>> _steps("g 2 4 1.5")
    [4.0, 4.0, 1.5]
    """
    words = text.split()
    steps: list[float] = []
    while words and len(steps) < _MOST_REPEATS:
        word = words.pop(0)
        if word == "g" and len(words) >= 2 and words[0].isdigit():
            times, step = int(words.pop(0)), words.pop(0)
            steps += _numbers(step)[:1] * min(times, _MOST_REPEATS)
        else:
            steps += _numbers(word)[:1]
    return steps


def _numbers(text: str | None) -> list[float]:
    return [float(number) for number in _NUMBER.findall(text or "")]
