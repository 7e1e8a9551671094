"""In which order the blocks of an article are read, and how well one reads on from another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from rag.corpus.bylines import line_mark
from rag.corpus.layout_blocks import Block
from rag.corpus.lines import is_closed


def starts_indented(block: Block) -> bool:
    """Whether a block's first line is the first of a paragraph."""
    if len(block.lines) == 1:
        return False
    return block.lines[0].box.left - min(line.box.left for line in block.lines[1:4]) >= 1.2 * block.size


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
