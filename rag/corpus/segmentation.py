"""A newspaper page's text → its articles, each whole, with every character accounted for.

The page may come as torn out of a PDF: sentences broken at the column's width and by blank lines, headlines above,
below or beside their articles or missing, captions, jump lines, headers, weather boxes and advertisements. Text that
is no newspaper page comes out as one article. Every source character that is no white space stands in exactly one
part of one article or in one line of the furniture.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.corpus.article_cuts import cut_articles
from rag.corpus.article_parts import ArticleParts, compose_cut, compose_plain_article, continue_article
from rag.corpus.bylines import LineMark
from rag.corpus.furniture import FurnitureLine, classify_furniture, lines_of
from rag.corpus.jumps import match_jumps
from rag.corpus.line_features import line_features
from rag.corpus.line_model import line_model
from rag.corpus.line_shapes import line_marks, mark_lines, split_cost
from rag.corpus.lines import PageLine, split_lines, split_pages
from rag.corpus.normalisation import INVISIBLE
from rag.corpus.page_headers import heading_of
from rag.records import DraftArticle

_WIDE = re.compile(r"\u3000+|[ \t]{2,}|\t")
"""What sets the parts of a header apart."""


@dataclass(frozen=True, slots=True)
class PageSegmentation:
    """What one page holds.

    ``parts`` are the articles with the maps of all their parts, in the same order; an article's ``confidence`` is the
    probability that it is cut right.
    """

    articles: tuple[DraftArticle, ...]
    furniture: tuple[FurnitureLine, ...] = ()
    date: dt.date | None = None
    source: str = ""
    page: str = ""
    parts: tuple[ArticleParts, ...] = ()
    edges: Mapping[int, float] = field(default_factory=dict)
    """By the source character at which a line starts, the probability that an article's edge is right above it."""


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
    header = [line for line in furniture if line.kind in ("page header", "folio", "edition line")]
    heading = heading_of([line.text for line in header])
    # Set apart by wide spaces, 社会 and 青石日报 are two; letter by letter 青　石　日　报 is one.
    apart = heading_of([piece for line in header for piece in _WIDE.split(_printed(text, line))])
    heading = replace(heading, source=apart.source or heading.source)
    content = [line for line, kind in zip(lines, kinds, strict=True) if kind is None]
    marks = line_marks(content, text)
    if _is_newspaper(content, marks, bool(heading.date or heading.source)):
        parts, orphans, edges = _newspaper_articles(content, marks, text)
    else:
        parts, orphans, edges = compose_plain_article(content, text), [], {}
    furniture += orphans
    furniture += [piece for part in parts for piece in part.furniture]
    furniture += _invisible(text, furniture)
    articles = tuple(part.as_draft(heading.page) for part in parts)
    ordered = tuple(sorted(furniture, key=lambda line: (line.start, line.end)))
    return PageSegmentation(articles, ordered, heading.date, heading.source, heading.page, tuple(parts), edges)


def _printed(text: str, line: FurnitureLine) -> str:
    return unicodedata.normalize("NFKC", _WIDE.sub("\t", text[line.start : line.end]))


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


def _newspaper_articles(
    lines: Sequence[PageLine], marks: Sequence[LineMark], text: str
) -> tuple[list[ArticleParts], list[FurnitureLine], dict[int, float]]:
    """The articles, the lines of none, and by their start the probability that an article's edge is above a line."""
    marked = mark_lines(lines, marks)
    reading = line_model().read(line_features(marked), _opens(marks))
    subtitle = reading.subtitle.tolist()
    cuts, others = cut_articles(reading.states)
    parts: list[ArticleParts] = []
    for cut in cuts:
        if all(marked[place].mark in _NAMES for place in cut.body):
            others += cut.body
            cut.body = []
            if not cut.captions:
                others += cut.headline
                continue
        whole = cut.lines
        confidence = round(reading.probability(whole[0], whole[-1] + 1), 4)
        parts += [replace(part, confidence=confidence) for part in compose_cut(cut, marked, subtitle, text)]
    orphans = [line for place in others for line in _line_as_furniture(lines[place])]
    edges = {line.start: round(float(cut), 4) for line, cut in zip(lines, reading.cut, strict=True)}
    return parts, orphans, edges


def _opens(marks: Sequence[LineMark]) -> list[bool]:
    """Which lines begin a report (``本报讯（记者…）``), and so an article; not behind the line of a jump, say."""
    before: list[LineMark] = ["none", *marks[:-1]]
    return [
        mark == "opening" and last not in ("opening", "jump in") for last, mark in zip(before, marks, strict=True)
    ]


_NAMES: frozenset[LineMark] = frozenset({"byline", "credit", "signature"})
"""Lines of nothing but these are no article."""


def _line_as_furniture(line: PageLine) -> tuple[FurnitureLine, ...]:
    return lines_of(line.text.text, line.text.runs, "other")


def _is_newspaper(lines: Sequence[PageLine], marks: Sequence[LineMark], headed: bool) -> bool:
    """Whether articles must be told apart: bylines that open articles, a page header, or lines that break words."""
    openings = marks.count("opening")
    edges = sum(mark in ("opening", "byline", "credit", "jump in") for mark in marks)
    if openings >= 2 or edges >= 3 or (headed and len(lines) >= 4):
        return True
    return _breaks_words(lines)


def _breaks_words(lines: Sequence[PageLine]) -> bool:
    """Whether lines end in the middle of Chinese words as often as those of a column do; a list's never do."""
    if len(lines) < _FEWEST:
        return False
    breaks = [
        (one.text.text, other.text.text)
        for one, other in itertools.pairwise(lines)
        if not one.closed and _HAN.match(one.text.text[-1]) and _HAN.match(other.text.text)
    ]
    broken = sum(split_cost(*texts) > 0 for texts in breaks)
    return len(breaks) >= 0.3 * len(lines) and broken > _BROKEN * len(breaks)


_HAN = re.compile("[\u3400-\u9fff]")
_FEWEST = 6
"""Lines that a page set in columns has at least."""
_BROKEN = 0.1
"""Of the breaks between Chinese characters about four in ten are inside a word where a column breaks them."""


def _invisible(text: str, furniture: Sequence[FurnitureLine]) -> list[FurnitureLine]:
    """Runs of characters that print nothing, outside the furniture lines already found."""
    owned = [(line.start, line.end) for line in furniture]
    return [
        FurnitureLine(match.group(), "invisible", match.start(), match.end())
        for match in INVISIBLE.finditer(text)
        if not any(start <= match.start() < end for start, end in owned)
    ]
