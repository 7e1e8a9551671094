"""A total over cited answers: the program adds, and shows what it added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.chinese.figures import Figure, find_figures
from rag.chinese.figures.arithmetic import FiguresDisagreeError, computed_figure
from rag.chinese.question_kind import QuestionKind, asks_for_a_rank, is_chinese, question_kind
from rag.chinese.terms import fold, query_terms

_COUNTED = frozenset({"count", "other", "area", "length", "weight"})


_PERSONS = frozenset("人名位")
_OF_OTHER_KINDS = frozenset("倍 番 天 年 月 日 个月 周 小时 分钟 秒".split())
"""Counted in a question, and not a count to the grammar of figures: 3倍 is a change, 0.5天 a span of time."""


@dataclass(frozen=True, slots=True)
class Total:
    """``合计60亿元（25＋35＝60亿元）``: every figure in it was computed by the program or stands in the parts."""

    statement: str


def total_of(question: str, parts: Sequence[tuple[str, str]]) -> Total | None:
    """The total of one figure from each (part question, answer text); None where there is none to be had.

    A range or a bound (近190人) is not added up, and neither are figures of different units.
    """
    figures = [answering_figure(part, text) for part, text in parts]
    found = [figure for figure in figures if figure is not None]
    return added(question, found) if len(found) == len(parts) else None


def added(question: str, figures: Sequence[Figure]) -> Total | None:
    """The sum of ``figures`` in the language of ``question``; None where they cannot be added."""
    try:
        computed = computed_figure("sum", figures)
    except FiguresDisagreeError:
        return None
    if is_chinese(question):
        return Total(f"合计{computed.text}（{computed.equation}）")
    return Total(f"Total: {computed.text} ({computed.equation})")


def answering_figure(question: str, text: str, *, indefinite: bool = False) -> Figure | None:
    """The figure of ``text`` that answers: of the kind and unit asked for, its subject nearest to the question.

    ``indefinite`` also takes 数十人 and 五六个人, which can be quoted though not reckoned with.
    """
    kind = question_kind(question)
    asked = {figure.text for figure in find_figures(question)}
    terms = query_terms(question)
    fitting = [
        figure
        for figure in find_figures(text)
        if figure.text not in asked
        and (indefinite or not figure.indefinite)
        and (_fits(figure, kind) or _is_counted_by(figure, kind, text))
    ]
    if asks_for_a_rank(question):  # 居全市五个区第三位 counts districts, too
        fitting = [figure for figure in find_figures(text) if figure.kind == "rank"] or fitting
    return max(
        fitting,
        key=lambda figure: sum(len(term) for term in terms if term in fold(figure.subject)),
        default=None,
    )


def _is_counted_by(figure: Figure, kind: QuestionKind, text: str) -> bool:
    """五六个人 to 多少人, 上百万的游客 and 超过120万 to 多少 without a measure word."""
    if kind.kind != "count":
        return False
    if not kind.unit:
        return figure.kind == "other" and figure.text.endswith(("万", "亿"))
    return kind.unit == "人" and figure.unit == "个" and text.startswith("人", figure.end)


def _fits(figure: Figure, kind: QuestionKind) -> bool:
    if kind.kind == "money":
        return figure.kind == "money"
    if kind.kind == "percentage":
        return figure.kind in ("share", "change")
    if kind.unit in _OF_OTHER_KINDS:
        return kind.unit in figure.measure_text
    if {kind.unit, figure.unit} <= _PERSONS:
        return True
    return figure.kind in _COUNTED and (not kind.unit or figure.unit == kind.unit or kind.unit in figure.measure_text)
