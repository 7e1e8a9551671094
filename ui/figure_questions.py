"""A figure of an article to the question that asks for it; pure."""

from __future__ import annotations

import re

import rjieba

from rag.chinese.figures import Figure

_SUBJECT = re.compile(r"[一-鿿]{5,14}")
_DEPENDENT_TAGS = "upcfr"
"""Particles, prepositions, conjunctions, words of place and pronouns."""
_NOUN_TAGS = ("n", "vn", "an")
_POINTING = re.compile(r"^(?:[同其该此本这那比较预计]|项目|总)")


def can_be_asked(figure: Figure) -> bool:
    """Whether a figure is exact and its subject, which stands right before it, names itself."""
    return (
        _reads_well(figure)
        and figure.kind in ("money", "count", "area", "weight", "share")
        and figure.bound == "exact"
        and not figure.indefinite
        and _SUBJECT.fullmatch(figure.subject) is not None
        and not _POINTING.match(figure.subject)
    )


def _reads_well(figure: Figure) -> bool:
    """Whether the subject begins like a phrase of its own and, where it is asked what it *is*, ends with a noun."""
    tags = [tag for _, tag in rjieba.tag(figure.subject)]
    if not tags or tags[0][0] in _DEPENDENT_TAGS:
        return False
    is_plain = figure.kind == "count" or bool(figure.direction)
    return is_plain or (tags[-1] in _NOUN_TAGS and len(tags) > 1)


def question_on(figure: Figure) -> str:
    """``全县现有百年古樟多少棵？`` for ``全县现有百年古樟46棵``."""
    if figure.kind == "share" and figure.direction:
        return f"{figure.subject}多少？"
    if figure.kind == "count":
        return f"{figure.subject}多少{figure.measure_text}？"
    return f"{figure.subject}是多少？"
