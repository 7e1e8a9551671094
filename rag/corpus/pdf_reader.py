"""PDF → pages of characters with their places → articles. The only import of pypdfium2.

Pages are opened one at a time. A page without usable text (an image, or fonts that do not say which characters they
draw) is read by character recognition where that is installed.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from rag.corpus.laid_out_document import LaidOutDocument
from rag.corpus.page_geometry import Glyph, PageGeometry, Rectangle
from rag.corpus.pdf_fontless import FontlessReader, PlacedCharacter
from rag.corpus.source_content import SourceContent
from rag.corpus.text_decoding import common_share
from rag.corpus.vertical_pages import TextDirection
from rag.errors import SourceError

_DOTS_PER_INCH = 200
_FEW_CHARACTERS = 20
_THIN = 3.0
_LEAST_RULE = 18.0
_MAX_PATH_POINTS = 8
_GARBAGE_SHARE = 0.2
_JUDGED_FROM = 150
_MOST_OBJECTS = 4000
_MOST_MISSING = 0.05
"""Above this share of characters without an outline, a page is read again."""


def read_pdf(data: bytes, name: str, *, ocr: str = "auto", direction: TextDirection = "auto") -> SourceContent:
    """The articles of a PDF, page by page.

    Raises:
        SourceError: encrypted, damaged, without pages, or scanned while recognition is not installed.
    """
    document = _open(data, name)
    try:
        if len(document) == 0:
            raise SourceError(f"{name} has no pages; it is damaged: fetch it again")
        return _read_pages(document, name, ocr, data, LaidOutDocument(direction=direction))
    finally:
        document.close()


def _open(data: bytes, name: str) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError(
                f"{name} is encrypted; expected a PDF that opens without a password: unlock it"
            ) from error
        raise SourceError(f"{name} is a damaged PDF ({error}); fetch it again") from error


def _read_pages(document: Any, name: str, ocr: str, data: bytes, content: LaidOutDocument) -> SourceContent:
    fontless = cache(lambda: FontlessReader(data))
    unread: list[str] = []
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError as error:
            content.add_page(PageGeometry(1.0, 1.0, "", ()))
            content.warnings.append(f"page {index + 1} is damaged and left out ({error})")
            continue
        try:
            _read_page(page, _characters_of(page, index, fontless), index, content, unread, ocr)
        finally:
            page.close()
    if len(unread) == len(document):
        raise SourceError(f"{name} has no text that can be read: {unread[0]}")
    content.warnings.extend(unread[:20])
    return content.build()


def view_page(data: bytes, name: str, index: int, longest_side: int) -> tuple[Any, PageGeometry]:
    """A page as a picture (PIL, RGB) and its characters, which stand in its text as ``read_pdf`` found them.

    Raises:
        SourceError: encrypted, damaged, without such a page, or scanned while recognition is not installed.
    """
    document = _open(data, name)
    try:
        if not 0 <= index < len(document):
            raise SourceError(f"{name} has {len(document)} pages; expected page {index + 1}: import it again")
        page = document[index]
        geometry = _characters_of(page, index, cache(lambda: FontlessReader(data)))
        if _is_to_be_recognised(geometry):
            from rag.corpus.scan_reader import view_page_image

            return view_page_image(_drawn(page, _DOTS_PER_INCH / 72))
        return _drawn(page, longest_side / max(geometry.width, geometry.height, 1.0)), geometry
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"page {index + 1} of {name} is damaged ({error}); fetch it again") from error
    finally:
        document.close()


def _drawn(page: Any, scale: float) -> Any:
    return page.render(scale=scale).to_pil().convert("RGB")


def _characters_of(page: Any, index: int, fontless: Callable[[], FontlessReader]) -> PageGeometry:
    """What the file itself says of the characters of a page, with those whose fonts nobody has."""
    geometry = read_geometry(page)
    if _lacks_fonts(page):
        return _with_characters(geometry, fontless().characters(index), _View(page))
    return geometry


def _is_to_be_recognised(geometry: PageGeometry) -> bool:
    return bool(_text_fault(geometry)) and bool(geometry.glyphs or geometry.pictures)


def _read_page(
    page: Any, geometry: PageGeometry, index: int, content: LaidOutDocument, unread: list[str], ocr: str
) -> None:
    if not _is_to_be_recognised(geometry):
        content.add_page(geometry)
        return
    from rag.corpus.scan_reader import recognise_page

    try:
        if ocr == "never":
            raise SourceError("character recognition is switched off")
        scanned = recognise_page(_drawn(page, _DOTS_PER_INCH / 72))
    except SourceError as error:
        content.add_page(PageGeometry(geometry.width, geometry.height, "", ()))
        unread.append(f"page {index + 1} {_text_fault(geometry)}; {error}")
        return
    content.add_page(scanned)


def _text_fault(page: PageGeometry) -> str:
    """Why the text of a page cannot be used; empty if it can."""
    characters = [glyph.character for glyph in page.glyphs if not glyph.character.isspace()]
    if len(characters) < _FEW_CHARACTERS:
        covered = sum(picture.width * picture.height for picture in page.pictures)
        return "is an image without text" if covered > 0.3 * page.width * page.height or not characters else ""
    unmapped = sum(character == "\ufffd" or "\ue000" <= character <= "\uf8ff" for character in characters)
    if unmapped > _GARBAGE_SHARE * len(characters):
        return "uses fonts that do not say which characters they draw"
    foreign = [character for character in characters if ord(character) > 0x2E80]
    if len(foreign) >= _JUDGED_FROM and common_share("".join(foreign)) < 0.05:
        return "has a text layer that reads as no sensible Chinese"
    return ""


def read_geometry(page: Any) -> PageGeometry:
    """Characters, ruled lines, boxes and pictures of a page as it is shown: cropped and turned."""
    view = _View(page)
    text_page = page.get_textpage()
    try:
        text, glyphs = _read_glyphs(text_page, view)
    finally:
        text_page.close()
    rules, boxes, pictures = _read_objects(page, view)
    return PageGeometry(view.width, view.height, text, glyphs, tuple(rules), tuple(boxes), tuple(pictures))


class _View:
    """Turns PDF coordinates (origin bottom left, unturned) into those of the page as shown."""

    def __init__(self, page: Any) -> None:
        self.turn = page.get_rotation() % 360
        self.width, self.height = page.get_size()
        width, height = (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)
        box = page.get_cropbox(fallback_ok=False) or page.get_mediabox(fallback_ok=False)
        self.left: float = min(box[0], box[2]) if box else 0.0
        self.bottom: float = min(box[1], box[3]) if box else 0.0
        self.right, self.top = self.left + width, self.bottom + height

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point as shown, from the top left corner."""
        across, up = x - self.left, y - self.bottom
        if self.turn == 90:
            return up, across
        if self.turn == 180:
            return self.width - across, up
        if self.turn == 270:
            return self.width - up, self.height - across
        return across, self.height - up

    def rectangle(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        """A rectangle as shown."""
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return Rectangle(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def shows(self, x: float, y: float) -> bool:
        """Whether a point as shown is on the page."""
        return bool(-1 <= x <= self.width + 1 and -1 <= y <= self.height + 1)


def _read_glyphs(text_page: Any, view: _View) -> tuple[str, tuple[Glyph, ...]]:
    """The page's text in file order, and each character that is really printed on the visible page."""
    raw, count = text_page.raw, pdfium.FPDFText_CountChars(text_page.raw)
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    pieces: list[str] = []
    glyphs: list[Glyph] = []
    recent: dict[str, Glyph] = {}
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        character = _character(code)
        if not character or character == "\r":
            continue
        place = len(pieces)
        pieces.append(character)
        if character == "\n" or pdfium.FPDFText_IsGenerated(raw, index) == 1:
            continue
        pdfium.FPDFText_GetLooseCharBox(raw, index, box)
        pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
        pdfium.FPDFText_GetMatrix(raw, index, matrix)
        size = pdfium.FPDFText_GetFontSize(raw, index) * math.hypot(matrix.c, matrix.d)
        shown = view.rectangle(box.left, box.bottom, box.right, box.top)
        _, baseline = view.point(x.value, y.value)
        if size <= 0.5:
            size = max(shown.height, 1.0)
        if not view.shows((shown.left + shown.right) / 2, baseline):
            continue
        glyph = Glyph(character, place, shown.left, max(shown.right, shown.left + 0.1), baseline, size)
        if _is_printed_twice(glyph, recent.get(character)):
            continue
        recent[character] = glyph
        glyphs.append(glyph)
    return "".join(pieces), tuple(glyphs)


def _lacks_fonts(page: Any) -> bool:
    """Whether text of this open page of pypdfium2 is missing because nobody has its fonts."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    seen = missing = 0
    for number in range(pdfium.FPDFPage_CountObjects(page.raw)):
        item = pdfium.FPDFPage_GetObject(page.raw, number)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        seen += 1
        pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        if top.value - bottom.value <= 0 and not pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(item)):
            missing += 1
        if seen == _MOST_OBJECTS:
            break
    return missing > _MOST_MISSING * seen


def _with_characters(geometry: PageGeometry, characters: Sequence[PlacedCharacter], view: _View) -> PageGeometry:
    """The page with characters read another way, where there are more of them."""
    pieces: list[str] = []
    glyphs: list[Glyph] = []
    recent: dict[str, Glyph] = {}
    for text, left, bottom, right, top, foot in characters:
        character = _character(ord(text)) if len(text) == 1 else ""
        if not character:
            continue
        pieces.append(character)
        shown = view.rectangle(left, bottom, right, top)
        _, baseline = view.point(left, foot)
        if character.isspace() or not view.shows((shown.left + shown.right) / 2, baseline):
            continue
        edge, size = max(shown.right, shown.left + 0.1), max(shown.height, 1.0)
        glyph = Glyph(character, len(pieces) - 1, shown.left, edge, baseline, size)
        if not _is_printed_twice(glyph, recent.get(character)):
            recent[character] = glyph
            glyphs.append(glyph)
    if len(glyphs) <= len(geometry.glyphs):
        return geometry
    return replace(geometry, text="".join(pieces), glyphs=tuple(glyphs))


def _character(code: int) -> str:
    """One character, or nothing for what cannot be one."""
    if code == 0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        return ""
    if code in (0xFFFE, 0xFFFF, 0x2, 0xAD):
        return ""
    return chr(code)


def _is_printed_twice(glyph: Glyph, last: Glyph | None) -> bool:
    """Whether a character only thickens the same one: bold made by printing twice."""
    return bool(
        last is not None
        and abs(glyph.left - last.left) < 0.2 * glyph.size
        and abs(glyph.baseline - last.baseline) < 0.2 * glyph.size
    )


def _read_objects(page: Any, view: _View) -> tuple[list[Rectangle], list[Rectangle], list[Rectangle]]:
    """Ruled lines, boxes and pictures."""
    rules: list[Rectangle] = []
    boxes: list[Rectangle] = []
    pictures: list[Rectangle] = []
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE), max_depth=3):
        try:
            place = view.rectangle(*item.get_bounds())
        except pypdfium2.PdfiumError:
            continue
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures.append(place)
        elif pdfium.FPDFPath_CountSegments(item.raw) <= _MAX_PATH_POINTS:
            if min(place.width, place.height) <= _THIN:
                if max(place.width, place.height) >= _LEAST_RULE:
                    rules.append(place)
            elif place.width >= _LEAST_RULE and place.height >= _LEAST_RULE:
                boxes.append(place)
    return rules, boxes, pictures
