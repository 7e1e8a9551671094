"""From a ranking to the passages shown: no reprint twice, no article that crowds out the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from rag.chinese.terms import fold
from rag.retrieval.ranking import Scored

PASSAGES_PER_ARTICLE = 2
"""More than this only once no other article has anything to offer."""
LOOKED_AT = 4
"""So many of the best are looked at for each passage wanted; more only where they are reprints."""
_SHINGLE = 6
_SAME = 0.75
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def select(ranked: Sequence[Scored], count: int) -> list[Scored]:
    """The best ``count`` passages, spread over articles, in the order of ``ranked``.

    Of texts that are the same but for trifles the newest stays, at the place of the best; texts whose numbers
    differ are never the same.
    """
    distinct = _without_reprints(ranked, count * LOOKED_AT)
    taken: dict[str, int] = {}
    first: list[tuple[int, Scored]] = []
    rest: list[tuple[int, Scored]] = []
    for position, item in enumerate(distinct):
        number = taken.get(item.candidate.article_id, 0)
        taken[item.candidate.article_id] = number + 1
        (first if number < PASSAGES_PER_ARTICLE else rest).append((position, item))
    chosen = sorted((first + rest)[:count], key=lambda pair: pair[0])
    return [item for _, item in chosen]


def _without_reprints(ranked: Sequence[Scored], limit: int) -> list[Scored]:
    kept: list[tuple[_Signature, Scored]] = []
    for item in ranked:
        signature = _Signature(item.candidate.text)
        twin = next((i for i, (other, _) in enumerate(kept) if other.is_same(signature)), None)
        if twin is None:
            kept.append((signature, item))
        elif _is_newer(item, kept[twin][1]):
            kept[twin] = (signature, Scored(item.candidate, kept[twin][1].score, item.signals))
        if len(kept) >= limit:
            break
    return [item for _, item in kept]


class _Signature:
    """What makes two texts the same: their numbers exactly, their wording nearly."""

    def __init__(self, text: str) -> None:
        self._folded = fold(text)
        self.numbers = tuple(_NUMBER.findall(self._folded))

    @cached_property
    def shingles(self) -> frozenset[str]:
        """Every run of ``_SHINGLE`` letters; made only where the numbers are the same, which is seldom."""
        plain = re.sub(r"\W+", "", self._folded)
        return frozenset(plain[i : i + _SHINGLE] for i in range(max(1, len(plain) - _SHINGLE + 1)))

    def is_same(self, other: _Signature) -> bool:
        if self.numbers != other.numbers:
            return False
        return len(self.shingles & other.shingles) >= _SAME * len(self.shingles | other.shingles)


def _is_newer(item: Scored, other: Scored) -> bool:
    mine, theirs = item.candidate.date, other.candidate.date
    return mine is not None and (theirs is None or mine > theirs)
