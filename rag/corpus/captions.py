"""Photo captions on a page: found backwards from the photographer's name, wherever they interrupt the text.

Knows lines with their marks and widths, not articles. A caption is set in a measure of its own, often between two
columns of an article that goes on behind it in mid-sentence; so it is found before headlines and articles are.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.bylines import LineMark, ends_with_credit
from rag.corpus.lines import INDENT, PageLine

CAPTION_CHARACTERS = 260
"""A photo caption is not longer."""
_LONGEST = 45
_ACCEPTED = 2.5
_SHOWS = re.compile("图为|图片为|[上下左右]图|图[①②③④⑤一二三]|这是")
_WHEN = re.compile("[0-9]{1,2}月[0-9]{1,2}日|(?:近日|连日来|日前|昨[日天]|今[日天]|[0-9]{1,2}日)")
_ROLE_ALONE = re.compile("[（(□]?(?:本报|本刊|新华社|中新社)?(?:全媒体|融媒体|见习|特约)?(?:记者|通讯员|摄影)$")
_BEGUN_LATER = 2.5
_SAME = 1.6
_OTHER = 2.0


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines ``[start, end)`` of a page, ``[credit, end)`` the photographer's name if it has lines of its own."""

    start: int
    credit: int
    end: int


def find_captions(lines: Sequence[PageLine], marks: Sequence[LineMark]) -> list[Caption]:
    """The captions with a photographer's name, in page order; they do not overlap."""
    found: list[Caption] = []
    floor = 0
    for place, (line, mark) in enumerate(zip(lines, marks, strict=True)):
        if mark == "credit":
            alone = place > floor and _ROLE_ALONE.match(lines[place - 1].text.text)
            caption = _caption_before(lines, marks, floor, place - bool(alone), place + 1)
        elif mark == "none" and line.text.text.endswith(("摄", "报道", "）")) and ends_with_credit(line.text.text):
            caption = _caption_before(lines, marks, floor, place + 1, place + 1)
        else:
            continue
        if caption:
            found.append(caption)
            floor = caption.end
    return found


def without_captions(lines: Sequence[PageLine], captions: Sequence[Caption]) -> list[tuple[int, PageLine]]:
    """The other lines with their places; where a caption stood there is a gap."""
    inside = {place for caption in captions for place in range(caption.start, caption.end)}
    return [
        (place, replace(line, gap=max(1, line.gap)) if place - 1 in inside else line)
        for place, line in enumerate(lines)
        if place not in inside
    ]


def _caption_before(
    lines: Sequence[PageLine], marks: Sequence[LineMark], floor: int, stop: int, end: int
) -> Caption | None:
    best, best_score = None, _ACCEPTED
    characters = 0
    for start in range(stop - 1, max(floor, stop - _LONGEST) - 1, -1):
        inline = start == stop - 1 == end - 1
        if marks[start] != "none" and not inline:
            break
        characters += len(lines[start].text)
        if characters > CAPTION_CHARACTERS:
            break
        score = _start_score(lines, start, floor) + _body_score(lines, start, stop)
        if score > best_score:
            best, best_score = Caption(start, stop, end), score
    return best


def _start_score(lines: Sequence[PageLine], start: int, floor: int) -> float:
    """How much a caption looks to begin with line ``start``."""
    line = lines[start]
    head = line.text.text + (lines[start + 1].text.text if start + 1 < len(lines) else "")
    score = 2.5 if _SHOWS.match(head) else 2.0 if _WHEN.match(head) else 0.0
    if start == floor:
        return score + 2.5
    before = lines[start - 1]
    score += 1.5 if line.gap else 0.0
    if before.closed:
        return score + 1.5
    if before.text.text[-1] in "，、；：":
        score -= 2.0
    if _SHOWS.match(before.text.text) or _WHEN.match(before.text.text):
        score -= 3.0
    column = _measure(lines, max(floor, start - 6), start - 1)
    full = not column or abs(before.width - column) <= _SAME
    if not full or _stands_alone(lines, start - 1, floor):
        return score + (1.0 if line.gap else 0.5)
    return score - (0.5 if line.gap else 4.0)


def _stands_alone(lines: Sequence[PageLine], last: int, floor: int) -> bool:
    """Whether line ``last`` ends a short block in which no sentence ends, as headlines are."""
    first = last
    while first > floor and not lines[first].gap and not lines[first - 1].closed and last - first < 4:
        first -= 1
    return last - first < 4 and not any(line.closed for line in lines[first : last + 1])


def _body_score(lines: Sequence[PageLine], start: int, stop: int) -> float:
    """How much lines ``[start, stop)`` look like one caption, in one measure of its own."""
    measure = _measure(lines, start, stop - 1) or lines[start].width
    score = 0.0 if lines[stop - 1].closed or start == stop - 1 else -1.0
    for place in range(start, stop - 1):
        line, after = lines[place], lines[place + 1]
        short = measure - line.width
        if line.closed:
            score -= 1.0 if after.gap else 0.7 if short > _SAME else 0.0
        else:
            fits = _fits(line, measure) or (
                _fits(line, measure - INDENT) and (place == start or lines[place - 1].closed)
            )
            score -= 0.0 if fits else 2.0
            score -= (0.3 if place == start else 0.7) if after.gap else 0.0
    later = [lines[place] for place in range(start + 1, stop) if _begins_later(lines, place, measure)]
    if later and (not _begins(lines[start]) or any(_SHOWS.match(line.text.text) for line in later)):
        score -= _BEGUN_LATER
    above = _measure(lines, max(0, start - 6), start)
    if above and stop - start > 1 and abs(above - measure) > _OTHER:
        score += 1.5
    return score


def _fits(line: PageLine, measure: float) -> bool:
    return line.tight_width - _SAME <= measure <= line.loose_width + _SAME


def _begins(line: PageLine) -> bool:
    return bool(_SHOWS.match(line.text.text) or _WHEN.match(line.text.text))


def _begins_later(lines: Sequence[PageLine], place: int, measure: float) -> bool:
    """Whether line ``place`` begins as captions do, and is short as first lines are, behind no sentence's end."""
    line, before = lines[place], lines[place - 1]
    open_before = not before.closed and before.text.text[-1] not in "，、；："
    return open_before and _begins(line) and _fits(line, measure - INDENT) and not _fits(line, measure)


def _measure(lines: Sequence[PageLine], start: int, stop: int) -> float:
    """The usual width of lines ``[start, stop)`` that no sentence ends with; 0.0 if there are none."""
    widths = [line.width for line in lines[start:stop] if not line.closed]
    return statistics.median_high(widths) if widths else 0.0
