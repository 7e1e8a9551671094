"""A model's figure put back as the paper has it: ``12`` to ``12人``, ``7.52%`` to ``7.52‰``.

A small model copies digits well and units badly. Where its digits stand in the evidence with one unit only, the
paper's own writing takes the place of the model's; the gate then judges the result like any other statement. In
English the paper's figure stays as it is written, with a reading computed by the program beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from rag.answering.evidence import Sentence
from rag.answering.wording import words_in_common
from rag.chinese.figures import Figure, find_figures, supports
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import fold

_ENGLISH_UNITS = {
    "元": "yuan",
    "美元": "US dollars",
    "平方米": "square metres",
    "亩": "mu",
    "公里": "km",
    "吨": "tonnes",
}
_SCALES = ((Decimal(10**12), "trillion"), (Decimal(10**9), "billion"), (Decimal(10**6), "million"))
_SMALLEST_GLOSS = 10_000
_GLOSS = re.compile(r"(?<=[\w%])\s*[(（]\s*(?:[A-Za-z]+ )?[¥$]?\d[\d,.]*\s*[A-Za-z]{2}[A-Za-z ]*[)）]")
"""The model's own reading of a figure in English, 18万册 (180,000 volumes): the program writes it, or nobody."""


_BARE_DAY = re.compile(r"\d{1,2}日")
_LATIN_BEFORE = re.compile(r"[A-Za-z]\s?$")
_PERSONS = frozenset("人名位")
_PRIZE = re.compile(r"(?<!\d)([1-5])等奖")
"""二等奖 as a small model writes it."""


def repair_figures(statement: str, evidence: Sequence[Sentence], question: str = "") -> str:
    """The statement with the paper's own writing for each figure whose digits fit just one figure of the evidence.

    A bare 10个 takes the paper's measure word where ``question`` names what it counts: 10座车站 to 多少个车站.
    """
    printed = [figure for sentence in evidence for figure in find_figures(sentence.text) if figure.kind != "date"]
    english = not is_chinese(statement)
    statement = _PRIZE.sub(lambda match: "一二三四五"[int(match[1]) - 1] + "等奖", _GLOSS.sub("", statement))
    repaired = statement
    for figure in reversed(find_figures(statement)):
        if figure.kind == "date" or (not figure.unit and _LATIN_BEFORE.search(statement[: figure.start])):
            continue  # the 3 of SE 3 is of a name
        supported = [found for found in printed if supports(found, figure)]
        bounded = None if english else _meant_with_bound(figure, evidence, question)
        if bounded is not None:
            repaired = repaired[: figure.start] + bounded.text + repaired[figure.end :]
            continue
        if supported and not english:
            continue
        meant = (
            supported[0]
            if supported
            else _meant(figure, printed) or (_misscaled(figure, printed) if english else None)
        )
        bare = figure.text == statement.strip(" 。") and meant is not None and _is_measured(figure, meant, question)
        if meant is not None and (supported or english or bare or _counts_the_same(figure, meant)):
            text = _in_english(meant, figure) if english else meant.text
            repaired = repaired[: figure.start] + text + repaired[figure.end :]
    return _with_month(repaired, evidence)


def _with_month(statement: str, evidence: Sequence[Sentence]) -> str:
    """A day with the month that the paper prints before it: 21日至22日 of 12月21日至22日."""
    day = _BARE_DAY.match(statement)
    if day is None:
        return statement
    months = {
        match["month"]
        for sentence in evidence
        for match in re.finditer(rf"(?P<month>\d{{1,2}}月){day.group()}", sentence.text)
    }
    return f"{months.pop()}{statement}" if len(months) == 1 else statement


def _meant(figure: Figure, printed: Sequence[Figure]) -> Figure | None:
    """The one figure of the evidence with the same digits, or None where there is none or a choice of units."""
    same = [found for found in printed if found.written_value == figure.written_value and found.upper == figure.upper]
    if figure.unit:
        # A unit that the paper has beside these digits elsewhere was meant; otherwise it was miswritten.
        same = [found for found in same if found.kind == figure.kind] or same
    return same[0] if len({(found.value, found.unit, found.bound) for found in same}) == 1 else None


def _meant_with_bound(figure: Figure, evidence: Sequence[Sentence], question: str) -> Figure | None:
    """The 至少一人 of 造成至少一人死亡 for the 1人 of a model, which another sentence's 一名男子 would carry."""
    same = [
        (sum(words_in_common(question, sentence.text, found)), supports(found, figure), found)
        for sentence in evidence
        for found in find_figures(sentence.text)
        if found.kind == figure.kind == "count" and (found.value, found.upper) == (figure.value, figure.upper)
    ]
    closest = max(same, key=lambda item: (item[0], item[1]), default=None)
    return None if closest is None or not closest[0] or closest[1] or closest[2].bound == "exact" else closest[2]


def _misscaled(figure: Figure, printed: Sequence[Figure]) -> Figure | None:
    """The one figure of its unit with the same digits but for noughts: 8,000 tons where the paper has 8万吨."""
    same = [found for found in printed if found.unit == figure.unit and _digits(found) == _digits(figure)]
    values = {(found.value, found.bound) for found in printed if found.unit == figure.unit and found in same}
    return same[0] if figure.unit and figure.upper is None and len(values) == 1 else None


def _digits(figure: Figure) -> tuple[int, ...]:
    return figure.value.normalize().as_tuple().digits


def _counts_the_same(figure: Figure, meant: Figure) -> bool:
    """Whether a miswritten unit stands for the paper's: 4个项目 is not the 4条 of 生产线4条, nor 4公里 4名."""
    if figure.unit and figure.kind != meant.kind:
        return False
    if not figure.unit or figure.unit == meant.unit or figure.kind != "count":
        return True
    mine, theirs = fold(figure.subject), fold(meant.subject)
    return any(mine[i : i + 2] in theirs for i in range(len(mine) - 1))


def _is_measured(figure: Figure, meant: Figure, question: str) -> bool:
    """Whether two measure words count the same thing: people, or what the question names."""
    if {figure.unit, meant.unit} <= _PERSONS:
        return True
    thing = fold(meant.subject)
    return figure.unit == "个" and meant.kind == "count" and len(thing) > 1 and thing[:2] in fold(question)


def _in_english(meant: Figure, figure: Figure) -> str:
    """``350亿元 (35 billion yuan)``; a plain count stays as the model wrote it."""
    unit = _ENGLISH_UNITS.get(meant.unit, "")
    if meant.upper is not None or (meant.value < _SMALLEST_GLOSS and not unit):
        return figure.text if meant.value == figure.value else meant.text
    gloss = " ".join(filter(None, (_english_number(meant.value), unit)))
    return f"{meant.text} ({gloss})" if gloss and meant.bound == "exact" else meant.text


def _english_number(value: Decimal) -> str:
    for size, name in _SCALES:
        if value >= size:
            return f"{(value / size).normalize():f} {name}"
    return f"{value.normalize():,f}"
