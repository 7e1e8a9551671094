"""A newspaper page's text → its articles, each whole, with every character accounted for.

The page may come as torn out of a PDF: sentences broken at the column's width and by blank lines, headlines above,
below or beside their articles or missing, captions, jump lines, headers, weather boxes and advertisements. Text that
is no newspaper page comes out as one article. Every source character that is no white space stands in exactly one
part of one article or in one line of the furniture.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.article_parts import ArticleParts, compose_articles, compose_plain_article, continue_article
from rag.corpus.article_search import divide
from rag.corpus.bylines import LineMark
from rag.corpus.captions import find_captions, without_captions
from rag.corpus.furniture import FurnitureLine, classify_furniture, heading_of, lines_of
from rag.corpus.inset_lines import inset_margins
from rag.corpus.jumps import match_jumps
from rag.corpus.line_labels import headline_margins
from rag.corpus.line_shapes import line_marks, mark_lines
from rag.corpus.lines import PageLine, column_widths, split_lines, split_pages
from rag.corpus.normalisation import INVISIBLE
from rag.corpus.page_units import Unit, begin_body, build_units, caption_unit
from rag.records import DraftArticle


@dataclass(frozen=True, slots=True)
class PageSegmentation:
    """What one page holds. ``parts`` are the articles with the maps of all their parts, in the same order."""

    articles: tuple[DraftArticle, ...]
    furniture: tuple[FurnitureLine, ...] = ()
    date: dt.date | None = None
    source: str = ""
    page: str = ""
    parts: tuple[ArticleParts, ...] = ()


def segment_page(text: str, *, page_index: int = 0) -> PageSegmentation:
    """The articles of one page, in the order in which the page's text has them.

    ``SourceRun.source_start`` counts the characters of ``text``; ``page_index``, the 0-based place of the page in
    its file, goes into every ``SourceRun``.
    """
    lines = split_lines(text, page_index)
    kinds = classify_furniture(lines)
    furniture = [
        FurnitureLine(line.text.text, kind, line.start, line.end)
        for line, kind in zip(lines, kinds, strict=True)
        if kind
    ]
    heading = heading_of([line.text for line in furniture if line.kind in ("page header", "folio", "edition line")])
    content = [line for line, kind in zip(lines, kinds, strict=True) if kind is None]
    marks = line_marks(content, text)
    if _is_newspaper(content, marks, bool(heading.date or heading.source)):
        parts, orphans = _newspaper_articles(content, marks, text)
    else:
        parts, orphans = compose_plain_article(content, text), []
    furniture += orphans
    furniture += [piece for part in parts for piece in part.furniture]
    furniture += _invisible(text, furniture)
    articles = tuple(part.as_draft(heading.page) for part in parts)
    ordered = tuple(sorted(furniture, key=lambda line: (line.start, line.end)))
    return PageSegmentation(articles, ordered, heading.date, heading.source, heading.page, tuple(parts))


def segment_pages(text: str) -> tuple[PageSegmentation, ...]:
    """The pages of a text divided by form feeds, articles that jump from page to page joined.

    ``SourceRun.source_page`` counts the pages of ``split_pages(text)``.
    """
    pages = split_pages(text)
    return join_jumps([segment_page(page, page_index=index) for index, page in enumerate(pages)])


def join_jumps(pages: Sequence[PageSegmentation]) -> tuple[PageSegmentation, ...]:
    """The pages of one edition with every 下转 joined to its 上接, where both are among them.

    The joined article stays where it begins; a headline repeated over its continuation becomes furniture there.
    """
    parts = [list(page.parts) for page in pages]
    furniture = [list(page.furniture) for page in pages]
    names = [page.page or f"{index + 1:02d}" for index, page in enumerate(pages)]
    jumps = match_jumps(parts, names)
    for jump in jumps:
        target = parts[jump.page][jump.article]
        continuation = parts[jump.next_page][jump.next_article]
        parts[jump.page][jump.article] = continue_article(target, continuation)
        for text in (continuation.title, continuation.subtitle):
            furniture[jump.next_page] += lines_of(text.text, text.runs, "other")
    taken = {(jump.next_page, jump.next_article) for jump in jumps}
    return tuple(
        replace(
            page,
            parts=(kept := tuple(part for number, part in enumerate(parts[index]) if (index, number) not in taken)),
            articles=tuple(part.as_draft(page.page) for part in kept),
            furniture=tuple(sorted(furniture[index], key=lambda line: (line.start, line.end))),
        )
        for index, page in enumerate(pages)
    )


def _page_units(lines: Sequence[PageLine], marks: Sequence[LineMark]) -> list[Unit]:
    """The units of a page; captions are read first, and the text around them as if they were not there."""
    captions = find_captions(lines, marks)
    kept = without_captions(lines, captions)
    marked = mark_lines([line for _, line in kept], [marks[index] for index, _ in kept])
    shaped = headline_margins(marked)
    margins = list(map(max, shaped, inset_margins(marked, shaped)))
    units: list[Unit] = []
    position = 0
    for caption in captions:
        stop = bisect_left(kept, caption.start, key=lambda item: item[0])
        units += build_units(marked[position:stop], margins[position:stop])
        chosen = slice(caption.start, caption.end)
        units.append(caption_unit(mark_lines(lines[chosen], marks[chosen]), caption.credit - caption.start))
        position = stop
    return units + build_units(marked[position:], margins[position:])


def _newspaper_articles(
    lines: Sequence[PageLine], marks: Sequence[LineMark], text: str
) -> tuple[list[ArticleParts], list[FurnitureLine]]:
    units = _page_units(lines, marks)
    parts: list[ArticleParts] = []
    orphans: list[FurnitureLine] = []
    for segment in divide(units):
        chosen = units[segment.start : segment.end]
        if segment.lead >= 0:
            place = segment.lead - segment.start
            chosen[place : place + 2] = [begin_body(*chosen[place : place + 2])]
        if segment.orphan:
            for paragraph in [line for unit in chosen for line in unit.paragraphs]:
                orphans += lines_of(paragraph.text, paragraph.runs, "other")
        else:
            inset = units[segment.inset : segment.inset_end]
            parts += compose_articles(chosen, text, inset)
    return parts, orphans


def _is_newspaper(lines: Sequence[PageLine], marks: Sequence[LineMark], headed: bool) -> bool:
    """Whether articles must be told apart: bylines that open articles, a page header, or broken columns."""
    openings = marks.count("opening")
    edges = sum(mark in ("opening", "byline", "credit", "jump in") for mark in marks)
    if openings >= 2 or edges >= 3 or (headed and len(lines) >= 4):
        return True
    return _is_set_in_columns(lines)


def _is_set_in_columns(lines: Sequence[PageLine]) -> bool:
    above, below = column_widths(lines)
    narrow = sum(
        not line.closed and any(0 < column <= 32 and abs(line.width - column) <= 1.5 for column in columns)
        for line, *columns in zip(lines, above, below, strict=True)
    )
    return len(lines) >= 6 and narrow >= 0.5 * len(lines)


def _invisible(text: str, furniture: Sequence[FurnitureLine]) -> list[FurnitureLine]:
    """Runs of characters that print nothing, outside the furniture lines already found."""
    owned = [(line.start, line.end) for line in furniture]
    return [
        FurnitureLine(match.group(), "invisible", match.start(), match.end())
        for match in INVISIBLE.finditer(text)
        if not any(start <= match.start() < end for start, end in owned)
    ]
