"""What befell people: the dead, the hurt and the missing, each by its many words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.chinese.figures import find_figures, supports

_HARMS = {
    "dead": re.compile(r"死|亡|丧生|遇难|罹难|牺牲|遇害|殉职"),
    "hurt": re.compile(r"伤"),
    "missing": re.compile(r"失踪|下落不明|失联"),
}
"""伤亡 is both of the first."""
_ASKS_CASUALTIES = re.compile(r"伤亡|死伤")
_CLAUSE = re.compile(r"[^，。；！？]+")


def harms_in(text: str) -> frozenset[str]:
    """Which of ``dead``, ``hurt`` and ``missing`` a text tells of."""
    return frozenset(harm for harm, words in _HARMS.items() if words.search(text))


def is_half_an_answer(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether 伤亡 is asked for, and of dead and hurt in one sentence a statement gives only the ones."""
    if not _ASKS_CASUALTIES.search(asked.searched):
        return False

    if "伤亡" in statement and any("伤亡" in sentence.text for sentence in quoted):
        return False  # 38人伤亡 of 造成38人伤亡

    def has_both(text: str) -> bool:
        counted = sum(figure.kind != "date" for figure in find_figures(text))
        return counted > 1 and {"dead", "hurt"} <= harms_in(text)

    return not has_both(statement) and any(has_both(sentence.text) for sentence in quoted)


def is_of_another_harm(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the hurt are asked for, and the figure is of the dead: the 24人 of 24人死亡，另有68人受伤."""
    wanted = harms_in(asked.searched)
    figures = [figure for figure in find_figures(statement) if figure.kind == "count"]
    if len(wanted) != 1 or not figures or harms_in(statement):
        return False
    after = [
        _CLAUSE.match(sentence.text[printed.end :])
        for sentence in quoted
        for printed in find_figures(sentence.text)
        if any(supports(printed, figure) for figure in figures)
    ]
    told = [harms_in(clause.group()) for clause in after if clause]
    return bool(told) and all(harms and not harms & wanted for harms in told)
