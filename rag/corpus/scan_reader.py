"""Images of pages → characters with their places. The only import of rapidocr.

The recogniser brings its models along and fetches nothing. It gives each line a box; characters are placed along
it by their widths, so that the layout of a scan is read as that of a PDF.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image, ImageSequence, UnidentifiedImageError

from rag.corpus.laid_out_document import LaidOutDocument
from rag.corpus.lines import em_width
from rag.corpus.page_geometry import Glyph, PageGeometry
from rag.corpus.recognised_lines import Point, RecognisedLine, levelled, part_at_gutters, tilt, type_sizes
from rag.corpus.source_content import SourceContent
from rag.corpus.vertical_pages import TextDirection
from rag.errors import SourceError

_INSTALL = "reading it needs character recognition, which is missing here: pip install rapidocr onnxruntime"
_MAX_PIXELS = 120_000_000
_LONGEST_SIDE = 4000
_LEAST_LINE_SCORE = 0.5
_MOSTLY = 0.5
_AS_SURE = 0.9
"""A page turned so that its lines run across is recognised as surely as before, if it lay on its side."""
_LINES_ASKED, _CHARACTERS_ASKED = 4, 6
"""So many lines, and of each about so many characters, are asked whether they stand upright."""


def read_image(data: bytes, name: str, *, ocr: str = "auto", direction: TextDirection = "auto") -> SourceContent:
    """The articles of one scanned page, or of each frame of a TIFF.

    Raises:
        SourceError: recognition is not installed or switched off, or the image is damaged, too large or empty.
    """
    if ocr == "never":
        raise SourceError(f"{name} is an image and character recognition is switched off")
    content = LaidOutDocument(direction=direction)
    for image in _open_frames(data, name):
        try:
            content.add_page(recognise_page(image))
        except SourceError as error:
            raise SourceError(f"{name} is an image; {error}") from error
    if not any(content.texts):
        raise SourceError(f"{name} shows no text that can be recognised; expected a scanned newspaper page")
    return content.build()


def view_frame(data: bytes, name: str, index: int) -> tuple[Any, PageGeometry]:
    """A scanned page (PIL, RGB), upright and level, and its characters, numbered as ``read_image`` found them.

    Raises:
        SourceError: recognition is not installed, or the image is damaged or has no such frame.
    """
    frames = _open_frames(data, name)
    if not 0 <= index < len(frames):
        raise SourceError(f"{name} has {len(frames)} pages; expected page {index + 1}: import it again")
    return view_page_image(frames[index])


def _open_frames(data: bytes, name: str) -> list[Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                if image.width * image.height > _MAX_PIXELS:
                    raise SourceError(
                        f"{name} has {image.width} × {image.height} pixels; expected fewer: scale it down"
                    )
                return [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise SourceError(f"{name} is a damaged image ({error}); scan it again") from error


def recognise_page(image: Any) -> PageGeometry:
    """The characters of a page image, with the recogniser's confidence in each; set upright and level first.

    Args:
        image: a PIL image in RGB.

    Raises:
        SourceError: recognition is not installed.
    """
    return view_page_image(image)[1]


def view_page_image(image: Any) -> tuple[Any, PageGeometry]:
    """A page image (PIL, RGB) set upright and level, and its characters there, as ``recognise_page`` gives them.

    Raises:
        SourceError: recognition is not installed.
    """
    image, result = _upright(image)
    lines = _lines_of(result)
    degrees = tilt(lines)
    if degrees:
        lines = levelled(lines, degrees, (image.width / 2, image.height / 2))
        image = image.rotate(degrees, fillcolor="white", resample=Image.Resampling.BICUBIC)
    return image, place_lines(image.width, image.height, lines)


def _lines_of(result: Any) -> list[RecognisedLine]:
    """The recogniser's boxes, texts and scores as lines, without those that it is not sure of."""
    if result.boxes is None or not len(result.boxes):
        return []
    return [
        RecognisedLine(_points(corners), text, float(score))
        for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True)
        if score >= _LEAST_LINE_SCORE and text.strip()
    ]


def place_lines(width: int, height: int, found: Sequence[RecognisedLine]) -> PageGeometry:
    """The characters of a page of that size, in pixels, from the lines found on it."""
    lines = part_at_gutters(found)
    text: list[str] = []
    glyphs: list[Glyph] = []
    confidences: list[float] = []
    for line, size in zip(lines, type_sizes(lines), strict=True):
        for glyph in _place_characters(line, size, len(text)):
            glyphs.append(glyph)
            text.append(glyph.character)
            confidences.append(line.score)
        text.append("\n")
        confidences.append(1.0)
    return PageGeometry(float(width), float(height), "".join(text), tuple(glyphs), confidences=tuple(confidences))


def _points(corners: Any) -> tuple[Point, Point, Point, Point]:
    one, two, three, four = ((float(x), float(y)) for x, y in corners)
    return one, two, three, four


def _upright(image: Any) -> tuple[Any, Any]:
    """The image as it is meant to be seen, and what is recognised in it.

    Where most lines run up or down, the page is set downwards, or lies on its side. Type set downwards never runs
    upwards; what runs downwards is told by single characters, which stand upright on the one page only.
    """
    result = _recognise(image)
    if _share_upright(result) >= _MOSTLY:
        return image, result
    # Lines that stand on their heads must count as such: the recogniser would turn each by itself.
    turned = image.transpose(Image.Transpose.ROTATE_270)
    other = _recognise(turned, use_cls=False)
    if _sureness(other) >= _AS_SURE * _sureness(result):
        return turned, other
    cells = list(_character_cells(image, result))
    if _votes(cells, None) >= _votes(cells, Image.Transpose.ROTATE_90):
        return image, result
    turned = image.transpose(Image.Transpose.ROTATE_90)
    return turned, _recognise(turned)


def _recognise(image: Any, *, use_det: bool = True, use_cls: bool = True) -> Any:
    """What the recogniser finds: lines (``use_det``), each set upright by itself (``use_cls``)."""
    import numpy as np

    return _recogniser()(np.asarray(image), use_det=use_det, use_cls=use_cls, use_rec=True)


def _character_cells(image: Any, result: Any) -> Iterator[tuple[Any, str]]:
    """Some characters of lines that run downwards, each with its piece of the image; of lines of wide ones only."""
    lines = zip(result.boxes, result.txts, strict=True)
    whole = [(box, text) for box, text in lines if _is_tall(box) and em_width(text) == len(text) > 2]
    for corners, text in sorted(whole, key=lambda line: -len(line[1]))[:_LINES_ASKED]:
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        top, bottom = min(y for _, y in corners), max(y for _, y in corners)
        step = (bottom - top) / len(text)
        for place in range(0, len(text), max(1, len(text) // _CHARACTERS_ASKED)):
            yield image.crop((left, top + place * step, right, top + (place + 1) * step)), text[place]


def _votes(cells: Sequence[tuple[Any, str]], turn: Image.Transpose | None) -> int:
    """How many characters are recognised alone as in their line, turned so."""
    found = [
        _recognise(cell if turn is None else cell.transpose(turn), use_det=False, use_cls=False) for cell, _ in cells
    ]
    return sum(bool(one.txts) and one.txts[0].strip() == text for one, (_, text) in zip(found, cells, strict=True))


def _is_tall(corners: Any) -> bool:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return bool(max(ys) - min(ys) > 1.5 * (max(xs) - min(xs)))


def _share_upright(result: Any) -> float:
    """The share of the recognised characters that stand in lines wider than tall; 1.0 if there are none."""
    if result.boxes is None or not len(result.boxes):
        return 1.0
    counts = [(len(text), _is_tall(corners)) for corners, text in zip(result.boxes, result.txts, strict=True)]
    total = sum(count for count, _ in counts)
    return sum(count for count, tall in counts if not tall) / total if total else 1.0


def _sureness(result: Any) -> float:
    """How many characters are recognised, each counted by the recogniser's confidence."""
    if result.boxes is None or not len(result.boxes):
        return 0.0
    return float(sum(len(text) * score for text, score in zip(result.txts, result.scores, strict=True)))


def _place_characters(line: RecognisedLine, size: float, start: int) -> list[Glyph]:
    """The characters of a line along its box, or down it if it is much taller than wide."""
    left, right = line.left, line.right
    top, bottom = min(y for _, y in line.corners), max(y for _, y in line.corners)
    if line.is_tall and len(line.text) > 1:
        step = (bottom - top) / len(line.text)
        size = min(right - left, step)
        return [
            Glyph(character, start + index, left, right, top + index * step + 0.85 * size, size)
            for index, character in enumerate(line.text)
        ]
    unit = (right - left) / max(em_width(line.text), 0.5)
    baseline = (top + bottom) / 2 + 0.35 * size
    glyphs, x = [], left
    for index, character in enumerate(line.text):
        width = unit * em_width(character)
        glyphs.append(Glyph(character, start + index, x, x + width, baseline, size))
        x += width
    return glyphs


@functools.cache
def _recogniser() -> Any:
    if any(importlib.util.find_spec(module) is None for module in ("rapidocr", "onnxruntime")):
        raise SourceError(_INSTALL)
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.max_side_len": _LONGEST_SIDE, "Global.log_level": "error"})
