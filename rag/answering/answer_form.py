"""Whether a statement has the form of an answer: a person for 谁, an amount for 多少钱."""

from __future__ import annotations

import rjieba

from rag.answering.figures import find_figures
from rag.answering.support import NAME_TAGS
from rag.retrieval.question_kind import QuestionKind
from rag.retrieval.terms import fold

_PERSON_TAGS = frozenset({"nr", "nrt", "nrfg"})
_FIGURE_KINDS = {"money": {"money"}, "percentage": {"share", "change"}, "date": {"date", "time_span", "time_of_day"}}


def has_answer_form(kind: QuestionKind, text: str, question: str) -> bool:
    """Whether ``text`` holds something that could answer a question of this kind.

    What the question itself names does not count: 谁出席了王明主持的会议 is not answered by 王明.
    """
    if kind.kind == "person":
        people = {word for word, tag in rjieba.tag(fold(text)) if tag in _PERSON_TAGS and len(word) > 1}
        return bool(people - {word for word, _ in rjieba.tag(fold(question))}) or _latin_name(text)
    if kind.kind == "count":
        return any(figure.kind not in ("date", "time_of_day") for figure in find_figures(text))
    if kind.kind in _FIGURE_KINDS:
        wanted = _FIGURE_KINDS[kind.kind]
        return any(figure.kind in wanted for figure in find_figures(text))
    if kind.kind == "place":
        return any(tag in NAME_TAGS or tag == "n" for _, tag in rjieba.tag(fold(text)))
    return True


def _latin_name(text: str) -> bool:
    return any(word[:1].isupper() for word in text.split())
