"""Blocks and headlines of a page → articles: which headline a block belongs to, and in which order blocks are read.

A headline owns what stands under it. A block with nothing of its own above it, as when columns rise beside a
headline, goes on from the column to its left; a block that starts in mid-sentence always goes on from somewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.corpus.bylines import ends_with_credit, line_mark
from rag.corpus.layout_blocks import Block, HeadlineGroup, is_ruled_off
from rag.corpus.lines import is_closed
from rag.corpus.page_geometry import Rectangle, bounding_box

CAPTION_CHARACTERS = 260


@dataclass(frozen=True, slots=True)
class PageArticle:
    """One article on one page; ``blocks`` in reading order."""

    headline: HeadlineGroup | None
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class Zone:
    """A part of a page whose articles stay inside it: the page itself, or a box with a headline."""

    headlines: list[HeadlineGroup]
    blocks: list[Block]
    rules: Sequence[Rectangle]
    pictures: Sequence[Rectangle] = field(default_factory=tuple)


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
        self.over: dict[Block, Block | HeadlineGroup | None] = {}
        self.spans = {headline: self._span(headline) for headline in zone.headlines}

    def articles(self) -> list[PageArticle]:
        orphans = []
        for block in self.blocks:
            above = self._above(block)
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

    def _span(self, headline: HeadlineGroup) -> Rectangle:
        """A headline's place, widened to both sides as far as nothing stands there."""
        box = headline.box
        if headline.vertical:
            return box
        needed = 0.3 * min(line.box.height for line in headline.lines)
        beside = [
            other
            for other in (
                *(block.box for block in self.zone.blocks),
                *(other.box for other in self.zone.headlines if other is not headline),
                *(rule for rule in self.zone.rules if rule.height > rule.width),
            )
            if other.overlap_y(box) > needed
        ]
        left = max((other.right for other in beside if other.right <= box.left + 2), default=float("-inf"))
        right = min((other.left for other in beside if other.left >= box.right - 2), default=float("inf"))
        return Rectangle(left, box.top, right, box.bottom)

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

    def _above(self, block: Block) -> Block | HeadlineGroup | None:
        """The nearest headline or block over ``block``; a headline reaches as far as nothing stands beside it."""
        if block not in self.over:
            self.over[block] = self._find_above(block)
        return self.over[block]

    def _find_above(self, block: Block) -> Block | HeadlineGroup | None:
        headlines = self._headlines_over(block)
        return self._nearest_headline(headlines, block) if headlines else self._column_over(block)

    def _column_over(self, block: Block) -> Block | None:
        over = [
            other
            for other in self.blocks
            if other is not block
            and other.box.bottom <= block.box.top + 0.6 * block.size
            and other.box.overlap_x(block.box) >= 0.3 * min(other.box.width, block.box.width)
        ]
        return max(over, key=lambda other: other.box.bottom, default=None)

    def _headlines_over(self, block: Block) -> list[HeadlineGroup]:
        """Headlines that reach over a block with no text between."""
        column = self._column_over(block)
        floor = column.box.bottom - 0.6 * column.size if column else float("-inf")
        limit = block.box.top + 0.6 * block.size
        return [
            headline
            for headline in self.zone.headlines
            if floor <= headline.box.bottom <= limit and self._reaches(headline, block)
        ]

    def _nearest_headline(self, headlines: list[HeadlineGroup], block: Block) -> HeadlineGroup:
        """Of headlines that reach over a block the nearest; of a row with none right over it, the best centred."""

        def distance(headline: HeadlineGroup) -> float:
            aside = max(0.0, -headline.box.overlap_x(block.box))
            return block.box.top - headline.box.bottom + 0.5 * aside

        nearest = min(headlines, key=distance)
        row = [headline for headline in headlines if headline.box.overlap_y(nearest.box) > 0]
        inked = [headline for headline in row if headline.box.overlap_x(block.box) > 0]
        if inked:
            return max(inked, key=lambda headline: headline.box.overlap_x(block.box))
        return self._share_out(sorted(row, key=lambda headline: headline.box.left), block) or nearest

    def _share_out(self, row: list[HeadlineGroup], block: Block) -> HeadlineGroup | None:
        """Which headline of a row ``block`` falls to when columns are shared out so that each is best centred."""
        columns = sorted(
            (other for other in self.blocks if any(headline in row for headline in self._headlines_over(other))),
            key=lambda other: other.box.left,
        )
        best: tuple[float, HeadlineGroup] | None = None
        for cuts in itertools.combinations(range(1, len(columns)), len(row) - 1):
            edges = (0, *cuts, len(columns))
            shares = [columns[start:end] for start, end in itertools.pairwise(edges)]
            fits = all(
                self._reaches(headline, other) for headline, share in zip(row, shares, strict=True) for other in share
            )
            cost = sum(_off_centre(headline, share) for headline, share in zip(row, shares, strict=True))
            owner = next(headline for headline, share in zip(row, shares, strict=True) if block in share)
            if fits and (best is None or cost < best[0]):
                best = (cost, owner)
        return best[1] if best else None

    def _reaches(self, headline: HeadlineGroup, block: Block) -> bool:
        return self.spans[headline].overlap_x(block.box) >= 0.6 * block.box.width

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
                -5 * max(block.size, headline.size) <= self.spans[headline].overlap_x(block.box) <= 0.5 * block.size
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
            above = self._above(block)
            if len(block.lines) > 2 or above is None:
                return False
            if isinstance(above, HeadlineGroup):
                return True
            block = above
        return False

    def _is_bare(self, headline: HeadlineGroup) -> bool:
        return all(self._above(block) is not headline for block in self.blocks) or headline.vertical

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
        above = self._above(block)
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


def _off_centre(headline: HeadlineGroup, blocks: Sequence[Block]) -> float:
    """How far a headline is from the middle of the columns."""
    box = bounding_box(block.box for block in blocks)
    return abs((box.left + box.right) - (headline.box.left + headline.box.right)) / 2


def starts_indented(block: Block) -> bool:
    """Whether a block's first line is the first of a paragraph."""
    if len(block.lines) == 1:
        return False
    return block.lines[0].box.left - min(line.box.left for line in block.lines[1:4]) >= 1.2 * block.size


def starts_inside_sentence(block: Block) -> bool:
    """Whether a block begins in the middle of a paragraph."""
    return len(block.lines) > 1 and not starts_indented(block) and line_mark(block.lines[0].text) == "none"


def continuity(before: Block, after: Block) -> float:
    """How well ``after`` reads on from ``before``: above 0 if sentence and paragraph fit, below if they do not."""
    last = before.lines[-1]
    closed = is_closed(last.text)
    right = max(line.box.right for line in before.lines)
    full = last.box.right >= right - 1.3 * before.size
    indented = starts_indented(after)
    if line_mark(after.lines[0].text) == "opening":
        return -3.0
    if not closed:
        return (1.0 if not indented else -2.0) - (0.0 if full else 1.0)
    if full:
        return 0.3 if indented else 0.1
    return 0.5 if indented or len(after.lines) == 1 else -2.0


def reading_order(blocks: Sequence[Block]) -> list[Block]:
    """Column by column, or band by band where that reads on better."""
    orders = [_cut(list(blocks), columns_first) for columns_first in (True, False)]
    if orders[0] == orders[1]:
        return orders[0]
    scores = [sum(continuity(one, other) for one, other in itertools.pairwise(order)) for order in orders]
    return orders[1] if scores[1] > scores[0] else orders[0]


def _cut(blocks: list[Block], columns_first: bool) -> list[Block]:
    """Blocks divided along white strips that run right through them, again and again."""
    if len(blocks) < 2:
        return blocks
    for columns in (columns_first, not columns_first):
        groups = _split(blocks, columns)
        if len(groups) > 1:
            return [block for group in groups for block in _cut(group, columns_first)]
    return sorted(blocks, key=lambda block: (round(block.box.left / block.size / 3), block.box.top))


def _split(blocks: list[Block], columns: bool) -> list[list[Block]]:
    """Groups with a white strip between them, side by side or one over the other."""
    spans = sorted(
        (
            (block.box.left, block.box.right, block) if columns else (block.box.top, block.box.bottom, block)
            for block in blocks
        ),
        key=lambda span: span[:2],
    )
    groups: list[list[Block]] = []
    reach = float("-inf")
    for start, end, block in spans:
        if start >= reach - 0.3 * block.size:
            groups.append([])
        groups[-1].append(block)
        reach = max(reach, end)
    return groups
