"""When something happened, read from the article: 今年 in an article of December 2020 is 2020.

``find_times`` resolves every time expression of a text against the day it was published; ``question_interval``
does the same for a question against the asker's day, in Chinese and English; ``publication_date_from_text`` looks
for the day of publication in the text itself. Intervals include both ends.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from rag.chinese.lexicon import lexicon
from rag.chinese.numerals import fold_width, read_number
from rag.chinese.times.calendar_days import month_end, shift_months
from rag.chinese.times.grammar import PLAN_FIRST_YEAR, TIME
from rag.chinese.times.publication_dates import TextDate, publication_date_from_text

__all__ = [
    "TextDate",
    "TimeMention",
    "find_times",
    "publication_date_from_text",
    "read_day_number",
]

TimeKind = Literal["point", "interval", "relative"]

_REACH = 8
"""So many characters before and after a time a word may stand that puts it ahead."""
_CLAUSE_SIGN = re.compile("[，,。；;！？]")
_FUTURE = re.compile(r"将|拟|计划|预计|力争|有望|定于|即将|明年|届时|(?:底|\d[月日])前(?![后期])")
_SENTENCE_END = re.compile(r"[。！？!?\n]")
_YEAR_SHIFT = {
    "今年": 0,
    "本年度": 0,
    "去年": -1,
    "上年": -1,
    "上一年": -1,
    "前年": -2,
    "大前年": -3,
    "明年": 1,
    "后年": 2,
}
_SLICES = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "初": (1, 10), "底": (31, 31), "末": (31, 31),
           "中下旬": (11, 31), "上中旬": (1, 20)}  # fmt: skip
_TOLERANCE = dt.timedelta(days=2)
_NAMED = 0.8
"""From this certainty on a time is one that 同期 may be the same as, of another year."""


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression at ``[start, end)``: the days from ``first`` to ``last``, both included.

    ``point`` is one named day, ``interval`` a named stretch, ``relative`` a word that needed the day of publication.
    ``certainty`` in [0, 1] falls with every guess: a missing year, 近日.
    """

    text: str
    start: int
    end: int
    first: dt.date
    last: dt.date
    kind: TimeKind
    certainty: float


_COMPARED = re.compile(r"(?:[比较]|相比)$")


@dataclass(slots=True)
class _Context:
    """What earlier mentions of the same sentence fixed."""

    published: dt.date
    last: TimeMention | None = None
    year: int | None = None
    future: bool = False
    spoken_of: int | None = None


def _near(text: str, match: re.Match[str], previous_end: int) -> str:
    """The few characters before and after a time, as far as its own clause goes: 5月8日奠基，明年投用 is over."""
    before = text[max(previous_end, match.start() - _REACH) : match.start()]
    after = text[match.end() : match.end() + _REACH]
    return f"{_CLAUSE_SIGN.split(before)[-1]}{match.group()}{_CLAUSE_SIGN.split(after)[0]}"


def find_times(text: str, published: dt.date, spoken_of: int | None = None) -> tuple[TimeMention, ...]:
    """Every time expression of ``text``, in order, resolved against ``published``.

    A missing year is the latest that does not lie after ``published``, or the next one where the sentence
    announces (将, 计划). A day that does not exist (2月30日) is left out. ``spoken_of`` is the year that the
    sentences before speak of, which 全年 then means.
    """
    mentions: list[TimeMention] = []
    context = _Context(published, spoken_of=spoken_of)
    folded = fold_width(text)
    previous_end = 0
    for match in TIME.finditer(folded):
        if _SENTENCE_END.search(folded, previous_end, match.start()):
            context.year = None
        context.future = _FUTURE.search(_near(folded, match, previous_end)) is not None
        resolved = _resolve(match, context)
        previous_end = match.end()
        if resolved is None:
            continue
        first, last, kind, certainty = resolved
        shown = text[match.start() : match.end()]
        lead = len(shown) - len(shown.lstrip())
        mention = TimeMention(
            shown.strip(),
            match.start() + lead,
            match.start() + lead + len(shown.strip()),
            first,
            last,
            kind,
            certainty,
        )
        mentions.append(mention)
        context.last = mention
        named = match["year"] or match["relative_year"] or match["iso_year"]
        # 比上年同期增长21%；1至9月… goes on in its own year.
        if (
            named
            and match["tail"] != "同期"
            and not _COMPARED.search(folded, max(0, match.start() - 2), match.start())
        ):
            context.year = first.year
    return tuple(mentions)


_Span = tuple[dt.date, dt.date, TimeKind, float]


def _resolve(match: re.Match[str], context: _Context) -> _Span | None:
    try:
        if match["plan"]:
            year = PLAN_FIRST_YEAR[match["plan_number"] or match["plan_bare"]]
            return dt.date(year, 1, 1), dt.date(year + 4, 12, 31), "interval", 1.0
        if match["iso_year"]:
            day = dt.date(int(match["iso_year"]), int(match["iso_month"]), int(match["iso_day"]))
            return day, day, "point", 1.0
        if match["span_from"]:
            years = read_day_number(match["span_from"]), read_day_number(match["span_to"])
            return dt.date(years[0], 1, 1), dt.date(years[1], 12, 31), "interval", 1.0
        if match["recent_years"]:
            return _recent(int(read_day_number(match["recent_count"])), match["recent_unit"], context.published)
        if match["only_day"]:
            return _only_day(match, context)
        if match["word"]:
            return _word(match["word"], context)
        return _calendar(match, context)
    except ValueError:  # a day that is not in the calendar
        return None


def read_day_number(text: str) -> int:
    """``二〇二〇`` is 2020, ``十二`` 12, ``08`` 8."""
    return int(read_number(text.replace("○", "〇")) if len(text) != 4 or text.isdigit() else _digits(text))


def _digits(text: str) -> int:
    return int("".join(str("〇一二三四五六七八九".index("〇" if c in "零○" else c)) for c in text))


def _recent(count: int, unit: str, today: dt.date) -> _Span:
    months = {"年": 12, "个月": 1}.get(unit)
    first = (
        shift_months(today, -months * count)
        if months
        else today - dt.timedelta(days=count * (7 if unit == "周" else 1))
    )
    return first, today, "relative", 0.7


def _only_day(match: re.Match[str], context: _Context) -> _Span:
    """``22日`` belongs to the month of the mention before it, or to the latest month that is not in the future."""
    day = int(match["only_day"])
    anchor = context.last if context.last and context.last.kind == "point" else None
    if anchor is not None:
        first, certainty = anchor.first.replace(day=day), 0.8
        if first < anchor.first - dt.timedelta(days=20):
            first = shift_months(first, 1)
    else:
        first, certainty = context.published.replace(day=1), 0.8
        while not _exists(first, day) or (
            first.replace(day=day) > context.published + _TOLERANCE and not context.future
        ):
            first = shift_months(first, -1)
        first = first.replace(day=day)
    last = first
    if match["only_day_to"]:
        last = first.replace(day=read_day_number(match["only_day_to"]))
    return first, last, "point" if first == last else "interval", certainty


def _exists(month: dt.date, day: int) -> bool:
    return day <= calendar.monthrange(month.year, month.month)[1]


def _shifts(kind: str) -> dict[str, int]:
    """The words of one kind of ``relative_times.tsv``, each with its shift."""
    return {word: int(shift) for row, word, shift in lexicon("relative_times") if row == kind}


_DAY_WORDS, _MONTH_WORDS, _WEEK_WORDS = _shifts("day"), _shifts("month"), _shifts("week")
_STRETCH_DAYS = _shifts("stretch")
_SEASON_MONTHS = {"今春": (3, 5), "今夏": (6, 8), "今秋": (9, 11)}


def _word(word: str, context: _Context) -> _Span | None:
    today = context.published
    if word in _DAY_WORDS:
        day = today + dt.timedelta(days=_DAY_WORDS[word])
        return day, day, "relative", 0.9
    if word in _MONTH_WORDS:
        first = shift_months(today.replace(day=1), _MONTH_WORDS[word])
        return first, month_end(first.year, first.month), "relative", 0.9
    if word in _WEEK_WORDS:
        first = today - dt.timedelta(days=today.weekday() - 7 * _WEEK_WORDS[word])
        return first, first + dt.timedelta(days=6), "relative", 0.8
    if word in _STRETCH_DAYS:
        return today - dt.timedelta(days=_STRETCH_DAYS[word]), today, "relative", 0.5
    if word in _SEASON_MONTHS:
        first_month, last_month = _SEASON_MONTHS[word]
        return dt.date(today.year, first_month, 1), month_end(today.year, last_month), "relative", 0.7
    if word == "今冬":
        year = today.year if today.month >= 6 else today.year - 1
        return dt.date(year, 12, 1), month_end(year + 1, 2), "relative", 0.7
    if word == "全年":
        return _whole_year(context)
    anchor = context.last  # 当日, 当天, 同日, 同月: the day last named
    if anchor is None:
        return today, today, "relative", 0.6
    if word == "同月":
        return anchor.last.replace(day=1), month_end(anchor.last.year, anchor.last.month), "relative", 0.7
    return anchor.last, anchor.last, "relative", 0.7


def _whole_year(context: _Context) -> _Span:
    """全年: the year just named; else this one, or in January and February the one that has ended."""
    today = context.published
    named = context.year or context.spoken_of
    if named is not None:
        return dt.date(named, 1, 1), dt.date(named, 12, 31), "relative", 0.9
    ended = today.month <= 2 and not context.future
    year = today.year - 1 if ended else today.year
    return dt.date(year, 1, 1), dt.date(year, 12, 31), "relative", 0.6 if ended else 0.8


def _calendar(match: re.Match[str], context: _Context) -> _Span | None:
    """A year, a part of a year, a month, a day, or a stretch between two of them."""
    fields = {name: match[name] or match[f"bare_{name}"] for name in _PART_NAMES}
    tail = match["tail"] or ""
    if tail == "同期" and (match["relative_year"] or match["year"]) and not any(fields.values()):
        return _same_period(_years_before(match, context), context)
    year, certainty = _year(match, fields, context)
    first, last = _part(year, fields)
    if match["end_month"] or match["end_only_day"]:
        last = _range_end(match, first)
        certainty = min(certainty, 0.95)
    return _finish(first, last, match, fields, context, certainty)


_PART_NAMES = ("quarter_kind", "quarter", "half", "first_months", "year_slice", "month", "day", "slice")


def _finish(
    first: dt.date,
    last: dt.date,
    match: re.Match[str],
    fields: dict[str, str | None],
    context: _Context,
    certainty: float,
) -> _Span:
    if match["as_of"]:
        first = last
    if match["tail"] == "以来" and first <= context.published:
        last = max(first, context.published)
        return first, last, "relative", certainty
    if match["relative_year"]:
        return first, last, "relative", certainty
    return first, last, "point" if fields["day"] and first == last else "interval", certainty


def _years_before(match: re.Match[str], context: _Context) -> int:
    """How many years 去年同期 or 2019年同期 lies from the time last named, below zero where before."""
    if match["relative_year"]:
        return _YEAR_SHIFT.get(match["relative_year"], 0)
    named = context.last is not None and context.last.certainty >= _NAMED
    spoken_of = context.last.last if named and context.last is not None else context.published
    return read_day_number(match["year"]) - spoken_of.year


def _same_period(shift: int, context: _Context) -> _Span:
    if context.last is not None and context.last.certainty >= _NAMED:
        first, last = shift_year(context.last.first, shift), shift_year(context.last.last, shift)
        return first, last, "relative", 0.7
    today = context.published
    return dt.date(today.year + shift, 1, 1), shift_year(today, shift), "relative", 0.6


def shift_year(day: dt.date, years: int) -> dt.date:
    """The same day so many years later."""
    return shift_months(day, 12 * years)


def _year(match: re.Match[str], fields: dict[str, str | None], context: _Context) -> tuple[int, float]:
    published = context.published
    if match["year"]:
        return read_day_number(match["year"]), 1.0
    word = match["relative_year"]
    if word in _YEAR_SHIFT:
        return published.year + _YEAR_SHIFT[word], 0.95
    if word:  # 当年, 同年, 次年
        anchor = context.last.first.year if context.last else published.year
        return anchor + (1 if word in {"次年", "翌年"} else 0), 0.6
    if context.year is not None:
        return context.year, 0.8
    year = published.year
    first, last = _part(year, fields)
    if context.future:
        return (year if last >= published - _TOLERANCE else year + 1), 0.7
    limit = published + _TOLERANCE
    if first > limit:
        return year - 1, 0.8
    return year, 0.85


def _part(year: int, fields: dict[str, str | None]) -> tuple[dt.date, dt.date]:
    if fields["quarter"]:
        quarter = read_day_number(fields["quarter"])
        first_month = 1 if fields["quarter_kind"] == "前" else quarter * 3 - 2
        return dt.date(year, first_month, 1), month_end(year, quarter * 3)
    if fields["half"]:
        return (
            (dt.date(year, 1, 1), dt.date(year, 6, 30))
            if fields["half"] == "上"
            else (dt.date(year, 7, 1), dt.date(year, 12, 31))
        )
    if fields["first_months"]:
        return dt.date(year, 1, 1), month_end(year, read_day_number(fields["first_months"].replace("两", "二")))
    if fields["year_slice"]:
        months = {"年初": (1, 1), "年中": (6, 7)}.get(fields["year_slice"], (12, 12))
        return dt.date(year, months[0], 1), month_end(year, months[1])
    if not fields["month"]:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    month = read_day_number(fields["month"])
    if fields["day"]:
        day = dt.date(year, month, read_day_number(fields["day"]))
        return day, day
    return _slice(year, month, fields["slice"])


def _slice(year: int, month: int, name: str | None) -> tuple[dt.date, dt.date]:
    end = month_end(year, month)
    first, last = _SLICES.get(name or "", (1, 31))
    return dt.date(year, month, min(first, end.day)), dt.date(year, month, min(last, end.day))


def _range_end(match: re.Match[str], first: dt.date) -> dt.date:
    if match["end_only_day"]:
        return first.replace(day=read_day_number(match["end_only_day"]))
    year = read_day_number(match["end_year"]) if match["end_year"] else first.year
    month = read_day_number(match["end_month"])
    if not match["end_year"] and month < first.month:
        year += 1
    if match["end_day"]:
        return dt.date(year, month, read_day_number(match["end_day"]))
    return _slice(year, month, match["end_slice"])[1]
