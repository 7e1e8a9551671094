"""Text to sentences, as spans: the smallest units that are quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters."""

    start: int
    end: int


LONG_SENTENCE = 90
"""A sentence longer than this, in characters, is also cut at its semicolons."""

LONGEST_SENTENCE = 240
"""A piece longer than this is cut wherever it pauses, so that no prompt grows without bound."""

_PAUSE = re.compile(r"[，、：:]|,(?!\d)|\s(?!\s)")
_CLOSERS = "”’」』）)】》\"'"
_END = re.compile(rf"(?:[。！？!?…]+[{_CLOSERS}]*|(?<=[^\d\s.])\.(?=\s+[A-Z“\"])|\n)")
_SEMICOLON = re.compile(r"[；;]")
_CLAUSE = re.compile(r"[，,：:、；;。！？!?]")


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of ``text`` in order, without the white space around them; none is empty.

    A sentence ends with 。！？ and the quotes that close on it, at a line break, or at an English full stop.
    """
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        spans.extend(_trimmed(text, start, match.end()))
        start = match.end()
    spans.extend(_trimmed(text, start, len(text)))
    return tuple(spans)


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return []
    if end - start <= LONG_SENTENCE:
        return [Span(start, end)]
    return _cut_at_semicolons(text, start, end)


def _cut_at_semicolons(text: str, start: int, end: int) -> list[Span]:
    spans = []
    begin = start
    for match in _SEMICOLON.finditer(text, start, end - 1):
        # A short item of a list stays with the next, which it is likely to need.
        if match.end() - begin >= LONG_SENTENCE // 3:
            spans.append(Span(begin, match.end()))
            begin = match.end()
    spans.append(Span(begin, end))
    return [part for span in spans for part in _cut_anywhere(text, span)]


def _cut_anywhere(text: str, span: Span) -> list[Span]:
    """Pieces of what has no sentence end at all (a table, a list of names), at the last pause that fits."""
    spans = []
    begin = span.start
    while span.end - begin > LONGEST_SENTENCE:
        stop = begin + LONGEST_SENTENCE
        pauses = [match.end() for match in _PAUSE.finditer(text, begin + LONGEST_SENTENCE // 2, stop)]
        cut = pauses[-1] if pauses else stop
        spans.append(Span(begin, cut))
        begin = cut
    return [*spans, Span(begin, span.end)]


def split_clauses(text: str, span: Span) -> tuple[Span, ...]:
    """The clauses of a sentence, each with the punctuation that ends it."""
    spans = []
    begin = span.start
    for match in _CLAUSE.finditer(text, span.start, span.end):
        if match.end() > begin:
            spans.append(Span(begin, match.end()))
            begin = match.end()
    if begin < span.end:
        spans.append(Span(begin, span.end))
    return tuple(spans)
