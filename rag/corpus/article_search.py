"""Where one article ends and the next begins: the best division of a page's units, by dynamic programming.

Three readings of a page, headlines above, below and inside their articles, are scored as a whole and the best one
is kept; single articles may differ from it at a cost. A headline goes where its words are.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.corpus.page_units import Unit
from rag.corpus.segment_scores import IMPOSSIBLE, PageScores, Segment, Side

SIDES: tuple[Side, ...] = ("above", "below", "inside")
LONGEST_SEGMENT = 120
"""Units of one article at most."""
_ORPHAN = {"headline": -2.4, "byline": -5.0, "credit": -5.0}


def divide(units: Sequence[Unit]) -> list[Segment]:
    """The most likely articles, in page order; every unit is in exactly one segment."""
    if not units:
        return []
    page = PageScores(units)
    best: tuple[float, list[Segment]] | None = None
    for side in SIDES:
        score, segments = _search(page, side)
        if best is None or score > best[0] + 1e-9:
            best = (score, segments)
    return best[1] if best else []


def _search(page: PageScores, side: Side) -> tuple[float, list[Segment]]:
    count = len(page.units)
    scores = [0.0] + [IMPOSSIBLE] * count
    trail: list[Segment] = [Segment(0, 0, True)] * (count + 1)
    for start in range(count):
        alone = (
            scores[start] + _ORPHAN.get(page.units[start].kind, IMPOSSIBLE) + 2 * min(0.0, page.units[start].margin)
        )
        if alone > scores[start + 1]:
            scores[start + 1] = alone
            trail[start + 1] = Segment(start, start + 1, True)
        openings = 0
        for end in range(start + 1, min(count, start + LONGEST_SEGMENT) + 1):
            openings += page.units[end - 1].opening
            if openings > 1:
                break
            score = scores[start] + page.segment_score(start, end, side)
            if score > scores[end]:
                scores[end] = score
                trail[end] = Segment(start, end, False)
    segments = []
    position = count
    while position:
        segments.append(page.with_inset(trail[position]))
        position = trail[position].start
    return scores[count], segments[::-1]
