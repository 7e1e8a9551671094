"""Body lines of one article → its pieces: bylines, bodies of paragraphs. Knows no other article."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import add
from typing import Literal

from rag.corpus.line_shapes import MarkedLine
from rag.corpus.normalisation import MappedText, join_wrapped
from rag.corpus.torn_tokens import is_torn

UnitKind = Literal["body", "byline", "credit"]

_WORD = re.compile("[\u3400-\u9fff]+|[A-Za-z]+|[0-9]+(?:\\.[0-9]+)?")
_WIDE = 45
"""Width in em from which on each line is taken for a paragraph."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of an article: the paragraphs of its body, a byline or a credit."""

    kind: UnitKind
    paragraphs: tuple[MappedText, ...]


def terms_of(text: str) -> frozenset[str]:
    """Character bigrams of Chinese, words of Latin letters, numbers."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        if word[0].isascii():
            found.add(word)
        else:
            found.update(map(add, word, word[1:]))
    return frozenset(found)


def body_units(lines: Sequence[MarkedLine], places: Sequence[int], subheads: frozenset[int]) -> Iterator[Unit]:
    """The body of an article from its lines, whose numbers on the page are ``places``; names are units apart.

    Lines numbered in ``subheads`` are paragraphs of their own. Where the numbers leave a gap something else stood,
    and a sentence may go on behind it.
    """
    paragraphs: list[list[MarkedLine]] = []
    before = -1
    apart = True
    for line, place in zip(lines, places, strict=True):
        kind = _kind_of(line)
        if kind != "body":
            if paragraphs:
                yield _body(paragraphs)
            paragraphs = []
            yield Unit(kind, (line.line.text,))
            apart = True
        else:
            torn = before >= 0 and place > before + 1
            after_subhead = (place in subheads) != (before in subheads)
            if apart or after_subhead or _starts_paragraph(paragraphs[-1], _behind_gap(line) if torn else line):
                paragraphs.append([line])
            else:
                paragraphs[-1].append(line)
            apart = False
        before = place
    if paragraphs:
        yield _body(paragraphs)


def _behind_gap(line: MarkedLine) -> MarkedLine:
    return replace(line, line=replace(line.line, gap=max(1, line.line.gap)))


def _body(paragraphs: Sequence[Sequence[MarkedLine]]) -> Unit:
    return Unit("body", tuple(join_wrapped([line.line.text for line in paragraph]) for paragraph in paragraphs))


def caption_units(lines: Sequence[MarkedLine], credit: int) -> tuple[tuple[MappedText, ...], tuple[MappedText, ...]]:
    """The paragraphs of a photo caption, and the photographer's name in lines ``credit`` and after."""
    starts = [
        place for place, line in enumerate(lines[:credit]) if place == 0 or _starts_paragraph(lines[:place], line)
    ]
    pieces = itertools.pairwise([*starts, credit])
    paragraphs = tuple(join_wrapped([line.line.text for line in lines[start:end]]) for start, end in pieces)
    return paragraphs, tuple(line.line.text for line in lines[credit:])


def _kind_of(line: MarkedLine) -> UnitKind:
    if line.mark == "credit":
        return "credit"
    return "byline" if line.mark in ("byline", "signature") else "body"


def _starts_paragraph(paragraph: Sequence[MarkedLine], line: MarkedLine) -> bool:
    before = paragraph[-1]
    if is_torn(before.text, line.text):
        return False
    if line.mark in ("opening", "jump in") or line.line.is_row or before.line.is_row:
        return True
    if not before.ends_thought:
        return before.text.endswith("：") and line.is_entry
    if before.is_entry or line.line.gap or line.line.indent >= 1.5 or before.mark == "jump out":
        return True
    column = before.above or before.below
    if not column or before.line.width > _WIDE:
        return True
    return before.line.width < column - 1.5 or (line.firstness > 0 and not line.indented_page)
