"""Whether a quote is of the event that a question names: of that meeting, and of no other."""

from __future__ import annotations

import re

from rag.answering.drafts import Draft
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.claims.comparing import other_members
from rag.claims.slots import members_in, row_before

_EVENT = re.compile(
    r"(?P<name>[一-鿿]{2,10}?(?P<what>大会|会议|论坛|仪式|博览会|座谈会|推介会|动员会|表彰会|比赛|演练|展览))"
)
_BRACKETS = re.compile(r"[（()）]")


def is_of_another_event(asked: Asked, found: Findings, draft: Draft) -> bool:
    """Whether an event is named that other articles of the evidence name, too, and those of the quotes never.

    Who attended a signing is no answer to 谁出席了科技创新大会. Nor is one of a row an answer to another of it.
    """
    quoted = draft.quoted
    if all(_is_of_another_in_the_row(found.question.members, item) for item in quoted):
        return True
    if _is_told_of_another_in_the_row(found.question.members, draft):
        return True
    event = _EVENT.search(_BRACKETS.sub("", asked.searched))
    if event is None or not quoted:
        return False
    texts = {sentence.article.id: _text_of(sentence) for sentence in found.evidence}
    least = len(event["what"]) + 2
    names = (event["name"][-length:] for length in range(len(event["name"]), least - 1, -1))
    name = next((name for name in names if any(name in text for text in texts.values())), None)
    return name is not None and not any(name in _text_of(item) for item in quoted)


def _is_of_another_in_the_row(asked: frozenset[tuple[str, str]], sentence: Sentence) -> bool:
    """Whether the sentence's article numbers what is asked for with a number, and never so: 二次会议 for 三次会议."""
    numbered = frozenset((kind, member) for kind, member in asked if member.isdigit())
    return bool(numbered) and bool(other_members(numbered, members_in(_text_of(sentence))))


def _is_told_of_another_in_the_row(asked: frozenset[tuple[str, str]], draft: Draft) -> bool:
    """Whether each place that a draft tells stands in a sentence that names what is asked for after it only.

    Of 3路首班6时，7路末班8时 the 6时 is of no 7路. A sentence may name several of a row; each place is of those named
    before it. Where the sentence never names what is asked for, its headline or another sentence may.
    """
    numbered = frozenset((kind, member) for kind, member in asked if member.isdigit())
    places = [(item.sentence.text, item.claim.end) for item in draft.said] or [
        (item.text, item.text.find(item.answer) + len(item.answer))
        for item in draft.quoted
        if item.answer and item.answer in item.text
    ]
    return bool(places) and all(
        other_members(numbered, row_before(text, end)) and not other_members(numbered, members_in(text))
        for text, end in places
    )


def _text_of(sentence: Sentence) -> str:
    """Title and text of its article; 党工委（扩大）会议 is 党工委扩大会议."""
    return _BRACKETS.sub("", f"{sentence.article.title}\n{sentence.article.text}")
