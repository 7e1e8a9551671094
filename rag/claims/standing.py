"""Which figures of a text still stand: those that it corrects are withdrawn, those it tells a change from are former.

“甲12家”有误，应为“15家” and 由12亿元修订为11亿元 withdraw the first figure for the second; 由12天缩短到5天 makes the
first a former one. What a text quotes only to call it false (a rumour, a swindler's message) never stood.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.claims.record import Claim

Standing = Literal["stands", "former", "withdrawn"]

_QUOTED_WRONG = re.compile(
    r"[“「](?P<wrong>[^”」]{2,80})[”」][^“”。]{0,6}(?:应为|应是|应改为|更正为|有误|系[^，。]{0,8}[误错]|不实)"
)
_QUOTED = re.compile(r"[“「][^”」]{2,300}[”」]")
_SPOKEN_BY = re.compile(r"谣言|网传|传言|骗子|诈骗|垃圾短信|冒充|谎称|声称[^，。]{0,6}$")
_CALLED_FALSE = re.compile(r"编造|捏造|虚假|不实|谣言|假消息|失实|子虚乌有|骗局|骗术")
_REACH_BEFORE, _REACH_AFTER = 24, 120
_REVISED = re.compile(r"(?:修订|修正|更正|订正|核定|核实|核减|核增)(?:后)?(?:为|到|至)")
_CHANGE = re.compile(r"[一-鿿]{0,8}?[升降增减加少高低长短大小快慢多改变缩延提压扩](?:[一-鿿]{0,2})(?:为|到|至|成)")
_PUTS_RIGHT = re.compile(r"应[为是改作]|更[正改]|有误|修[订正]|核[定实减增]|不实|[误错]")
_FROM = re.compile(r"[由从](?:[^，。；由从]{0,16})$")


@dataclass(frozen=True, slots=True)
class StandingClaim:
    """A claim and whether what it says still stood when it was printed."""

    claim: Claim
    standing: Standing


def standings(text: str, claims: Sequence[Claim]) -> list[StandingClaim]:
    """The claims of ``text`` in order, each with its standing; a correction has the slots of what it corrects."""
    wrong = [match.span("wrong") for match in _QUOTED_WRONG.finditer(text)]
    wrong += [match.span() for match in _QUOTED.finditer(text) if _is_called_false(text, *match.span())]
    found: list[StandingClaim] = []
    for position, claim in enumerate(claims):
        following = claims[position + 1] if position + 1 < len(claims) else None
        standing = _standing(text, claim, following, wrong)
        own = claim
        if position and standing != "withdrawn" and found[-1].standing == "withdrawn":
            own = _in_place_of(found[-1].claim, claim)
        found.append(StandingClaim(own, standing))
    return found


def withdrawn_in(text: str, claims: Sequence[Claim]) -> list[tuple[int, int]]:
    """Where a text says what it puts right itself: the quoted words that are wrong, and figures revised to others."""
    if _PUTS_RIGHT.search(text) is None:
        return []
    revised = [item.claim for item in standings(text, claims) if item.standing == "withdrawn"]
    quoted = [match.span("wrong") for match in _QUOTED_WRONG.finditer(text)]
    return quoted + [(claim.start, claim.end) for claim in revised]


def _is_called_false(text: str, start: int, end: int) -> bool:
    """Whether what is quoted there is a swindler's or a rumour's, by the words around it in its paragraph."""
    paragraph_end = text.find("\n", end)
    stop = min(end + _REACH_AFTER, paragraph_end if paragraph_end >= 0 else len(text))
    return bool(
        _SPOKEN_BY.search(text, max(0, start - _REACH_BEFORE), start) or _CALLED_FALSE.search(text, end, stop)
    )


def _standing(text: str, claim: Claim, following: Claim | None, wrong: Sequence[tuple[int, int]]) -> Standing:
    if any(begin <= claim.start and claim.end <= end for begin, end in wrong):
        return "withdrawn"
    source = _FROM.search(text, max(0, claim.start - 24), claim.start)
    if following is None or source is None or _names_its_time(claim, source.group()):
        return "stands"
    between = text[claim.end : following.start]
    if re.search(r"[，。；]", between):
        return "stands"
    if _REVISED.search(between):
        return "withdrawn"
    return "former" if _CHANGE.search(between) else "stands"


def _names_its_time(claim: Claim, words: str) -> bool:
    """Whether a figure that something changed from has a time of its own: 由去年的12亩扩大到15亩."""
    return claim.period is not None and claim.period.text in words


def _in_place_of(old: Claim, new: Claim) -> Claim:
    """``new`` where it corrects ``old``: what it does not say itself it says of the same."""
    if old.figure is None or new.figure is None or old.figure.unit != new.figure.unit:
        return new
    return replace(
        new,
        period=new.period or old.period,
        places=new.places or old.places,
        thing=old.thing,
        act=new.act or old.act,
        measure=old.measure,
        members=new.members or old.members,
        mood=old.mood if old.mood == "fact" else new.mood,
        words=tuple(dict.fromkeys((*new.words, *old.words))),
    )
