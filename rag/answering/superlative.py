"""Which of several places has the most: 哪个镇签约最多, read off a report that gives the figure of each.

A paper that lists six towns need not say which of them leads. The program compares; it says of how many it knows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.answering.saying import day_lead, excerpt, read, said_of
from rag.chinese.figures.comparison import in_base_unit
from rag.chinese.terms import fold
from rag.claims.comparing import compare_mood
from rag.claims.question import Question
from rag.claims.record import Claim

LEAST = 2
"""From so many places on there is a list to compare; how many there are is said."""
_READ = 40
"""How many sentences are looked at, the best first."""
_PLACE = "街道|社区|[省市区县镇乡村]"
_ASKED = re.compile(
    rf"(?:哪[个一]?(?P<of>{_PLACE})|[两三四五六七八九几]个?(?P<of_several>{_PLACE})(?:[里中]|当中)?(?:哪[个一]|谁))"
    r"[^，。？]{0,16}?[最得更较]{0,2}(?P<how>[高快大多低慢小少])(?:的|一?[些点])?[？?]?$"
)
_GENERIC = frozenset("增速 增幅 增长 涨幅".split())
"""How a rise is asked for; the measure of the claim tells whether it is one."""
_LOW = frozenset("低慢小少")


@dataclass(frozen=True, slots=True)
class Leader:
    """The place that leads, what tells it, and among how many."""

    place: str
    claim: Claim
    sentence: Sentence
    among: int
    of: str
    how: str


def asks_for_leader(question: str) -> bool:
    """Whether a question asks which of several places has the most or the least."""
    return _ASKED.search(question) is not None


def leader(question: Question, sentences: Sequence[Sentence]) -> Leader | None:
    """Who has most or least by a report that lists some; None for any other question, and for a tie."""
    asked = _ASKED.search(question.text)
    if asked is None:
        return None
    lists: dict[tuple[object, ...], dict[str, tuple[Claim, Sentence]]] = defaultdict(dict)
    for sentence in sentences[:_READ]:
        for claim in read(sentence).claims():
            place = next((name for name in claim.places if name.endswith(_level(asked))), "")
            if place and not place.startswith("全") and _fits(question, asked, claim, sentence):
                lists[_alike(claim, sentence)].setdefault(place, (claim, sentence))
    for found in sorted(lists.values(), key=len, reverse=True):
        best = _best(found, lowest=asked["how"] in _LOW) if len(found) >= LEAST else ""
        if best:
            return Leader(best, *found[best], len(found), _level(asked), asked["how"])
    return None


def _level(asked: re.Match[str]) -> str:
    return str(asked["of"] or asked["of_several"])


def _fits(question: Question, asked: re.Match[str], claim: Claim, sentence: Sentence) -> bool:
    verdicts = said_of(question, sentence, claim).verdicts
    if claim.figure is None or any(item.slot == "period" and item.relation == "different" for item in verdicts):
        return False
    if compare_mood(question, claim).relation != "same":
        return False
    if asked["how"] in "快慢" or question.measure in ("rise", "fall"):
        if claim.measure not in ("rise", "fall"):
            return False
    elif claim.measure in ("rise", "fall"):
        return False
    told = fold(f"{sentence.article.title}{sentence.text}")
    time = question.period.text if question.period else ""
    named = [word.rstrip("得更") for word in question.words if "最" not in word and not word.startswith("哪")]
    return all(word in told or word in time or word in _GENERIC or len(word) < 2 for word in named)


def _alike(claim: Claim, sentence: Sentence) -> tuple[object, ...]:
    """What the figures of one list have in common."""
    unit = in_base_unit(claim.figure)[0] if claim.figure else ""
    period = (claim.period.first, claim.period.last) if claim.period else None
    return (sentence.article.id, unit, claim.measure in ("rise", "fall"), period, _members(claim))


def _members(claim: Claim) -> frozenset[tuple[str, str]]:
    """Its members of classes, the indicator apart, which only the first clause of a list names."""
    return frozenset(item for item in claim.members if item[0] != "indicator")


def _best(found: dict[str, tuple[Claim, Sentence]], *, lowest: bool) -> str:
    """The place of the greatest value, or the least; empty where two share it."""
    values = {place: _value(claim) for place, (claim, _) in found.items()}
    best = min(values.values()) if lowest else max(values.values())
    places = [place for place, value in values.items() if value == best]
    return places[0] if len(places) == 1 else ""


def _value(claim: Claim) -> float:
    if claim.figure is None:
        return 0.0
    value = float(in_base_unit(claim.figure)[1])
    return -value if claim.measure == "fall" else value


def leader_statement(found: Leader, marker: int) -> str:
    """``据…报道，石岭镇签约12个[1]；报道列出6个镇，石岭镇最多。``."""
    text = excerpt(found.sentence, [found.claim]).rstrip("。；，")
    lead = day_lead(found.sentence, text, [found.claim])
    return f"{lead}{text}[{marker}]；报道列出{found.among}个{found.of}，{found.place}最{found.how}。"
