"""A page's text → its lines, with the widths and gaps that betray columns. Knows nothing of articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.normalisation import MappedText, fold, normalise_folded

_LINE = re.compile("[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CLOSED = re.compile(r"[。！？!?][”’」』）)】\]]*$|…[”’」』]?$|\.[”\"]?$")
WINDOW = 4
"""How many lines on each side decide the column width around a line."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line with text on it.

    ``width`` and ``indent`` in em (a Chinese character is 1, a Latin letter or space 0.5) as printed; ``gap`` the
    blank lines above it; ``start`` and ``end`` its source characters, ``[start, end)``.
    """

    text: MappedText
    start: int
    end: int
    width: float
    indent: float
    gap: int

    @property
    def closed(self) -> bool:
        """Whether a sentence ends with this line."""
        return is_closed(self.text.text)


def is_closed(text: str) -> bool:
    """Whether text ends with a sentence's end, quotes and brackets after it allowed."""
    return bool(_CLOSED.search(text))


def em_width(text: str) -> float:
    """Printed width in em: 1 for a wide character, 0.5 for a narrow one."""
    narrow = sum(character < "\u2000" for character in text)
    return len(text) - narrow / 2


def split_pages(text: str) -> tuple[str, ...]:
    """Pages of a file divided by form feeds; empty ones are left out, but one is always given."""
    return tuple(page for page in text.split("\f") if page.strip()) or (text,)


def split_lines(source: str, page: int = 0) -> list[PageLine]:
    """The lines of ``source`` that hold text, normalised, in order."""
    folded = fold(source)
    lines: list[PageLine] = []
    position = 0
    gap = 0
    while position <= len(folded):
        stop = _BREAK.search(folded, position)
        end = stop.start() if stop else len(folded)
        text = normalise_folded(folded[position:end], position, page)
        if text:
            raw = folded[position:end]
            indent = em_width(raw[: len(raw) - len(raw.lstrip())].replace("\u3000", "  "))
            width = em_width(re.sub(r"\s+", " ", raw.strip()))
            lines.append(PageLine(text, position, end, width, indent, gap))
            gap = 0
        else:
            gap += 1
        position = stop.end() if stop else len(folded) + 1
    return lines


def column_widths(lines: Sequence[PageLine]) -> list[float]:
    """The width of the column around each line; 0.0 where the lines around agree on none.

    The most frequent width (whole em) of the window, if at least three lines come within one em of it.
    """
    rounded = [round(line.width) for line in lines]
    widths = []
    for index in range(len(lines)):
        window = rounded[max(0, index - WINDOW) : index + WINDOW + 1]
        counts = Counter(window)
        best = max(counts, key=lambda width: (counts[width] * 2 + counts[width - 1] + counts[width + 1], width))
        support = counts[best] + counts[best - 1] + counts[best + 1]
        widths.append(float(best) if support >= 3 and best >= 4 else 0.0)
    return widths
