"""Images of pages → characters with their places. The only import of rapidocr, an optional extra."""

from __future__ import annotations

from typing import Any

from rag.corpus.page_geometry import PageGeometry
from rag.corpus.source_content import SourceContent
from rag.errors import SourceError


def read_image(data: bytes, name: str, *, ocr: str = "auto") -> SourceContent:
    raise SourceError(f"{name} is an image; reading it needs character recognition: pip install 'baowen[ocr]'")


def recognise_page(image: Any) -> tuple[PageGeometry, float]:
    raise SourceError("reading it needs character recognition: pip install 'baowen[ocr]'")
