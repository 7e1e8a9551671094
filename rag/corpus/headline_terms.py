"""Whose headline a line is, by its words: how much of them the bodies of a page have. Knows units, not articles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.page_units import Unit

UNSEEN_WEIGHT = 0.5
"""Weight of a headline's term that no body on the page has; a term of one body only weighs 1."""


class HeadlineTerms:
    """The terms of a page's headline units, found in its bodies once and for all."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._terms = _headline_terms(units)

    def coverage(self, place: int, bodies: int) -> float:
        """The part of the terms of the headline at ``place``, rare ones weighing more, that bodies have, in [0, 1].

        ``bodies`` are units, one bit each.
        """
        terms = self._terms[place]
        if not terms.total:
            return 0.0
        return sum(weight for weight, where in terms.found if where & bodies) / terms.total


@dataclass(frozen=True, slots=True)
class _Terms:
    """A headline's terms that stand in bodies: weight, and the units they are in, one bit each; weight of all."""

    found: tuple[tuple[float, int], ...]
    total: float


def _headline_terms(units: Sequence[Unit]) -> dict[int, _Terms]:
    """The terms of each headline unit by its place; a term of one body weighs 1, of more bodies less."""
    wanted = {term for unit in units if unit.kind == "headline" for term in unit.terms}
    where: dict[str, int] = {}
    for place, unit in enumerate(units):
        if unit.kind in ("body", "caption"):
            for term in unit.terms & wanted:
                where[term] = where.get(term, 0) | 1 << place
    weights = {term: 1.0 / (1.0 + math.log(bodies.bit_count())) for term, bodies in where.items()}
    found: dict[int, _Terms] = {}
    for place, unit in enumerate(units):
        if unit.kind == "headline":
            known = tuple((weights[term], where[term]) for term in sorted(unit.terms) if term in where)
            unseen = UNSEEN_WEIGHT * (len(unit.terms) - len(known))
            found[place] = _Terms(known, sum(weight for weight, _ in known) + unseen)
    return found
