"""Which lines of a page are headline and which body: one Viterbi pass over the lines, scored by their shape.

Knows lines, widths and punctuation; which headline belongs to which article is decided elsewhere. Scores are
log-odds by judgement, checked against generated pages (benchmarks/segmentation_pages.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.corpus.bylines import LineMark, ends_with_signature, line_mark
from rag.corpus.furniture import blocks
from rag.corpus.lines import PageLine, column_widths
from rag.corpus.normalisation import spaced

Label = Literal["headline", "body"]
LABELS: tuple[Label, ...] = ("headline", "body")


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line with what it says of itself; ``column`` is the width of the column around it, 0.0 if unknown."""

    line: PageLine
    mark: LineMark
    column: float
    block_size: int
    block_closed: bool
    ends_thought: bool
    """Whether nothing need follow: a sentence's end, a byline, a credit, a signature, a jump line."""

    @property
    def text(self) -> str:
        """The line as normalised."""
        return self.line.text.text

    @property
    def starts_article(self) -> bool:
        """Whether an article's text or byline begins here."""
        return self.mark in ("opening", "byline", "jump in")


def mark_lines(lines: Sequence[PageLine], source: str) -> list[MarkedLine]:
    """Every line with its mark, column and block."""
    widths = column_widths(lines)
    marked: list[MarkedLine] = []
    for start, end in blocks(lines):
        closed = any(line.closed or "。" in line.text.text for line in lines[start:end])
        for index in range(start, end):
            line = lines[index]
            mark = line_mark(spaced(line.text, source))
            ends = (
                mark in ("byline", "credit", "signature", "jump out")
                or line.closed
                or ends_with_signature(line.text.text)
            )
            marked.append(MarkedLine(line, mark, widths[index], end - start, closed, ends))
    return marked


def label_lines(lines: Sequence[MarkedLine]) -> list[Label]:
    """The most likely label of each line, in order."""
    if not lines:
        return []
    scores: dict[Label, float] = {"headline": _headline_score(lines[0]), "body": 0.0}
    trail: list[dict[Label, Label]] = []
    for before, line in itertools.pairwise(lines):
        emitted = _headline_score(line)
        fresh: dict[Label, float] = {}
        step: dict[Label, Label] = {}
        for new in LABELS:
            reached = {old: scores[old] + _transition(old, new, before, line) for old in LABELS}
            step[new] = max(LABELS, key=reached.__getitem__)
            fresh[new] = reached[step[new]] + (emitted if new == "headline" else 0.0)
        scores = fresh
        trail.append(step)
    labels: list[Label] = [max(LABELS, key=scores.__getitem__)]
    for step in reversed(trail):
        labels.append(step[labels[-1]])
    return labels[::-1]


def _headline_score(line: MarkedLine) -> float:
    """How much more the line looks like a headline than like body text."""
    text = line.text
    if line.mark != "none" or not re.search(r"\w", text):
        return -12.0
    score = _punctuation_score(text) + _width_score(line)
    if line.block_size == 1:
        score += 1.5
    elif line.block_size <= 4 and not line.block_closed:
        score += 1.0
    return score


def _punctuation_score(text: str) -> float:
    score = -0.7 * min(3, text.count("，"))
    if text[-1] in "，、；,;":
        score -= 5.0
    elif re.search(r"[。][”’」』）)】\]]*$", text):
        score -= 7.0
    elif text[-1] in "！？!?…":
        score -= 1.0
    if re.search("[。；]", text[:-1]):
        score -= 5.0
    if text[0] in "，。、；：）”！？%":
        score -= 5.0
    if text.startswith("——"):
        score += 3.0
    return score - (5.0 if len(text) > 48 else 0.0)


def _width_score(line: MarkedLine) -> float:
    column, width = line.column, line.line.width
    if not column:
        return 0.5
    if width > column + 2.5:
        return 2.5
    if abs(width - column) <= 1.0:
        return -1.5
    if abs(width - column + 2) <= 0.6:
        return -0.8
    return 2.0 if width < column - 2.5 else 0.0


def _transition(old: Label, new: Label, before: MarkedLine, line: MarkedLine) -> float:
    if old == "body" and new == "headline":
        return (0.0 if before.ends_thought else -5.0) - (0.0 if line.line.gap else 0.7)
    if old == "headline" and new == "headline":
        return -0.4 if line.line.gap else 0.0
    if old == "headline":
        return _headline_to_body(line)
    if before.ends_thought:
        return 0.0
    return -8.0 if line.mark == "opening" else 2.0 if line.mark == "none" else -3.0


def _headline_to_body(line: MarkedLine) -> float:
    if line.starts_article:
        return 2.0
    if line.mark != "none":
        return -2.0
    short_by = line.column - line.line.width if line.column else 0.0
    return (0.6 if line.line.gap else 0.0) + (0.8 if 1.3 <= short_by <= 2.7 or line.line.indent >= 1.5 else -0.5)
