"""Headlines set into running text: small blocks that stand between the halves of a sentence and belong to neither.

Knows lines and blocks, not articles. The weights are a logistic regression's, rounded, over 3,764 such blocks of
generated pages (benchmarks/segmentation_pages.py), of which 801 were headlines; it errs in 3 % of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.corpus.furniture import blocks
from rag.corpus.line_labels import FUNCTION_WORDS
from rag.corpus.line_shapes import MarkedLine, split_cost
from rag.corpus.topic_shifts import word_pairs

NO_INSET = -20.0
_LONGEST = 4
_TEXT = -1.0
"""Log-odds below which a line is taken for running text."""
_NEAR = 20
"""Lines before and after in which the words of a headline come again."""
_BASE = 6.0
_FILLS_COLUMN = -3.0
_GOES_ON_BEFORE = -5.5
_GOES_ON_BEHIND = -5.0
_WORD_AROUND = 4.5
_FUNCTION_WORD = -1.1
_PUNCTUATED = -4.0
_ENDS_OPEN = -4.5
_SHORT_BLOCKS = -4.0
_FIRST_BEHIND = 2.5
_FULL_BEFORE = -0.7
_TALL = -1.2
_ECHO = 3.2
_SURE = 2.0
_HABIT = 2.0
"""A paper that sets two headlines of a page so sets the others so."""


def inset_margins(lines: Sequence[MarkedLine], shaped: Sequence[float]) -> list[float]:
    """For each line the log-odds that its block is a headline set into a sentence; ``NO_INSET`` where it cannot be.

    ``shaped`` are the log-odds of the lines' shape alone: running text must stand before and behind.
    """
    margins = [NO_INSET] * len(lines)
    found = [(start, end) for start, end in blocks([line.line for line in lines]) if start and end < len(lines)]
    if not found:
        return margins
    short = sum(end - start <= 2 for start, end in found) / len(found)
    scores = {
        (start, end): _score(lines, start, end, short)
        for start, end in found
        if end - start <= _LONGEST
        and shaped[start - 1] < _TEXT
        and shaped[end] < _TEXT
        and _interrupts(lines[start:end])
    }
    habit = _HABIT if sum(score > _SURE for score in scores.values()) >= 2 else 0.0
    for (start, end), score in scores.items():
        margins[start:end] = [score + habit] * (end - start)
    return margins


def _interrupts(block: Sequence[MarkedLine]) -> bool:
    return not block[0].after_end and all(line.mark == "none" and not line.line.closed for line in block)


def _score(lines: Sequence[MarkedLine], start: int, end: int, short: float) -> float:
    block, before, behind = lines[start:end], lines[start - 1], lines[end]
    text = "".join(line.text for line in block)
    score = _BASE + _SHORT_BLOCKS * short + _FIRST_BEHIND * behind.firstness
    score += _FILLS_COLUMN * all(line.fits_full for line in block) + _FULL_BEFORE * before.fits_full
    score += _GOES_ON_BEFORE * (block[0].split_cost > 0) + _GOES_ON_BEHIND * (behind.split_cost > 0)
    score += _WORD_AROUND * (split_cost(before.text, behind.text) > 0)
    score += _FUNCTION_WORD * min(2, len(FUNCTION_WORDS.findall(text))) + _TALL * (end - start > 2)
    score += _PUNCTUATED * bool(re.search("[，。；、]", text[:-1])) + _ENDS_OPEN * (text[-1] in "，、；：")
    return score + _ECHO * max(0.0, _echo(lines, start, end, text) - 0.5)


def _echo(lines: Sequence[MarkedLine], start: int, end: int, text: str) -> float:
    """The part of a block's word pairs that come again near it."""
    own = word_pairs(text)
    around = (word_pairs(line.text) for line in (*lines[max(0, start - _NEAR) : start], *lines[end : end + _NEAR]))
    return len(own.intersection(*[set().union(*around)])) / max(1, len(own))
