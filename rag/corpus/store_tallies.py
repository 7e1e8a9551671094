"""What the kept tallies answer: how much a store holds, of which days and papers, and where a page of the list is.

A tally is the number of articles of one day and one paper. There are as many as days have passed, however many
articles each had, so nothing here counts articles.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.corpus.store_rows import ARTICLE_COLUMNS, DAY, article_from_row, filter_clause
from rag.records import Article, SearchFilter

_ORDER = f"ORDER BY {DAY} DESC, articles.source, articles.page, articles.source_id, articles.position"
"""Newest first, those without a day last, then as on the page: the order of the index ``articles_in_order``."""


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What a store holds: ``sources`` maps the name of a paper to its number of articles."""

    articles: int
    chunks: int
    sources: dict[str, int]
    first_date: dt.date | None
    last_date: dt.date | None


@dataclass(frozen=True, slots=True)
class DayTally:
    """How many articles a day has; ``date`` is ISO 8601, or ``''`` for articles without one."""

    date: str
    articles: int


def read_counts(connection: sqlite3.Connection) -> StoreCounts:
    """How many articles and chunks there are, of which papers and days."""
    rows = connection.execute("SELECT source, sum(articles) FROM tallies GROUP BY source ORDER BY 2 DESC, 1")
    sources = dict(rows.fetchall())
    first, last = connection.execute("SELECT min(date), max(date) FROM tallies WHERE date <> ''").fetchone()
    return StoreCounts(
        sum(sources.values()),
        stored_chunk_count(connection),
        sources,
        dt.date.fromisoformat(first) if first else None,
        dt.date.fromisoformat(last) if last else None,
    )


def stored_chunk_count(connection: sqlite3.Connection) -> int:
    """How many chunks there are."""
    return int(connection.execute("SELECT value FROM meta WHERE key = 'chunks'").fetchone()[0])


def days_with_articles(connection: sqlite3.Connection, search_filter: SearchFilter | None) -> Iterator[DayTally]:
    """The days that have articles which pass the filter, newest first, those without a day last."""
    clause, values = filter_clause(search_filter, day="date", paper="source")
    query = f"SELECT date, sum(articles) FROM tallies WHERE {clause} GROUP BY date ORDER BY date DESC"
    for date, articles in connection.execute(query, values):
        yield DayTally(date, articles)


def list_articles(
    connection: sqlite3.Connection, search_filter: SearchFilter | None, limit: int | None, offset: int
) -> list[Article]:
    """``limit`` articles from number ``offset`` of the list on; None is all the rest.

    Only the days that the page spans are read, and no text of an article outside it.
    """
    span = _days_of_page(days_with_articles(connection, search_filter), limit, offset)
    if span is None:
        return []
    clause, values = filter_clause(search_filter)
    page = (
        f"SELECT articles.id FROM articles WHERE {clause} AND {DAY} BETWEEN ? AND ? {_ORDER} LIMIT ? OFFSET ?",
        [*values, span.oldest, span.newest, -1 if limit is None else limit, span.skipped],
    )
    rows = connection.execute(f"{ARTICLE_COLUMNS} WHERE articles.id IN ({page[0]}) {_ORDER}", page[1])
    return [article_from_row(row) for row in rows]


@dataclass(frozen=True, slots=True)
class _DaySpan:
    """The days of a page, and how many articles of the newest stand before it."""

    newest: str
    oldest: str
    skipped: int


def _days_of_page(days: Iterable[DayTally], limit: int | None, offset: int) -> _DaySpan | None:
    """The days over which articles ``offset`` to ``offset + limit`` spread; None where there are not so many."""
    newest, skipped, passed = None, 0, 0
    for day in days:
        if newest is None and passed + day.articles > offset:
            newest, skipped = day.date, offset - passed
        passed += day.articles
        if newest is not None and limit is not None and passed >= offset + limit:
            return _DaySpan(newest, day.date, skipped)
    return None if newest is None else _DaySpan(newest, "", skipped)
