"""Names of uploaded files: the sender's is a label to show, the path is the server's own; pure."""

from __future__ import annotations

import re
import unicodedata

_SUFFIXES = frozenset(
    (
        ".txt .text .pdf .html .htm .xhtml .shtml .mhtml .mht .docx .docm .xlsx .xlsm .ofd .epub .zip .md .json "
        ".jsonl .csv .tsv .png .jpg .jpeg .tif .tiff .bmp .webp"
    ).split()
)
_MAX_LABEL = 120


def label_of(sent_name: str) -> str:
    """What to call an upload: the last part of its name, one line, no control characters, never empty.

    ``label_of("../晨报/2020-12-25.txt")`` is ``"2020-12-25.txt"``.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", sent_name))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip()
    return kept[-_MAX_LABEL:] if kept.strip(".") else "upload"


def server_name(number: int, sent_name: str) -> str:
    """``0003.txt``: a number, and the sender's suffix only where it is a known one."""
    suffix = re.search(r"\.[A-Za-z]{2,5}$", sent_name)
    known = suffix.group().lower() if suffix and suffix.group().lower() in _SUFFIXES else ""
    return f"{number:04d}{known}"
