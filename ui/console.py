"""Terminals and pipes that cannot show every character: a narrow encoding loses a character, never the command.

Windows consoles of Chinese systems write GBK, which has no ``m²``; a pipe may be set to ASCII.
"""

from __future__ import annotations

import io
import sys


def tolerate_narrow_encodings() -> None:
    """From now on what standard output or error cannot write is written as ``?`` instead of raising."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def is_writable(text: str, encoding: str | None) -> bool:
    """Whether every character of ``text`` exists in ``encoding`` (None: unknown, taken as UTF-8)."""
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
