"""A claim to the question that it answers: its own clause, with the figure asked for and its period named; pure.

The words are the paper's, so that nothing is asked which it does not say. What leans on what was said before (该项目,
其中, a clause without a subject of its own) and what holds several figures is not asked.
"""

from __future__ import annotations

import re

from rag.chinese.figures import Figure, find_figures
from rag.chinese.terms import tagged
from rag.chinese.times.grammar import TIME
from rag.claims.index_rows import FoundClaim
from ui.period_words import period_words

_KINDS = ("money", "count", "area", "weight", "share", "length")
_SCALE = re.compile(r"[十百千万亿]+(?=.)")
_NO_UNIT = ("%", "％", "成")
_CLAUSE_END = re.compile(r"[，。；：！？、]")
_ATTRIBUTED = re.compile(r"^据[^，]{0,12}，")
_CHARACTERS = re.compile(r"[一-鿿A-Za-z0-9，]+")
_FEWEST, _MOST = 7, 34
_MOST_CLAUSES = 2
_SUBJECT_TAGS = ("n", "j", "b", "s", "l", "i", "x", "a", "vn")
_POINTING_TAGS = ("r",)


def claim_question(found: FoundClaim) -> str:
    """``2021年前5个月全区共签约项目多少个？`` for 前5个月，全区共签约项目41个; else empty."""
    figure = found.claim.figure
    if figure is None or found.claim.mood != "fact" or found.standing != "stands" or not _is_exact(figure):
        return ""
    start, end = found.claim.start - found.sentence.start, found.claim.end - found.sentence.start
    head = _ATTRIBUTED.sub("", found.quote[:start].lstrip())
    rest = found.quote[end:]
    stop = _CLAUSE_END.search(rest)
    tail = rest[: stop.start()] if stop else rest
    if any(item.kind != "date" for part in (head, tail) for item in find_figures(part)):
        return ""
    about = _with_period_named(found, _shortest(head, _period_text(found)))
    if not about or not _stands_alone(about, tail):
        return ""
    return f"{about}多少{_unit(figure)}{tail}？"


def _is_exact(figure: Figure) -> bool:
    return figure.kind in _KINDS and figure.bound == "exact" and not figure.indefinite


def _unit(figure: Figure) -> str:
    """``元`` of 3.4亿元, ``个百分点`` of 2.7个百分点; nothing of 18.7%."""
    unit = _SCALE.sub("", figure.measure_text, count=1) if _SCALE.match(figure.measure_text) else figure.measure_text
    return "" if unit in _NO_UNIT else unit


def _period_text(found: FoundClaim) -> str:
    """The words of the claim's period, where its year is known."""
    period = found.claim.period
    return period.text if period is not None and period.year_said else ""


def _shortest(head: str, period: str) -> str:
    """``head`` without its first clauses where the last one has a subject of its own; the period stays."""
    *before, last = head.split("，")
    if not before or not _begins_with_subject(last.replace(period, "") if period else last):
        return head
    return f"{period if period and period in '，'.join(before) else ''}{last}"


def _with_period_named(found: FoundClaim, head: str) -> str:
    """``head`` with the claim's period named as one of the calendar, empty where that cannot be."""
    period, said = found.claim.period, _period_text(found)
    if period is None or not said or said not in head:
        return "" if TIME.search(head) else head
    before, _, after = head.partition(said)
    words = period_words(period)
    return f"{before}{words}{after}" if words and not TIME.search(before) and not TIME.search(after) else ""


def _begins_with_subject(words: str) -> bool:
    tags = [tag for _, tag, _ in tagged(words)]
    return bool(tags) and tags[0].startswith(_SUBJECT_TAGS)


def _stands_alone(head: str, tail: str) -> bool:
    """Whether the words are short, of one or two clauses, begin with a subject, and point at nothing before them."""
    plain = TIME.sub("", head).removeprefix("，")
    if not _FEWEST <= len(plain) + len(tail) <= _MOST or not _CHARACTERS.fullmatch(plain + tail):
        return False
    if plain.count("，") >= _MOST_CLAUSES or TIME.search(tail):
        return False
    if not _begins_with_subject(plain.removeprefix("截至")):
        return False
    return not any(tag.startswith(_POINTING_TAGS) for _, tag, _ in tagged(plain))
