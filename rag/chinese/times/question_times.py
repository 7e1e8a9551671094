"""The time a question asks about, against the asker's day: 去年, 2020年12月下旬, 最近, “last month”, “in 2020”."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.chinese.times.calendar_days import month_end, shift_months
from rag.chinese.times.dates import TimeMention, find_times

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = "|".join(_MONTHS)
_ENGLISH = re.compile(
    rf"\b(?:(?P<month>{_MONTH})(?:\s+(?P<day>[0-3]?\d)(?:st|nd|rd|th)?)?(?:,?\s+(?P<month_year>(?:19|20)\d\d))?"
    r"|(?P<which>this|last|next|past|previous)\s+(?P<unit>year|month|week|quarter)"
    r"|(?P<word>today|yesterday|recently|lately|so far this year|the day before yesterday)"
    r"|(?:in|of|for|during|since|by)\s+(?P<year>(?:19|20)\d\d))\b",
    re.IGNORECASE,
)
_YEAR_END = re.compile(r"(?:(?P<year>(?:19|20)\d\d)年|(?P<word>[今去]年))(?:年?[底末]|全年)")
_COMPARED = re.compile(r"[比较]$")
_BESIDE = re.compile(r"[跟和与同]$")
_COMPARES = re.compile(r"[^，。；？]{0,8}(?:[相对]?比|差|一样|持平)")
"""同去年上半年比快了吗 asks of no time that is over."""
_RECENT_DAYS = 90
# These say the state of affairs rather than a time to search in.
_NOT_ASKED = frozenset("目前 截至目前 至今 迄今 到目前为止 当前 同日 不久前".split())
_OF_AN_EVENT = ("当天", "当日", "当晚", "当时")
"""The day of an event that the question may not even name, not the asker's."""
_RECENT = frozenset("最近 近期 近日 日前 近来 连日来".split())


@dataclass(frozen=True, slots=True)
class QuestionTime:
    """The days ``first`` to ``last`` (both included) that a question asks about, from its words at ``[start, end)``.

    ``label`` says in Chinese how the words were read: ``2019年（去年）``, ``2020年11月``.
    """

    text: str
    start: int
    end: int
    first: dt.date
    last: dt.date
    label: str


def question_interval(question: str, today: dt.date) -> QuestionTime | None:
    """The time a question asks about; None when it names none.

    ``today`` is the asker's day. Of several expressions the narrowest counts, and a month without a year is the
    latest that has begun. 最近 is the last 90 days; the end of a year (2020年底) is its December,
    and so is a whole year (2020年全年): what is said of it must reach to the end.
    """
    year_end = _YEAR_END.search(question)
    if year_end and not _COMPARED.search(question[: year_end.start()]):
        return _december(year_end, today)
    named = [
        m for m in find_times(question, today) if m.text not in _NOT_ASKED and not m.text.startswith(_OF_AN_EVENT)
    ]
    # 1至5月增速比一季度回落多少 asks about 1至5月.
    mentions = [m for m in named if not _is_compared_with(question, m)]
    if mentions:
        return _chinese(min(mentions, key=lambda mention: (mention.last - mention.first).days), today)
    match = _ENGLISH.search(question)
    return _english(match, today) if match and _is_time(match) else None


def _is_compared_with(question: str, mention: TimeMention) -> bool:
    before = question[: mention.start]
    if _COMPARED.search(before):
        return True
    return _BESIDE.search(before) is not None and _COMPARES.match(question, mention.end) is not None


def _december(match: re.Match[str], today: dt.date) -> QuestionTime:
    year = int(match["year"]) if match["year"] else today.year - (match["word"] == "去年")
    first, last = dt.date(year, 12, 1), dt.date(year, 12, 31)
    return QuestionTime(
        match.group(),
        match.start(),
        match.end(),
        first,
        last,
        f"{year}年全年" if match.group().endswith("全年") else f"{year}年底",
    )


def _chinese(mention: TimeMention, today: dt.date) -> QuestionTime:
    first, last = mention.first, mention.last
    if mention.text in _RECENT:
        first, last = today - dt.timedelta(days=_RECENT_DAYS), today
    label = _label(first, last)
    spoken = mention.kind == "relative" and mention.text not in label
    shown = f"{label}（{mention.text}）" if spoken else label
    return QuestionTime(mention.text, mention.start, mention.end, first, last, shown)


def _is_time(match: re.Match[str]) -> bool:
    """``may`` is a month only with a capital and a day or year."""
    if (match["month"] or "").lower() != "may":
        return True
    return match["month"] == "May" and bool(match["day"] or match["month_year"])


def _english(match: re.Match[str], today: dt.date) -> QuestionTime | None:
    try:
        first, last = _english_days(match, today)
    except ValueError:  # February 30
        return None
    text = match.group()
    return QuestionTime(text, match.start(), match.end(), first, last, f"{_label(first, last)}（{text}）")


def _english_days(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    if match["year"]:
        year = int(match["year"])
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if match["month"]:
        return _english_month(match, today)
    if match["word"]:
        return _english_word(match["word"].lower(), today)
    return _UNIT_DAYS[match["unit"].lower()]({"this": 0, "next": 1}.get(match["which"].lower(), -1), today)


def _english_month(match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date]:
    month = _MONTHS.index(match["month"].lower()) + 1
    year = int(match["month_year"]) if match["month_year"] else today.year - (month > today.month)
    if match["day"]:
        day = dt.date(year, month, int(match["day"]))
        return day, day
    return dt.date(year, month, 1), month_end(year, month)


def _english_word(word: str, today: dt.date) -> tuple[dt.date, dt.date]:
    back = {"today": 0, "yesterday": 1, "the day before yesterday": 2}.get(word)
    if back is not None:
        return today - dt.timedelta(days=back), today - dt.timedelta(days=back)
    if word == "so far this year":
        return dt.date(today.year, 1, 1), today
    return today - dt.timedelta(days=_RECENT_DAYS), today


def _year_days(shift: int, today: dt.date) -> tuple[dt.date, dt.date]:
    return dt.date(today.year + shift, 1, 1), dt.date(today.year + shift, 12, 31)


def _quarter_days(shift: int, today: dt.date) -> tuple[dt.date, dt.date]:
    first = shift_months(dt.date(today.year, (today.month - 1) // 3 * 3 + 1, 1), 3 * shift)
    return first, month_end(first.year, first.month + 2)


def _month_days(shift: int, today: dt.date) -> tuple[dt.date, dt.date]:
    first = shift_months(today.replace(day=1), shift)
    return first, month_end(first.year, first.month)


def _week_days(shift: int, today: dt.date) -> tuple[dt.date, dt.date]:
    first = today - dt.timedelta(days=today.weekday() - 7 * shift)
    return first, first + dt.timedelta(days=6)


_UNIT_DAYS: dict[str, Callable[[int, dt.date], tuple[dt.date, dt.date]]] = {
    "year": _year_days,
    "quarter": _quarter_days,
    "month": _month_days,
    "week": _week_days,
}


def _label(first: dt.date, last: dt.date) -> str:
    """The interval as a Chinese reader writes it: a year, a month, a day, else from – to."""
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}年" if first.year == last.year else f"{first.year}—{last.year}年"
    if first.day == 1 and last == month_end(last.year, last.month):
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.year}年{first.month}月"
        tail = f"{last.month}月" if first.year == last.year else f"{last.year}年{last.month}月"
        return f"{first.year}年{first.month}月至{tail}"
    same_year = first.year == last.year
    tail = f"{last.month}月{last.day}日" if same_year else f"{last.year}年{last.month}月{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日至{tail}"
