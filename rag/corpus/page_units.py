"""Labelled lines → units: headline lines, bodies of paragraphs, bylines, credits; what an article is made of."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import add
from typing import Literal

from rag.corpus.bylines import ends_with_credit, ends_with_signature
from rag.corpus.line_shapes import MarkedLine
from rag.corpus.lines import is_closed
from rag.corpus.normalisation import MappedText, join_wrapped

UnitKind = Literal["headline", "body", "byline", "credit", "caption"]

DOUBT = -3.5
"""Margin above which a line that begins a paragraph may yet turn out a headline."""
_STACK = 4
"""Lines of a headline, in one block, at most."""
SUBHEAD_SCORE = -3.0
SHIFT = 1.0
"""Evidence of another subject above which a paragraph may begin an article without headline and byline."""
_NUMBERED = re.compile("(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.]|[0-9]{1,2}[、.])")
_WORD = re.compile("[\u3400-\u9fff]+|[A-Za-z]+|[0-9]+(?:\\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a page that is never divided between articles.

    ``opening``: an article begins here; ``final``: an article ends here (signature, credit, jump line);
    ``width``: median printed width of its lines, in em, 0.0 if it has one line only; ``terms``: bigrams and words,
    to compare with headlines.
    """

    kind: UnitKind
    paragraphs: tuple[MappedText, ...]
    opening: bool
    final: bool
    width: float
    gap: int
    terms: frozenset[str]
    margin: float = 0.0
    """Of a headline: how sure it is one, in log-odds; below zero it more likely begins a paragraph."""
    shift: float = 0.0
    """The evidence in log-odds that it begins another subject than the text before it."""
    credits: tuple[MappedText, ...] = ()
    """Of a caption: the photographer's name, line by line, if it stands in lines of its own."""

    @property
    def is_fragment(self) -> bool:
        """Whether a headline inside an article is rather the torn-off beginning of a paragraph than a subhead."""
        return self.fragment_score >= self.subhead_score

    @property
    def fragment_score(self) -> float:
        """Score of reading a headline as the beginning of a paragraph."""
        return -0.2 - 0.7 * self.margin if self.margin > 0 else 0.0

    @property
    def subhead_score(self) -> float:
        """Score of reading a headline as a subhead."""
        numbered = bool(_NUMBERED.match(self.paragraphs[0].text))
        return (-0.5 if numbered else SUBHEAD_SCORE) + 0.5 * min(0.0, self.margin)

    @property
    def length(self) -> int:
        """Characters of text."""
        return sum(len(paragraph) for paragraph in self.paragraphs)


def terms_of(text: str) -> frozenset[str]:
    """Character bigrams of Chinese, words of Latin letters, numbers."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        if word[0].isascii():
            found.add(word)
        else:
            found.update(map(add, word, word[1:]))
    return frozenset(found)


def build_units(lines: Sequence[MarkedLine], margins: Sequence[float]) -> list[Unit]:
    """Units in page order; their lines together are all lines given.

    Lines that may be a headline are units of their own, doubtful ones too: where they belong settles what they are.
    """
    if not lines:
        return []
    groups: list[tuple[UnitKind, list[MarkedLine], float]] = []
    doubtful = False
    ends_block = [*(line.line.gap > 0 or line.starts_article for line in lines[1:]), True]
    for line, margin, alone in zip(lines, margins, ends_block, strict=True):
        starts = line.after_end or doubtful or bool(groups and groups[-1][0] == "headline")
        apart = alone or _stands_apart(line)
        open_line = apart and not line.ends_thought and line.mark == "none"
        doubtful = margin > 0 or (margin > DOUBT and starts and open_line)
        kind: UnitKind = "headline" if doubtful else _kind_of(line)
        if groups and kind == "body" and groups[-1][0] == "body" and not _starts_paragraph(groups[-1][1], line):
            groups[-1][1].append(line)
        else:
            groups.append((kind, [line], margin))
    return _merge_bodies([_unit(*group) for group in groups])


def _stands_apart(line: MarkedLine) -> bool:
    """Whether a line is of a small block in which no sentence ends, or begins a block behind a sentence's end."""
    return (line.block_size <= _STACK and not line.block_closed) or (line.after_end and line.line.gap > 0)


def begin_body(lead: Unit, body: Unit) -> Unit:
    """A body with the line that begins its first paragraph."""
    first = join_wrapped([*lead.paragraphs, body.paragraphs[0]])
    return replace(body, paragraphs=(first, *body.paragraphs[1:]), gap=lead.gap, terms=lead.terms | body.terms)


def caption_unit(lines: Sequence[MarkedLine], credit: int) -> Unit:
    """A whole photo caption; lines from ``credit`` on are the photographer's name."""
    paragraphs: list[list[MarkedLine]] = []
    for line in lines[:credit]:
        if paragraphs and not _starts_paragraph(paragraphs[-1], line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    texts = tuple(join_wrapped([line.line.text for line in paragraph]) for paragraph in paragraphs)
    names = tuple(line.line.text for line in lines[credit:])
    terms = terms_of("".join(text.text for text in texts))
    return Unit("caption", texts, False, True, 0.0, lines[0].line.gap, terms, credits=names)


def _kind_of(line: MarkedLine) -> UnitKind:
    if line.mark == "credit":
        return "credit"
    return "byline" if line.mark in ("byline", "signature") else "body"


def _starts_paragraph(paragraph: Sequence[MarkedLine], line: MarkedLine) -> bool:
    before = paragraph[-1]
    if line.mark in ("opening", "jump in"):
        return True
    if not before.ends_thought:
        return before.text.endswith("：") and line.is_entry
    if before.is_entry:
        return True
    if line.line.gap or line.line.indent >= 1.5 or before.mark == "jump out":
        return True
    column = before.above or before.below
    if not column or before.line.width > 45:
        return True
    return before.line.width < column - 1.5 or (line.firstness > 0 and not line.indented_page)


def _unit(kind: UnitKind, lines: Sequence[MarkedLine], margin: float) -> Unit:
    text = join_wrapped([line.line.text for line in lines])
    last = lines[-1]
    final = (
        kind == "credit"
        or last.mark in ("signature", "jump out")
        or (kind == "body" and ends_with_signature(text.text))
    )
    widths = [line.line.width for line in lines]
    width = statistics.median(widths[:-1]) if len(widths) > 2 else max(widths) if len(widths) > 1 else 0.0
    opening = lines[0].mark in ("opening", "jump in")
    return Unit(kind, (text,), opening, final, width, lines[0].line.gap, terms_of(text.text), margin, lines[0].shift)


def _merge_bodies(units: Sequence[Unit]) -> list[Unit]:
    """Neighbouring paragraphs that no article edge can divide, as one unit."""
    merged: list[Unit] = []
    for index, unit in enumerate(units):
        last = merged[-1] if merged else None
        if last is None or not _belong_together(last, unit, units[index + 1 : index + 3]):
            merged.append(unit)
            continue
        merged[-1] = Unit(
            "body",
            last.paragraphs + unit.paragraphs,
            last.opening,
            unit.final,
            max(last.width, unit.width),
            last.gap,
            last.terms | unit.terms,
            shift=last.shift,
        )
    return merged


def _belong_together(last: Unit, unit: Unit, following: Sequence[Unit]) -> bool:
    if last.kind != "body" or unit.kind != "body" or unit.opening or last.final:
        return False
    if ends_with_credit(unit.paragraphs[-1].text) or any(after.kind == "credit" for after in following):
        return False
    if unit.shift > SHIFT:
        return False
    if not last.width or not unit.width or unit.length < unit.width * 2:
        return True
    return abs(last.width - unit.width) <= (1.2 if unit.gap and is_closed(last.paragraphs[-1].text) else 3.0)
