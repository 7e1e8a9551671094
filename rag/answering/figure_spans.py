"""How long a time a figure is of, against that asked about: a month, a day or several years are not the year.

What time a sentence is of is told in ``times``; here it is of the time, and its figure of less or more.
"""

from __future__ import annotations

import re

from rag.answering.times import BEGINS_CLAUSE, PERIOD_DAYS, UNDER_A_YEAR, UP_TO, own_times
from rag.chinese.terms import MONTHS
from rag.chinese.times.dates import TimeMention
from rag.chinese.times.question_times import QuestionTime
from rag.records import Article

_MONTH_DAYS = 31
_PART = re.compile(r"季度|半年|\d月|[一二三四五六七八九十]月")
_MOST_OF_A_YEAR = 366
_MANY_YEARS = re.compile(
    "连续[\\d一二三四五六七八九十]+[年届]|[\\d一二三四五六七八九十]+年来|历[年届]|(?:成立|开幕|举办|实施|启动)以来|累计举办"
)
_DAY = re.compile("今天|今日|当[天日]|单日|昨[天日]|日均|每[天日]")
_TOLD = re.compile("获悉|发布|公布|了解到|召开|宣布|显示|介绍|表示")
_SENTENCE, _CLAUSE = re.compile("[。！？；]"), re.compile("[，。！？；]")


def hides_its_period(asked: QuestionTime | None, article: Article, text: str, statement: str) -> bool:
    """Whether a year is asked about and a statement gives the figure of a quarter or half of it without saying so.

    ``今年签约12个`` is not what ``第一季度集中签约12个`` says, and ``截至9月底`` is no quarter.
    """
    if asked is None or article.date is None or (asked.last - asked.first).days < UNDER_A_YEAR:
        return False
    spans = [mention for mention in own_times(text, article.date, 0.8) if _is_part(mention)]
    return bool(spans) and _PART.search(statement) is None and _PART.search(text) is not None


def leaves_out_its_end(question: str, text: str, statement: str) -> bool:
    """Whether a sentence counts up to a day (截至9月底，签约85个) that neither statement nor question names."""
    end = UP_TO.match(text.lstrip("“ "))
    if end is None:
        return False
    said = f"{question}\n{statement}"
    month = next((name for name, number in MONTHS.items() if number == int(end["month"])), "")
    # In English, where may is a verb, too.
    named = re.search(r"\bMay\b" if month == "may" else rf"(?i:\b{month}\b)", said) if month else None
    return end["day"] not in said and named is None


def covers_a_part(asked: QuestionTime | None, article: Article, before: str) -> bool:
    """Whether a year that is over is asked about, and the figure after ``before`` is of a month or half of it."""
    if asked is None or article.date is None or (asked.last - asked.first).days < UNDER_A_YEAR:
        return False
    spans = [
        mention for mention in own_times(before, article.date, 0.8) if BEGINS_CLAUSE.search(before[: mention.start])
    ]
    if asked.text in ("今年", "本年") or not spans or (spans[-1].last - spans[-1].first).days < PERIOD_DAYS:
        return False  # while a year goes on, a part of it is what there is
    is_month = (spans[-1].last - spans[-1].first).days <= _MONTH_DAYS
    return is_month or (_is_part(spans[-1]) and article.date.year > asked.first.year)


def is_of_many_years(asked: QuestionTime | None, question: str, before: str) -> bool:
    """Whether a year is asked about and the figure after ``before`` is of several: 连续8年举办，累计成交5800亿."""
    if asked is None or _MANY_YEARS.search(question) or (asked.last - asked.first).days > _MOST_OF_A_YEAR:
        return False
    return _MANY_YEARS.search(_SENTENCE.split(before)[-1]) is not None


def is_of_one_day(asked: QuestionTime | None, question: str, before: str) -> bool:
    """Whether a month or more is asked about and the figure after ``before`` is of a day: 预计今天客流1.8亿人次."""
    if asked is None or (asked.last - asked.first).days < PERIOD_DAYS or _DAY.search(question):
        return False
    clause = _CLAUSE.split(before)[-1]
    return _DAY.search(clause) is not None and _TOLD.search(clause) is None


def days_covered(asked: QuestionTime | None, article: Article, text: str) -> int:
    """How many days of a year asked about a sentence covers: 1至5月 more than 第一季度; 0 where less is asked."""
    if asked is None or article.date is None or (asked.last - asked.first).days < UNDER_A_YEAR:
        return 0
    spans = [(min(m.last, asked.last) - max(m.first, asked.first)).days for m in own_times(text, article.date, 0.8)]
    return max([0, *spans])


def _is_part(mention: TimeMention) -> bool:
    return PERIOD_DAYS <= (mention.last - mention.first).days < UNDER_A_YEAR
