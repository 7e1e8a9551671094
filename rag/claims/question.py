"""A question as a claim with one slot open: what it says of each slot, and what kind of thing it asks for."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from rag.chinese.question_kind import QuestionKind, question_kind
from rag.chinese.terms import tagged
from rag.chinese.times.question_times import question_interval
from rag.claims.reading import REFERENCE_DAY, content_words
from rag.claims.record import Measure, Mood, Period
from rag.claims.slots import members_in, mood_of, places_in

_RISE = re.compile(
    r"[增涨升]了?(?:长|加|高|幅)?了?多少|多了?多少|增[速幅]|增长率|涨幅|提高了?多少|上升|同比|环比|变化|[增涨]了?几个?(?:百分)?点"
)
_FALL = re.compile(r"[降减跌]了?(?:低|少|幅)?了?多少|降幅|跌幅|少了?多少|下降|回落|减少")
_SHARE = re.compile(r"占[^，。？]{0,12}(?:多少|几)|占比|比例|比重|百分比|率")
_PART_OF_PLAN = re.compile(r"(?:占|完成了?|达到?)[^，。？]{0,6}(?:目标|计划|任务|预算)(?=的?(?:多少|几|百分|比))")
"""占全年计划几成 asks for what is done."""
_ASKED_OF_PLANS = re.compile(r"打算|目标|计划|拟|预|力争|争取|安排|规划|任务")
_WILL = frozenset({"要", "将", "会", "将要", "将会"})
"""As words of their own: 重要, 将军 and 运动会 ask of no plan."""
_YEAR_SAID = re.compile(r"\d{4}|[今去前明后]年|(?:this|last) year", re.IGNORECASE)
_IS_END = re.compile(r"^截|[底末]$")
_CHOICE = re.compile(
    r"(?<![什怎])[吗吧么](?=[？?。，,]|$)|是不是|是否|有没有|[对行是]不[对行是]|对吗|(?:了|成)?(?:没有?|不)[？?]?$"
)
_DECLARED = re.compile(r"(?:了[^，。？?]{0,10}|过|[成完好到]了?)[？?]$")
_WH = re.compile(r"什么|谁|哪|几|多少|怎|何|多[高大长远深重久快]|为啥")
"""得了金牌？ asks whether it is so; 得了什么牌？ does not."""
_GOAL = re.compile(r"(?:目标|任务|计划)(?:数|值)?(?:是|为|定的?|定了|有)?(?:多少|几|多高)")
"""今年签约目标多少 asks for the plan alone."""
_DONE = re.compile(
    r"了(?:多少|几)|[成完好](?:多少|几)|已经?|实际|(?:哪天|几号|几月|什么时候|何时)[一-鿿]{1,6}的[？?]?$"
)
"""建成了多少 asks for what is done: a plan is told as what alone was found, not as the answer."""
_WHY = re.compile(
    r"为什么|为何|原因|缘何|怎么回事|靠什么|[卡堵难]在哪|出在哪|"
    r"怎么(?:(?=[没不会还就又]|[^，。？]{0,4}[这那]么)|(?![样办做])[^，。？]{1,6}[了啦](?![没吗]))"
)
_HOW_HANDLED = re.compile(r"怎么(?:处理|解决|安排|变化?|分|选|定|算)")
"""What was done is asked for, and no reason: 怎么处理了."""
_HOW = re.compile(r"怎么(?![一-鿿]{0,6}[了啦变])|怎样|如何")
_FORMERLY = re.compile(r"(?:原先|原来|以前|先前|从前|之前|此前|过去)(?:[是当任管干做]|担任|负责)")
_NOW = re.compile(r"最近|现在|目前|如今|最新|刚刚")
_STILL = re.compile(r"[还仍](?:剩|差|欠|缺|没|未|需|要多|要几|有(?:多少|多远|几|哪))")
_SO_FAR = re.compile(
    r"(?:多少|几(?![号点月日时])|哪(?:[儿里]|一?[步段层片站]|(?=了)))[^，。？\s]{0,8}了[啊呀呢吗吧]?[？?]?$"
)
"""还剩几个没开工 and 修了几公里了 ask of now, where they name no other time than 今年; 哪天通车了 asks of a day."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a question says, slot by slot; what it does not say stays empty or None.

    ``about_plans`` tells that a plan or forecast is asked for, or may be. ``is_own_year`` marks 今年: the asker's own
    year, which may be another than that of the paper in front of him.
    """

    text: str
    kind: QuestionKind
    period: Period | None
    mood: Mood
    about_plans: bool
    places: tuple[str, ...]
    members: frozenset[tuple[str, str]]
    measure: Measure | None
    words: tuple[str, ...]
    is_own_year: bool
    about_now: bool
    is_choice: bool
    """Whether yes or no is asked: what differs from the question is then the answer, and no obstacle."""
    asks_plan: bool = False
    """Whether the plan alone is asked for, and what was done is no answer."""
    is_why: bool = False
    """Whether a reason is asked for."""
    is_done: bool = False
    """Whether what was done is asked for, and a plan is no answer."""
    is_how: bool = False
    """Whether it is asked how something is done, and every step of it belongs to the answer."""
    about_former: bool = False
    """Whether what somebody was before is asked for, and the office he was given is no answer."""


@lru_cache(maxsize=256)
def read_question(text: str, today: dt.date | None) -> Question:
    """``text`` read on ``today``; None for passages without a day, where years count only if they are said."""
    asked = question_interval(text, today or REFERENCE_DAY)
    period = None
    if asked is not None:
        said = _YEAR_SAID.search(asked.text) is not None and (today is not None or asked.text[:1].isdigit())
        first = asked.first.replace(month=1, day=1) if asked.text.endswith("全年") else asked.first
        period = Period(first, asked.last, asked.text, said, _IS_END.search(asked.text) is not None)
    done = _PART_OF_PLAN.sub("", text)
    mood, _ = mood_of(done)
    about_plans = _ASKED_OF_PLANS.search(done) is not None or any(word in _WILL for word, _, _ in tagged(text))
    is_own_year = asked is not None and asked.text.lower().startswith(("今年", "本年", "当年", "this year"))
    goes_on = _STILL.search(text) is not None or _SO_FAR.search(text) is not None
    still = goes_on and (asked is None or is_own_year)
    return Question(
        text,
        question_kind(text),
        period,
        mood,
        about_plans,
        places_in(text),
        members_in(text),
        _measure(text),
        content_words(text),
        is_own_year,
        still or _NOW.search(text) is not None,
        _CHOICE.search(text) is not None or (_DECLARED.search(text) is not None and _WH.search(text) is None),
        _GOAL.search(done) is not None,
        _WHY.search(text) is not None and _HOW_HANDLED.search(text) is None,
        not about_plans and _DONE.search(text) is not None,
        _HOW.search(text) is not None and _WHY.search(text) is None,
        _FORMERLY.search(text) is not None and _NOW.search(text) is None,
    )


def _measure(text: str) -> Measure | None:
    """What is to be measured, where the question says so; None where a level or anything else may answer."""
    if _FALL.search(text):
        return "fall"
    if _RISE.search(text):
        return "rise"
    return "share" if _SHARE.search(text) else None
