"""Sentences beside a draft: those of other articles that say the same, and one that says otherwise, more surely."""

from __future__ import annotations

import datetime as dt

from rag.answering.attribution import MAX_QUOTES, attribute
from rag.answering.confidence import agreement, says_as_much
from rag.answering.drafts import Draft, sentence_draft
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.saying import excluded, read

_AGREED = 0.5
"""How much of what the reader would answer a statement must hold, or the other way round."""
_AGREED_PRESENCE = 2.0
"""From this presence on a sentence may stand beside, or against, what the model wrote."""
_NEWER_PRESENCE = 0.5
_AS_SURE = 1.5
"""So far below a draft's may the presence of a newer report be."""
_FAR_SURER = 0.5
"""In logits of presence."""


def corroborating(asked: Asked, found: Findings, draft: Draft) -> list[Sentence]:
    """A sentence of each other article that says the same, carries the statement alone, and is read for the same."""
    articles = {sentence.article.id for sentence in draft.quoted}
    same: list[Sentence] = []
    for sentence in found.evidence:
        if len(draft.quoted) + len(same) >= MAX_QUOTES:
            break
        if sentence.article.id in articles or (sentence.presence or 0.0) < _AGREED_PRESENCE:
            continue
        if agreement(sentence.answer, draft.text) < _AGREED or not says_as_much(
            asked.searched, draft.text, sentence.text
        ):
            continue
        if not attribute(draft.text, [sentence], asked.complete).carried:
            continue
        if excluded(sentence_draft(found, sentence).said) is None:
            articles.add(sentence.article.id)
            same.append(sentence)
    return same


def newer(found: Findings, draft: Draft) -> Sentence | None:
    """The sentence of the newest report that gives a figure of the same kind, where what is now is asked for.

    Of a draft without figures it is one that answers about as surely.
    """
    days = [item.article.date for item in draft.quoted if item.article.date is not None]
    figures = [item.claim.figure for item in draft.said if item.claim.figure is not None]
    if not found.question.about_now or not days:
        return None
    own = max((item.presence or 0.0 for item in draft.quoted), default=0.0)

    def is_alike(item: Sentence) -> bool:
        if not figures:
            return (item.presence or 0.0) >= own - _AS_SURE
        return any(other.unit == figures[0].unit and other.kind == figures[0].kind for other in read(item).figures)

    later = [
        item
        for item in found.evidence
        if item.article.date is not None
        and item.article.date > max(days)
        and (item.presence or 0.0) >= _NEWER_PRESENCE
        and is_alike(item)
    ]
    return max(later, key=lambda item: (item.article.date or dt.date.min, item.presence or 0.0), default=None)


def is_older(found: Findings, sentence: Sentence, draft: Draft) -> bool:
    """Whether what is now is asked for, and a sentence is of an older report than the draft's newest."""
    days = [item.article.date for item in draft.quoted if item.article.date is not None]
    day = sentence.article.date
    return found.question.about_now and day is not None and bool(days) and day < max(days)


def rival(asked: Asked, found: Findings, draft: Draft) -> Sentence | None:
    """The sentence of which the reader is much surer than of the draft's, and from which it answers otherwise."""
    own = max((sentence.presence or 0.0 for sentence in draft.quoted), default=0.0)
    others = [
        sentence
        for sentence in found.evidence
        if sentence not in draft.quoted
        and (sentence.presence or 0.0) >= max(_AGREED_PRESENCE, own + _FAR_SURER)
        and agreement(sentence.answer, draft.text) < _AGREED
        and not says_as_much(asked.searched, draft.text, sentence.text)
    ]
    return max(others, key=lambda sentence: sentence.presence or 0.0, default=None)
