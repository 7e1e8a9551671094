"""What the kept tallies answer: how much a store holds, of which days and papers, and where a page of the list is.

A tally is the number of articles of one day and one paper. There are as many as days have passed, however many
articles each had, so nothing here counts articles. The numbers of each paper over all days are kept, too.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator

from rag.corpus.article_pages import DayTally, days_of_page, written_pages
from rag.corpus.article_rows import ARTICLE_COLUMNS, article_from_row
from rag.corpus.embedded.filters import DAY, filter_clause
from rag.corpus.store_reading import StoreCounts
from rag.records import Article, SearchFilter

_ORDER = f"ORDER BY {DAY} DESC, articles.source, articles.page, articles.source_id, articles.position"
"""Newest first, those without a day last, then as on the page: the order of the index ``articles_in_order``."""


def read_counts(connection: sqlite3.Connection) -> StoreCounts:
    """How many articles and chunks there are, of which papers and days."""
    sources = dict(
        connection.execute("SELECT source, articles FROM papers ORDER BY articles DESC, source").fetchall()
    )
    first, last = (
        # One by one, so that each end is looked up.
        connection.execute(f"SELECT {end}(date) FROM tallies WHERE date <> ''").fetchone()[0]
        for end in ("min", "max")
    )
    return StoreCounts(
        sum(sources.values()),
        stored_chunk_count(connection),
        sources,
        dt.date.fromisoformat(first) if first else None,
        dt.date.fromisoformat(last) if last else None,
    )


def read_article_count(connection: sqlite3.Connection, search_filter: SearchFilter, page: str = "") -> int:
    """How many articles pass the filter; without bounds on the days or a page none of those is looked at."""
    if page or search_filter.date_from or search_filter.date_to:
        return sum(day.articles for day in days_with_articles(connection, search_filter, page))
    query = "SELECT coalesce(sum(articles), 0) FROM papers WHERE ? IS NULL OR source = ?"
    return int(connection.execute(query, (search_filter.source, search_filter.source)).fetchone()[0])


def stored_chunk_count(connection: sqlite3.Connection) -> int:
    """How many chunks there are."""
    return int(connection.execute("SELECT value FROM meta WHERE key = 'chunks'").fetchone()[0])


def days_with_articles(
    connection: sqlite3.Connection, search_filter: SearchFilter | None, page: str = ""
) -> Iterator[DayTally]:
    """The days that have articles which pass the filter, newest first, those without a day last.

    Pages are not tallied: those of one ``page`` are counted in the index of their order.
    """
    if page:
        clause, values = _of_page(search_filter, page)
        query = f"SELECT {DAY}, count(*) FROM articles WHERE {clause} GROUP BY 1 ORDER BY 1 DESC"
    else:
        clause, values = filter_clause(search_filter, day="date", paper="source")
        query = f"SELECT date, sum(articles) FROM tallies WHERE {clause} GROUP BY date ORDER BY date DESC"
    for date, articles in connection.execute(query, values):
        yield DayTally(date, articles)


def _of_page(search_filter: SearchFilter | None, page: str) -> tuple[str, list[str]]:
    """The filter's condition, and that of the page, where one is named."""
    clause, values = filter_clause(search_filter)
    if not page:
        return clause, values
    written = written_pages(page)
    return f"{clause} AND articles.page IN ({','.join('?' * len(written))})", [*values, *written]


def list_articles(
    connection: sqlite3.Connection, search_filter: SearchFilter | None, limit: int | None, offset: int, page: str = ""
) -> list[Article]:
    """``limit`` articles from number ``offset`` of the list on; None is all the rest.

    Only the days that the page spans are read, and no text of an article outside it.
    """
    span = days_of_page(days_with_articles(connection, search_filter, page), limit, offset)
    if span is None:
        return []
    clause, values = _of_page(search_filter, page)
    part = (
        f"SELECT articles.id FROM articles WHERE {clause} AND {DAY} BETWEEN ? AND ? {_ORDER} LIMIT ? OFFSET ?",
        [*values, span.oldest, span.newest, -1 if limit is None else limit, span.skipped],
    )
    rows = connection.execute(f"{ARTICLE_COLUMNS} WHERE articles.id IN ({part[0]}) {_ORDER}", part[1])
    return [article_from_row(row) for row in rows]
