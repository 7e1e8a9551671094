"""A search filter as a condition of SQLite."""

from __future__ import annotations

import datetime as dt

from rag.records import SearchFilter

DAY = "coalesce(articles.date, '')"
"""An article's day in the words of the index ``articles_in_order``."""


def filter_clause(
    search_filter: SearchFilter | None, *, day: str = DAY, paper: str = "articles.source"
) -> tuple[str, list[str]]:
    """A condition on ``articles`` and its values; articles without a date fail any bound on dates.

    ``day`` and ``paper`` name the columns; a day is ISO 8601 text, empty for none.
    """
    conditions: list[str] = ["1"]
    values: list[str] = []
    if search_filter is None:
        return conditions[0], values
    if search_filter.date_from or search_filter.date_to:
        conditions.append(f"{day} BETWEEN ? AND ?")
        values += [str(search_filter.date_from or dt.date.min), str(search_filter.date_to or dt.date.max)]
    if search_filter.source is not None:
        conditions.append(f"{paper} = ?")
        values.append(search_filter.source)
    return " AND ".join(conditions), values
