"""A page's text → its lines, with the widths and gaps that betray columns. Knows nothing of articles."""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.normalisation import MappedText, fold, fold_signs, normalise_folded
from rag.corpus.row_lines import find_rows, row_cells, row_text

_LINE = re.compile("[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CLOSED = re.compile(r"[。！？!?][”’」』）)】\]]*$|…[”’」』]?$|(?<!\d)\.[”\"]?$")
_NUMBER_CLOSED = re.compile(r"\d\.[”\"]?$")
_HAN = re.compile("[\u3400-\u9fff]")
_SPREAD = 3.0
_NARROW = re.compile("[\x00-\u1fff]")
WINDOW = 6
"""How many lines above, and how many below, tell the column's width there."""
INDENT = 2.0
"""How much shorter, in em, the first line of a Chinese paragraph is."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line with text on it.

    Widths in em (a Chinese character is 1, a Latin letter 0.5): ``width`` as printed, by estimate, between
    ``tight_width`` without the spaces that typesetting put in and ``loose_width`` with every space half an em.
    ``gap`` are the blank lines above it; ``start`` and ``end`` its source characters, ``[start, end)``.
    """

    text: MappedText
    start: int
    end: int
    width: float
    tight_width: float
    loose_width: float
    indent: float
    gap: int
    closed: bool
    """Whether a sentence ends with this line."""
    is_row: bool = False
    """Whether it is a row of a table, whose cells its text keeps apart."""


def is_closed(text: str) -> bool:
    """Whether text ends with a sentence's end, quotes and brackets after it allowed.

    A point behind a digit ends a sentence of other languages; in Chinese it is a decimal point, broken off.
    """
    return bool(_CLOSED.search(text) or (_NUMBER_CLOSED.search(text) and not _HAN.search(text)))


def em_width(text: str) -> float:
    """Printed width in em: 1 for a wide character, 0.5 for a narrow one."""
    return len(text) - len(_NARROW.findall(text)) / 2


def split_pages(text: str) -> tuple[str, ...]:
    """Pages of a file divided by form feeds; empty ones are left out, but one is always given."""
    return tuple(page for page in text.split("\f") if page.strip()) or (text,)


def split_lines(source: str, page: int = 0) -> list[PageLine]:
    """The lines of ``source`` that hold text, normalised, in order."""
    folded = fold_signs(fold(source))
    lines: list[PageLine] = []
    position = 0
    gap = 0
    while position <= len(folded):
        stop = _BREAK.search(folded, position)
        end = stop.start() if stop else len(folded)
        text = normalise_folded(folded[position:end], position, page)
        if text:
            tight, loose, indent = _widths(source[position:end], text.text)
            closed = is_closed(text.text)
            lines.append(PageLine(text, position, end, (tight + loose) / 2, tight, loose, indent, gap, closed))
            gap = 0
        else:
            gap += 1
        position = stop.end() if stop else len(folded) + 1
    lines = _with_rows(_with_ends(lines), folded, page)
    return [_justified(line, lines[max(0, index - 3) : index + 4]) for index, line in enumerate(lines)]


def _with_ends(lines: Sequence[PageLine]) -> list[PageLine]:
    """The lines, each closed or not as the next one shows: a number may go on there behind its point."""
    seen: list[PageLine] = []
    for line, after in itertools.zip_longest(lines, lines[1:]):
        closed, following = line.closed, after.text.text if after else ""
        if _NUMBER_CLOSED.search(line.text.text):
            closed = not (following[:1].isdigit() and _HAN.search(line.text.text))
        seen.append(line if closed == line.closed else replace(line, closed=closed))
    return seen


def _with_rows(lines: Sequence[PageLine], folded: str, page: int) -> list[PageLine]:
    """The lines, those of tables with their cells apart."""
    cells = [row_cells(folded[line.start : line.end]) for line in lines]
    return [
        replace(line, text=row_text(own, line.start, page), is_row=True) if is_row else line
        for line, own, is_row in zip(lines, cells, find_rows(cells), strict=True)
    ]


def _widths(raw: str, text: str) -> tuple[float, float, float]:
    """Width without the spaces of typesetting, width with them, indent; of the line as printed, digits unfolded."""
    printed = raw.strip()
    indent = em_width(raw[: raw.index(printed[:1])].replace("\u3000", "  ")) if raw[:1].isspace() else 0.0
    words = printed.split()
    if len(words) == 1:
        width = em_width(printed)
        return width, width, indent
    tight = em_width("".join(words)) + text.count(" ") / 2
    return tight, max(tight, em_width(" ".join(words))), indent


def _justified(line: PageLine, around: Sequence[PageLine]) -> PageLine:
    """A line spread out to fill its column is as wide as the lines around it, as far as its characters allow."""
    if line.loose_width - line.tight_width <= _SPREAD:
        return line
    widths = [
        other.width for other in around if other.loose_width - other.tight_width <= _SPREAD and not other.closed
    ]
    usual = statistics.median_high(widths) if widths else line.width
    return replace(line, width=min(max(usual, line.tight_width), line.loose_width))


def column_widths(lines: Sequence[PageLine]) -> tuple[list[float], list[float]]:
    """The width of the column above each line and below it, in em; 0.0 where those lines agree on none.

    The line itself does not count. The most frequent whole width of up to ``WINDOW`` lines, first lines of
    paragraphs counting half for a column wider by the indent; at least two lines must come within one em of it.
    """
    rounded = [round(line.width) for line in lines]
    near: dict[tuple[int, int], float] = {}

    def common(start: int, stop: int) -> float:
        key = (max(0, start), min(len(rounded), stop))
        if key not in near:
            near[key] = _common_width(rounded[slice(*key)])
        return near[key]

    places = range(len(lines))
    above = [common(at - WINDOW, at) or common(at - 2 * WINDOW, at) for at in places]
    below = [common(at + 1, at + 1 + WINDOW) or common(at + 1, at + 1 + 2 * WINDOW) for at in places]
    return above, below


def _common_width(widths: Sequence[int]) -> float:
    counts: dict[int, int] = {}
    for width in widths:
        counts[width] = counts.get(width, 0) + 1
    best, best_score = 0, 0.0
    for width, count in counts.items():
        near = count + counts.get(width - 1, 0) + counts.get(width + 1, 0)
        if width >= 4 and near >= 2:
            score = near + 0.6 * count + 0.5 * counts.get(width - 2, 0)
            if score > best_score or (score == best_score and width > best):
                best, best_score = width, score
    return float(best)
