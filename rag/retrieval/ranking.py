"""From candidates to scores: a small linear model over what the question and a passage have in common.

A naive fusion of ranks is worse than its lexical half, because it trusts both halves alike. Here the evidence is
weighed: how much of the question, by rarity, stands in the passage, in its best window and in the title; whether
numbers and codes are there; whether something of the wanted kind stands there; and the cosine of the vectors.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.retrieval.candidates import Candidate, CandidateSet
from rag.retrieval.question_kind import is_chinese, question_kind
from rag.retrieval.terms import Terms, fold

WINDOW_CHARACTERS = 80
"""About two sentences: what an answer and what it is about usually stand in."""

FEATURES = (
    "words",
    "bigrams",
    "window",
    "sentence",
    "title",
    "exact",
    "answer form",
    "lexical",
    "vector",
    "lead",
)
# Fitted by benchmarks/retrieval_fit.py; see data/results/retrieval.json for what they are worth.
CHINESE_WEIGHTS: Mapping[str, float] = {
    "words": 1.8,
    "bigrams": 5.8,
    "window": 1.4,
    "sentence": 2.3,
    "title": 0.6,
    "exact": 4.5,
    "answer form": 0.6,
    "lexical": 0.2,
    "vector": 0.7,
    "lead": 0.5,
}
# Only vectors, numbers and names cross languages.
FOREIGN_WEIGHTS: Mapping[str, float] = {"exact": 3.0, "answer form": 0.4, "vector": 1.5, "lead": 0.6}
TIME_BONUS = 0.5
"""Added where the article appeared in the time that the question names."""

_SENTENCE_END = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score; ``signals`` are its features by name."""

    candidate: Candidate
    score: float
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Where the question's terms stand in a text: ``positions[i]`` for term ``i``, ascending."""

    positions: tuple[tuple[int, ...], ...]

    def share(self, weights: NDArray[np.float64]) -> float:
        """The weight of the terms that occur, as a share of all."""
        total = float(weights.sum())
        return float(sum(w for w, p in zip(weights, self.positions, strict=True) if p)) / total if total else 0.0

    def within(self, start: int, end: int) -> _Occurrences:
        """Only what starts in ``[start, end)``."""
        return _Occurrences(tuple(tuple(p for p in places if start <= p < end) for places in self.positions))

    def best_part(self, weights: NDArray[np.float64], borders: Sequence[int], end: int) -> float:
        """The largest share of weight that starts between two neighbouring ``borders``, before ``end``."""
        sums: dict[int, float] = {}
        for weight, places in zip(weights.tolist(), self.positions, strict=True):
            for part in {bisect_left(borders, place) for place in places if place < end}:
                sums[part] = sums.get(part, 0.0) + weight
        total = float(weights.sum())
        return max(sums.values(), default=0.0) / total if total else 0.0

    def best_window(self, weights: NDArray[np.float64], width: int) -> tuple[float, int]:
        """The largest share of weight whose terms start within ``width`` characters, and where that starts."""
        total = float(weights.sum())
        events = sorted((position, i) for i, found in enumerate(self.positions) for position in found)
        counts: dict[int, int] = {}
        best, best_start, sum_, left = 0.0, 0, 0.0, 0
        for position, i in events:
            counts[i] = counts.get(i, 0) + 1
            sum_ += weights[i] if counts[i] == 1 else 0.0
            while events[left][0] < position - width:
                gone = events[left][1]
                counts[gone] -= 1
                sum_ -= weights[gone] if counts[gone] == 0 else 0.0
                left += 1
            if sum_ > best + 1e-9:
                best, best_start = sum_, events[left][0]
        return (best / total if total else 0.0), best_start


def rank(
    question: str,
    terms: Terms,
    found: CandidateSet,
    *,
    question_time: tuple[dt.date, dt.date] | None = None,
) -> list[Scored]:
    """Candidates by falling score; ties go to the newer article, then to the order of text.

    ``question_time`` is the span of days the question is about, both ends included.
    """
    if not found.candidates:
        return []
    table = features(question, terms, found)
    chosen = CHINESE_WEIGHTS if is_chinese(question) else FOREIGN_WEIGHTS
    scores = table @ np.array([chosen.get(name, 0.0) for name in FEATURES])
    scored = [
        Scored(
            candidate,
            float(score) + _time_bonus(candidate, question_time),
            dict(zip(FEATURES, row.tolist(), strict=True)),
        )
        for candidate, score, row in zip(found.candidates, scores, table, strict=True)
    ]
    return sorted(
        scored,
        key=lambda item: (-item.score, -_ordinal(item.candidate), item.candidate.article_id, item.candidate.start),
    )


def features(question: str, terms: Terms, found: CandidateSet) -> NDArray[np.float64]:
    """The evidence for each candidate, ``(n_candidates, len(FEATURES))``, most of it in [0, 1]."""
    evidence = _Evidence(question, terms, _Rarity(found))
    table = np.array([evidence.row(candidate) for candidate in found.candidates], dtype=np.float64)
    lexical, vector = FEATURES.index("lexical"), FEATURES.index("vector")
    table[:, lexical] /= max(table[:, lexical].max(), 1e-9)
    table[:, vector] = _standardised(table[:, vector])
    return table


class _Evidence:
    """One question, held against one candidate after the other."""

    def __init__(self, question: str, terms: Terms, rarity: _Rarity) -> None:
        self._terms = terms
        self._form = question_kind(question).answer_form()
        self._words, self._bigrams, self._exacts = map(rarity.weights, (terms.words, terms.bigrams, terms.exacts))

    def row(self, candidate: Candidate) -> list[float]:
        """The evidence of a candidate in the order of ``FEATURES``."""
        body = fold(candidate.text)
        whole = f"{body}\n{fold(candidate.title)}"
        end = len(body)
        words, bigrams = _find(self._terms.words, whole), _find(self._terms.bigrams, whole)
        window, start = bigrams.within(0, end).best_window(self._bigrams, WINDOW_CHARACTERS)
        near = body[max(0, start - WINDOW_CHARACTERS) : start + 2 * WINDOW_CHARACTERS]
        return [
            words.share(self._words),
            bigrams.share(self._bigrams),
            window,
            words.best_part(self._words, [match.start() for match in _SENTENCE_END.finditer(body)], end),
            bigrams.within(end, len(whole)).share(self._bigrams),
            _find(self._terms.exacts, whole).share(self._exacts),
            1.0 if self._form and self._form.search(near) else 0.0,
            candidate.lexical,
            candidate.cosine,
            1.0 if candidate.start == 0 else 0.0,
        ]


class _Rarity:
    def __init__(self, found: CandidateSet) -> None:
        self._found = found

    def weights(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """BM25's inverse document frequency; a term that stands nowhere tells nothing apart and weighs little."""
        total = self._found.chunk_count
        return np.array([math.log(1 + (total - n + 0.5) / (n + 0.5)) for n in map(self._count, terms)])

    def _count(self, term: str) -> int:
        return self._found.frequencies.get(term, 0) or self._found.chunk_count // 2


def _find(terms: Sequence[str], folded: str) -> _Occurrences:
    return _Occurrences(tuple(_positions(term, folded) for term in terms))


def _positions(term: str, folded: str) -> tuple[int, ...]:
    found = []
    start = folded.find(term)
    while start >= 0:
        if _is_whole(term, folded, start):
            found.append(start)
        start = folded.find(term, start + 1)
    return tuple(found)


def _is_whole(term: str, folded: str, start: int) -> bool:
    """Whether a number or a word in Latin letters stands alone there: 102 is not in 1024, nor 10.2 in 110.2."""
    end = start + len(term)
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if term[0].isascii() and before.isascii() and (before.isalnum() or (before in ".," and term[0].isdigit())):
        return not before or (before in ".," and not folded[max(0, start - 2) : start - 1].isdigit())
    if not (term[-1].isascii() and term[-1].isalnum() and after.isascii()):
        return True
    return not after.isalnum() and not (after in ".," and after and folded[end + 1 : end + 2].isdigit())


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values in units of their spread around their mean; all 0.0 where they are equal."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def _time_bonus(candidate: Candidate, question_time: tuple[dt.date, dt.date] | None) -> float:
    if question_time is None or candidate.date is None:
        return 0.0
    return TIME_BONUS if question_time[0] <= candidate.date <= question_time[1] else 0.0


def _ordinal(candidate: Candidate) -> int:
    return candidate.date.toordinal() if candidate.date else 0
