"""How well units of a page read as one article: its edges, what stands inside it, and its headline's words.

Knows the units of one page; which division of all of them is best is searched elsewhere. Scores are log-odds by
judgement, checked against generated pages (benchmarks/segmentation_pages.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.corpus.captions import CAPTION_CHARACTERS
from rag.corpus.headline_terms import HeadlineTerms
from rag.corpus.headlines import must_go_on
from rag.corpus.lines import em_width, is_closed
from rag.corpus.page_units import Unit

Side = Literal["above", "below", "inside"]
_CAPTION_START = re.compile("(?:图为|图片为|[上下左右]图|这是|近日|连日来|[0-9]{1,2}月[0-9]{1,2}日)")
_BASE = -1.0
_WRONG_SIDE = -2.0
IMPOSSIBLE = -1e9
_CREDITED_ARTICLE = -2.0
_INSET = 2.0
_INSET_LINES = 4
_INSET_DOUBT = -2.5
_INSET_NO_GAP = 2.5
_OTHER_COLUMN = 3.0
_LEAD_MARGIN = 5.0
"""Certainty above which a headline is no article's first line."""
_TOLD_ELSEWHERE = 3.0
_BETWEEN_SENTENCES = -1.0
_CAPTION = 1.5
_CAPTION_INSIDE = -1.0
_SHIFT = 1.2
_SCRAP = -3.0
_SCRAP_CHARACTERS = 80
_FINAL_INSIDE = -5.0
_SIGNED = 1.0
_BROKEN_OFF = -3.0
_DIVIDED_HEADLINE = -2.4


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


@dataclass(frozen=True, slots=True)
class Shape:
    """A segment's score without regard to side; whether its headline stands above, below, inside; its lead."""

    score: float
    sides: frozenset[Side] = frozenset()
    lead: int = -1


_NO_SHAPE = Shape(IMPOSSIBLE)


def _may_begin_text(unit: Unit, body: Unit) -> bool:
    """Whether a line that looks like a headline may be the first of the paragraph that follows, in its column."""
    text = unit.paragraphs[-1].text
    fits = not body.width or em_width(text) <= body.width + _OTHER_COLUMN
    return fits and unit.margin < _LEAD_MARGIN and body.kind == "body" and not body.opening and not is_closed(text)


class PageScores:
    """A page's units with what scoring a segment needs; segments are scored in constant order, cached by side."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        self._bodies = sum(1 << place for place, unit in enumerate(units) if unit.kind == "body")
        self._terms = HeadlineTerms(units)
        openings = sum(unit.opening or unit.kind == "byline" for unit in units)
        headlines = sum(unit.kind == "headline" and unit.margin > 0 and unit.gap > 0 for unit in units)
        self._unopened = -1.5 if openings > 2 and openings >= 0.8 * headlines else -1.0 if openings >= 2 else 0.0
        self._inner_headline = [_inner_headline_score(units, index) for index in range(len(units))]
        self._goes_on = [unit.kind == "headline" and must_go_on(unit.paragraphs[-1].text) for unit in units]
        self._shape: dict[tuple[int, int], Shape] = {}

    def segment_score(self, start: int, end: int, side: Side) -> float:
        """How well units ``[start, end)`` read as one article on a page with its headlines on ``side``."""
        key = (start, end)
        if key not in self._shape:
            self._shape[key] = self._score_shape(start, end)
        shape = self._shape[key]
        return shape.score + (_WRONG_SIDE if shape.sides - {side} else 0.0)

    def _score_shape(self, start: int, end: int) -> Shape:
        units = self.units[start:end]
        bodies = [index for index, unit in enumerate(units) if unit.kind != "headline"]
        if any(unit.kind == "caption" for unit in units) and len(bodies) == 1:
            return self._caption_shape(start, start + bodies[0], end)
        if not any(unit.kind == "body" for unit in units):
            return _NO_SHAPE
        first, last = bodies[0], bodies[-1]
        if "caption" in (units[first].kind, units[last].kind):
            return _NO_SHAPE
        shape = self._article_shape(start, end, first, last)
        if first and _may_begin_text(units[first - 1], units[first]):
            led = self._article_shape(start, end, first - 1, last)
            score = led.score - _TOLD_ELSEWHERE * self._told_elsewhere(start + first - 1, start, end)
            if score > shape.score:
                return replace(led, score=score, lead=start + first - 1)
        return shape

    def _told_elsewhere(self, place: int, start: int, end: int) -> float:
        """How much more of a line's terms the text outside units ``[start, end)`` has than the text inside."""
        inside = self._bodies_of(start, end)
        return max(0.0, self._terms.coverage(place, self._bodies & ~inside) - self._terms.coverage(place, inside))

    def _article_shape(self, start: int, end: int, first: int, last: int) -> Shape:
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
        if not caption and last - first < 3 and self._is_scrap(units, first, last):
            score += _SCRAP
        if units[last].kind == "credit" and not caption:
            score += _CREDITED_ARTICLE
        if units[last].kind == "body" and not units[last].final and not is_closed(units[last].paragraphs[-1].text):
            score += _BROKEN_OFF
        if self._signs_text_above(start + last):
            score += _SIGNED
        head, tail = units[:first], units[last + 1 :]
        score += self._headline_score(start, start + first, start + last, end, caption)
        inset = max(0.0, self._inset(start + first, end)[0]) if not head and not tail and not caption else 0.0
        score += inset
        if tail and end < len(self.units) and self.units[end].kind == "headline":
            told = self._terms.coverage(end, self._bodies_of(start + first, start + last + 1))
            score += _DIVIDED_HEADLINE * (1.5 if self._goes_on[end - 1] else told)
        return Shape(score, _sides(bool(head), bool(tail), inset > 0.0))

    def _is_scrap(self, units: Sequence[Unit], first: int, last: int) -> bool:
        """Whether a segment is too short to be an article without headline and byline."""
        if len(units) > last + 1 - first or units[first].opening:
            return False
        return all(unit.kind == "body" for unit in units) and sum(unit.length for unit in units) < _SCRAP_CHARACTERS

    def with_inset(self, segment: Segment) -> Segment:
        """The segment with its lead, and with the headline it is set around if it has no other."""
        if segment.orphan:
            return segment
        lead = self._shape[segment.start, segment.end].lead
        start = segment.start + (lead == segment.start)
        if "headline" in (self.units[start].kind, self.units[segment.end - 1].kind):
            return replace(segment, lead=lead)
        gain, first, stop = self._inset(start, segment.end)
        return replace(segment, lead=lead, inset=first, inset_end=stop) if gain > 0.0 else replace(segment, lead=lead)

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
        over, under = self._bodies_of(start, first), self._bodies_of(stop, end)
        before, after = self.units[first - 1], self.units[stop]
        torn = not is_closed(before.paragraphs[-1].text)
        gain = _INSET - (0.0 if self.units[first].gap else _INSET_NO_GAP)
        for place in range(first, stop):
            apart = self._terms.coverage(place, over) + self._terms.coverage(place, under)
            covered = self._terms.coverage(place, over | under) if torn else apart / 2
            margin = self.units[place].margin
            gain += _told(covered) if margin > 0 else 1.5 * covered - 0.8 + 1.5 * margin
        if not torn:
            differ = bool(before.width and after.width) and abs(before.width - after.width) > 3
            gain += _BETWEEN_SENTENCES - (1.5 if differ else 0.0)
        return gain - sum(self._inner_headline[first:stop])

    def _bodies_of(self, start: int, end: int) -> int:
        """The bodies among units ``[start, end)``, one bit each."""
        return self._bodies & ((1 << end) - (1 << start))

    def _start_score(self, start: int, first: int, caption: bool) -> float:
        unit = self.units[start + first]
        if unit.opening or (unit.kind == "byline" and not self._signs_text_above(start + first)):
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
        score -= 0.0 if before.final else 3.0 - _SHIFT * unit.shift
        width = self._width_before(start)
        changed = abs(width - unit.width) if width and unit.width else 0.0
        return (
            score
            + (2.0 if changed > 3 else 1.0 if changed > 1.2 and unit.gap else 0.0)
            + (1.0 if caption else 0.0)
            + _caption_start_score(unit, caption)
        )

    def _signs_text_above(self, place: int) -> bool:
        """Whether a byline stands right below text and apart from what follows."""
        if not 0 < place < len(self.units) - 1 or self.units[place].kind != "byline":
            return False
        before = self.units[place - 1]
        touches = before.kind == "body" and not self.units[place].gap and is_closed(before.paragraphs[-1].text)
        return touches and self.units[place + 1].gap > 0

    def _width_before(self, start: int) -> float:
        """The width of the nearest unit before that has one, among the two before."""
        return next((unit.width for unit in self.units[max(0, start - 2) : start][::-1] if unit.width), 0.0)

    def _caption_shape(self, start: int, place: int, end: int) -> Shape:
        """The score of the caption at ``place`` with the headlines around it, if any."""
        score = _BASE + _CAPTION + self._headline_score(start, place, place, end, True)
        return Shape(score, _sides(place > start, end > place + 1, False))

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
            final = unit.final or (inside and self._signs_text_above(places[index]))
            if final and index < len(units) - 1 and units[index + 1].kind not in ("credit", "byline"):
                score += _FINAL_INSIDE
            if unit.kind == "byline" and inside and index < len(units) - 1 and units[index + 1].kind == "body":
                score -= 3.0 if units[index - 1].kind == "body" else 0.5
        return score

    def _headline_score(self, start: int, first: int, last: int, end: int, caption: bool) -> float:
        """Score of units ``[start, first)`` above and ``(last, end)`` below as the headline of those between."""
        places = [*range(start, first), *range(last + 1, end)]
        if not places:
            return 0.0 if caption else -2.0
        score = -3.0 if start < first and last + 1 < end else 0.0
        score -= 1.0 if caption else 0.0
        score -= max(0, len(places) - 4)
        told = 1 << first if self.units[first].kind == "caption" else self._bodies_of(first, last + 1)
        doubtful = 0
        for place in places:
            margin, covered = self.units[place].margin, self._terms.coverage(place, told)
            score += _told(covered) + min(0.0, margin)
            doubtful += margin <= 0
            score -= 0.5 if self.units[place].gap and place not in (start, last + 1) else 0.0
        return score - (2.0 * doubtful if doubtful < len(places) else 0.0)


def _told(covered: float) -> float:
    """Score of a headline's line of whose terms so much is in the article's text, from hardly to wholly."""
    return 6.0 * covered - 1.7


def _sides(above: bool, below: bool, inside: bool) -> frozenset[Side]:
    sides: dict[Side, bool] = {"above": above, "below": below, "inside": inside}
    return frozenset(side for side, taken in sides.items() if taken)


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
    cohesion = max(-1.0, min(1.5, 10.0 * (shared - 0.1)))
    return max(unit.fragment_score, unit.subhead_score + cohesion)
