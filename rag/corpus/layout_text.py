"""The blocks of an article → its title, subtitle, byline and text, mapped to the page's characters."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.corpus.article_parts import compose_article
from rag.corpus.bylines import line_mark
from rag.corpus.headlines import Headline
from rag.corpus.layout_blocks import Block, HeadlineGroup
from rag.corpus.lines import is_closed
from rag.corpus.normalisation import MappedText, join, join_wrapped, normalise_line
from rag.corpus.page_geometry import TextLine
from rag.corpus.page_headers import PageHeading, heading_of
from rag.corpus.page_units import Unit, UnitKind
from rag.corpus.pdf_layout import furniture_kinds, spaced_text
from rag.corpus.source_content import RunBuilder
from rag.corpus.torn_tokens import is_torn
from rag.records import DraftArticle, SourceRun

_NAMES = re.compile(r"^[\u3400-\u9fff·]( ?[\u3400-\u9fff·]){1,8}(?:[ 、　][\u3400-\u9fff·]{2,9}){0,3}$")
_ITEM = re.compile(r"^[0-9]{1,4}(?=[.．、][^0-9])")
_MAIN_SHARE = 0.85
_KICKER_CHARACTERS = 10
_HEADING_LINES = 4
_SPACE = 0.22
"""In em: a wider gap is a space to whoever reads the line."""
_NOWHERE = (-1, -1)


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block with the page it stands on."""

    block: Block
    page_index: int


@dataclass(frozen=True, slots=True)
class LaidOutArticle:
    """One article over all its pages."""

    headline: HeadlineGroup | None
    blocks: tuple[PlacedBlock, ...]
    page_index: int
    """The page of the headline, or of the first block."""


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    line: TextLine
    block: Block
    text: MappedText
    printed: str
    edge: float


def compose_laid_out(article: LaidOutArticle) -> DraftArticle:
    """The article as readers hand it on; a line like ``《青桐日报》（2021年3月7日 第03版）`` gives page and date."""
    printed = _Print()
    title, subtitle = _split_headline(article, printed)
    lines, heading = _take_heading(list(_place_lines(article, printed)))
    lines, deck = _take_deck(lines, article.headline)
    units = list(_units(lines))
    if not units:
        return DraftArticle(title.text, "", page=heading.page)
    draft = compose_article(Headline(title), units, printed.text).as_draft(heading.page)
    return replace(
        draft,
        title=title.text,
        subtitle=join([piece for piece in (subtitle, deck) if piece], " ").text,
        runs=printed.to_source(draft.runs),
        date=heading.date,
        source=heading.source,
    )


def _take_heading(lines: list[_PlacedLine]) -> tuple[list[_PlacedLine], PageHeading]:
    """Lines among the first that give paper, date and page, and all others."""
    kinds = furniture_kinds([placed.line for placed in lines])
    taken = [index for index, kind in enumerate(kinds[:_HEADING_LINES]) if kind in ("page header", "folio")]
    heading = heading_of([lines[index].printed for index in taken])
    return [placed for index, placed in enumerate(lines) if index not in taken], heading


@dataclass(slots=True)
class _Print:
    """The lines of an article as printed, one after the other, and where each character stands in the file."""

    text: str = ""
    places: list[tuple[int, int]] = field(default_factory=list)

    def add(self, line: TextLine, page_index: int) -> MappedText:
        """A line, folded and without typesetting's spaces; its runs point into ``text``."""
        start = len(self.text)
        before = None
        pieces = []
        for glyph in line.glyphs:
            if before is not None and not line.vertical and glyph.left - before.right > _SPACE * glyph.size:
                pieces.append(" ")
                self.places.append(_NOWHERE)
            pieces.append(glyph.character)
            self.places.append((page_index, glyph.index))
            before = glyph
        self.text += "".join(pieces) + "\n"
        self.places.append(_NOWHERE)
        return normalise_line(self.text, start, len(self.text) - 1)

    def to_source(self, runs: Sequence[SourceRun]) -> tuple[SourceRun, ...]:
        """Runs into ``text`` as runs into the pages of the file."""
        builder = RunBuilder()
        for run in runs:
            if run.start > len(builder):
                builder.join(" " * (run.start - len(builder)))
            for index in range(run.source_start, run.source_start + run.length):
                page, place = self.places[index]
                if page < 0:
                    builder.join(" ")
                else:
                    builder.add("x", place, page)
        return builder.build().runs


def _place_lines(article: LaidOutArticle, printed: _Print) -> Iterator[_PlacedLine]:
    for placed in article.blocks:
        edge = _left_edge(placed.block, article.blocks)
        for line in placed.block.lines:
            text = printed.add(line, placed.page_index)
            if text:
                yield _PlacedLine(line, placed.block, text, spaced_text(line), edge)


def _split_headline(article: LaidOutArticle, printed: _Print) -> tuple[MappedText, MappedText]:
    """Title and subtitle: the largest lines with a short kicker before them, and the smaller lines."""
    if article.headline is None:
        return MappedText(), MappedText()
    lines = article.headline.lines
    large = [index for index, line in enumerate(lines) if line.size >= _MAIN_SHARE * article.headline.size]
    first, last = large[0], large[-1]
    texts = [printed.add(line, article.page_index) for line in lines]
    kicker = join_wrapped(texts[:first])
    main = join_wrapped(texts[first : last + 1])
    below = texts[last + 1 :]
    if (kicker and len(kicker) <= _KICKER_CHARACTERS) or kicker.text.endswith(("：", ":")):
        return join([kicker, main]), join_wrapped(below)
    return main, join([piece for piece in (kicker, join_wrapped(below)) if piece], " ")


def _take_deck(lines: list[_PlacedLine], headline: HeadlineGroup | None) -> tuple[list[_PlacedLine], MappedText]:
    """A subtitle set only a little larger than the body, cut off the first lines."""
    if headline is None or len(lines) < 3:
        return lines, MappedText()
    body = statistics.median(placed.line.size for placed in lines)
    count = 0
    while (
        count < min(3, len(lines) - 2)
        and lines[count].line.size > 1.08 * body
        and not is_closed(lines[count].text.text)
    ):
        count += 1
    return lines[count:], join_wrapped([placed.text for placed in lines[:count]])


def _units(lines: Sequence[_PlacedLine]) -> Iterator[Unit]:
    """Paragraphs and bylines in order."""
    paragraph: list[_PlacedLine] = []
    for index, placed in enumerate(lines):
        kind = _kind(placed, index, lines)
        if paragraph and (kind != "body" or _starts_paragraph(paragraph[-1], placed, lines[index + 1 : index + 2])):
            yield _unit("body", paragraph)
            paragraph = []
        if kind == "body":
            paragraph.append(placed)
        else:
            yield _unit(kind, [placed])
    if paragraph:
        yield _unit("body", paragraph)


def _kind(placed: _PlacedLine, index: int, lines: Sequence[_PlacedLine]) -> UnitKind:
    mark, count = line_mark(placed.printed), len(lines)
    if mark == "credit" and index >= count - 2:
        return "credit"
    if mark == "byline" and (index < 3 or index >= count - 2):
        return "byline"
    stands_alone = count > index + 1 and lines[index + 1].block is not placed.block
    return "byline" if stands_alone and index == 0 and _NAMES.match(placed.printed) else "body"


def _unit(kind: UnitKind, lines: Sequence[_PlacedLine]) -> Unit:
    return Unit(kind, (join_wrapped([placed.text for placed in lines]),))


def _starts_paragraph(before: _PlacedLine, placed: _PlacedLine, after: Sequence[_PlacedLine]) -> bool:
    """Whether a line begins a paragraph: indented after a closed line, or another kind of type."""
    size = placed.line.size
    if is_torn(before.text.text, placed.text.text):
        return False
    if max(size, before.line.size) > 1.08 * min(size, before.line.size):
        return True
    if _is_next_item(before.text.text, placed.text.text):
        return True
    indented = _is_indented(placed, after)
    right = max(line.box.right for line in before.block.lines)
    is_short = before.line.box.right < right - 1.6 * size
    if is_closed(before.text.text) or before.text.text[-1] in "：:；;":
        return indented or (is_short and before.block is placed.block)
    return indented and is_short


def _is_next_item(before: str, text: str) -> bool:
    """Whether two lines are numbered one after the other."""
    one, other = _ITEM.match(before), _ITEM.match(text)
    return one is not None and other is not None and int(other.group()) == int(one.group()) + 1


def _is_indented(placed: _PlacedLine, after: Sequence[_PlacedLine]) -> bool:
    if placed.line.box.left - placed.edge < 1.2 * placed.line.size:
        return False
    following = after[0] if after and after[0].block is placed.block else None
    return following is None or placed.line.box.left - following.line.box.left >= -0.3 * placed.line.size


def _left_edge(block: Block, blocks: Sequence[PlacedBlock]) -> float:
    """Where the lines of a block's column begin, seen over all blocks of the article in that column."""
    edges = [
        other.block.box.left
        for other in blocks
        if block.box.left - 2.6 * block.size <= other.block.box.left <= block.box.left
        and other.block.box.overlap_x(block.box) > 0
    ]
    return min(edges, default=block.box.left)
