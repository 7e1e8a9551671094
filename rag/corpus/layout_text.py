"""The blocks of an article → its title, subtitle, byline and text, mapped to the page's characters."""

from __future__ import annotations

import datetime as dt
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.corpus.article_parts import compose_article
from rag.corpus.bylines import line_mark
from rag.corpus.furniture import heading_of
from rag.corpus.layout_blocks import Block, HeadlineGroup
from rag.corpus.lines import is_closed
from rag.corpus.normalisation import MappedText, fold, join, join_wrapped, normalise_folded
from rag.corpus.page_geometry import TextLine
from rag.corpus.page_units import Unit, UnitKind
from rag.corpus.pdf_layout import furniture_kinds, spaced_text
from rag.records import DraftArticle, SourceRun

_NAMES = re.compile(r"^[\u3400-\u9fff·]( ?[\u3400-\u9fff·]){1,8}(?:[ 、　][\u3400-\u9fff·]{2,9}){0,3}$")
_ITEM = re.compile(r"^[0-9]{1,4}(?=[.．、][^0-9])")
_MAIN_SHARE = 0.85
_KICKER_CHARACTERS = 10


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block with the page it stands on; ``source`` is that page's text."""

    block: Block
    page_index: int
    source: str


@dataclass(frozen=True, slots=True)
class LaidOutArticle:
    """One article over all its pages."""

    headline: HeadlineGroup | None
    blocks: tuple[PlacedBlock, ...]
    page_index: int
    source: str


@dataclass(frozen=True, slots=True)
class _PlacedLine:
    line: TextLine
    block: Block
    text: MappedText
    printed: str
    source: str
    is_last: bool


def compose_laid_out(article: LaidOutArticle) -> DraftArticle:
    """The article as readers hand it on; a line like ``《青桐日报》（2021年3月7日 第03版）`` gives page and date."""
    lines = list(_placed_lines(article))
    headings = [kind in ("page header", "folio") for kind in furniture_kinds([placed.line for placed in lines])]
    headings = [heading and index < 4 for index, heading in enumerate(headings)]
    heading = heading_of([placed.printed for placed, is_one in zip(lines, headings, strict=True) if is_one])
    lines = [placed for placed, is_one in zip(lines, headings, strict=True) if not is_one]
    title, subtitle = _split_headline(article)
    lines, deck = _take_deck(lines, article.headline)
    units = list(_units(lines))
    if not units:
        return DraftArticle(title.text, "", page=heading.page)
    headline = [Unit("headline", (title,), False, False, 0.0, 0, frozenset())] if title else []
    draft = compose_article([*headline, *units], article.source).as_draft(heading.page)
    below = join([piece for piece in (subtitle, deck) if piece], " ")
    date: dt.date | None = heading.date
    return replace(draft, title=title.text, subtitle=below.text, date=date, source=heading.source)


def map_line(line: TextLine, page_index: int) -> MappedText:
    """A line's characters, folded and without typesetting's spaces, each with its place in the page's text."""
    printed: list[str] = []
    places: list[int] = []
    before = None
    for glyph in line.glyphs:
        if before is not None and not line.vertical and glyph.left - before.right > 0.22 * glyph.size:
            printed.append(" ")
            places.append(-1)
        printed.append(glyph.character)
        places.append(glyph.index)
        before = glyph
    local = normalise_folded(fold("".join(printed)), 0)
    runs: list[SourceRun] = []
    for run in local.runs:
        for step in range(run.length):
            place = places[run.source_start + step]
            if place < 0:
                continue
            last = runs[-1] if runs else None
            start = run.start + step
            if last and last.start + last.length == start and last.source_start + last.length == place:
                runs[-1] = SourceRun(last.start, last.length + 1, last.source_start, page_index)
            else:
                runs.append(SourceRun(start, 1, place, page_index))
    return MappedText(local.text, tuple(runs))


def _placed_lines(article: LaidOutArticle) -> Iterator[_PlacedLine]:
    for placed in article.blocks:
        for line in placed.block.lines:
            text = map_line(line, placed.page_index)
            if text:
                is_last = line is placed.block.lines[-1]
                yield _PlacedLine(line, placed.block, text, spaced_text(line), placed.source, is_last)


def _split_headline(article: LaidOutArticle) -> tuple[MappedText, MappedText]:
    """Title and subtitle: the largest lines with a short kicker before them, and the smaller lines."""
    if article.headline is None:
        return MappedText(), MappedText()
    lines = article.headline.lines
    large = [index for index, line in enumerate(lines) if line.size >= _MAIN_SHARE * article.headline.size]
    first, last = large[0], large[-1]
    texts = [map_line(line, article.page_index) for line in lines]
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
        kind = _kind(placed, index, len(lines))
        if paragraph and (kind != "body" or _starts_paragraph(paragraph[-1], placed, lines[index + 1 : index + 2])):
            yield _unit("body", paragraph)
            paragraph = []
        if kind == "body":
            paragraph.append(placed)
        else:
            yield _unit(kind, [placed])
    if paragraph:
        yield _unit("body", paragraph)


def _kind(placed: _PlacedLine, index: int, count: int) -> UnitKind:
    mark = line_mark(placed.printed)
    if mark == "credit" and index >= count - 2:
        return "credit"
    if mark == "byline" and (index < 3 or index >= count - 2):
        return "byline"
    stands_alone = len(placed.block.lines) <= 2 and count > index + 1
    return "byline" if stands_alone and index == 0 and _NAMES.match(placed.printed) else "body"


def _unit(kind: UnitKind, lines: Sequence[_PlacedLine]) -> Unit:
    return Unit(kind, (join_wrapped([placed.text for placed in lines]),), False, False, 0.0, 0, frozenset())


def _starts_paragraph(before: _PlacedLine, placed: _PlacedLine, after: Sequence[_PlacedLine]) -> bool:
    """Whether a line begins a paragraph: indented after a closed line, or another kind of type."""
    size = placed.line.size
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
    left = min(line.box.left for line in placed.block.lines)
    indent = placed.line.box.left - left
    if indent < 1.2 * placed.line.size:
        return False
    following = after[0] if after and after[0].block is placed.block else None
    return following is None or placed.line.box.left - following.line.box.left >= -0.3 * placed.line.size
