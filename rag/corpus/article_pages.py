"""Where a page of the list of articles begins, from the number of articles of each day alone.

The list is the newest first, then as on the page. There are as many tallies as days have passed, however many
articles each had, so nothing here counts articles, and a page far down costs no more than the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DayTally:
    """How many articles a day has; ``date`` is ISO 8601, or ``''`` for articles without one."""

    date: str
    articles: int


@dataclass(frozen=True, slots=True)
class DaySpan:
    """The days of a page, and how many articles of the newest stand before it."""

    newest: str
    oldest: str
    skipped: int


def written_pages(page: str) -> list[str]:
    """The ways in which papers write a page: ``3``, ``03`` and ``3版`` are one."""
    plain = page.strip().removesuffix("版").removeprefix("第").strip().upper()
    return list(dict.fromkeys((plain, plain.zfill(2), plain.lstrip("0") or plain)))


def days_of_page(days: Iterable[DayTally], limit: int | None, offset: int) -> DaySpan | None:
    """The days over which articles ``offset`` to ``offset + limit`` spread; None where there are not so many."""
    newest, skipped, passed = None, 0, 0
    for day in days:
        if newest is None and passed + day.articles > offset:
            newest, skipped = day.date, offset - passed
        passed += day.articles
        if newest is not None and limit is not None and passed >= offset + limit:
            return DaySpan(newest, day.date, skipped)
    return None if newest is None else DaySpan(newest, "", skipped)
