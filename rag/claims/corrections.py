"""Whether a later report takes the place of a claim: a correction, a revision, the same paper's newer figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.claims.finding import claims_of_article, claims_of_value
from rag.claims.index_rows import FoundClaim
from rag.claims.wording import missing, wording
from rag.corpus.store import ArticleStore

_CORRECTS = re.compile(r"修订|修正|更正|订正|核定|核实|核减|核增")
_QUOTED = re.compile("[“「](?P<words>[^“”「」]+)")
_LEAST_SHARED = 0.6


def later_report(found: FoundClaim, rivals: Sequence[FoundClaim], store: ArticleStore) -> FoundClaim | None:
    """The claim that took the place of ``found``: its correction, or the newest of ``rivals`` that supersedes it.

    ``rivals`` are claims of the same thing, time and place with another value; those of another paper contradict, but
    do not supersede, unless they say that they correct.
    """
    corrected = correction_of(found, store)
    if corrected is not None:
        return corrected
    newer = [rival for rival in rivals if _supersedes(rival, found)]
    return max(newer, key=lambda item: str(item.date), default=None)


def _supersedes(rival: FoundClaim, found: FoundClaim) -> bool:
    if rival.date is None or found.date is None or rival.date <= found.date:
        return False
    of_one_place = rival.place.endswith(found.place) or found.place.endswith(rival.place)
    return of_one_place and (rival.source == found.source or _CORRECTS.search(rival.quote) is not None)


def with_corrections(store: ArticleStore, claims: Sequence[FoundClaim]) -> tuple[FoundClaim, ...]:
    """The claims, those that an article corrects as withdrawn, with that article's id."""
    return tuple(_marked(found, correction_of(found, store)) for found in claims)


def _marked(found: FoundClaim, correction: FoundClaim | None) -> FoundClaim:
    if correction is None:
        return found
    return replace(found, standing="withdrawn", corrected_by=correction.article_id)


def correction_of(found: FoundClaim, store: ArticleStore) -> FoundClaim | None:
    """The figure that a later article puts in place of ``found``; None where no article withdraws it."""
    if found.claim.figure is None:
        return None
    for other in claims_of_value(store, found.claim.figure, standing="withdrawn"):
        if not _is_later(other, found) or not _is_of_the_same(found, other):
            continue
        following = [
            claim
            for claim in claims_of_article(store, other.article_id)
            if claim.sentence == other.sentence and claim.claim.start >= other.claim.end and claim.unit == other.unit
        ]
        if following:
            return following[0]
    return None


def _is_later(other: FoundClaim, found: FoundClaim) -> bool:
    if other.article_id == found.article_id and other.claim.start == found.claim.start:
        return True
    return other.date is not None and found.date is not None and other.date >= found.date


def _is_of_the_same(found: FoundClaim, other: FoundClaim) -> bool:
    """Whether a withdrawn figure is that of ``found``, by the words of both clauses."""
    quoted = _QUOTED.search(other.claim.text)
    told = wording(quoted["words"] if quoted else other.claim.text)
    words = (*told.things, *told.acts)
    lost = missing(words, found.quote + found.title, found.quote + found.title)
    return bool(words) and 1 - len(lost) / len(words) >= _LEAST_SHARED
