"""What people type as a day or a paper, checked and turned into a ``SearchFilter``; shared by every surface."""

from __future__ import annotations

import datetime as dt

from rag.errors import QuestionError
from rag.records import SearchFilter


def parse_date(text: str, name: str) -> dt.date | None:
    """``"2020-12-25"`` (also ``2020/12/25``, ``2020.12.25``, ``20201225``) as a day; None for an empty text.

    Raises:
        QuestionError: it is no day; ``name`` says which option it was.
    """
    cleaned = text.strip().replace("/", "-").replace(".", "-")
    if not cleaned:
        return None
    parts = cleaned.split("-")
    try:
        return dt.date(*map(int, parts)) if len(parts) == 3 else dt.datetime.strptime(cleaned, "%Y%m%d").date()
    except ValueError:
        raise QuestionError(f"{name} is {text!r}; expected a day as YYYY-MM-DD, such as 2020-12-25") from None


def make_filter(date_from: str | None = None, date_to: str | None = None, source: str | None = None) -> SearchFilter:
    """The filter of three texts, each of which may be empty or None.

    Raises:
        QuestionError: a day is none, or the first lies after the last.
    """
    first, last = parse_date(date_from or "", "the first day (from)"), parse_date(date_to or "", "the last day (to)")
    return checked_filter(first, last, source)


def checked_filter(first: dt.date | None, last: dt.date | None, source: str | None) -> SearchFilter:
    """A filter whose days are in order.

    Raises:
        QuestionError: the first day lies after the last.
    """
    if first and last and first > last:
        raise QuestionError(f"the first day {first} lies after the last day {last}; expected from <= to: swap them")
    return SearchFilter(first, last, (source or "").strip() or None)
