"""A page's geometry → its articles, by position, font size, ruled lines and white space; file order is no witness."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.furniture import FurnitureKind, classify_furniture
from rag.corpus.headline_reach import Zone
from rag.corpus.layout_blocks import HEADLINE_RATIO, Block, HeadlineGroup, build_blocks, group_headlines
from rag.corpus.layout_flow import PageArticle, divide_zone
from rag.corpus.layout_lines import body_size, build_lines
from rag.corpus.lines import split_lines
from rag.corpus.page_geometry import PageGeometry, Rectangle, TextLine

_HEAD_SHARE, _FOOT_SHARE = 0.12, 0.07
_HEADLINE_LINES = 5
_HEADLINE_CHARACTERS = 90
_LARGEST_BOX_SHARE = 0.85


@dataclass(frozen=True, slots=True)
class PageLayout:
    """``margin``: header and folio lines, from top to bottom; ``is_single_column``: no two blocks stand abreast."""

    articles: tuple[PageArticle, ...]
    margin: tuple[TextLine, ...]
    is_single_column: bool


def lay_out_page(page: PageGeometry) -> PageLayout:
    """The articles of one page, each with its headline and its blocks in reading order."""
    lines = build_lines(page)
    if not lines:
        return PageLayout((), (), False)
    margin = _margin_lines(lines, page.height)
    content = [line for line in lines if line not in margin]
    body = body_size(glyph for glyph in page.glyphs if not glyph.character.isspace())
    blocks = build_blocks([line for line in content if not line.vertical], page.rules)
    large = [block for block in blocks if _is_headline(block, body)]
    text = [block for block in blocks if not _is_headline(block, body)]
    text_lines = [line for block in text for line in block.lines]
    headline_lines = [line for block in large for line in block.lines] + [line for line in content if line.vertical]
    headlines = group_headlines(headline_lines, page.rules, text_lines)
    articles = [article for zone in _zones(headlines, text, page) for article in divide_zone(zone)]
    return PageLayout(tuple(articles), tuple(margin), not _stand_abreast(text))


def _stand_abreast(blocks: Sequence[Block]) -> bool:
    """Whether any two blocks stand side by side."""
    return any(
        one.box.overlap_y(other.box) > one.size and one.box.overlap_x(other.box) < 0
        for one, other in itertools.combinations(blocks, 2)
    )


def _is_headline(block: Block, body: float) -> bool:
    characters = sum(len(line.glyphs) for line in block.lines)
    return (
        block.size >= HEADLINE_RATIO * body
        and len(block.lines) <= _HEADLINE_LINES
        and characters <= _HEADLINE_CHARACTERS
    )


def _margin_lines(lines: Sequence[TextLine], height: float) -> list[TextLine]:
    """Page header and folio: lines near the top or bottom edge that read like one."""
    kinds = furniture_kinds(lines)
    return [
        line
        for line, kind in zip(lines, kinds, strict=True)
        if kind in ("page header", "folio", "edition line")
        and (line.box.top < _HEAD_SHARE * height or line.box.bottom > (1 - _FOOT_SHARE) * height)
    ]


def furniture_kinds(lines: Sequence[TextLine]) -> list[FurnitureKind | None]:
    """The kind of furniture each line reads like; None for a line that may belong to an article."""
    numbered = [(index, split_lines(spaced_text(line))) for index, line in enumerate(lines)]
    page_lines = [found[0] for _, found in numbered if found]
    kinds: list[FurnitureKind | None] = [None] * len(lines)
    places = [index for index, found in numbered if found]
    for index, kind in zip(places, classify_furniture(page_lines), strict=True):
        kinds[index] = kind
    return kinds


def spaced_text(line: TextLine) -> str:
    """A line as printed, with a space where the type leaves half an em or more."""
    pieces: list[str] = []
    before = None
    for glyph in line.glyphs:
        if before is not None and not line.vertical and glyph.left - before.right > 0.45 * glyph.size:
            pieces.append(" ")
        pieces.append(glyph.character)
        before = glyph
    return "".join(pieces)


def _zones(headlines: list[HeadlineGroup], blocks: list[Block], page: PageGeometry) -> list[Zone]:
    """The page's boxes that hold a headline and text, and the page without them."""
    area = page.width * page.height
    boxes = sorted(
        (box for box in page.boxes if box.width * box.height < _LARGEST_BOX_SHARE * area),
        key=lambda box: box.width * box.height,
    )
    inked = [headline.box for headline in headlines] + [block.box for block in blocks]
    framed = [box for box in boxes if any(box.holds(place) for place in inked)]
    pictures = (*page.pictures, *(box for box in boxes if box not in framed))
    zones = []
    for box in boxes:
        inside = [headline for headline in headlines if box.holds(headline.box)]
        text = [block for block in blocks if box.holds(block.box)]
        if not inside or not text:
            continue
        headlines = [headline for headline in headlines if headline not in inside]
        blocks = [block for block in blocks if block not in text]
        zones.append(Zone(inside, text, page.rules, pictures))
    rules = (*page.rules, *(edge for box in framed for edge in _edges(box)))
    return [Zone(headlines, blocks, rules, pictures), *zones]


def _edges(box: Rectangle) -> tuple[Rectangle, ...]:
    return (
        Rectangle(box.left, box.top, box.right, box.top + 0.5),
        Rectangle(box.left, box.bottom - 0.5, box.right, box.bottom),
        Rectangle(box.left, box.top, box.left + 0.5, box.bottom),
        Rectangle(box.right - 0.5, box.top, box.right, box.bottom),
    )
