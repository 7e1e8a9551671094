"""Word documents. The only import of python-docx; macros and links are data and never followed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.corpus.normalisation import fold
from rag.corpus.source_content import RunBuilder, SourceContent
from rag.errors import SourceError
from rag.records import DraftArticle

_MAX_UNPACKED_BYTES = 200_000_000
_MAX_RATIO = 200
_TITLE_STYLES = ("title", "标题")
_HEADING_PREFIXES = ("heading ", "标题 ")


@dataclass(slots=True)
class _Section:
    title: str
    paragraphs: list[tuple[int, str]] = field(default_factory=list)


def read_docx(data: bytes, name: str) -> SourceContent:
    """Articles by Heading 1 and 2 (or Title); a document without headings is one article.

    The page text is every paragraph, joined by ``\\n``. Tables stand as one line a row, cells joined by a tab.

    Raises:
        SourceError: damaged, password-protected, or unpacking to an unreasonable size.
    """
    refuse_bomb(data, name)
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(_blocks(document))
    except (KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:
        raise SourceError(
            f"{name} is a damaged Word document ({error}); open it in Word and save it again"
        ) from error
    sections, lines = _sections(blocks)
    articles = [_article(section) for section in sections]
    return SourceContent(tuple(article for article in articles if article.text), ("\n".join(lines),))


def refuse_bomb(data: bytes, name: str) -> None:
    """Refuse what is no Word file, or unpacks to an unreasonable size.

    Raises:
        SourceError: naming the file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as error:
        raise SourceError(
            f"{name} is a damaged Word document ({error}); open it in Word and save it again"
        ) from error
    if "word/document.xml" not in {entry.filename for entry in entries}:
        raise SourceError(f"{name} is a ZIP archive, not a Word document; expected .docx: unpack it first")
    size = sum(entry.file_size for entry in entries)
    if size > _MAX_UNPACKED_BYTES or size > _MAX_RATIO * max(len(data), 50_000):
        raise SourceError(f"{name} unpacks to {size} bytes; expected at most {_MAX_UNPACKED_BYTES}: split it")


def _blocks(document: Any) -> Iterator[tuple[str, str]]:
    """Each paragraph and table row as (style name, text)."""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = list(dict.fromkeys(cell.text.replace("\n", " ").strip() for cell in row.cells))
                yield "", "\t".join(cells)
        else:
            yield (block.style.name if block.style is not None else "") or "", block.text


def _is_heading(style: str) -> bool:
    lowered = style.lower()
    if lowered in _TITLE_STYLES:
        return True
    return any(lowered == f"{prefix}{level}" for prefix in _HEADING_PREFIXES for level in (1, 2))


def _sections(blocks: list[tuple[str, str]]) -> tuple[list[_Section], list[str]]:
    """Sections with their paragraphs, and every line of the document; offsets count into the joined lines."""
    sections, lines, offset = [_Section("")], [], 0
    for style, raw in blocks:
        text = raw.strip()
        if not text:
            continue
        for line in text.split("\n"):
            if _is_heading(style):
                sections.append(_Section(line.strip()))
            else:
                sections[-1].paragraphs.append((offset, line))
            lines.append(line)
            offset += len(line) + 1
    return sections, lines


def _article(section: _Section) -> DraftArticle:
    builder = RunBuilder()
    for offset, line in section.paragraphs:
        kept = line.strip()
        if not kept:
            continue
        if len(builder):
            builder.join("\n")
        builder.add(fold(kept), offset + line.index(kept[0]))
    body = builder.build()
    return DraftArticle(fold(section.title), body.text, runs=body.runs)
