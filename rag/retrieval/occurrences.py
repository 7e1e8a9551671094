"""Where the terms of a question stand in the candidates of a search.

All candidates are laid out in one text, so that each term is looked for once, not once a candidate: a hundred
candidates cost a few milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.chinese.terms import HAN, fold
from rag.retrieval.candidates import Candidate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_SENTENCE_ENDS = np.array([ord(sign) for sign in "。！？!?\n"], dtype=np.uint32)
_DIGITS = "零一二三四五六七八九"
_NUMERALS = "零〇一二两三四五六七八九十百千万"
_SMALL_NUMBER = re.compile(rf"(?P<number>[1-9]\d?)(?P<unit>[{HAN}]+)")


class Texts:
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

    def sentence_around(self, places: Integers) -> tuple[Integers, Integers]:
        """Where the sentence that holds each place begins and ends."""
        number = np.searchsorted(self.sentence_ends, places)
        bounds = np.concatenate([[-1], self.sentence_ends, [len(self.text)]])
        return bounds[number] + 1, bounds[number + 1]

    def find(self, terms: Sequence[str], weights: Floats) -> Occurrences:
        """Where ``terms`` stand, numbers and Latin words only where they stand whole; 2起 is 两起, too."""
        places = [_positions(term, self.text) + self._written(term) for term in terms]
        place = np.array([position for found in places for position in found], dtype=np.int64)
        term = np.repeat(np.arange(len(terms)), [len(found) for found in places])
        order = np.argsort(place, kind="stable")
        return Occurrences(self, weights, term[order], place[order])

    def _written(self, term: str) -> list[int]:
        """Where a number stands in Chinese characters, not as the end of a larger one: 二十二人 is not 2人."""
        return [
            place
            for spelling in _in_characters(term)
            for place in _positions(spelling, self.text)
            if self.text[place - 1] not in _NUMERALS
        ]


@dataclass(frozen=True)
class Occurrences:
    """Terms of one kind: ``term[i]``, which weighs ``weights[term[i]]``, starts at ``place[i]`` of the whole text."""

    texts: Texts
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

    def body(self) -> Occurrences:
        """Only those in bodies."""
        return Occurrences(self.texts, self.weights, self.term[self._in_body], self.place[self._in_body])

    def _summed(self, group: Integers, count: int, term: Integers | None = None) -> Floats:
        """The weight of the distinct terms of each group, as a share of all; ``term`` are those of all groups."""
        total = float(self.weights.sum())
        if not total:
            return np.zeros(count)
        pairs = np.unique(group * len(self.weights) + (self.term if term is None else term))
        return (
            np.bincount(pairs // len(self.weights), self.weights[pairs % len(self.weights)], minlength=count) / total
        )

    def joined(self, places: tuple[Integers, Integers]) -> Occurrences:
        """These and further ``(term, candidate)`` pairs, counted as standing at the candidate's start."""
        term = np.concatenate([self.term, places[0]])
        place = np.concatenate([self.place, self.texts.starts[places[1]]])
        order = np.argsort(place, kind="stable")
        return Occurrences(self.texts, self.weights, term[order], place[order])

    def share(self) -> Floats:
        """The weight of the terms that occur, ``(n_candidates,)``."""
        return self._summed(self.candidate, len(self.texts.starts))

    def within(self, begins: Integers, ends: Integers) -> Floats:
        """The weight of the terms that start in each range of the whole text, ``(n_ranges,)``."""
        first = np.searchsorted(self.place, begins)
        counts = np.maximum(np.searchsorted(self.place, ends) - first, 0)
        ranges = np.repeat(np.arange(len(counts)), counts)
        within_range = np.arange(len(ranges)) - np.repeat(np.cumsum(counts) - counts, counts)
        return self._summed(ranges, len(counts), self.term[within_range + np.repeat(first, counts)])

    def best_sentence(self) -> Floats:
        """The largest weight in one sentence, ``(n_candidates,)``."""
        sums = self._summed(np.searchsorted(self.texts.sentence_ends, self.place), len(self.texts.sentence_ends) + 1)
        best = np.zeros(len(self.texts.starts))
        np.maximum.at(best, self.candidate, sums[np.searchsorted(self.texts.sentence_ends, self.place)])
        return best

    def best_window(self, width: int) -> Floats:
        """The largest weight of terms that start within ``width`` characters, ``(n_candidates,)``.

        Windows start at an occurrence. An occurrence counts for the windows that reach it and hold no earlier one
        of its term: a run of window starts, so a running sum gives the weight of them all.
        """
        best = np.zeros(len(self.texts.starts))
        if not self.place.size or not self.weights.sum():
            return best
        earliest = np.maximum(self.place - width, self.texts.starts[self.candidate])
        earliest = np.maximum(earliest, self._previous() + 1)
        weight = self.weights[self.term]
        changes = np.bincount(np.searchsorted(self.place, earliest), weight, minlength=len(weight) + 1)
        changes -= np.bincount(
            np.searchsorted(self.place, self.place, side="right"), weight, minlength=len(weight) + 1
        )
        # Rounded, so that what the same terms weigh is the same whatever was summed before it.
        np.maximum.at(best, self.candidate, np.round(np.cumsum(changes)[:-1] / self.weights.sum(), 9))
        return best

    def _previous(self) -> Integers:
        """Where the same term stood before, -1 where it did not."""
        order = np.argsort(self.term, kind="stable")
        previous = np.full(len(self.place), -1, dtype=np.int64)
        same = self.term[order][1:] == self.term[order][:-1]
        previous[order[1:][same]] = self.place[order[:-1][same]]
        return previous


def _in_characters(term: str) -> tuple[str, ...]:
    """A number below 100 with its unit in Chinese characters: 2起 is 二起 or 两起; nothing for other terms."""
    match = _SMALL_NUMBER.fullmatch(term)
    if match is None:
        return ()
    tens, ones = divmod(int(match["number"]), 10)
    ten = f"{_DIGITS[tens] if tens > 1 else ''}十" if tens else ""
    written = ten + (_DIGITS[ones] if ones else "")
    return tuple(number + match["unit"] for number in ((written, "两") if written == "二" else (written,)) if number)


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
