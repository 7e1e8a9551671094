"""Whether a draft answers a question, by the gold of the set that the question is of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import strangers
from asked_examples import Asked, AskedArticle
from meaning import plain, stands

from rag.answering.saying import without_day_lead
from rag.chinese.figures import find_figures
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.matching import all_met

IsRight = Callable[[str, str], bool]
"""Whether the text of a draft, and its quotes, answer."""


def evidence_right(item: dict[str, Any]) -> IsRight:
    """A draft is right that quotes the evidence; none is of a question that the pages do not answer."""
    return lambda _, quoted: item["answerable"] and strangers.holds(quoted, item["evidence"])


def asked_right(article: AskedArticle, asked: Asked) -> IsRight:
    """A draft is right that tells of the sentence that answers: its own words, or what in it answers."""
    if asked.at is None:
        return lambda *_: False
    sentence = plain(article.sentences[asked.at])
    return lambda text, _: plain(without_day_lead(text)) in sentence or tells(asked.span, text)


def tells(span: str, text: str) -> bool:
    """Whether a text has the figures of what answers, or where that has none half of its pairs of characters."""
    figures = [item.text for item in find_figures(span)]
    if figures:
        return plain(figures[0]) in plain(text)
    pairs = {span[i : i + 2] for i in range(len(span) - 1)} or {span}
    return sum(pair in text for pair in pairs) >= len(pairs) / 2


def any_of(pieces: Sequence[str]) -> IsRight:
    """Whether one of the pieces stands in a text."""
    return lambda text, _: any(stands(piece, text) or plain(piece) in plain(text) for piece in pieces)


def gold_right(gold: GoldQuestion) -> IsRight:
    """Whether a text holds an answer of the gold; none does to a question without one."""
    return lambda text, _: gold.answerable and all_met(gold.answers, text)


def natural_right(item: dict[str, Any]) -> IsRight:
    """A draft is right that has a piece of the gold, and none of what must not be said."""
    if item.get("refuse"):
        return lambda *_: False
    wanted = [*item.get("all", []), *item.get("any", []), *item.get("refuse_or", [])]
    return lambda text, _: (
        any(stands(piece, text) for piece in wanted)
        and not any(plain(piece) in plain(text) for piece in item.get("none", []))
    )
