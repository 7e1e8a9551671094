"""What the kept tallies answer: how much a store holds, of which days and papers, and where a page of the list is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from rag.corpus.article_pages import DaySpan, DayTally, days_of_page, written_pages
from rag.corpus.article_rows import article_from_row
from rag.corpus.postgresql.connections import Connection
from rag.corpus.postgresql.filters import filter_clause, tally_clause
from rag.corpus.postgresql.reading import ARTICLE_COLUMNS
from rag.corpus.store_reading import StoreCounts
from rag.records import Article, SearchFilter

_ORDER = "ORDER BY articles.date DESC NULLS LAST, articles.source, page, source_id, position"


def days_with_articles(
    connection: Connection, search_filter: SearchFilter | None, page: str = ""
) -> Iterator[DayTally]:
    """The days that have articles which pass the filter, newest first, those without a day last.

    Pages are not tallied: those of one ``page`` are counted in the index of their order.
    """
    if page:
        condition, values = _of_page(search_filter, page)
        query = (
            f"SELECT coalesce(date::text, ''), count(*) FROM articles WHERE {condition} GROUP BY 1 ORDER BY 1 DESC"
        )
    else:
        condition, values = tally_clause(search_filter)
        query = f"SELECT day, sum(articles)::bigint FROM tallies WHERE {condition} GROUP BY day ORDER BY day DESC"
    for day, articles in connection.execute(query, values):
        yield DayTally(day, articles)


def _of_page(search_filter: SearchFilter | None, page: str) -> tuple[str, dict[str, Any]]:
    """The filter's condition, and that of the page, where one is named."""
    condition, values = filter_clause(search_filter, table="articles")
    if not page:
        return condition, values
    return f"{condition} AND page = ANY(%(pages)s)", {**values, "pages": written_pages(page)}


def _of_days(span: DaySpan) -> str:
    if not span.newest:
        return "articles.date IS NULL"
    within = "articles.date <= %(newest)s::date"
    return f"({within} OR articles.date IS NULL)" if not span.oldest else f"{within} AND articles.date >= %(oldest)s"


def read_counts(connection: Connection, chunks: int) -> StoreCounts:
    """How many articles there are beside ``chunks`` chunks, of which papers and days."""
    query = "SELECT source, sum(articles)::bigint FROM tallies GROUP BY source ORDER BY 2 DESC, 1"
    sources: dict[str, int] = dict(connection.execute(query).fetchall())
    row: Any = connection.execute("SELECT min(day), max(day) FROM tallies WHERE day <> ''").fetchone()
    first, last = (dt.date.fromisoformat(day) if day else None for day in row)
    return StoreCounts(sum(sources.values()), chunks, sources, first, last)


def list_articles(
    connection: Connection, search_filter: SearchFilter | None, limit: int | None, offset: int, page: str = ""
) -> list[Article]:
    """``limit`` articles from number ``offset`` of the list on; None is all the rest."""
    span = days_of_page(days_with_articles(connection, search_filter, page), limit, offset)
    if span is None:
        return []
    condition, values = _of_page(search_filter, page)
    values |= {"limit": limit, "offset": span.skipped, "newest": span.newest, "oldest": span.oldest}
    part = f"SELECT id FROM articles WHERE {condition} AND {_of_days(span)} {_ORDER} LIMIT %(limit)s"
    query = f"{ARTICLE_COLUMNS} WHERE articles.id IN ({part} OFFSET %(offset)s) {_ORDER}"
    return [article_from_row(row) for row in connection.execute(query, values)]
