"""Which files can be read: by their suffix, and by their first bytes, which are believed before it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

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
EXPECTED = "expected txt, pdf, html, mhtml, docx, xlsx, ofd, epub, md, json, jsonl, csv, zip or an image"
"""What an error says was expected of a file."""
_IMAGE_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
_FOREIGN_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .xls) or a password-protected one; save it as .docx or .xlsx"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"{\\rtf", "an RTF file; save it as .docx or .txt"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\0", "a program"),
)


def is_accepted(path: Path) -> bool:
    """Whether a file of this name may be read."""
    return suffix_of(path) in ACCEPTED_SUFFIXES


def suffix_of(path: Path) -> str:
    """The suffix that tells the kind, in lower case; ``.gz`` looked through."""
    return (Path(path.stem) if path.suffix.lower() == ".gz" else path).suffix.lower()


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


def foreign_kind(data: bytes) -> str:
    """What the first bytes say of a file that is not read, and what to do with it; empty for any other."""
    return next((what for magic, what in _FOREIGN_MAGIC if data.startswith(magic)), "")
