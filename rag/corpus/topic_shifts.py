"""Where a page turns to something else: the words before and after a gap, and how the text behind it begins.

Knows lines and their words, not articles. The weights are log-odds measured on generated pages whose articles have
neither headline nor byline: of such beginnings three in four open with a time or with who and when, of others
one in twenty; the shared words' median is 0.015 there and 0.062 inside an article.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence
from operator import add

from rag.corpus.bylines import LineMark
from rag.corpus.lines import PageLine

REPORT_START = re.compile(
    "(?:近日|日前|连日来|昨[日天]|今天|眼下|目前|据|记者|近年来|今年(?:前|以来|上半年)|随着|为了|当地时间|北京时间|[0-9]{1,2}日|[0-9]{1,2}月[0-9]{1,2}日|这是|图为)"
)
"""How reports and captions begin: with the time, the source or the occasion."""
_LEDE = re.compile(
    "(?:近日|日前|连日来|昨[日天]|今[日天]|眼下|当地时间|记者(?:[从近今昨日获]|[0-9])|[0-9]{1,2}日|[0-9]{1,2}月[0-9]{1,2}日)"
    "|[^，。：；、“]{2,16}(?:近日|日前|昨[日天]|今[日天（]|[0-9]{1,2}日)"
)
"""A report's first words, who and when, over the end of its first line."""
_NEAR = 10
"""Lines before and after that are compared."""
_STARTS = 3.0
_USUAL_SHARE = 0.04
_SLOPE = 80.0
_MOST = 3.0


def topic_shifts(lines: Sequence[PageLine], marks: Sequence[LineMark], words: Sequence[set[str]]) -> list[float]:
    """For each line, the evidence in log-odds that another subject begins with it; 0.0 where no gap is above it.

    ``words`` are the word pairs of each line.
    """
    counts = Counter(itertools.chain.from_iterable(words))
    shifts = [0.0] * len(lines)
    for place in range(1, len(lines)):
        if lines[place].gap and lines[place - 1].closed and marks[place] == "none":
            before = _stretch(words, marks, place - 1, -1)
            after = _stretch(words, marks, place, 1)
            head = lines[place].text.text + (lines[place + 1].text.text if place + 1 < len(lines) else "")
            starts = _STARTS if _LEDE.match(head) else -0.5
            share = _share(before, after, counts)
            shifts[place] = starts + max(-_MOST, min(_MOST, _SLOPE * (_USUAL_SHARE - share)))
    return shifts


def word_pairs(text: str) -> set[str]:
    """Pairs of neighbouring characters, most Chinese words among them."""
    return set(map(add, text, text[1:]))


def _stretch(words: Sequence[set[str]], marks: Sequence[LineMark], start: int, step: int) -> set[str]:
    """The words of up to ``_NEAR`` lines from ``start`` on, no further than a mark."""
    found: set[str] = set()
    for place in range(start, start + step * _NEAR, step):
        if not 0 <= place < len(words) or (marks[place] not in ("none", "opening")):
            break
        found |= words[place]
        if marks[place] == "opening":
            break
    return found


def _share(before: set[str], after: set[str], counts: Counter[str]) -> float:
    """The weight of the words both have, rare ones weighing more, by the size of both."""
    if not before or not after:
        return 0.0
    return sum(1 / math.log(1 + counts[word]) for word in before & after) / math.sqrt(len(before) * len(after))
