"""Which two figures of one or two sentences a question may want reckoned, by their claims.

Each operation says which pairs it may be asked of: a plan and what is done of it, this year's figure and last year's,
a part and its whole. ``reckoning`` takes the only pair there is, and lets the model choose among several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from rag.answering.evidence import Sentence
from rag.answering.saying import read
from rag.chinese.figures import Figure
from rag.chinese.figures.comparison import in_base_unit
from rag.chinese.terms import tagged
from rag.claims.comparing import compare_period
from rag.claims.question import Question
from rag.claims.record import Claim
from rag.claims.slots import mood_of
from rag.claims.standing import standings

Way = Literal["sum", "lacking", "apart", "share"]
"""What is reckoned: a total, what is left of a plan, how far two things are apart, a part of a whole."""

_BEFORE = re.compile(
    r"[去上前]年|上一?[届次期轮]|(?<![一-鿿])同期|[比较]同期|年初(?![预计目定])|原[来先]|以前|此前|从前|过去|改[造革]前"
)
_NO_ADDEND = re.compile(r"总|共|合计|每|均")
"""Neither totals are added up, nor prices of one each, nor averages."""
_GOAL = re.compile(r"(?:计划|目标|任务|预算|规划)(?:数|值|量|是|为|的)?\d")
_ASKED_OF_A_PLAN = re.compile(r"计划|目标|任务|预算")
_OF_A_WHOLE = re.compile(r"占|比[重例]|百分比|几成|百分之几[的是]")
"""干了百分之几 asks of a plan, whether it names one or not."""
_DONE = re.compile(r"已|完成|累计|仅")
_WHOLE = re.compile(r"总|共|合计|全[县区市镇乡村年部省]")
_STATED = re.compile(
    r"(?:[比较][^，。；]{2,14}|[高低多少]于[^，。；]{1,8}|[增减多少高低贵快慢涨跌提差]|上升|下降|[多少][卖花用投产种])[了出加长收]?$"
)
"""After such words a sentence tells a difference itself: 比去年多0.31万吨."""
_NO_MEASURE = ("date", "time_of_day", "ordinal", "rank")
_BY_HOW_MUCH = re.compile(r"[涨跌升降增减加长低少]了?多少")
"""跌了多少 asks for a share or for an amount."""
_COUNTED = re.compile(r"(?:多少|几)个?(?P<noun>[一-鿿]{1,4})")
_OF_MONEY = re.compile(r"(?:几|多少)个?[万亿](?!\w)|[花用]了?多少")
_LEFT = re.compile(r"(?:余额?|剩|缺口|差|欠|还有|仍有)[^，。；]{0,6}$")
"""After such words a sentence tells what is left itself: 缺口29亿元."""
_REACH = 9
_NEAR_SHARE = 0.6
"""In points: what a sentence prints as near to a share tells it."""


@dataclass(frozen=True, slots=True)
class Operand:
    """An exact figure that measures, as a claim of its sentence.

    ``successor`` is where the figure begins that replaced it, the second of 由12天缩短到5天; -1 where none did.
    """

    claim: Claim
    figure: Figure
    sentence: Sentence
    successor: int = -1

    @property
    def unit(self) -> str:
        """The unit that it is compared in: 元 for 亿元."""
        return in_base_unit(self.figure)[0]

    @property
    def value(self) -> float:
        """In that unit."""
        return float(in_base_unit(self.figure)[1])

    @property
    def is_goal(self) -> bool:
        """Whether it is what is to be reached: planned, or named as the plan of which a share is told."""
        return self.claim.mood == "plan" or _GOAL.search(self.claim.text) is not None


Pair = tuple[Operand, Operand]
Told = Literal["", "printed", "nearer"]
"""What the paper tells itself: nothing, the result, or a change that rather answers."""


def operands_of(sentence: Sentence) -> list[Operand]:
    """The exact figures of a sentence that measure, but for those that are a difference: 比去年多1100万元."""
    reading = read(sentence)
    stand = standings(reading.text, reading.claims())
    found = []
    for place, item in enumerate(stand):
        figure = item.claim.figure
        if figure is None or figure.kind in _NO_MEASURE or figure.bound != "exact" or figure.upper is not None:
            continue
        if is_percentage(figure) or not is_a_change(reading.text, figure):
            follows = item.standing == "former" and place + 1 < len(stand)
            found.append(Operand(item.claim, figure, sentence, stand[place + 1].claim.start if follows else -1))
    return found


def is_percentage(figure: Figure) -> bool:
    """Whether a figure is a share or change in per cent, or a number of points."""
    return figure.kind in ("share", "change") and figure.text.endswith(("%", "％", "个百分点"))


def is_a_change(text: str, figure: Figure) -> bool:
    """Whether a figure stands after a word of comparison."""
    return _STATED.search(text[max(0, figure.start - 18) : figure.start]) is not None


def grouped(operands: Sequence[Operand]) -> list[list[Operand]]:
    """The operands by what they are counted in, where there are two and more."""
    found: dict[str, list[Operand]] = {}
    for operand in operands:
        found.setdefault(operand.unit, []).append(operand)
    return [group for group in found.values() if len(group) >= 2]


def pairs(way: Way, question: Question, group: Sequence[Operand]) -> list[Pair]:
    """The pairs of ``group`` that the question may mean, each in the order in which it is reckoned."""
    if way == "share":
        return list(_shares(question, group))
    if not _fits(question, group[0].figure):
        return []
    if way == "sum" and not all(_is_of_what_is_counted(question, item) for item in group):
        return []
    if way == "lacking":
        return list(_lacking(question, group))
    return list(_apart(question, group) if way == "apart" else _addends(group))


def is_only_pair(way: Way, question: Question, group: Sequence[Operand], found: Sequence[Pair]) -> bool:
    """Whether no other two figures can be meant: the group has no third, or their times tell the pair."""
    if len(found) != 1:
        return False
    if way == "apart" and _asks_of_before(question):
        return True
    return len(group) == 2 or (way == "lacking" and found[0][0].is_goal)


def _fits(question: Question, figure: Figure) -> bool:
    """Whether a figure is counted in what is asked for."""
    unit, kind = question.kind.unit, question.kind.kind
    if kind == "money" or _OF_MONEY.search(question.text):
        return figure.kind == "money"
    if kind == "percentage" and not _BY_HOW_MUCH.search(question.text):
        return is_percentage(figure)
    if figure.kind == "time_span":
        return unit == figure.unit
    return not unit or unit in (figure.unit, figure.measure_text) or (unit == "个" and figure.kind == "count")


def _is_of_what_is_counted(question: Question, item: Operand) -> bool:
    """Whether a clause has the noun after 多少, where one stands there: 一共多少床 asks of no hospitals."""
    counted = _COUNTED.search(question.text)
    noun = next(((word, tag) for word, tag, _ in tagged(counted["noun"])), None) if counted else None
    if noun is None or noun[1][:1] != "n" or item.figure.kind == "money":
        return True
    return noun[0] in item.claim.text + item.figure.measure_text


def _addends(group: Sequence[Operand]) -> Iterator[Pair]:
    """Two figures side by side, of one mood and time, neither a part of the other."""
    for first, second in permutations(group, 2):
        both = (first.claim, second.claim)
        if first.claim.start > second.claim.start or mood_of(first.claim.text) != mood_of(second.claim.text):
            continue
        if any(item.is_part or _NO_ADDEND.search(item.text) or _BEFORE.search(item.text) for item in both):
            continue
        if not is_percentage(first.figure) and _lie_apart(*both):
            yield first, second


def _lie_apart(first: Claim, second: Claim) -> bool:
    """Whether no figure is of a whole (全市) that the other's place may lie in."""
    return first.places == second.places or not any(
        place.startswith("全") for item in (first, second) for place in item.places
    )


def _lacking(question: Question, group: Sequence[Operand]) -> Iterator[Pair]:
    """The plan and what is done of it, last year's apart; without a plan all there is: 涉及346户，已签约291户."""
    now = [item for item in group if not _is_before(question, item)]
    goals = [item for item in now if item.is_goal]
    for whole, done in permutations(now, 2):
        if done.claim.mood != "fact" or done.is_goal or whole.value <= done.value:
            continue
        is_plan = whole.is_goal and _meet(whole.claim, done.claim)
        if is_plan if goals else _is_done(done) and not _is_done(whole):
            yield whole, done


def _is_done(item: Operand) -> bool:
    return _DONE.search(item.claim.text) is not None


def _meet(plan: Claim, done: Claim) -> bool:
    """Whether what is done is of the plan's time, as far as both are told."""
    if plan.period is None or done.period is None:
        return True
    return plan.period.first <= done.period.last and done.period.first <= plan.period.last


def _asks_of_before(question: Question) -> bool:
    return _BEFORE.search(question.text) is not None or re.search(r"\d\d年", question.text) is not None


def _apart(question: Question, group: Sequence[Operand]) -> Iterator[Pair]:
    """Two figures of one kind, the greater first: of two times where times are compared, else of one."""
    levels = [item for item in group if is_percentage(item.figure) or item.claim.measure == "level"]
    same = [item for item in levels if compare_period(question, item.claim).relation == "same"]
    for first, second in permutations(levels, 2):
        if first.value <= second.value:
            continue
        if first.successor >= 0 or second.successor >= 0:
            if is_replaced((first, second)):
                yield first, second
            continue
        before = [item for item in (first, second) if _is_before(question, item)]
        now = [item for item in (first, second) if item not in before]
        if _asks_of_before(question):
            # Of the half-year's figure and June's, June's where June is asked about.
            if len(now) == 1 and now[0].claim.mood in ("fact", "forecast") and (now[0] in same or not same):
                yield first, second
        elif not before:
            yield first, second


def is_replaced(pair: Pair) -> bool:
    """Whether one figure is that which the other took the place of: 由38人减至21人."""
    first, second = pair
    is_one_sentence = first.sentence is second.sentence
    return is_one_sentence and (first.successor == second.claim.start or second.successor == first.claim.start)


def are_of_one_matter(pair: Pair) -> bool:
    """Whether the clauses of both figures have a word in common: 今年招标9个 and 去年招标7个."""
    first, second = ({word for word in item.claim.words if len(word) > 1} for item in pair)
    return bool(first & second)


def _is_before(question: Question, item: Operand) -> bool:
    """Whether a figure is of a time before the one asked about."""
    if _BEFORE.search(item.claim.text):
        return True
    asked, own, day = question.period, item.claim.period, item.sentence.article.date
    if own is None or not own.year_said:
        return False
    return own.last < asked.first if asked is not None else day is not None and own.last.year < day.year


def _shares(question: Question, group: Sequence[Operand]) -> Iterator[Pair]:
    """What is done and the plan, or a part and the whole that stands beside it."""
    of_any = _OF_A_WHOLE.search(question.text) is not None and not _ASKED_OF_A_PLAN.search(question.text)
    for part, whole in permutations(group, 2):
        if part.value >= whole.value or is_percentage(part.figure):
            continue
        if _is_before(question, part) or _is_before(question, whole):
            continue
        is_plan = whole.is_goal and part.claim.mood == "fact" and not part.is_goal
        of_a_whole = _WHOLE.search(whole.claim.text) is not None and _WHOLE.search(part.claim.text) is None
        if is_plan or (of_any and whole.claim.mood == part.claim.mood and of_a_whole):
            yield part, whole


def told_already(way: Way, question: Question, pair: Pair) -> Told:
    """Whether the sentences of a pair print what would be reckoned, or a change that is nearer to the question."""
    own = max(_shared(question, item.claim) for item in pair)
    found: Told = ""
    for reading in map(read, {item.sentence.start: item.sentence for item in pair}.values()):
        for claim in reading.claims():
            figure = claim.figure
            if figure is None:
                continue
            before = reading.text[max(0, figure.start - _REACH) : figure.start]
            if way == "lacking" and _LEFT.search(before) and in_base_unit(figure)[0] == pair[0].unit:
                found = "nearer"  # 缺口29亿元 is told, of this or of another matter
            if any(figure is item.figure for item in pair):
                continue
            if _is_result(way, pair, figure):
                return "printed"
            is_change = figure.direction in ("up", "down") or is_a_change(reading.text, figure)
            if way == "apart" and is_change:
                is_nearer = not is_percentage(figure) and _shared(question, claim) > own
                of_unit = in_base_unit(figure)[0] == pair[0].unit or all(map(is_percentage, (figure, pair[0].figure)))
                found = "nearer" if is_nearer or (of_unit and not is_replaced(pair)) else found
    return found


def _shared(question: Question, claim: Claim) -> int:
    """How many characters of the question stand in the clause of a claim."""
    return len(set(question.text) & set(claim.text))


def _is_result(way: Way, pair: Pair, figure: Figure) -> bool:
    """Whether a figure is what would be reckoned from the pair."""
    first, second = pair
    unit, value, _ = in_base_unit(figure)
    if way == "share":
        return is_percentage(figure) and abs(float(value) - first.value / second.value * 100) < _NEAR_SHARE
    if unit != first.unit and not (is_percentage(figure) and is_percentage(first.figure)):
        return False
    return float(value) == round(first.value - second.value, 6)
