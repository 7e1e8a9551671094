"""What is planned, aimed at, foreseen or only possible, and is not to be given as a fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.chinese.figures import Figure, find_figures, supports
from rag.chinese.question_kind import is_chinese

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d年")
_CLAUSE = re.compile(r"[^，。；！？]+")
PLANNED = re.compile(r"计划|目标|预期|预计|力争|拟|将|任务|规划|谋划|确保|要|争取|打算|安排")
_FORECAST = re.compile(r"预计|预期(?!目标)|有望|预测|预估")
_AIMS = re.compile(r"预期目标|目标(?:为|是|定为)")
ACTUAL = re.compile(r"实际")
_NOT_ACTUAL = re.compile(r"能力|设计|计划|预计|预期|目标|力争|拟")


def is_only_planned(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a plan is given as a fact: 固定资产投资增长8% of 预期目标为…, and 实际 asked of a capacity."""
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if not figures or PLANNED.search(asked.searched) or not is_chinese(statement):
        return False
    if ACTUAL.search(asked.searched):
        return is_not_actual(figures, "。".join(sentence.text for sentence in quoted))
    if PLANNED.search(statement):
        return False
    carrying = [s for s in quoted if any(supports(a, b) for a in find_figures(s.text) for b in figures)]
    years = set(_YEAR.findall(asked.searched))
    unnamed = bool(years) and not any(year in sentence.text for sentence in carrying for year in years)
    return all(_AIMS.search(sentence.text) for sentence in quoted) or (
        unnamed and hides_forecast(asked, statement, quoted)
    )


def hides_forecast(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a forecast is given as a fact: 增长5.7% of 县里预期下半年形势好转，全年可有5.7%的增长."""
    if PLANNED.search(asked.searched) or PLANNED.search(statement) or _FORECAST.search(statement):
        return False
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    places = []
    for sentence in quoted:
        clauses = _CLAUSE.findall(sentence.text)
        for place, clause in enumerate(clauses):
            if any(supports(a, b) for a in find_figures(clause) for b in figures):
                places.append("，".join(clauses[max(0, place - 1) : place + 1]))
    return bool(places) and all(_FORECAST.search(place) for place in places)


def is_not_actual(figures: Sequence[Figure], text: str) -> bool:
    """Whether every clause that holds one of these figures speaks of a capacity or a plan."""
    clauses = _clauses_of(figures, text)
    return bool(clauses) and all(_NOT_ACTUAL.search(clause) for clause in clauses)


def _clauses_of(figures: Sequence[Figure], text: str) -> list[str]:
    """The clauses of ``text`` that hold one of these figures as the paper has it."""
    return [
        clause
        for clause in _CLAUSE.findall(text)
        if any(supports(a, b) for a in find_figures(clause) for b in figures)
    ]
