"""A question of several clauses (签了多少个？谁出席了？) held against its answer: which of them has got none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import rjieba

from rag.answering.answer_form import has_answer_form
from rag.chinese.figures import Figure, find_figures
from rag.chinese.lexicon import alternation
from rag.chinese.question_kind import QuestionKind, question_kind
from rag.chinese.terms import fold, strip_question_words
from rag.claims.question import read_question

_SHARE_ASKED = re.compile(r"占比|比重|占[^，。]{0,12}(?:多少|几成)|百分之几|百分比")
_COUNTED = re.compile(r"(?:多少|几)([一-鿿])[？?]?$")
_BARE = re.compile(r"(?:最[后终]|实际|原来|后来|现在|之前|以前|结果)(?:是|为|又是)?(?:多少|几)")
_CAUSE = re.compile(alternation("causes", "cause"))
_SPOKE = re.compile(r"致辞|主持|讲话")
_SHARE = re.compile(r"[%‰]|分之|\d成|[一二三四五六七八九]成|半数|一半|过半")


def unanswered_clauses(clauses: Sequence[str], answer: str) -> tuple[int, ...]:
    """The places of the clauses of which ``answer``, without its markers, says nothing.

    By the kind of answer that each wants; of two counts without a measure word the text must hold two, or what is
    counted. A clause of no kind that can be told (芯片是什么) is answered where its last word stands in the text,
    为什么 where that gives a cause.
    """
    kinds = _kinds(clauses)
    asked = Counter(kind for kind in kinds if not kind.unit)
    return tuple(
        place
        for place, (clause, kind) in enumerate(zip(clauses, kinds, strict=True))
        if not _is_answered(clause, kind, answer, asked[kind], _of_others(clauses, place))
    )


def asks_the_same(clause: str) -> bool:
    """Whether a clause asks for the figure of the one before at another stage: 最后多少."""
    return _BARE.fullmatch(clause) is not None


def _kinds(clauses: Sequence[str]) -> list[QuestionKind]:
    """The kind of each clause; 最后多少 asks for what the clause before does."""
    kinds: list[QuestionKind] = []
    for clause in clauses:
        kind = question_kind(clause)
        kinds.append(kinds[-1] if kinds and _BARE.fullmatch(clause) else kind)
    return kinds


def _is_of(figure: Figure, kind: QuestionKind) -> bool:
    if kind.kind == "date":
        return figure.kind == "date"
    if kind.kind == "count":
        return figure.kind not in ("date", "time_of_day")
    return figure.kind == "money" if kind.kind == "money" else figure.kind in ("share", "change")


def _of_others(clauses: Sequence[str], place: int) -> str:
    return "\n".join(clause for number, clause in enumerate(clauses) if number != place)


def _is_answered(clause: str, kind: QuestionKind, answer: str, alike: int, others: str) -> bool:
    if read_question(clause, None).is_why and _CAUSE.search(answer) is None:
        return False
    if kind.kind == "other":
        return _names_what_is_asked(clause, answer, others)
    form = kind.answer_form()
    if kind.unit and form is not None:
        return form.search(fold(answer)) is not None
    counts = _COUNTED.search(clause)
    if kind.kind == "count" and counts and counts[1] not in answer:
        return False  # 多少床 is not answered by 1137人次
    if kind.kind in ("count", "money", "percentage", "date") and alike > 1:
        counted = len({figure.text for figure in find_figures(answer) if _is_of(figure, kind)})
        if _BARE.fullmatch(clause):
            return counted >= alike
        return counted >= alike or (counted > 0 and _names_what_is_asked(clause, answer, others))
    if _SHARE_ASKED.search(clause) and _SHARE.search(fold(answer)) is None:
        return False  # 1.8倍 is no 占比
    act = _SPOKE.search(clause)
    if kind.kind == "person" and act and act.group() not in answer:
        return False  # a body that is named has not spoken
    return has_answer_form(kind, answer, clause)


def _names_what_is_asked(clause: str, answer: str, others: str) -> bool:
    """Whether the last word that the clause alone has stands in the answer; so, too, where it has none."""
    own = [word for word in rjieba.cut(strip_question_words(clause)) if len(word) > 1 and word not in fold(others)]
    return not own or own[-1] in fold(answer)
