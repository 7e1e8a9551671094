"""A sentence to its clauses and to the pieces that each figure of a clause stands in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rag.chinese.figures import Figure
from rag.chinese.sentences import Span

_CLAUSE_END = re.compile(r"[，；。！？：\n]|[;!?]|,(?!\d)|(?<!\d):(?!\d)")
_BRACKETED = re.compile(r"[（(][^（()）]{1,120}[)）]")
_LISTED = re.compile(r"[、]|以及|及其|和|与|及")
_MEASURED = frozenset({"count", "money", "share", "change", "area", "length", "weight", "other", "time_span"})


@dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of a text in order; ``spans`` leave out the signs that end them."""

    text: str
    spans: tuple[Span, ...]

    def index_at(self, position: int) -> int:
        """The clause that holds ``position``, or the last before it."""
        return max(0, bisect_right([span.start for span in self.spans], position) - 1)

    def at(self, index: int) -> str:
        """The words of a clause."""
        return self.text[self.spans[index].start : self.spans[index].end]


def split(text: str) -> Clauses:
    """Cut at the signs that pause or end, but not inside brackets; a text without any is one clause."""
    spans, begin = [], 0
    cut = _BRACKETED.sub(lambda match: "　" * len(match.group()), text)
    for match in _CLAUSE_END.finditer(cut):
        if text[begin : match.start()].strip():
            spans.append(Span(begin, match.start()))
        begin = match.end()
    if text[begin:].strip() or not spans:
        spans.append(Span(begin, len(text)))
    return Clauses(text, tuple(spans))


def piece_of(clauses: Clauses, figures: Sequence[Figure], start: int, end: int) -> Span:
    """The words of its clause that are about ``[start, end)``, without those of the clause's other figures.

    Of 金牌3枚、银牌5枚 the 5枚 has ``银牌5枚``; of 7436名本科生、5010名硕士生 the 7436名 has ``7436名本科生``.
    """
    clause = clauses.spans[clauses.index_at(start)]
    others = [item for item in figures if item.kind in _MEASURED and clause.start <= item.start < clause.end]
    begin = clause.start
    for item in others:
        if item.end <= start:
            cut = _last_listed(clauses.text, item.end, start)
            begin = cut if cut is not None else item.end
    stop = clause.end
    following = next((item for item in others if item.start >= end), None)
    if following is not None:
        listed = _LISTED.search(clauses.text, end, following.start)
        stop = listed.start() if listed else following.start
    return Span(begin, max(stop, end))


def _last_listed(text: str, begin: int, end: int) -> int | None:
    """Where the last sign or word of listing between two figures ends."""
    ends = [match.end() for match in _LISTED.finditer(text, begin, end)]
    return ends[-1] if ends else None
