"""The time of a statement and its quotes against the time asked about; ``times`` tells that of one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import Sentence
from rag.answering.figure_spans import hides_its_period, is_of_many_years, is_of_one_day
from rag.answering.inquiry import Asked, Findings
from rag.answering.plans import PLANNED
from rag.answering.times import is_figure_of_other_time, is_of_other_time, read_question_time
from rag.chinese.figures import find_figures, supports
from rag.chinese.question_kind import is_chinese

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d年")
_A_PERIOD = 28
"""Days from which on a time is one that figures are gathered of."""


def figures_are_of_other_time(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether some figure of the statement is, wherever the quotes have it, one of another time."""
    for figure in find_figures(statement):
        if figure.kind == "date":
            continue
        others = [
            is_figure_of_other_time(found.time_asked, sentence.article, sentence.text, printed.start, printed.end)
            or is_of_many_years(found.time_asked, asked.searched, sentence.text[: printed.start])
            or is_of_one_day(found.time_asked, asked.searched, sentence.text[: printed.start])
            for sentence in quoted
            for printed in find_figures(sentence.text)
            if printed.kind != "date" and supports(printed, figure)
        ]
        if others and all(others):
            return True
    return False


def is_printed_before(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether a figure of a time is asked for, and the paper was printed before it began: it can only be a plan."""
    if found.time_asked is None or asked.kind.kind not in ("count", "money", "percentage"):
        return False
    if not any(character.isdigit() for character in found.time_asked.text) or PLANNED.search(asked.searched):
        return False
    if (found.time_asked.last - found.time_asked.first).days < _A_PERIOD:
        return False  # of 12月28日晚的停水 the notice before it tells
    dates = [sentence.article.date for sentence in quoted]
    return bool(dates) and all(date is not None and date < found.time_asked.first for date in dates)


def leaves_out_its_period(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a statement gives the figure of a part of the year asked about without saying so."""
    if asked.kind.kind not in ("count", "money", "percentage") or not is_chinese(statement):
        return False
    return any(hides_its_period(found.time_asked, item.article, item.text, statement) for item in quoted)


def says_another_time(statement: str, sentence: Sentence) -> bool:
    """Whether a statement dates a figure otherwise than its quote: 6月底：17个 of 全年102个，比9月底增17个."""
    if sentence.article.date is None or not _YEAR.search(statement) or not find_figures(_YEAR.sub("", statement)):
        return False
    said = read_question_time(statement, sentence.article.date)
    if said is None or said.text in sentence.text:
        return False
    return is_of_other_time(said, sentence.article, sentence.text)
