"""A search filter as a condition of PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rag.records import SearchFilter


def filter_clause(search_filter: SearchFilter | None, *, table: str) -> tuple[str, dict[str, Any]]:
    """A condition on the day and paper of ``table`` and its named values; rows without a day fail any bound."""
    conditions = ["true"]
    values: dict[str, Any] = {}
    if search_filter is None:
        return conditions[0], values
    if search_filter.date_from or search_filter.date_to:
        conditions.append(f"{table}.date BETWEEN %(first)s AND %(last)s")
        values |= {"first": search_filter.date_from or dt.date.min, "last": search_filter.date_to or dt.date.max}
    if search_filter.source is not None:
        conditions.append(f"{table}.source = %(paper)s")
        values["paper"] = search_filter.source
    return " AND ".join(conditions), values


def tally_clause(search_filter: SearchFilter | None) -> tuple[str, dict[str, Any]]:
    """The same on ``tallies``, whose days are text."""
    conditions = ["true"]
    values: dict[str, Any] = {}
    if search_filter is not None and (search_filter.date_from or search_filter.date_to):
        conditions.append("day BETWEEN %(first)s AND %(last)s")
        values["first"] = (search_filter.date_from or dt.date.min).isoformat()
        values["last"] = (search_filter.date_to or dt.date.max).isoformat()
    if search_filter is not None and search_filter.source is not None:
        conditions.append("source = %(paper)s")
        values["paper"] = search_filter.source
    return " AND ".join(conditions), values
