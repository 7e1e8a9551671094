"""What stands over a block: the column it may go on from, or the headline that reaches over it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.corpus.layout_blocks import Block, HeadlineGroup
from rag.corpus.page_geometry import Rectangle, bounding_box


@dataclass(slots=True)
class Zone:
    """A part of a page whose articles stay inside it: the page itself, or a box with a headline."""

    headlines: list[HeadlineGroup]
    blocks: list[Block]
    rules: Sequence[Rectangle]
    pictures: Sequence[Rectangle] = field(default_factory=tuple)


class Overhead:
    """The headlines of a zone with their reach, seen from the blocks below.

    ``spans`` gives each headline's place, widened to both sides as far as nothing stands there.
    """

    def __init__(self, zone: Zone, blocks: Sequence[Block]) -> None:
        self.zone, self.blocks = zone, blocks
        self.spans = {headline: self._span(headline) for headline in zone.headlines}
        self.over: dict[Block, Block | HeadlineGroup | None] = {}

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

    def above(self, block: Block) -> Block | HeadlineGroup | None:
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


def _off_centre(headline: HeadlineGroup, blocks: Sequence[Block]) -> float:
    """How far a headline is from the middle of the columns."""
    box = bounding_box(block.box for block in blocks)
    return abs((box.left + box.right) - (headline.box.left + headline.box.right)) / 2
