"""The day a text was published, as the text itself shows it."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from rag.chinese.numerals import fold_width
from rag.chinese.times.grammar import WEEKDAY

_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_DATELINE = re.compile(
    r"(?:本报|新华社|中新社|记者|电|讯|综合)[^\n。，]{0,12}?(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])日(?:[^\n。，]{0,6})(?:电|讯)"
)
_FULL_DAY = re.compile(
    r"(?<!\d)(?P<year>20\d\d|19\d\d)(?:年|[-/.])(?P<month>1[0-2]|0?[1-9])(?:月|[-/.])(?P<day>3[01]|[12]\d|0?[1-9])(?:日|(?!\d))"
)
_PROSE = re.compile(r"[。，；！？]")
_HEADER_CHARACTERS = 60
USABLE_CERTAINTY = 0.6
"""Below it a day is worth naming to whoever brings the file in, but is not the day of publication."""


@dataclass(frozen=True, slots=True)
class TextDate:
    """A day of publication read from a text, how certain it is in [0, 1], and the words that say so."""

    date: dt.date
    certainty: float
    evidence: str


def publication_date_from_text(text: str, *, today: dt.date | None = None) -> TextDate | None:
    """The day of publication as the text itself shows it; None when it shows none.

    A full date beside its own weekday in a line without prose (a page header) is nearly certain. A dateline
    (``本报12月25日讯``) with the year of a full date elsewhere is likely; the latest full date alone is no more than
    a hint, for a text tells of days long past and to come. Days after ``today`` are never evidence.
    """
    folded = fold_width(text)
    days = [(day, match) for match in _FULL_DAY.finditer(folded) if (day := _day_of(match)) is not None]
    days = [(day, match) for day, match in days if day <= (today or dt.date.today())]
    for day, match in days:
        weekday = WEEKDAY.search(folded, max(0, match.start() - 8), min(len(folded), match.end() + 12))
        fits = weekday is not None and _WEEKDAYS[weekday["weekday"]] == day.weekday()
        if weekday and fits and _is_header(_line_around(folded, match.start())):
            return TextDate(day, 0.97, folded[match.start() : max(match.end(), weekday.end())])
    dateline = _DATELINE.search(folded)
    if dateline and days:
        latest = max(day for day, _ in days)
        for year in (latest.year, latest.year + 1):
            candidate = _day_or_none(year, int(dateline["month"]), int(dateline["day"]))
            if candidate is not None and candidate >= latest:
                return TextDate(candidate, 0.7, dateline.group())
    if days:
        day, match = max(days, key=lambda item: item[0])
        return TextDate(day, 0.4, match.group())
    return None


def _line_around(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : len(text) if end < 0 else end]


def _is_header(line: str) -> bool:
    return len(line) <= _HEADER_CHARACTERS and not _PROSE.search(line)


def _day_of(match: re.Match[str]) -> dt.date | None:
    return _day_or_none(int(match["year"]), int(match["month"]), int(match["day"]))


def _day_or_none(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if 1 <= day <= calendar.monthrange(year, month)[1] else None
