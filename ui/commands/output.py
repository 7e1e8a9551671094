"""How commands speak: results to standard output, progress to standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

from ui.console import is_writable


def write_json(document: Any) -> None:
    """One JSON document and a line break on standard output; escaped where its encoding lacks a character."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    if not is_writable(text, sys.stdout.encoding):
        text = json.dumps(document, indent=2, allow_nan=False)
    sys.stdout.write(text + "\n")


def write_line(text: str = "") -> None:
    """One line of result on standard output."""
    sys.stdout.write(text + "\n")


class ProgressLine:
    """A line on standard error that rewrites itself on a terminal; elsewhere, one line a report and none twice."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._width = 0
        self._last = ""

    def show(self, text: str) -> None:
        """Replace the line by ``text``."""
        if text == self._last:
            return
        self._last = text
        if self._terminal:
            sys.stderr.write("\r" + text + " " * max(0, self._width - len(text)))
            self._width = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line as it is and go to the next."""
        if self._terminal and self._last:
            sys.stderr.write("\n")
            sys.stderr.flush()
