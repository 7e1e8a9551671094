"""A document of blocks as a Word file; the writing side of python-docx, whose reading side is in ``rag.corpus``."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from ui.exports import Block, BlockKind

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_STYLES: dict[BlockKind, str] = {
    "title": "Title",
    "question": "Heading 1",
    "heading": "Heading 2",
    "quote": "Quote",
    "source": "List Paragraph",
}
_FONT = "宋体"


def word_bytes(blocks: Sequence[Block], language: str) -> bytes:
    """The document as the bytes of a docx file; ``language`` is a tag such as ``zh-CN``."""
    document = Document()
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Quote", "List Paragraph"):
        style = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:eastAsia", "w:ascii", "w:hAnsi"):
            fonts.set(qn(script), _FONT)
    document.styles["Normal"].font.size = Pt(12)
    document.core_properties.language = language
    document.core_properties.author = "Baowen"
    for block in blocks:
        _add(document, block)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add(document: object, block: Block) -> None:
    text = _NOT_IN_XML.sub("", block.text)
    paragraph = document.add_paragraph(style=_STYLES.get(block.kind, "Normal"))  # type: ignore[attr-defined]
    run = paragraph.add_run(text)
    if block.kind == "warning":
        run.bold = True
        run.font.color.rgb = RGBColor(0xB3, 0x26, 0x1E)
    elif block.kind in ("note", "footer"):
        run.font.size = Pt(10)
        run.font.color.rgb = RGBColor(0x5F, 0x59, 0x4F)
