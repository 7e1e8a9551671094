"""The records of a draft's claims, and of the slots in which one differs from what is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rag.claims.assertions import Assertion
from rag.claims.record import Claim
from rag.claims.slots import places_in

DraftSlot = Literal["period", "mood", "place", "thing", "act", "measure", "member", "bound"]


@dataclass(frozen=True, slots=True)
class SlotDifference:
    """A slot in which a draft differs, and the words of both for it; empty where one says nothing."""

    slot: DraftSlot
    drafted: str
    printed: str


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A claim of a draft with its surroundings: the sentence, what of the paragraph stands before it, and the place.

    ``place`` is named in the sentence, or else the last one named before it in the paragraph.
    """

    claim: Claim
    sentence: str
    sentence_start: int
    before: str
    place: str
    standing: str = "stands"


def draft_claim(text: str, assertion: Assertion) -> DraftClaim:
    """A claim of a draft with its sentence, its paragraph up to there, and the place it is told of."""
    span = assertion.sentence
    paragraph = text.rfind("\n", 0, span.start) + 1
    before, sentence = text[paragraph : span.start], text[span.start : span.end]
    places = assertion.claim.places or tuple(reversed(places_in(before)))
    return DraftClaim(assertion.claim, sentence, span.start, before, places[0] if places else "", assertion.standing)
