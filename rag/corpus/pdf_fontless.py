"""Text of PDF pages whose fonts are neither in the file nor on this machine. The only import of pdfminer.

pypdfium2 measures a character by its outline. Where a PDF leaves its fonts out, as papers' systems do with the
common Chinese ones, and the machine has no Chinese font either, as servers have none, there is no outline, and text
set character by character is dropped without a word. pdfminer reads the widths that the file itself gives; it is an
order of magnitude slower, so it is asked only then.
"""

from __future__ import annotations

import io
import logging
from typing import Any

PlacedCharacter = tuple[str, float, float, float, float, float]
"""A character, left, bottom, right and top of its box, and its baseline, in PDF points from the bottom left."""


class FontlessReader:
    """Reads pages of one PDF by the widths in the file; made at the first page that needs it."""

    def __init__(self, data: bytes) -> None:
        from pdfminer.converter import PDFPageAggregator
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
        from pdfminer.pdfpage import PDFPage

        logging.getLogger("pdfminer").setLevel(logging.ERROR)
        manager = PDFResourceManager()
        self._device = PDFPageAggregator(manager, laparams=None)
        self._interpreter = PDFPageInterpreter(manager, self._device)
        try:
            self._pages = list(PDFPage.get_pages(io.BytesIO(data)))
        except Exception as error:  # a damaged file raises a dozen kinds here too
            logging.getLogger(__name__).info("the file cannot be read by its widths: %s", error)
            self._pages = []

    def characters(self, number: int) -> list[PlacedCharacter]:
        """The characters of a page, counted from 0, in the file's order; empty where it cannot be read."""
        from pdfminer.layout import LTChar

        if number >= len(self._pages):
            return []
        page = self._pages[number]
        page.rotate = 0  # places are wanted in the page's own coordinates, as pypdfium2 gives them
        try:
            self._interpreter.process_page(page)
        except Exception as error:  # a damaged page raises a dozen kinds here, and all mean the same
            logging.getLogger(__name__).info("page %d cannot be read by its widths: %s", number + 1, error)
            return []
        x, y = page.mediabox[0], page.mediabox[1]
        found: list[PlacedCharacter] = []
        for item in _flat(self._device.get_result()):
            if isinstance(item, LTChar):
                left, bottom, right, top = item.bbox
                found.append((item.get_text(), left + x, bottom + y, right + x, top + y, item.matrix[5] + y))
        return found


def _flat(container: Any) -> list[Any]:
    """Everything on a page, forms within forms included."""
    found: list[Any] = []
    for item in container:
        found.append(item)
        if hasattr(item, "__iter__"):
            found.extend(_flat(item))
    return found
