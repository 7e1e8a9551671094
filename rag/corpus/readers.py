"""Any accepted file to articles: which reader a file needs, and what header and file name say of its date.

What a file is, is judged by its content first and its suffix second: a PDF named ``.txt`` is read as a PDF.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from rag.corpus.file_names import parse_file_name
from rag.corpus.look_alikes import warning_of
from rag.corpus.markdown_reader import read_markdown
from rag.corpus.records_reader import read_csv, read_json, read_json_lines
from rag.corpus.source_content import SourceContent
from rag.corpus.source_dates import decide_date
from rag.corpus.table_rows import with_said_rows
from rag.corpus.text_decoding import decode_text
from rag.corpus.vertical_pages import TextDirection
from rag.errors import SourceError
from rag.records import SourceDocument

OcrChoice = Literal["auto", "never"]
"""Whether images and scanned pages may be read by character recognition, where that is installed."""

TEXT_SUFFIXES = (".txt", ".text")
MARKDOWN_SUFFIXES = (".md", ".markdown")
HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml", ".mhtml", ".mht")
JSON_LINES_SUFFIXES = (".jsonl", ".ndjson")
TABLE_SUFFIXES = (".csv", ".tsv")
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
PACKED_SUFFIXES = (".docx", ".docm", ".xlsx", ".xlsm", ".ofd", ".epub", ".zip")
ACCEPTED_SUFFIXES = (
    *TEXT_SUFFIXES,
    *MARKDOWN_SUFFIXES,
    *HTML_SUFFIXES,
    *JSON_LINES_SUFFIXES,
    *TABLE_SUFFIXES,
    *IMAGE_SUFFIXES,
    ".json",
    ".pdf",
    *PACKED_SUFFIXES,
)
_EXPECTED = "expected txt, pdf, html, mhtml, docx, xlsx, ofd, epub, md, json, jsonl, csv, zip or an image"
_MAX_BYTES = 500_000_000
_MAX_UNPACKED_BYTES = 1_000_000_000
_IMAGE_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
_FOREIGN_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls) or a password-protected one; save it as .docx or .xlsx"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"{\\rtf", "an RTF file; save it as .docx or .txt"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
)


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file in a searched folder that is not read, and why."""

    path: Path
    reason: str


def iter_source_files(paths: Iterable[Path]) -> Iterator[Path | SkippedFile]:
    """The files to read, each once: named files as they are, folders searched deeply in sorted order.

    Hidden files and folders are passed over. A linked folder is not entered, a link that leads outside its
    folder and a file of a kind that is not read come as ``SkippedFile``.

    Raises:
        SourceError: a path does not exist.
    """
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise SourceError(f"{path} does not exist; expected a file or folder: check the spelling")
        for found in _search_folder(path) if path.is_dir() else (path,):
            place = found if isinstance(found, Path) else found.path
            if place.resolve() not in seen or isinstance(found, SkippedFile):
                seen.add(place.resolve())
                yield found


def _search_folder(root: Path) -> Iterator[Path | SkippedFile]:
    inside = root.resolve()
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith((".", "~$")):
                continue
            if not _is_accepted(path):
                yield SkippedFile(path, f"{path.suffix or 'no suffix'} is no kind that is read; {_EXPECTED}")
            elif path.is_symlink() and not path.resolve().is_relative_to(inside):
                yield SkippedFile(path, "a link that leads outside the folder; name the file itself to read it")
            else:
                yield path


def _is_accepted(path: Path) -> bool:
    return _suffix(path) in ACCEPTED_SUFFIXES


def _suffix(path: Path) -> str:
    """The suffix that tells the kind, in lower case; ``.gz`` looked through."""
    return (Path(path.stem) if path.suffix.lower() == ".gz" else path).suffix.lower()


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
    data = _read_bytes(path)
    document = _read_document(path, data, _Reading(ocr, direction, Path(label) if label else path))
    return replace(document, path=str(path), sha256=hashlib.sha256(data).hexdigest())


def _read_document(path: Path, data: bytes, how: _Reading) -> SourceDocument:
    """The bytes of a file, or of a member of an archive, as articles."""
    content = _read_content(path, _unpacked(data, path.name), how)
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


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise SourceError(f"{path} is a folder; expected a file")
    try:
        size = path.stat().st_size
        if size > _MAX_BYTES:
            raise SourceError(f"{path.name} has {size} bytes; expected at most {_MAX_BYTES}: split it")
        data = path.read_bytes() if path.is_file() else b""
    except FileNotFoundError as error:
        raise SourceError(f"{path} does not exist; expected a file: check the spelling") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); expected a file you may read") from error
    if not data.strip():
        raise SourceError(f"{path.name} is empty; {_EXPECTED}")
    return data


def _unpacked(data: bytes, name: str) -> bytes:
    """The content of a gzip file, or ``data`` as it is."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            content = stream.read(_MAX_UNPACKED_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{name} is a damaged gzip file ({error}); fetch it again") from error
    if len(content) > _MAX_UNPACKED_BYTES:
        raise SourceError(f"{name} unpacks to more than {_MAX_UNPACKED_BYTES} bytes; split it")
    return content


def pictured_kind(data: bytes) -> Literal["pdf", "image", ""]:
    """What the first bytes say of a file whose pages can be looked at; empty for any other."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    is_image = data.startswith(_IMAGE_MAGIC) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
    return "image" if is_image else ""


def shown_kind(data: bytes, name: str) -> Literal["pdf", "image", "text", ""]:
    """What a file is to look at: pages with pictures, or plain text torn out of a page; empty for others."""
    pictured = pictured_kind(data)
    if pictured or Path(name).suffix.lower() not in TEXT_SUFFIXES:
        return pictured
    is_other = data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", *(magic for magic, _ in _FOREIGN_MAGIC)))
    return "" if is_other else "text"


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
    for magic, what in _FOREIGN_MAGIC:
        if data.startswith(magic):
            raise SourceError(f"{name} is {what}; {_EXPECTED}")
    return _read_textual(_suffix(path), data, name, how.named)


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
        if not _is_accepted(Path(member)):
            raise SourceError(f"{Path(member).suffix or 'no suffix'} is no kind that is read; {_EXPECTED}")
        if not content.strip():
            raise SourceError(f"it is empty; {_EXPECTED}")
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
        raise SourceError(f"{name} ends in {suffix}; {_EXPECTED}: rename it if it is plain text")
    return _read_plain(text, named.name)


def _read_plain(text: str, name: str) -> SourceContent:
    """Plain text: what a crawler wrote, by its marks; else a page torn out of a PDF."""
    from rag.corpus.crawled_text import read_crawled, reread_single
    from rag.corpus.text_reader import read_text

    crawled = read_crawled(text)
    return crawled if crawled is not None else reread_single(read_text(text), text, name)
