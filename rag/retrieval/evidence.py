"""What a question and each candidate passage have in common, as numbers; most of them shares between 0 and 1.

All candidates of a search are laid out in one text, so that each term of the question is looked for once, not once
a candidate: a hundred candidates cost a few milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.retrieval.candidates import Candidate, CandidateSet
from rag.retrieval.lexical import inverse_frequency
from rag.retrieval.question_kind import question_kind
from rag.retrieval.terms import Terms, fold

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

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

_YEAR = re.compile(r"(?:19|20)\d\d年?")
_SENTENCE_ENDS = np.array([ord(sign) for sign in "。！？!?\n"], dtype=np.uint32)


class _Texts:
    """Candidates end to end, each as its folded body, a line end, its folded title and a line end."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        # A line end before everything: a term at the very start has a neighbour too.
        self.text = fold("\n" + "".join(f"{candidate.text}\n{candidate.title}\n" for candidate in candidates))
        bodies = np.array([len(candidate.text) for candidate in candidates], dtype=np.int64)
        titles = np.array([len(candidate.title) for candidate in candidates], dtype=np.int64)
        self.starts: Integers = 1 + np.concatenate([[0], np.cumsum(bodies + titles + 2)[:-1]])
        self.body_ends: Integers = self.starts + bodies

    @cached_property
    def sentence_ends(self) -> Integers:
        """Where sentences end, ascending; a line end parts bodies from titles."""
        codes = np.frombuffer(self.text.encode("utf-32-le"), dtype="<u4")
        return np.flatnonzero(np.isin(codes, _SENTENCE_ENDS))

    def find(self, terms: Sequence[str], weights: Floats) -> _Occurrences:
        """Where ``terms`` stand, numbers and Latin words only where they stand whole."""
        places = [_positions(term, self.text) for term in terms]
        place = np.array([position for found in places for position in found], dtype=np.int64)
        term = np.repeat(np.arange(len(terms)), [len(found) for found in places])
        order = np.argsort(place, kind="stable")
        return _Occurrences(self, weights, term[order], place[order])


@dataclass(frozen=True)
class _Occurrences:
    """Terms of one kind: ``term[i]``, which weighs ``weights[term[i]]``, starts at ``place[i]`` of the whole text."""

    texts: _Texts
    weights: Floats
    term: Integers
    place: Integers

    @cached_property
    def candidate(self) -> Integers:
        """Which candidate each stands in."""
        return np.searchsorted(self.texts.starts, self.place, side="right") - 1

    @cached_property
    def _in_body(self) -> NDArray[np.bool_]:
        return self.place < self.texts.body_ends[self.candidate]

    def body(self) -> _Occurrences:
        """Only those in bodies."""
        return _Occurrences(self.texts, self.weights, self.term[self._in_body], self.place[self._in_body])

    def title(self) -> _Occurrences:
        """Only those in titles."""
        return _Occurrences(self.texts, self.weights, self.term[~self._in_body], self.place[~self._in_body])

    def _summed(self, group: Integers, count: int) -> Floats:
        """The weight of the distinct terms of each group, as a share of all."""
        total = float(self.weights.sum())
        if not total:
            return np.zeros(count)
        pairs = np.unique(group * len(self.weights) + self.term)
        return (
            np.bincount(pairs // len(self.weights), self.weights[pairs % len(self.weights)], minlength=count) / total
        )

    def joined(self, places: tuple[Integers, Integers]) -> _Occurrences:
        """These and further ``(term, candidate)`` pairs, counted as standing at the candidate's start."""
        term = np.concatenate([self.term, places[0]])
        place = np.concatenate([self.place, self.texts.starts[places[1]]])
        order = np.argsort(place, kind="stable")
        return _Occurrences(self.texts, self.weights, term[order], place[order])

    def share(self) -> Floats:
        """The weight of the terms that occur, ``(n_candidates,)``."""
        return self._summed(self.candidate, len(self.texts.starts))

    def best_sentence(self) -> Floats:
        """The largest weight in one sentence, ``(n_candidates,)``."""
        sums = self._summed(np.searchsorted(self.texts.sentence_ends, self.place), len(self.texts.sentence_ends) + 1)
        best = np.zeros(len(self.texts.starts))
        np.maximum.at(best, self.candidate, sums[np.searchsorted(self.texts.sentence_ends, self.place)])
        return best

    def best_window(self, width: int) -> tuple[Floats, Integers]:
        """The largest weight of terms that start within ``width`` characters, and where that window starts.

        Windows start at an occurrence. An occurrence counts for the windows that reach it and hold no earlier one
        of its term: a run of window starts, so a running sum gives the weight of them all.
        """
        best, start = np.zeros(len(self.texts.starts)), self.texts.starts.copy()
        if not self.place.size or not self.weights.sum():
            return best, start
        earliest = np.maximum(self.place - width, self.texts.starts[self.candidate])
        earliest = np.maximum(earliest, self._previous() + 1)
        weight = self.weights[self.term]
        changes = np.bincount(np.searchsorted(self.place, earliest), weight, minlength=len(weight) + 1)
        changes -= np.bincount(
            np.searchsorted(self.place, self.place, side="right"), weight, minlength=len(weight) + 1
        )
        sums = np.round(np.cumsum(changes)[:-1] / self.weights.sum(), 9)
        # Best last, and of equals the first place last, so that it stays.
        order = np.lexsort((-self.place, sums))
        best[self.candidate[order]], start[self.candidate[order]] = sums[order], self.place[order]
        return best, start

    def _previous(self) -> Integers:
        """Where the same term stood before, -1 where it did not."""
        order = np.argsort(self.term, kind="stable")
        previous = np.full(len(self.place), -1, dtype=np.int64)
        same = self.term[order][1:] == self.term[order][:-1]
        previous[order[1:][same]] = self.place[order[:-1][same]]
        return previous


def features(question: str, terms: Terms, found: CandidateSet) -> Floats:
    """The evidence for each candidate, ``(n_candidates, len(FEATURES))``, most of it in [0, 1]."""
    texts = _Texts(found.candidates)
    words = texts.find(terms.words, _rarity(terms.words, found))
    bigrams = texts.find(terms.bigrams, _rarity(terms.bigrams, found))
    exacts = texts.find(terms.exacts, _rarity(terms.exacts, found)).joined(_years_printed(terms.exacts, found))
    window, window_start = bigrams.body().best_window(WINDOW_CHARACTERS)
    lexical = np.array([candidate.lexical for candidate in found.candidates])
    columns = {
        "words": words.share(),
        "bigrams": bigrams.share(),
        "window": window,
        "sentence": words.body().best_sentence(),
        "title": bigrams.title().share(),
        "exact": exacts.share(),
        "answer form": _answer_forms(question, texts, window_start),
        "lexical": lexical / max(float(lexical.max()), 1e-9),
        "vector": _standardised(np.array([candidate.cosine for candidate in found.candidates])),
        "lead": np.array([float(candidate.start == 0) for candidate in found.candidates]),
    }
    return np.column_stack([columns[name] for name in FEATURES])


def _years_printed(terms: Sequence[str], found: CandidateSet) -> tuple[Integers, Integers]:
    """Which terms are the year in which which candidate was printed: a paper of 2020 says 今年, not 2020年."""
    years = [(number, int(term[:4])) for number, term in enumerate(terms) if _YEAR.fullmatch(term)]
    pairs = [
        (number, index)
        for index, candidate in enumerate(found.candidates)
        for number, year in years
        if candidate.date is not None and candidate.date.year == year
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _answer_forms(question: str, texts: _Texts, window_start: Integers) -> Floats:
    """1.0 where something of the wanted kind stands around the best window."""
    form = question_kind(question).answer_form()
    if form is None:
        return np.zeros(len(texts.starts))
    begins = np.maximum(texts.starts, window_start - WINDOW_CHARACTERS).tolist()
    ends = np.minimum(texts.body_ends, window_start + 2 * WINDOW_CHARACTERS).tolist()
    return np.array(
        [float(form.search(texts.text, begin, end) is not None) for begin, end in zip(begins, ends, strict=True)]
    )


def _rarity(terms: Sequence[str], found: CandidateSet) -> Floats:
    """The rarity of each term; one that stands nowhere tells nothing apart and weighs little."""
    total = found.chunk_count
    counts = [found.frequencies.get(term, 0) or total // 2 for term in terms]
    return np.array([inverse_frequency(count, total) for count in counts])


def _positions(term: str, folded: str) -> list[int]:
    found = []
    start = folded.find(term)
    while start >= 0:
        found.append(start)
        start = folded.find(term, start + 1)
    if term[0].isascii() or term[-1].isascii():
        return [start for start in found if _is_whole(term, folded, start)]
    return found


def _is_whole(term: str, folded: str, start: int) -> bool:
    """Whether a number or a word in Latin letters stands alone there: 102 is not in 1024, nor 10.2 in 110.2."""
    end = start + len(term)
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if term[0].isascii():
        if before.isascii() and before.isalnum():
            return False
        if term[0].isdigit() and before in (".", ",") and folded[max(0, start - 2) : start - 1].isdigit():
            return False
    if not (term[-1].isascii() and term[-1].isalnum()):
        return True
    return not (after.isascii() and after.isalnum()) and not (
        after in (".", ",") and folded[end + 1 : end + 2].isdigit()
    )


def _standardised(values: Floats) -> Floats:
    """Values in units of their spread around their mean; all 0.0 where they are equal."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
