"""Images of pages → characters with their places. The only import of rapidocr, an optional extra.

The recogniser brings its models along and fetches nothing. It gives each line a box; characters are placed along
it by their widths, so that the layout of a scan is read as that of a PDF.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import warnings
from typing import Any

from rag.corpus.laid_out_document import LaidOutDocument
from rag.corpus.lines import em_width
from rag.corpus.page_geometry import Glyph, PageGeometry
from rag.corpus.source_content import SourceContent
from rag.corpus.vertical_pages import TextDirection
from rag.errors import SourceError

_INSTALL = "reading it needs character recognition: pip install 'baowen[ocr]'"
_MAX_PIXELS = 120_000_000
_LONGEST_SIDE = 4000
_LEAST_LINE_SCORE = 0.5


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
    """A scanned page (PIL, RGB) and its characters, which stand in its text as ``read_image`` found them.

    Raises:
        SourceError: recognition is not installed, or the image is damaged or has no such frame.
    """
    frames = _open_frames(data, name)
    if not 0 <= index < len(frames):
        raise SourceError(f"{name} has {len(frames)} pages; expected page {index + 1}: import it again")
    return frames[index], recognise_page(frames[index])


def _open_frames(data: bytes, name: str) -> list[Any]:
    from PIL import Image, ImageSequence, UnidentifiedImageError

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
    """The characters of a page image, with the recogniser's confidence in each.

    Args:
        image: a PIL image in RGB.

    Raises:
        SourceError: recognition is not installed.
    """
    import numpy as np

    result = _recogniser()(np.asarray(image))
    if result.boxes is None or not len(result.boxes):
        return PageGeometry(float(image.width), float(image.height), "", ())
    text: list[str] = []
    glyphs: list[Glyph] = []
    confidences: list[float] = []
    for corners, line, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if score < _LEAST_LINE_SCORE or not line.strip():
            continue
        for glyph in _place_characters(line, corners, len(text)):
            glyphs.append(glyph)
            text.append(glyph.character)
            confidences.append(float(score))
        text.append("\n")
        confidences.append(1.0)
    return PageGeometry(
        float(image.width), float(image.height), "".join(text), tuple(glyphs), confidences=tuple(confidences)
    )


def _place_characters(line: str, corners: Any, start: int) -> list[Glyph]:
    """The characters of a line along its box, or down it if it is much taller than wide."""
    xs, ys = [float(x) for x, _ in corners], [float(y) for _, y in corners]
    left, right, top, bottom = min(xs), max(xs), min(ys), max(ys)
    if bottom - top > 1.5 * (right - left) and len(line) > 1:
        step = (bottom - top) / len(line)
        size = min(right - left, step)
        return [
            Glyph(character, start + index, left, right, top + index * step + 0.85 * size, size)
            for index, character in enumerate(line)
        ]
    unit = (right - left) / max(em_width(line), 0.5)
    size = min(unit, bottom - top)
    baseline = (top + bottom) / 2 + 0.35 * size
    glyphs, x = [], left
    for index, character in enumerate(line):
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
