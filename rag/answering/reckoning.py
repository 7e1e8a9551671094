"""What a question wants reckoned from two figures that one sentence prints: 比去年贵多少, 离目标还差多少.

The model never reckons. Which figure is which is read from their claims: a plan and what is done of it, this year and
the year before, two things side by side. Where the sentence holds more figures than that, or says the result itself,
nothing is reckoned, and the equation is always shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.answering.parts import ASKS_TOTAL
from rag.answering.saying import read
from rag.chinese.figures import Figure
from rag.chinese.figures.arithmetic import FiguresDisagreeError, Operation, computed_figure
from rag.chinese.figures.comparison import in_base_unit
from rag.claims.comparing import compare_period
from rag.claims.question import Question
from rag.claims.reading import SentenceReading
from rag.claims.record import Claim

_LACKING = re.compile(
    r"[还仍]?[差剩欠](?:下|了|着)?[^，。？]{0,3}(?:多少|几|多远)|没(?:完成|干完|干|做)的?(?:还有)?(?:多少|几)"
)
_APART = re.compile(
    r"[差多少高低贵长短快慢大小重轻远近宜][了出]?[一-鿿]?(?:多少|几[个块毛分元人户家亩天斤吨米公度]|多大)|差距|相差"
)
_AGAINST = re.compile(r"[比较跟和与同]|谁|哪")
_BEFORE = re.compile(r"[去上前]年|上届|上次|上期|同期|原来|以前|此前")
_JOINED = re.compile(r"加|[和与跟同、]|连同|带上|两[家个处样类所项头边]")
_SHARE_OF = re.compile(
    r"占[^，。？]{0,6}(?:多少|多大|几)|几成|百分之几|百分比|占比|多大比例|完成了?[^，。？]{0,6}(?:百分之)?[多几]"
)
_OF_A_WHOLE = re.compile(r"占|比[重例]|百分比|几成|百分之几[的是]")
"""干了百分之几 asks of a plan, whether it names one or not."""
_CHANGE = re.compile(
    r"(?<![占分对])[比较跟同](?![重例率])[^，。？]{1,10}(?:多(?!少)|(?<!多)少|[高低增减涨跌升降贵宜快慢])"
    r"|(?:增[加长]?|减少?|上?涨|下?跌|上?升|下?降)[了出]?(?:百分之|几成|多少)"
)
"""比去年多百分之几 is no share."""
_NO_ADDEND = re.compile(r"总|共|合计|每|均")
"""Neither totals are added up, nor prices of one each, nor averages."""
_ADDED = re.compile(r"加上|累计|至此|总数|总计|总量|共计|合计|达到?")
"""A sentence that adds up itself has no two figures side by side."""
_GOAL = re.compile(r"(?:计划|目标|任务|预算)(?:数|值|量|是|为|的)?\d")
_ASKED_OF_A_PLAN = re.compile(r"计划|目标|任务|预算")
_DONE = re.compile(r"已|完成")
_WHOLE = re.compile(r"总|共|合计|全[县区市镇乡村年部省]")
_STATED = re.compile(r"(?:[比较][^，。；]{2,14}|[增减多少高低贵快慢涨跌提]|上升|下降)[了出加长收]?$")
"""After such words a sentence tells a difference itself: 比去年多0.31万吨."""
_POINTS = "个百分点"
_NO_MEASURE = ("date", "time_of_day", "ordinal", "time_span")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A result with its equation, ``相差144.3毫米（412.6－268.3＝144.3毫米）``, and the sentence of its figures."""

    statement: str
    sentence: Sentence


def reckoned(question: Question, sentences: Sequence[Sentence]) -> Reckoned | None:
    """What is asked for, from the first of ``sentences`` whose figures allow it; None where none does."""
    way = _way(question)
    for sentence in sentences if way is not None else ():
        statement = way(question, read(sentence)) if way is not None else ""
        if statement:
            return Reckoned(statement, sentence)
    return None


def _way(question: Question) -> Callable[[Question, SentenceReading], str] | None:
    if _asks_total(question.text):
        return _sum
    if _LACKING.search(question.text):
        return _lacking
    if _APART.search(question.text) and _AGAINST.search(question.text):
        return _apart
    return _share if _SHARE_OF.search(question.text) and not _CHANGE.search(question.text) else None


def _asks_total(text: str) -> bool:
    """Whether two things are named and their total is asked for: 一共多少 alone is what the paper may print."""
    total = ASKS_TOTAL.search(text) or re.search("加(?:在)?一[块起]", text)
    return total is not None and _JOINED.search(text.replace(total.group(), "")) is not None


def _levels(reading: SentenceReading) -> list[Claim]:
    """The claims of exact figures that measure, without those that are a difference themselves: 比去年多1100万元."""
    return [
        claim
        for claim in reading.claims()
        if claim.figure is not None
        and claim.figure.kind not in _NO_MEASURE
        and claim.figure.bound == "exact"
        and claim.figure.upper is None
        and (_is_percentage(claim.figure) or not _is_a_change(reading, claim.figure))
    ]


def _is_a_change(reading: SentenceReading, figure: Figure) -> bool:
    """Whether a figure stands after a word of comparison."""
    return _STATED.search(reading.text[max(0, figure.start - 18) : figure.start]) is not None


def _pairs(claims: Sequence[Claim]) -> list[list[Claim]]:
    """The claims by what they are counted in."""
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.figure is not None:
            found.setdefault(in_base_unit(claim.figure)[0], []).append(claim)
    return [group for group in found.values() if len(group) >= 2]


def _sum(question: Question, reading: SentenceReading) -> str:
    """Two figures side by side, of one mood and time, neither a part of the other."""
    if _ADDED.search(reading.text):
        return ""
    alike = [
        group
        for group in _pairs(_levels(reading))
        if len(group) == 2
        and _fits(question, group)
        and not any(item.is_part or _NO_ADDEND.search(item.text) or _is_percentage(item.figure) for item in group)
        and _are_apart(group)
        and len({item.mood for item in group}) == 1
        and not any(_BEFORE.search(item.text) for item in group)
    ]
    return _told("sum", "合计", alike[0]) if len(alike) == 1 else ""


def _are_apart(claims: Sequence[Claim]) -> bool:
    """Whether no figure is of a whole (全市) that another's place may lie in."""
    return len({item.places for item in claims}) == 1 or not any(
        place.startswith("全") for item in claims for place in item.places
    )


def _lacking(question: Question, reading: SentenceReading) -> str:
    """The plan less what is done of it: one of each in the sentence, last year's apart."""
    for group in _pairs([item for item in _levels(reading) if not _is_before(question, item)]):
        plans = [item for item in group if _is_goal(item)]
        done = [item for item in group if item.mood == "fact" and item not in plans]
        if len(group) == 2 and len(done) == 2 and _DONE.search(done[1].text) and not _DONE.search(done[0].text):
            plans, done = done[:1], done[1:]  # 涉及346户，已签约291户
        if len(plans) == len(done) == 1 and _value(plans[0]) > _value(done[0]) and _meet(plans[0], done[0]):
            return _told("difference", "还剩" if "剩" in question.text else "还差", [plans[0], done[0]])
    return ""


def _meet(plan: Claim, done: Claim) -> bool:
    """Whether what is done is of the plan's time, as far as both are told."""
    if plan.period is None or done.period is None:
        return True
    return plan.period.first <= done.period.last and done.period.first <= plan.period.last


def _is_goal(claim: Claim) -> bool:
    """Whether a figure is what is to be reached: planned, or named as the plan of which a share is told."""
    return claim.mood == "plan" or _GOAL.search(claim.text) is not None


def _apart(question: Question, reading: SentenceReading) -> str:
    """Two figures of one kind: this year's and last year's, or those of two things side by side."""
    levels = [item for item in _levels(reading) if _is_percentage(item.figure) or item.measure == "level"]
    groups = [group for group in _pairs(levels) if _fits(question, group)]
    chosen = [pair for group in groups if (pair := _two_of(question, group))]
    if len(chosen) != 1 or _tells_it(reading, chosen[0]):
        return ""
    return _told("difference", "相差", sorted(chosen[0], key=_value, reverse=True))


def _fits(question: Question, group: Sequence[Claim]) -> bool:
    unit = question.kind.unit
    figures = [item.figure for item in group if item.figure is not None]
    if question.kind.kind == "money":
        return figures[0].kind == "money"
    return not unit or unit == "个" or any(unit in item.measure_text or unit == item.unit for item in figures)


def _two_of(question: Question, group: Sequence[Claim]) -> list[Claim]:
    """The two that are compared; nothing where it cannot be told which they are."""
    before = [item for item in group if _is_before(question, item)]
    if _BEFORE.search(question.text) or re.search(r"\d\d年", question.text):
        now = [item for item in group if item not in before and item.mood in ("fact", "forecast")]
        if len(now) > 1:  # of the half-year's figure and June's, June's where June is asked about
            now = [item for item in now if compare_period(question, item).relation == "same"] or now
        if len(now) > 1 and len(before) == 1:  # 今年3600亩，去年2900亩，占全镇5200亩的近七成
            now = [item for item in group[: group.index(before[0])][-1:] if item in now]
        return [now[0], before[0]] if len(now) == len(before) == 1 else []
    return list(group) if len(group) == 2 and not before else []


def _is_before(question: Question, claim: Claim) -> bool:
    """Whether a claim is of a time before the one asked about."""
    if _BEFORE.search(claim.text):
        return True
    asked, own = question.period, claim.period
    return asked is not None and own is not None and own.year_said and own.last < asked.first


def _tells_it(reading: SentenceReading, pair: Sequence[Claim]) -> bool:
    """Whether the sentence tells the difference itself: a figure of the same unit after a word of comparison."""
    units = {item.figure.unit for item in pair if item.figure is not None}
    return any(
        figure.unit in units and (figure.direction in ("up", "down") or _is_a_change(reading, figure))
        for figure in reading.figures
        if all(figure is not item.figure and figure.start != item.start for item in pair)
    )


def _share(question: Question, reading: SentenceReading) -> str:
    """What is done of a plan, or a part of the whole that stands beside it."""
    of_any = _OF_A_WHOLE.search(question.text) is not None and not _ASKED_OF_A_PLAN.search(question.text)
    for group in _pairs([item for item in _levels(reading) if not _is_before(question, item)]):
        if len(group) != 2 or any(_is_percentage(item.figure) for item in group):
            continue
        whole, part = sorted(group, key=_value, reverse=True)
        is_plan = _is_goal(whole) and part.mood == "fact" and not _is_goal(part)
        of_a_whole = _WHOLE.search(whole.text) is not None and _WHOLE.search(part.text) is None
        if is_plan or (of_any and whole.mood == part.mood and of_a_whole):
            return _told("share", "完成" if is_plan else "占", [part, whole])
    return ""


def _is_percentage(figure: Figure | None) -> bool:
    return figure is not None and figure.kind in ("share", "change") and figure.unit in ("%", _POINTS)


def _value(claim: Claim) -> float:
    return float(in_base_unit(claim.figure)[1]) if claim.figure is not None else 0.0


def _told(operation: Operation, word: str, claims: Sequence[Claim]) -> str:
    """``还差0.73亿元（1.6－0.87＝0.73亿元）``; empty where figures cannot be reckoned with, or nothing is left."""
    figures = [item.figure for item in claims if item.figure is not None]
    try:
        found = computed_figure(operation, figures)
    except FiguresDisagreeError:
        return ""
    if not found.value:
        return ""
    if operation == "difference" and all(map(_is_percentage, figures)):
        return f"{word}{found.text.removesuffix('%')}{_POINTS}（{figures[0].text}－{figures[1].text}）"
    return f"{word}{found.text}（{found.equation}）"
