"""Any accepted file to articles: which reader a file needs, and what header and file name say of its date.

What a file is, is judged by its content first and its suffix second: a PDF named ``.txt`` is read as a PDF.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rag.corpus.file_kinds import (
    ACCEPTED_SUFFIXES,
    EXPECTED,
    HTML_SUFFIXES,
    IMAGE_SUFFIXES,
    JSON_LINES_SUFFIXES,
    MARKDOWN_SUFFIXES,
    PACKED_SUFFIXES,
    TABLE_SUFFIXES,
    foreign_kind,
    is_accepted,
    pictured_kind,
    suffix_of,
)
from rag.corpus.file_names import parse_file_name
from rag.corpus.look_alikes import warning_of
from rag.corpus.markdown_reader import read_markdown
from rag.corpus.records_reader import read_csv, read_json, read_json_lines
from rag.corpus.source_content import SourceContent
from rag.corpus.source_dates import decide_date
from rag.corpus.source_files import read_bytes, unpacked
from rag.corpus.table_rows import with_said_rows
from rag.corpus.text_decoding import decode_text
from rag.corpus.vertical_pages import TextDirection
from rag.errors import SourceError
from rag.records import SourceDocument

OcrChoice = Literal["auto", "never"]
"""Whether images and scanned pages may be read by character recognition, where that is installed."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a file is to be read. ``named`` is what says its date and paper; ``nested`` that it lies in an archive."""

    ocr: OcrChoice
    direction: TextDirection
    named: Path
    nested: bool = False


def read_source(
    path: Path, *, ocr: OcrChoice = "auto", label: str = "", direction: TextDirection = "auto"
) -> SourceDocument:
    """One file as articles, with the date and paper that its name or its page header gives.

    A record's own date wins over all; then come the file name, the page header, metadata, and what the text shows;
    where two of them disagree, a warning says so. ``sha256`` is that of the file's bytes. ``label`` is the file's
    name where the path is not: an upload lies under a name of the server's own. ``direction`` is that of PDF pages
    and scans.

    Raises:
        SourceError: the file is missing, empty, unreadable, too large, damaged or of a kind that is not read.
    """
    data = read_bytes(path)
    document = _read_document(path, data, _Reading(ocr, direction, Path(label) if label else path))
    return replace(document, path=str(path), sha256=hashlib.sha256(data).hexdigest())


def _read_document(path: Path, data: bytes, how: _Reading) -> SourceDocument:
    """The bytes of a file, or of a member of an archive, as articles."""
    content = _read_content(path, unpacked(data, path.name), how)
    facts = parse_file_name(how.named)
    warnings = list(content.warnings)
    date, basis = decide_date(content, facts.date, warnings)
    page = content.page or facts.page
    articles = tuple(
        with_said_rows(article if article.page or not page else replace(article, page=page), content.pages)
        for article in content.articles
    )
    doubt = "" if how.nested else warning_of(articles)
    return SourceDocument(
        path=str(path),
        sha256="",
        articles=articles,
        pages=content.pages,
        date=date,
        date_basis=basis,
        source=content.source or facts.source,
        warnings=(*warnings, doubt) if doubt else tuple(warnings),
        left_out=content.left_out,
    )


def _read_content(path: Path, data: bytes, how: _Reading) -> SourceContent:
    """Dispatch by the first bytes; only what has no telling ones goes by suffix."""
    name = path.name
    kind = pictured_kind(data)
    if kind == "pdf":
        from rag.corpus.pdf_reader import read_pdf

        return read_pdf(data, name, ocr=how.ocr, direction=how.direction)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _read_packed(data, name, how)
    if kind == "image":
        from rag.corpus.scan_reader import read_image

        return read_image(data, name, ocr=how.ocr, direction=how.direction)
    if what := foreign_kind(data):
        raise SourceError(f"{name} is {what}; {EXPECTED}")
    return _read_textual(suffix_of(path), data, name, how.named)


def _read_packed(data: bytes, name: str, how: _Reading) -> SourceContent:
    """An Office document, a book, an OFD or a ZIP archive of pages, told apart by what is inside."""
    from rag.corpus.archives import open_archive

    archive = open_archive(data, name)
    match archive.kind:
        case "docx":
            from rag.corpus.docx_reader import read_docx

            return read_docx(archive)
        case "xlsx":
            from rag.corpus.xlsx_reader import read_xlsx

            return read_xlsx(archive)
        case "ofd":
            from rag.corpus.ofd_reader import read_ofd

            return read_ofd(archive, direction=how.direction)
        case "epub":
            from rag.corpus.epub_reader import read_epub

            return read_epub(archive)
        case "foreign":
            raise SourceError(
                f"{name} is a document of a program whose files are not read; save it as .docx or .xlsx"
            )
        case _:
            if how.nested:
                raise SourceError(f"{name} is an archive within an archive; unpack it first")
    from rag.corpus.zip_reader import read_zip

    def read_member(member: str, content: bytes) -> SourceDocument:
        if not is_accepted(Path(member)):
            raise SourceError(f"{Path(member).suffix or 'no suffix'} is no kind that is read; {EXPECTED}")
        if not content.strip():
            raise SourceError(f"it is empty; {EXPECTED}")
        # The archive's own name stands for the folder that it was packed from.
        named = Path(Path(name).stem) / member
        return _read_document(Path(member), content, replace(how, named=named, nested=True))

    return read_zip(archive, read_member)


def _read_textual(suffix: str, data: bytes, name: str, named: Path) -> SourceContent:
    if suffix in (".pdf", *PACKED_SUFFIXES, *IMAGE_SUFFIXES):
        raise SourceError(
            f"{name} is named {suffix} but its content is something else; it is damaged: fetch it again"
        )
    from rag.corpus.mhtml_reader import is_mhtml, read_mhtml

    if is_mhtml(data):
        return read_mhtml(data, name)
    if suffix in HTML_SUFFIXES or data[:256].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        from rag.corpus.html_reader import read_html

        return read_html(data, name)
    text = decode_text(data, name)
    if suffix in JSON_LINES_SUFFIXES:
        return read_json_lines(text, name)
    if suffix == ".json":
        return read_json(text, name)
    if suffix in TABLE_SUFFIXES:
        return read_csv(text, named.name)
    if suffix in MARKDOWN_SUFFIXES:
        return read_markdown(text)
    if suffix not in ACCEPTED_SUFFIXES and suffix:
        raise SourceError(f"{name} ends in {suffix}; {EXPECTED}: rename it if it is plain text")
    return _read_plain(text, named.name)


def _read_plain(text: str, name: str) -> SourceContent:
    """Plain text: what a crawler wrote, by its marks; else a page torn out of a PDF."""
    from rag.corpus.crawled_text import read_crawled, reread_single
    from rag.corpus.text_reader import read_text

    crawled = read_crawled(text)
    return crawled if crawled is not None else reread_single(read_text(text), text, name)
