"""What people type as a day or a paper, checked and turned into a ``SearchFilter``; shared by every surface."""

from __future__ import annotations

import datetime as dt
import re

from rag.errors import QuestionError
from rag.records import SearchFilter

_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SPOKEN = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "today": 0, "yesterday": 1}
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－．／", "0123456789-./")


class UnreadableDayError(QuestionError):
    """What was typed is no day; ``name`` says where, ``text`` what."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name} is {text!r}; expected a day as YYYY-MM-DD, such as 2020-12-25")
        self.name, self.text = name, text


class DaysSwappedError(QuestionError):
    """The first day lies after the last."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        super().__init__(f"the first day {first} lies after the last day {last}; expected from <= to: swap them")
        self.first, self.last = first, last


def parse_date(text: str, name: str, today: dt.date | None = None) -> dt.date | None:
    """``2020-12-25``, ``2020/12/25``, ``20201225``, ``2020年12月25日`` or ``昨天`` as a day; None for an empty text.

    ``today`` is the day by which 昨天 is read, that of the machine by default.

    Raises:
        QuestionError: it is no day; ``name`` says which option it was.
    """
    cleaned = "".join(text.translate(_FULL_WIDTH).split()).casefold()
    if not cleaned:
        return None
    if cleaned in _SPOKEN:
        return (today or dt.datetime.now().astimezone().date()) - dt.timedelta(days=_SPOKEN[cleaned])
    found = _WRITTEN.fullmatch(cleaned) or _PLAIN.fullmatch(cleaned)
    if not found:
        raise UnreadableDayError(name, text)
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        raise UnreadableDayError(name, text) from None


def make_filter(
    date_from: str | None = None,
    date_to: str | None = None,
    source: str | None = None,
    *,
    names: tuple[str, str] = ("the first day (from)", "the last day (to)"),
) -> SearchFilter:
    """The filter of three texts, each of which may be empty or None; ``names`` are what the days are called.

    Raises:
        QuestionError: a day is none, or the first lies after the last.
    """
    first, last = parse_date(date_from or "", names[0]), parse_date(date_to or "", names[1])
    return checked_filter(first, last, source)


def checked_filter(first: dt.date | None, last: dt.date | None, source: str | None) -> SearchFilter:
    """A filter whose days are in order.

    Raises:
        QuestionError: the first day lies after the last.
    """
    if first and last and first > last:
        raise DaysSwappedError(first, last)
    return SearchFilter(first, last, (source or "").strip() or None)
