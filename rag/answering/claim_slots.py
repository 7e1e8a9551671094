"""What the paper says of a figure that an answer shows, as callers see it: the slots of its claim."""

from __future__ import annotations

from rag.answering.evidence import Sentence
from rag.answering.saying import read
from rag.chinese.figures import Figure, supports
from rag.claims.comparing import compare
from rag.claims.question import Question
from rag.claims.record import Claim
from rag.records import ClaimSlots


def claim_of(sentence: Sentence, figure: Figure) -> Claim | None:
    """The claim of a sentence at the figure that carries ``figure``; None where none does."""
    reading = read(sentence)
    printed = next((item for item in reading.figures if item.kind == figure.kind and supports(item, figure)), None)
    return None if printed is None else reading.claim(printed.start, printed.end, printed)


def slots_of(claim: Claim | None) -> ClaimSlots | None:
    """The claim's slots as a record of an answer."""
    if claim is None:
        return None
    period = claim.period
    return ClaimSlots(
        subject=claim.places[0] if claim.places else "",
        act=claim.act,
        thing=claim.thing,
        measure=claim.measure if claim.figure is not None else "",
        period_first=period.first if period else None,
        period_last=period.last if period else None,
        period_text=period.text if period else "",
        mood=claim.mood,
        member="、".join(sorted(member for _, member in claim.members if member)),
    )


def slots_apart(question: Question, claim: Claim | None) -> tuple[str, ...]:
    """The slots in which a claim is not, or is only a part of, what is asked for."""
    if claim is None:
        return ()
    return tuple(item.slot for item in compare(question, claim) if item.relation in ("different", "narrower"))
