"""Blocks and headlines of a page → articles: which headline a block belongs to, and in which order blocks are read.

A headline owns what stands under it. A block with nothing of its own above it, as when columns rise beside a
headline, goes on from the column to its left; a block that starts in mid-sentence always goes on from somewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.corpus.bylines import ends_with_credit, line_mark
from rag.corpus.headline_reach import Overhead, Zone
from rag.corpus.layout_blocks import Block, HeadlineGroup, is_ruled_off
from rag.corpus.lines import is_closed
from rag.corpus.page_geometry import Rectangle, bounding_box
from rag.corpus.reading_order import continuity, reading_order

CAPTION_CHARACTERS = 260


@dataclass(frozen=True, slots=True)
class PageArticle:
    """One article on one page; ``blocks`` in reading order."""

    headline: HeadlineGroup | None
    blocks: tuple[Block, ...]


def divide_zone(zone: Zone) -> list[PageArticle]:
    """The articles of one zone, by where they begin: from top to bottom, then left to right."""
    captions = [block for block in zone.blocks if is_caption(block)]
    flow = _Flow(zone, [block for block in zone.blocks if block not in captions])
    articles = flow.articles()
    for caption in captions:
        articles.append(_caption_article(caption, zone, articles))
    claimed = {article.headline for article in articles}
    articles = [article for article in articles if article.blocks]
    articles += [PageArticle(headline, ()) for headline in zone.headlines if headline not in claimed]
    return sorted(articles, key=_place)


def _place(article: PageArticle) -> tuple[float, float]:
    boxes = [block.box for block in article.blocks] + ([article.headline.box] if article.headline else [])
    box = bounding_box(boxes)
    return round(box.top / 8), box.left


def is_caption(block: Block) -> bool:
    """Whether a block is the text under a picture, which its photographer's name ends."""
    text = "".join(line.text for line in block.lines)
    if len(text) > CAPTION_CHARACTERS or len(block.lines) > 20:
        return False
    last = " ".join(line.text for line in block.lines[-2:])
    return ends_with_credit(text) or line_mark(block.lines[-1].text) == "credit" or line_mark(last) == "credit"


def _caption_article(caption: Block, zone: Zone, articles: list[PageArticle]) -> PageArticle:
    """A caption on its own, with the headline over its picture if that has no other text."""
    owned = {article.headline for article in articles if article.blocks}
    over = [
        headline
        for headline in zone.headlines
        if headline not in owned
        and headline.box.bottom <= caption.box.top + caption.size
        and headline.box.overlap_x(caption.box) > 0.3 * min(headline.box.width, caption.box.width)
        and caption.box.top - headline.box.bottom < 40 * caption.size
    ]
    nearest = max(over, key=lambda headline: headline.box.bottom, default=None)
    articles[:] = [article for article in articles if article.headline is not nearest or nearest is None]
    return PageArticle(nearest, (caption,))


class _Flow:
    """Links every block to what it goes on from: a headline, another block, or nothing."""

    def __init__(self, zone: Zone, blocks: list[Block]) -> None:
        self.zone, self.blocks = zone, sorted(blocks, key=lambda block: (block.box.left, block.box.top))
        self.link: dict[Block, Block | HeadlineGroup | None] = {}
        self.overhead = Overhead(zone, self.blocks)

    def articles(self) -> list[PageArticle]:
        orphans = []
        for block in self.blocks:
            above = self.overhead.above(block)
            if above is not None and self._goes_on(above, block):
                self.link[block] = above
            else:
                self.link[block] = None
                orphans.append(block)
        for block in orphans:
            self.link[block] = self._beside(block)
        self._claim_rest()
        groups: dict[Block | HeadlineGroup, list[Block]] = {}
        for block in self.blocks:
            groups.setdefault(self._root(block), []).append(block)
        return [
            PageArticle(root if isinstance(root, HeadlineGroup) else None, tuple(reading_order(members)))
            for root, members in groups.items()
        ]

    def _root(self, block: Block) -> Block | HeadlineGroup:
        seen = {block}
        current: Block | HeadlineGroup = block
        while isinstance(current, Block):
            following = self.link.get(current)
            if following is None or following in seen:
                return current
            if isinstance(following, Block):
                seen.add(following)
            current = following
        return current

    def _goes_on(self, above: Block | HeadlineGroup, block: Block) -> bool:
        if isinstance(above, HeadlineGroup):
            far = block.box.top - above.box.bottom > 6 * block.size
            return not above.vertical and not (far and self._is_level_with_headline(block))
        if self._is_under_headline(above):
            return True
        if is_ruled_off(above.box, block.box, self.zone.rules):
            return False
        gap = block.box.top - above.box.bottom
        if gap <= 1.1 * block.size:
            return True
        if self._is_pictured(above, block):
            return True
        if self._is_level_with_headline(block) or self._is_level_with_new(block):
            return False
        if gap > 2.0 * block.size and is_closed(above.lines[-1].text):
            return line_mark(block.lines[0].text) not in ("opening", "jump in") and continuity(above, block) >= 0
        return True

    def _is_pictured(self, above: Block, block: Block) -> bool:
        """Whether a picture fills the gap between two blocks of a column."""
        left, right = max(above.box.left, block.box.left), min(above.box.right, block.box.right)
        gap = Rectangle(left, above.box.bottom, right, block.box.top)
        return any(
            picture.overlap_x(gap) > 0.5 * gap.width and picture.overlap_y(gap) > 0.5 * gap.height
            for picture in self.zone.pictures
        )

    def _is_level_with_headline(self, block: Block) -> bool:
        """Whether another article begins level with ``block``: a headline at its left, or a bare one at its right."""
        return any(
            abs(headline.box.top - block.box.top) <= 0.9 * block.size
            and (
                -5 * max(block.size, headline.size)
                <= self.overhead.spans[headline].overlap_x(block.box)
                <= 0.5 * block.size
                and (headline.box.right <= block.box.left or self._is_bare(headline))
            )
            for headline in self.zone.headlines
        )

    def _is_level_with_new(self, block: Block) -> bool:
        """Whether the next column at the left begins level with ``block`` and begins something new there."""
        return any(
            abs(other.box.top - block.box.top) <= 0.6 * block.size
            and 0 <= block.box.left - other.box.right + 1 <= 4 * block.size
            and not isinstance(self.link[other], Block)
            for other in self.blocks
            if other in self.link
        )

    def _is_under_headline(self, block: Block) -> bool:
        """Whether a block is a byline or the like between a headline and its text."""
        for _ in range(3):
            above = self.overhead.above(block)
            if len(block.lines) > 2 or above is None:
                return False
            if isinstance(above, HeadlineGroup):
                return True
            block = above
        return False

    def _is_bare(self, headline: HeadlineGroup) -> bool:
        return all(self.overhead.above(block) is not headline for block in self.blocks) or headline.vertical

    def _beside(self, block: Block) -> Block | HeadlineGroup | None:
        """What a block without anything above it goes on from: a headline or a column at its left."""
        headline = self._headline_left(block)
        column = self._column_left(block)
        if headline is not None and (column is None or headline.box.right > column.box.right):
            return headline
        return column

    def _headline_left(self, block: Block) -> HeadlineGroup | None:
        beside = [
            headline
            for headline in self.zone.headlines
            if headline.box.right <= block.box.left + 0.5 * block.size
            and headline.box.overlap_y(block.box) > 0.3 * min(headline.box.height, block.box.height)
            and self._is_bare(headline)
        ]
        return max(beside, key=lambda headline: headline.box.right, default=None)

    def _column_left(self, block: Block) -> Block | None:
        if line_mark(block.lines[0].text) == "opening":
            return None
        beside = [
            other
            for other in self.blocks
            if other is not block
            and other.box.right <= block.box.left + 0.6 * block.size
            and (
                self._top(other) - 2 * block.size <= block.box.top <= other.box.bottom
                or other.box.overlap_y(block.box) > 0.5 * min(other.box.height, block.box.height)
            )
        ]
        if not beside:
            return None
        edge = max(other.box.right for other in beside)
        nearest = [other for other in beside if other.box.right > edge - 2 * block.size]
        return max(nearest, key=lambda other: (other.box.overlap_y(block.box), other.box.bottom))

    def _top(self, block: Block) -> float:
        """Where a column begins, the headline over it taken in."""
        above = self.overhead.above(block)
        return above.box.top if isinstance(above, HeadlineGroup) else block.box.top

    def _claim_rest(self) -> None:
        """A headline without text takes the headless text that touches it, at its left or over it."""
        for headline in self.zone.headlines:
            if any(self._root(block) is headline for block in self.blocks):
                continue
            near = [
                block
                for block in self.blocks
                if self._root(block) is block
                and headline.box.overlap_y(block.box) > 0
                and 0 <= headline.box.left - block.box.right + 2 <= 6 * block.size
            ]
            if near:
                self.link[max(near, key=lambda block: block.box.overlap_y(headline.box))] = headline
