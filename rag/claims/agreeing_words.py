"""Whether a drafted claim and a printed one are of the same thing, by their words.

Open classes have no list: a draft's words must stand in what is printed of the figure, and the printed clause's own
nouns and modifiers in the draft. So 省重点项目 is not 市重点项目, and what one company earned is not another's.
"""

from __future__ import annotations

from rag.claims.clauses import split
from rag.claims.draft_claims import DraftClaim, SlotDifference
from rag.claims.index_rows import FoundClaim
from rag.claims.office_claims import office_namings
from rag.claims.record import Claim
from rag.claims.wording import Wording, heads_of, missing, nouns_in, subjects_before, wording

_PUBLIC_BODIES = tuple("局委办厅部署")


def compare_wording(draft: DraftClaim, found: FoundClaim) -> tuple[tuple[SlotDifference, ...], float]:
    """What only one of the two says of the thing, and the share of the draft's words that are found.

    The draft's words must stand in the printed clause, in what goes on into it, or in the headline; those of the
    printed clause somewhere in the draft's sentence or before it in its paragraph.
    """
    mine, printed = (
        _wording_of(draft.claim, draft.sentence, draft.sentence_start),
        _wording_of(found.claim, found.quote, found.sentence.start),
    )
    at = found.claim.clause_start - found.sentence.start
    near = f"{found.claim.text}，{' '.join(found.claim.words)}，{found.claim.thing}，{' '.join(printed.things)}"
    around = f"{near}，{heads_of(found.quote, at)}，{found.title}"
    lost, lost_acts = missing(mine.things, near, around), missing(mine.acts, near, around)
    words = len(mine.things) + len(mine.acts)
    overlap = 1 - (len(lost) + len(lost_acts)) / words if words else 0.0
    earlier = subjects_before(
        _without_officers(draft.sentence[: max(0, draft.claim.clause_start - draft.sentence_start)])
    )
    quoted = found.quote + found.title
    lost += missing(tuple(word for word in earlier if word not in lost), quoted, quoted)
    said = f"{draft.before}，{draft.sentence}"
    unsaid = missing(_needed(printed.things, found), said, said)
    if lost or unsaid or not words:
        return (SlotDifference("thing", "、".join(lost), "、".join(unsaid)),), overlap
    if lost_acts:
        return (SlotDifference("act", "、".join(lost_acts), "、".join(printed.acts)),), overlap
    return (), overlap


def _needed(things: tuple[str, ...], found: FoundClaim) -> tuple[str, ...]:
    """The words of a printed clause that a draft must say, too: not those that the headline leaves out."""
    if found.claim.figure is None or found.claim.figure.text not in found.title:
        return things
    return tuple(word for word in things if word in found.title)


def _without_officers(text: str) -> str:
    """``text`` without the holders of public offices who tell of a figure: they are checked for themselves."""
    for naming in reversed(office_namings(text)):
        if naming.body.endswith(_PUBLIC_BODIES):
            text = text[: naming.office_start] + "　" + text[naming.end :]
    return text


def _wording_of(claim: Claim, sentence: str, offset: int) -> Wording:
    """The words of a claim's clause; where it has no noun (同比增长8%), with those of the clauses it goes on from."""
    own = wording(claim.text)
    things = list(own.things)
    clauses = split(sentence[: max(0, claim.clause_start - offset)])
    for place in range(len(clauses.spans) - 1, -1, -1):
        if any(len(word) > 1 for word in things):
            break
        things += nouns_in(clauses.at(place))
    # 计划 and 预计 are its mood, which is a slot of its own.
    said = tuple(word for word in dict.fromkeys(things) if word not in claim.mood_word)
    return Wording(said, tuple(word for word in own.acts if word not in claim.mood_word))
