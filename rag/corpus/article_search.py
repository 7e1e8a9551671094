"""Where one article ends and the next begins: the best division of a page's units, by dynamic programming.

Both readings of a page, headlines above and headlines below their articles, are scored as a whole and the better
one is kept; single articles may differ from it at a cost. A headline goes where its words are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.corpus.captions import CAPTION_CHARACTERS
from rag.corpus.lines import is_closed
from rag.corpus.page_units import Unit

Side = Literal["above", "below"]
SIDES: tuple[Side, ...] = ("above", "below")
_CAPTION_START = re.compile("(?:图为|图片为|[上下左右]图|这是|近日|连日来|[0-9]{1,2}月[0-9]{1,2}日)")
LONGEST_SEGMENT = 120
"""Units of one article at most."""
_BASE = -1.0
_WRONG_SIDE = -2.0
_ORPHAN = {"headline": -2.4, "byline": -5.0, "credit": -5.0}
_IMPOSSIBLE = -1e9
_CREDITED_ARTICLE = -2.0
_INSET = -2.0
_INSET_LINES = 4
_INSET_DOUBT = -2.5
_INSET_NO_GAP = 2.5
_BETWEEN_SENTENCES = -1.0
_CAPTION = 1.5
_CAPTION_INSIDE = -1.0
_BROKEN_OFF = -3.0
_DIVIDED_HEADLINE = -1.2
UNSEEN_WEIGHT = 0.5
"""Weight of a headline's term that no body on the page has; a term of one body only weighs 1."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Units ``[start, end)``: an article, or a single headline line that belongs to none.

    Units ``[inset, inset_end)`` are the headline of an article set around it; empty where there is none.
    """

    start: int
    end: int
    orphan: bool
    inset: int = 0
    inset_end: int = 0
    lead: int = -1
    """The unit that looks like a headline but is the article's first line; -1 if there is none."""


def divide(units: Sequence[Unit]) -> list[Segment]:
    """The most likely articles, in page order; every unit is in exactly one segment."""
    if not units:
        return []
    page = _Page(units)
    best: tuple[float, list[Segment]] | None = None
    for side in SIDES:
        score, segments = _search(page, side)
        if best is None or score > best[0] + 1e-9:
            best = (score, segments)
    return best[1] if best else []


def _search(page: _Page, side: Side) -> tuple[float, list[Segment]]:
    count = len(page.units)
    scores = [0.0] + [_IMPOSSIBLE] * count
    trail: list[Segment] = [Segment(0, 0, True)] * (count + 1)
    for start in range(count):
        alone = (
            scores[start] + _ORPHAN.get(page.units[start].kind, _IMPOSSIBLE) + 2 * min(0.0, page.units[start].margin)
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


@dataclass(frozen=True, slots=True)
class _Shape:
    """A segment's score without regard to side; 1.0 where its headline stands above, and below; its lead."""

    score: float
    above: float = 0.0
    below: float = 0.0
    lead: int = -1


_NO_SHAPE = _Shape(_IMPOSSIBLE)


def _may_begin_text(unit: Unit, body: Unit) -> bool:
    """Whether a line that looks like a headline may be the first of the paragraph that follows."""
    return unit.margin < 2.0 and body.kind == "body" and not body.opening and not is_closed(unit.paragraphs[-1].text)


class _Page:
    """A page's units with what scoring a segment needs; segments are scored in constant order, cached by side."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        frequency = Counter(term for unit in units if unit.kind in ("body", "caption") for term in unit.terms)
        self._weights = {term: 1.0 / (1.0 + math.log(count)) for term, count in frequency.items()}
        openings = sum(unit.opening or unit.kind == "byline" for unit in units)
        headlines = sum(unit.kind == "headline" and unit.margin > 0 and unit.gap > 0 for unit in units)
        self._unopened = -1.5 if openings > 2 and openings >= 0.8 * headlines else -1.0 if openings >= 2 else 0.0
        self._inner_headline = [_inner_headline_score(units, index) for index in range(len(units))]
        self._shape: dict[tuple[int, int], _Shape] = {}

    def segment_score(self, start: int, end: int, side: Side) -> float:
        key = (start, end)
        if key not in self._shape:
            self._shape[key] = self._score_shape(start, end)
        shape = self._shape[key]
        return shape.score + (shape.below if side == "above" else shape.above) * _WRONG_SIDE

    def _score_shape(self, start: int, end: int) -> _Shape:
        units = self.units[start:end]
        bodies = [index for index, unit in enumerate(units) if unit.kind != "headline"]
        if any(unit.kind == "caption" for unit in units) and len(bodies) == 1:
            return self._caption_shape(units, bodies[0])
        if not any(unit.kind == "body" for unit in units):
            return _NO_SHAPE
        first, last = bodies[0], bodies[-1]
        if "caption" in (units[first].kind, units[last].kind):
            return _NO_SHAPE
        shape = self._article_shape(start, end, first, last)
        if first and _may_begin_text(units[first - 1], units[first]):
            led = self._article_shape(start, end, first - 1, last)
            if led.score > shape.score:
                return replace(led, lead=start + first - 1)
        return shape

    def _article_shape(self, start: int, end: int, first: int, last: int) -> _Shape:
        units = self.units[start:end]
        caption = _is_caption(units[first : last + 1])
        score = (
            _BASE
            + self._start_score(start, first, caption)
            + self._inner_score(
                [place for place in range(start + first, start + last + 1) if self.units[place].kind != "caption"]
            )
            + _CAPTION_INSIDE * sum(unit.kind == "caption" for unit in units)
        )
        if units[last].kind == "credit" and not caption:
            score += _CREDITED_ARTICLE
        if units[last].kind == "body" and not units[last].final and not is_closed(units[last].paragraphs[-1].text):
            score += _BROKEN_OFF
        head, tail = units[:first], units[last + 1 :]
        score += self._headline_score(head, tail, units[first : last + 1], caption)
        if not head and not tail and not caption:
            score += max(0.0, self._inset(start, end)[0])
        if tail and end < len(self.units) and self.units[end].kind == "headline":
            score += _DIVIDED_HEADLINE * (3 if tail[-1].paragraphs[-1].text.endswith("：") else 1)
        return _Shape(score, float(bool(head)), float(bool(tail)))

    def with_inset(self, segment: Segment) -> Segment:
        """The segment with the headline it is set around, if it has no other and that reads best, and its lead."""
        shape = self._shape.get((segment.start, segment.end))
        if not segment.orphan and shape and shape.lead >= 0:
            return replace(segment, lead=shape.lead)
        units = self.units[segment.start : segment.end]
        edges = units[0].kind == "headline" or units[-1].kind == "headline"
        if segment.orphan or edges:
            return segment
        gain, first, stop = self._inset(segment.start, segment.end)
        return replace(segment, inset=first, inset_end=stop) if gain > 0.0 else segment

    def _inset(self, start: int, end: int) -> tuple[float, int, int]:
        """How much better ``[start, end)`` reads with headline units inside it as its headline, and which.

        -1.0 if no run of them stands between two bodies.
        """
        best = (-1.0, 0, 0)
        for first in range(start + 1, end - 1):
            for stop in range(first + 1, min(first + _INSET_LINES, end - 1) + 1):
                unit = self.units[stop - 1]
                if unit.kind != "headline" or unit.margin < _INSET_DOUBT:
                    break
                if self._stands_between(first, stop):
                    best = max(best, (self._inset_gain(start, end, first, stop), first, stop))
        return best

    def _stands_between(self, first: int, stop: int) -> bool:
        before, after = self.units[first - 1], self.units[stop]
        if after.kind != "body" or after.opening:
            return False
        broken_line = before.kind == "headline" and not before.gap and self.units[first].gap > 0
        return before.kind == "body" or broken_line

    def _inset_gain(self, start: int, end: int, first: int, stop: int) -> float:
        over, under = self._body_terms(start, first), self._body_terms(stop, end)
        before, after = self.units[first - 1], self.units[stop]
        torn = not is_closed(before.paragraphs[-1].text)
        gain = 2.0 + _INSET - (0.0 if self.units[first].gap else _INSET_NO_GAP)
        for unit in self.units[first:stop]:
            apart = self._coverage(unit.terms, over) + self._coverage(unit.terms, under)
            covered = self._coverage(unit.terms, over | under) if torn else apart / 2
            gain += 4.5 * covered - 1.0 + min(0.0, unit.margin)
        if not torn:
            differ = bool(before.width and after.width) and abs(before.width - after.width) > 3
            gain += _BETWEEN_SENTENCES - (1.5 if differ else 0.0)
        return gain - sum(self._inner_headline[first:stop])

    def _body_terms(self, start: int, end: int) -> frozenset[str]:
        return frozenset().union(*(unit.terms for unit in self.units[start:end] if unit.kind == "body"))

    def _start_score(self, start: int, first: int, caption: bool) -> float:
        unit = self.units[start + first]
        if unit.opening or unit.kind == "byline":
            return 2.0
        score = self._unopened if not caption else 0.0
        if first > 0 or start == 0:
            return score
        place = next((place for place in range(start - 1, -1, -1) if self.units[place].kind != "caption"), None)
        if place is None:
            return score
        before = self.units[place]
        if before.kind == "headline":
            return score - 0.5
        score -= 0.0 if before.final else 3.0 - unit.shift
        width = self._width_before(start)
        changed = bool(width and unit.width) and abs(width - unit.width) > 3
        return score + (2.0 if changed else 0.0) + (1.0 if caption else 0.0) + _caption_start_score(unit, caption)

    def _width_before(self, start: int) -> float:
        """The width of the nearest unit before that has one, among the two before."""
        return next((unit.width for unit in self.units[max(0, start - 2) : start][::-1] if unit.width), 0.0)

    def _caption_shape(self, units: Sequence[Unit], place: int) -> _Shape:
        """The score of a caption with the headlines around it, if any."""
        head, tail = units[:place], units[place + 1 :]
        score = _BASE + _CAPTION + self._headline_score(head, tail, units[place : place + 1], True)
        return _Shape(score, float(bool(head)), float(bool(tail)))

    def _inner_score(self, places: Sequence[int]) -> float:
        """Cost of what should stand at an article's edge but stands inside it, captions left out."""
        score = 0.0
        units = [self.units[place] for place in places]
        for index, unit in enumerate(units):
            inside = index > 0
            if unit.opening and inside:
                score -= 2.0 if index == 1 and units[0].kind == "byline" else 6.0
            if unit.kind == "headline":
                score += self._inner_headline[places[index]] if inside else unit.fragment_score
            if unit.final and index < len(units) - 1 and units[index + 1].kind not in ("credit", "byline"):
                score -= 3.0
            if unit.kind == "byline" and inside and index < len(units) - 1 and units[index + 1].kind == "body":
                score -= 3.0 if units[index - 1].kind == "body" else 0.5
        return score

    def _headline_score(
        self, head: Sequence[Unit], tail: Sequence[Unit], middle: Sequence[Unit], caption: bool
    ) -> float:
        if not head and not tail:
            return 0.0 if caption else -2.0
        score = -3.0 if head and tail else 0.0
        score -= 1.0 if caption else 0.0
        score -= max(0, len(head) + len(tail) - 4)
        told = middle if middle[0].kind == "caption" else [unit for unit in middle if unit.kind == "body"]
        terms = frozenset().union(*(unit.terms for unit in told))
        for headline in (*head, *tail):
            covered = self._coverage(headline.terms, terms)
            score += 4.5 * covered - 1.0 if headline.margin > 0 else 1.5 * covered - 0.8 + 1.5 * headline.margin
        if any(unit.margin > 0 for unit in (*head, *tail)):
            score -= 2.0 * sum(unit.margin <= 0 for unit in (*head, *tail))
        for group in (head, tail):
            score -= 0.5 * sum(unit.gap > 0 for unit in group[1:])
        return score

    def _coverage(self, terms: frozenset[str], within: frozenset[str]) -> float:
        """The part of a headline's terms, rare ones weighing more, that an article's text has, in [0, 1]."""
        if not terms:
            return 0.0
        total = sum(self._weights.get(term, UNSEEN_WEIGHT) for term in terms)
        return sum(self._weights[term] for term in terms if term in within) / total


def _caption_start_score(unit: Unit, caption: bool) -> float:
    return 1.5 if caption and _CAPTION_START.match(unit.paragraphs[0].text) else 0.0


def _is_caption(units: Sequence[Unit]) -> bool:
    if units[-1].kind != "credit" or any(unit.opening for unit in units):
        return False
    widths = [unit.width for unit in units if unit.kind == "body" and unit.width]
    if widths and max(widths) - min(widths) > 3:
        return False
    return sum(unit.length for unit in units if unit.kind == "body") <= CAPTION_CHARACTERS


def _inner_headline_score(units: Sequence[Unit], index: int) -> float:
    """Score of a headline inside an article: the beginning of a paragraph, or a subhead between like bodies."""
    unit = units[index]
    if unit.kind != "headline":
        return 0.0
    before = next((other.terms for other in reversed(units[:index]) if other.kind == "body"), frozenset())
    after = next((other.terms for other in units[index + 1 :] if other.kind == "body"), frozenset())
    shared = len(before & after) / min(len(before), len(after)) if before and after else 0.1
    cohesion = max(-1.0, min(0.8, 10.0 * (shared - 0.1)))
    return max(unit.fragment_score, unit.subhead_score + cohesion)
