"""Possible answers: what the model wrote, or a sentence of the paper, each with the claims that it stands on.

A draft is no answer yet. ``judge`` holds each to the question, ``writing`` chooses and ``saying`` puts it into words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.attribution import attribute
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.reasons import with_reason
from rag.answering.repair import repair_figures
from rag.answering.reply_shape import is_echo, is_in_another_language, is_only_its_kind
from rag.answering.saying import Said, answering_claims, claims_said, said_of

_NO_STATEMENT = ("？", "?", "：", ":", "如下", "如下。")
_PERIOD = re.compile(r"(?<=[一-鿿])\.$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A possible answer: its words, the sentences it stands on, best first, and what they say, slot by slot.

    ``is_carried`` tells whether the sentences say all that ``text`` says; a draft whose words are the paper's own is
    always carried, and ``is_models`` is False for it.
    """

    text: str
    quoted: tuple[Sentence, ...]
    said: tuple[Said, ...]
    is_carried: bool
    is_models: bool
    pointed_by: str = ""
    """What the model wrote where its words are at fault and only point at the paper's, which are the draft."""

    @property
    def told(self) -> str:
        """What answers: the model's words, else what the paper's sentence says at its claims."""
        if self.is_models or self.pointed_by:
            return self.pointed_by or self.text
        places = [item.sentence.text[item.claim.start : item.claim.end] for item in self.said]
        return "".join(places) or self.quoted[0].answer or self.text


def statement_draft(asked: Asked, found: Findings, statement: str) -> Draft | None:
    """What the model wrote, tied to the evidence; None for an echo, a question, a heading or another language."""
    if is_in_another_language(statement, asked.question):
        return None
    text = _PERIOD.sub("。", repair_figures(statement, found.evidence, asked.searched))
    if is_echo(asked, text) or is_only_its_kind(asked, text) or text.endswith(_NO_STATEMENT):
        return None
    attribution = attribute(text, found.evidence, asked.complete)
    quoted = tuple(found.evidence[position] for position in attribution.quotes)
    if not quoted:
        return None
    return Draft(text, quoted, claims_said(found.question, text, quoted), attribution.carried, True)


def sentence_draft(found: Findings, sentence: Sentence) -> Draft:
    """The paper's own sentence as the answer, by the claim at the figure or name that answers.

    Where a reason is asked for, with the sentence beside it that gives one.
    """
    if found.question.is_why:
        sentence = with_reason(sentence)
    said = tuple(said_of(found.question, sentence, claim) for claim in answering_claims(found.question, sentence))
    return Draft(sentence.text, (sentence,), said, True, False)


def pointed_drafts(draft: Draft) -> list[Draft]:
    """The paper's own sentences that a statement took its figures or names from, where its wording does not hold."""
    return [
        Draft(
            sentence.text,
            (sentence,),
            tuple(item for item in draft.said if item.sentence is sentence),
            True,
            False,
            draft.text,
        )
        for sentence in sentences_behind(draft)
    ]


def pointed_at(found: Findings, draft: Draft, sentence: Sentence) -> Draft:
    """The paper's sentence in the place of what the model wrote from it."""
    return replace(sentence_draft(found, sentence), pointed_by=draft.text)


def is_glued(asked: Asked, draft: Draft) -> bool:
    """Whether one figure or day is asked for and a statement takes it from one sentence, whose it is from another.

    新园有学位260个 of 新园9月开学。全镇新增学位260个。 says of one what the paper says of all; and what one article
    tells of its works is no day of another's.
    """
    if asked.kind.kind not in ("count", "money", "percentage", "date") or len(draft.quoted) < 2:
        return False
    return not any(attribute(draft.text, [sentence], asked.complete).carried for sentence in sentences_behind(draft))


def sentences_behind(draft: Draft) -> Sequence[Sentence]:
    """The sentences from which a draft took its figures or names; none where it shares none with them."""
    told = {(item.sentence.article.id, item.sentence.start) for item in draft.said}
    return [sentence for sentence in draft.quoted if (sentence.article.id, sentence.start) in told]
