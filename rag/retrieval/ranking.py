"""From candidates to scores: a small linear model over what the question and a passage have in common.

A naive fusion of ranks is worse than its lexical half, because it trusts both halves alike. Here the evidence is
weighed: how much of the question, by rarity, stands in the passage, in its best window and sentence; whether numbers
and codes are there; how much of it stands around something of the wanted kind; and the cosine of the vectors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import Terms
from rag.chinese.times.dates import find_times
from rag.retrieval.candidates import Candidate, CandidateSet
from rag.retrieval.evidence import FEATURES, features

# Fitted by benchmarks/retrieval_fit.py; see data/results/retrieval.json for what they are worth.
CHINESE_WEIGHTS: Mapping[str, float] = {
    "words": 1.5,
    "bigrams": 2.7,
    "window": 1.8,
    "sentence": 1.8,
    "exact": 3.9,
    "answer sentence": 0.7,
    "answer near": 2.5,
    "slot": 0.8,
    "lexical": 2.1,
    "vector": 0.6,
    "lead": 0.4,
}
# Only vectors, numbers and names cross languages.
FOREIGN_WEIGHTS: Mapping[str, float] = {
    "bigrams": 2.0,
    "window": 1.5,
    "exact": 3.0,
    "answer sentence": 0.4,
    "vector": 1.5,
    "lead": 0.6,
}
TIME_BONUS = 0.5
"""Added where the article appeared in the time that the question names."""
NARROW_TIME_BONUS = 1.0
"""The same for a question about a season or less (12月, 2020年底)."""
_REPORTED_AFTER = dt.timedelta(days=45)
"""How long after such a time papers still report on it: the first half of a year in July."""
_SEASON_DAYS = 100
OWN_TIME_BONUS = 2.0
"""Added where the passage speaks of just the time that a question on a month or more names: 全年 of that year."""
_PERIOD_DAYS = 28
_CERTAIN = 0.8
_MOSTLY = 0.8
"""The part of both times that must be common to them: 截至11月底 is nearly 全年, 上半年 is not."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score; ``signals`` are its features by name."""

    candidate: Candidate
    score: float
    signals: dict[str, float]


def rank(
    question: str,
    terms: Terms,
    found: CandidateSet,
    *,
    question_time: tuple[dt.date, dt.date] | None = None,
    best: int | None = None,
) -> list[Scored]:
    """Candidates by falling score; ties go to the newer article, then to the order of text.

    ``question_time`` is the span of days the question is about, both ends included. Only the ``best`` first need be
    in order and have their whole score (None: all): the times of a text take longer to read than all else of it, and
    are left unread where they could not lift it among those.
    """
    if not found.candidates:
        return []
    table = features(question, terms, found)
    chosen = CHINESE_WEIGHTS if is_chinese(question) else FOREIGN_WEIGHTS
    scores = table @ np.array([chosen.get(name, 0.0) for name in FEATURES])
    without = [
        float(score) + _time_bonus(candidate, question_time)
        for candidate, score in zip(found.candidates, scores, strict=True)
    ]
    needed = sorted(without, reverse=True)[best - 1] - OWN_TIME_BONUS if best and best < len(without) else -np.inf
    scored = [
        Scored(
            candidate,
            score + (_own_time_bonus(candidate, question_time) if score >= needed else 0.0),
            dict(zip(FEATURES, row.tolist(), strict=True)),
        )
        for candidate, score, row in zip(found.candidates, without, table, strict=True)
    ]
    return sorted(
        scored,
        key=lambda item: (-item.score, -_ordinal(item.candidate), item.candidate.article_id, item.candidate.start),
    )


def _time_bonus(candidate: Candidate, question_time: tuple[dt.date, dt.date] | None) -> float:
    if question_time is None or candidate.date is None:
        return 0.0
    first, last = question_time
    narrow = (last - first).days <= _SEASON_DAYS
    if not first <= candidate.date <= (last + _REPORTED_AFTER if narrow else last):
        return 0.0
    return NARROW_TIME_BONUS if narrow else TIME_BONUS


def _own_time_bonus(candidate: Candidate, question_time: tuple[dt.date, dt.date] | None) -> float:
    """By how much of the time asked about, a month or more, is a time that the passage names."""
    if question_time is None or candidate.date is None:
        return 0.0
    first, last = question_time
    if (last - first).days < _PERIOD_DAYS:
        return 0.0
    best = max(
        (_common_part(first, last, *mention) for mention in _certain_times(candidate.text, candidate.date)),
        default=0.0,
    )
    return OWN_TIME_BONUS * best if best >= _MOSTLY else 0.0


@lru_cache(maxsize=4096)
def _certain_times(text: str, published: dt.date) -> tuple[tuple[dt.date, dt.date], ...]:
    """The spans of days that ``text`` names. Some passages are candidates of many questions, so they are kept."""
    times = find_times(text, published)
    return tuple((mention.first, mention.last) for mention in times if mention.certainty >= _CERTAIN)


def _common_part(first: dt.date, last: dt.date, other_first: dt.date, other_last: dt.date) -> float:
    """The days common to two spans, as a share of those in either."""
    common = (min(last, other_last) - max(first, other_first)).days + 1
    return max(0, common) / ((max(last, other_last) - min(first, other_first)).days + 1)


def _ordinal(candidate: Candidate) -> int:
    return candidate.date.toordinal() if candidate.date else 0
