"""What each line of a page looks like beside its neighbours: its column, block, breaks and echoes.

Shape only; what the line is, is decided in ``line_labels``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

import rjieba

from rag.corpus.bylines import LineMark, ends_with_signature, line_mark
from rag.corpus.furniture import blocks
from rag.corpus.lines import INDENT, PageLine, column_widths
from rag.corpus.normalisation import spaced

TOLERANCE = 1.6
"""Em by which justified lines of one column differ."""
_ENDING_MARKS = frozenset({"byline", "credit", "signature", "jump out"})
REPORT_START = re.compile(
    "(?:近日|日前|连日来|昨[日天]|今天|眼下|目前|据|记者|近年来|今年(?:前|以来|上半年)|随着|为了|当地时间|北京时间|[0-9]{1,2}日|[0-9]{1,2}月[0-9]{1,2}日|这是|图为)"
)
"""How reports and captions begin: with the time, the source or the occasion."""
_UNIT = re.compile("[年月日号时分%个万亿元人名家户件项吨亩次岁级届米]")
_TIME_WORD = re.compile("[今昨明][天日晚]$")
_DATE_BEHIND = re.compile("（[0-9]")
_DATE_LINE = re.compile(
    "[0-9〇○零一二三四五六七八九十]{4}年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日"
)
_REST_OF_NAMES = re.compile("[^（(]{1,16}[）)]$")
_OPEN_NAMES = re.compile("[（(][^（）()]{0,24}$")
_CONTEXT = 8
_ENTRY = re.compile("[0-9：:—]")
_PATTERN = re.compile("[0-9.,]+|[^\\W0-9]+")


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line with what it says of itself; ``above`` and ``below`` are the columns' widths there, 0.0 if unknown."""

    line: PageLine
    mark: LineMark
    above: float
    below: float
    block_size: int
    block_closed: bool
    ends_thought: bool
    """Whether nothing need follow: a sentence's end, a byline, a credit, a signature, a jump line."""
    after_end: bool
    """Whether the line before ends a thought, or there is none."""
    split_cost: float
    """Cost of a headline ending or beginning at the break above: high inside a word, higher inside a figure."""
    fits_full: bool
    """Whether it is as wide as a column beside it, or as lines beside it over several; True if no column is known."""
    fits_first: bool
    """Whether it is as wide as the first line of a paragraph in a column beside it."""
    firstness: float
    """How much it looks like the first line of a paragraph, in [-1, 1]; 0.0 where its shape tells nothing."""
    bridged: bool
    """Whether it stands in a small block between the halves of a word."""
    indented_page: bool
    """Whether the page keeps the indents of paragraphs, so that a line without one is no first line."""

    @property
    def text(self) -> str:
        """The line as normalised."""
        return self.line.text.text

    @property
    def is_entry(self) -> bool:
        """Whether the line stands for itself without being a sentence or a name, as the entries of a list do."""
        return self.ends_thought and not self.line.closed and self.mark == "none"


def line_marks(lines: Sequence[PageLine], source: str) -> list[LineMark]:
    """What each line says of its article's edge; a dateline broken over two lines opens once."""
    marks: list[LineMark] = []
    for line in lines:
        mark = line_mark(spaced(line.text, source))
        before = marks[-1] if marks else "none"
        if mark == "opening" and before == "opening" and line.text.text[0] in "（(":
            mark = "none"
        elif mark in ("none", "byline") and marks and _REST_OF_NAMES.match(line.text.text):
            if before == "byline" and _OPEN_NAMES.search(lines[len(marks) - 1].text.text):
                mark = "signature"
            elif mark == "byline" and _OPEN_NAMES.search(lines[len(marks) - 1].text.text):
                mark = "none"
        marks.append(mark)
    return marks


def mark_lines(lines: Sequence[PageLine], marks: Sequence[LineMark]) -> list[MarkedLine]:
    """Every line with its mark, one of ``marks`` each, its column and block."""
    above, below = column_widths(lines)
    listed = _listed(lines)
    indented = sum(line.indent >= 1.5 for line in lines) >= max(2, 0.04 * len(lines))
    marked: list[MarkedLine] = []
    for start, end in blocks(lines):
        closed = any(line.closed or "。" in line.text.text for line in lines[start:end])
        bridged = not closed and _is_bridged(lines, start, end)
        for index in range(start, end):
            line, mark, columns = lines[index], marks[index], (above[index], below[index])
            before = marked[-1] if marked else None
            ends = mark in _ENDING_MARKS or line.closed or listed[index] or _ends_signed(before, line)
            after = before is None or before.ends_thought
            wide = closed and end - start <= 8 and _is_one_of_wide(lines[start:end], index - start, *columns)
            marked.append(
                MarkedLine(
                    line,
                    mark,
                    *columns,
                    block_size=end - start,
                    block_closed=closed,
                    ends_thought=ends,
                    after_end=after,
                    split_cost=0.0 if before is None or after else split_cost(before.text, line.text.text),
                    fits_full=wide or _fits(line, columns, 0.0),
                    fits_first=_fits(line, columns, INDENT),
                    firstness=_firstness(line, columns, indented),
                    bridged=bridged,
                    indented_page=indented,
                )
            )
    return marked


def _fits(line: PageLine, columns: tuple[float, float], shorter: float) -> bool:
    """Whether the line, ``shorter`` em wider, would fill one of the columns; True if none is known."""
    low, high = line.tight_width + shorter - TOLERANCE, line.loose_width + shorter + TOLERANCE
    above, below = columns
    return not (above or below) or (low <= above <= high and above > 0) or (low <= below <= high and below > 0)


def _firstness(line: PageLine, columns: tuple[float, float], indented: bool) -> float:
    if indented:
        return 1.0 if line.indent >= 1.5 else -1.0
    if line.closed:
        return 0.0
    above, below = columns
    first = bool(below) and abs(below - line.width - INDENT) <= 0.75
    full = (above > 0 and abs(above - line.width) <= 1.1) or (below > 0 and abs(below - line.width) <= 1.1)
    return 0.8 * (first - full) if first != full else 0.2 * first


def word_pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters, most Chinese words among them."""
    return set(map(add, text, text[1:]))


def _is_bridged(lines: Sequence[PageLine], start: int, end: int) -> bool:
    """Whether the block ``[start, end)`` stands between two halves of a word that belong to neither end of it."""
    if end - start > 4 or not 0 < start < end < len(lines) or lines[start - 1].closed:
        return False
    before, after = lines[start - 1].text.text, lines[end].text.text
    first, last = lines[start].text.text, lines[end - 1].text.text
    return split_cost(before, after) > 0 and not split_cost(before, first) and not split_cost(last, after)


def _listed(lines: Sequence[PageLine]) -> list[bool]:
    """Which lines are entries of a list: three or more in a row of one pattern, none of them a sentence."""
    patterns = [_pattern(line) for line in lines]
    listed = [line.is_row for line in lines]
    for _, group in itertools.groupby(range(len(lines)), key=lambda index: patterns[index]):
        run = list(group)
        if len(run) >= 3 and patterns[run[0]]:
            listed[run[0] : run[-1] + 1] = [True] * len(run)
    return listed


def _pattern(line: PageLine) -> str:
    """The line with words and numbers levelled, ``"x9x9x"``; empty if it can be no entry of a list."""
    text = line.text.text
    if line.closed or len(text) > 24 or text[-1] in "，、；：" or not _ENTRY.search(text):
        return ""
    return _PATTERN.sub(lambda match: "9" if match.group()[0].isdigit() else "x", text)


def _is_one_of_wide(block: Sequence[PageLine], place: int, above: float, below: float) -> bool:
    width = block[place].width
    if width <= max(above, below):
        return False
    return any(
        abs(line.width - width) <= 2.1 for line in (*block[max(0, place - 1) : place], *block[place + 1 : place + 2])
    )


def _ends_signed(before: MarkedLine | None, line: PageLine) -> bool:
    """Whether a signature ends with the line, begun on the line before perhaps."""
    text = line.text.text
    if _DATE_LINE.fullmatch(text):
        return True
    if text[-1] not in "）)摄":
        return False
    if before is not None and not before.ends_thought and len(text) < 20:
        text = before.text + text
    return ends_with_signature(text)


def split_cost(before: str, after: str) -> float:
    """What it costs to let a headline end or begin between two lines.

    >>> split_cost("去年3月2", "日，区里开会"), split_cost("要进一步加强合作，助", "力两地发展")
    (5.0, 2.5)
    """
    if before[-1].isdigit() and _UNIT.match(after):
        return 5.0
    if _TIME_WORD.search(before) and _DATE_BEHIND.match(after):
        return 5.0
    if before[-1] in "，。、；：！？”）》" or after[0] in "“（《":
        return 0.0
    left, right = before[-_CONTEXT:], after[:_CONTEXT]
    inside = any(start < len(left) < end for _, start, end in rjieba.tokenize(left + right, "default", hmm=False))
    return 2.5 if inside else 0.0
