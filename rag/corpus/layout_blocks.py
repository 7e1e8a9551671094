"""Lines of a page → blocks of body text and groups of headline lines."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.page_geometry import Rectangle, TextLine, bounding_box

HEADLINE_RATIO = 1.25
"""Lines at least this much larger than the body are headline."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Lines of one column that follow one another, from top to bottom."""

    lines: tuple[TextLine, ...]
    box: Rectangle

    @property
    def size(self) -> float:
        """The usual font size."""
        return statistics.median_low(line.size for line in self.lines)


@dataclass(frozen=True, slots=True, eq=False)
class HeadlineGroup:
    """Kicker, headline and subtitle that stand together, in reading order."""

    lines: tuple[TextLine, ...]
    box: Rectangle

    @property
    def size(self) -> float:
        """The largest font size."""
        return max(line.size for line in self.lines)

    @property
    def vertical(self) -> bool:
        """Whether it is set downwards."""
        return all(line.vertical for line in self.lines)


def make_block(lines: Sequence[TextLine]) -> Block:
    """A block of the given lines."""
    return Block(tuple(lines), bounding_box(line.box for line in lines))


def build_blocks(lines: Sequence[TextLine], rules: Sequence[Rectangle]) -> list[Block]:
    """Body lines joined where each has only the other directly above or below it, and no rule between them.

    ``lines`` in order of their tops.
    """
    pitch = _pitch(lines)
    below = [_directly_below(index, lines, pitch) for index in range(len(lines))]
    above: dict[int, list[int]] = defaultdict(list)
    for index, found in enumerate(below):
        for other in found:
            above[other].append(index)
    follower = {
        index: found[0]
        for index, found in enumerate(below)
        if len(found) == 1 and len(above[found[0]]) == 1 and _fits(lines[index], lines[found[0]], rules)
    }
    starts = set(range(len(lines))) - set(follower.values())
    blocks = []
    for start in sorted(starts):
        chain = [start]
        while chain[-1] in follower:
            chain.append(follower[chain[-1]])
        blocks.append(make_block([lines[index] for index in chain]))
    return blocks


def _pitch(lines: Sequence[TextLine]) -> float:
    """The usual distance of two lines, in em."""
    steps = []
    for index, line in enumerate(lines):
        for other in lines[index + 1 : index + 40]:
            step = (other.box.bottom - line.box.bottom) / line.size
            if step > 2.6:
                break
            if step > 0.9 and _overlap_share(line.box, other.box) > 0.5 and abs(other.size - line.size) < 0.5:
                steps.append(step)
                break
    return statistics.median(steps) if steps else 1.5


def _overlap_share(one: Rectangle, other: Rectangle) -> float:
    """Common horizontal stretch as a share of the narrower of two."""
    return one.overlap_x(other) / max(min(one.width, other.width), 0.1)


def _directly_below(index: int, lines: Sequence[TextLine], pitch: float) -> list[int]:
    """The lines right under one line: near enough to follow it, and with no other line between."""
    line = lines[index]
    found: list[int] = []
    for other in range(index + 1, len(lines)):
        step = lines[other].box.bottom - line.box.bottom
        if lines[other].box.top > line.box.bottom + (pitch * 1.45) * line.size:
            break
        if step > max(pitch * 1.45, pitch + 0.35) * line.size or step < 0.5 * line.size:
            continue
        if not _are_alike(line, lines[other]) or not _share_column(line, lines[other], 0.3):
            continue
        if any(_covers(lines[between], lines[other]) for between in found):
            continue
        found.append(other)
    return found


def _share_column(line: TextLine, other: TextLine, share: float) -> bool:
    """Whether two lines overlap, or begin no further apart than an indent."""
    if _overlap_share(line.box, other.box) >= share:
        return True
    indent = other.box.left - line.box.left
    narrow = min(line.box.width, other.box.width) <= 3.5 * line.size
    return narrow and abs(indent) <= 2.6 * line.size and line.box.overlap_x(other.box) >= -0.6 * line.size


def _covers(upper: TextLine, lower: TextLine) -> bool:
    """Whether ``upper`` stands over ``lower``, in a row of its own."""
    return _overlap_share(upper.box, lower.box) > 0.3 and upper.box.bottom < lower.box.bottom - 1


def _fits(line: TextLine, other: TextLine, rules: Sequence[Rectangle]) -> bool:
    return _share_column(line, other, 0.5) and not is_ruled_off(line.box, other.box, rules)


def _are_alike(line: TextLine, other: TextLine) -> bool:
    """Whether two lines are of about the same type size."""
    return max(line.size, other.size) <= 1.12 * min(line.size, other.size)


def is_ruled_off(upper: Rectangle, lower: Rectangle, rules: Sequence[Rectangle]) -> bool:
    """Whether a ruled line runs between two boxes, under most of what they share."""
    left, right = max(upper.left, lower.left), min(upper.right, lower.right)
    needed = 0.6 * max(right - left, 1.0)
    return any(
        rule.width > rule.height
        and upper.bottom - 3 <= rule.top
        and rule.bottom <= lower.top + 3
        and min(right, rule.right) - max(left, rule.left) >= needed
        for rule in rules
    )


def group_headlines(
    lines: Sequence[TextLine], rules: Sequence[Rectangle], body: Sequence[TextLine]
) -> list[HeadlineGroup]:
    """Headline lines that stand together: stacked with little room between, or side by side if set downwards."""
    parent = list(range(len(lines)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    for index, line in enumerate(lines):
        for other in range(index + 1, len(lines)):
            if _stand_together(line, lines[other], rules, body):
                parent[root(other)] = root(index)
    groups: dict[int, list[TextLine]] = defaultdict(list)
    for index, line in enumerate(lines):
        groups[root(index)].append(line)
    return [_make_group(members) for members in groups.values()]


def _make_group(lines: Sequence[TextLine]) -> HeadlineGroup:
    upright = sorted(
        (line for line in lines if not line.vertical), key=lambda line: (round(line.box.bottom), line.box.left)
    )
    downward = sorted((line for line in lines if line.vertical), key=lambda line: -line.box.right)
    return HeadlineGroup((*upright, *downward), bounding_box(line.box for line in lines))


def _stand_together(one: TextLine, other: TextLine, rules: Sequence[Rectangle], body: Sequence[TextLine]) -> bool:
    size = max(one.size, other.size)
    if one.vertical != other.vertical:
        return False
    if one.vertical:
        return one.box.overlap_y(other.box) > 0 and -one.box.overlap_x(other.box) <= 1.0 * size
    upper, lower = (one, other) if one.box.bottom <= other.box.bottom else (other, one)
    if one.box.overlap_y(other.box) > 0.5 * min(one.box.height, other.box.height):
        left, right = (one.box, other.box) if one.box.left < other.box.left else (other.box, one.box)
        if any(rule.height > rule.width and left.right - 2 <= rule.left and rule.right <= right.left + 2
               and rule.top < left.bottom and rule.bottom > left.top for rule in rules):  # fmt: skip
            return False
        same = abs(one.size - other.size) < 0.05 * size
        return same and -one.box.overlap_x(other.box) <= 1.3 * size
    gap = lower.box.top - upper.box.bottom
    if gap > 1.1 * size or _overlap_share(upper.box, lower.box) < 0.4 or is_ruled_off(upper.box, lower.box, rules):
        return False
    between = Rectangle(upper.box.left, upper.box.bottom, upper.box.right, lower.box.top)
    return not any(between.overlap_x(line.box) > 0 and between.overlap_y(line.box) > 0.5 * line.size for line in body)
