"""The claims of an embedded store, read and written; ``claim_layouts`` lays the tables out.

They are derived from articles, so they have a version of their own beside the store's layout. Every list of them is
read from an index of the days, so that no more are read than are given, however many there are.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence

from rag.corpus.claim_columns import CLAIM_COLUMN_NAMES
from rag.corpus.embedded.claim_layouts import COUNT_KEY, claims_version
from rag.corpus.store_reading import ClaimRow

_FIGURES_CHECK = (
    "claims JOIN articles ON articles.id = article_id WHERE figure <> '' AND "
    "json_extract(figure, '$[0]') IS NOT substr(articles.text, claims.start + 1, claims.end - claims.start)",
    "figures that do not stand in their article as they were read there (a damaged file: restore a backup)",
)
_SELECT = (
    f"SELECT {', '.join('claims.' + name for name in CLAIM_COLUMN_NAMES)}, "
    "substr(articles.text, sentence_start + 1, sentence_end - sentence_start), "
    "title, articles.date, articles.source, page FROM claims CROSS JOIN articles ON articles.id = claims.article_id"
)
"""Claims first, by whatever index the condition names, then the article of each."""
_NEWEST = "ORDER BY claims.day DESC, claims.id LIMIT ?"


class ClaimTablesReading:
    """See ``ClaimReading``, on one SQLite connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def claims_version(self) -> int | None:
        """See ``ClaimReading.claims_version``."""
        return claims_version(self._connection)

    def articles_without_claims(self) -> list[str]:
        """See ``ClaimReading.articles_without_claims``."""
        return [row[0] for row in self._connection.execute("SELECT article_id FROM claims_owed")]

    def claim_count(self) -> int:
        """See ``ClaimReading.claim_count``."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (COUNT_KEY,)).fetchone()
        return int(row[0]) if row else 0

    def claims_in_chunks(self, chunk_ids: Sequence[int], sort: str, unit: str = "") -> list[ClaimRow]:
        """See ``ClaimReading.claims_in_chunks``."""
        query = (
            f"{_SELECT.replace('FROM claims', 'FROM chunks JOIN claims ON chunks.article_id = claims.article_id')} "
            "WHERE chunks.id = ? AND sort = ? "
            "AND claims.start >= chunks.start AND claims.start < chunks.end AND (? = '' OR base_unit = ?)"
        )
        found: list[ClaimRow] = []
        for chunk_id in chunk_ids:
            found.extend(self._connection.execute(query, (chunk_id, sort, unit, unit)))
        return found

    def newest_claims(self, sort: str, mood: str, unit: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.newest_claims``."""
        # Only what is asked for is named, so that the index of just that is read.
        conditions = ["sort = 'figure'" if sort == "figure" else "sort = ?"]
        values: list[object] = [] if sort == "figure" else [sort]
        for column, value in (("mood", mood), ("base_unit", unit)):
            if value:
                conditions.append(f"{column} = ?")
                values.append(value)
        return self._rows(
            f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY claims.day DESC, articles.source, articles.page, "
            "articles.source_id, articles.position, claims.start, claims.id LIMIT ?",
            (*values, limit),
        )

    def claims_of_value(self, value: str, unit: str, standing: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_value``."""
        condition, values = "base_value = ? AND base_unit = ? AND sort = 'figure'", [value, unit]
        if standing:
            condition += " AND standing = ?" + (" AND standing <> 'stands'" if standing != "stands" else "")
            values.append(standing)
        return self._rows(f"{_SELECT} WHERE {condition} {_NEWEST}", (*values, limit))

    def claims_of_article(self, article_id: str, sort: str) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_article``."""
        return self._rows(f"{_SELECT} WHERE claims.article_id = ? AND sort = ? ORDER BY start", (article_id, sort))

    def claims_of_day(self, day: dt.date, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_day``."""
        return self._rows(f"{_SELECT} WHERE period_first = ? AND sort = 'day' {_NEWEST}", (day.isoformat(), limit))

    def claims_of_title(self, title: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_title``."""
        return self._rows(f"{_SELECT} WHERE act = ? AND sort = 'office' {_NEWEST}", (title, limit))

    def _rows(self, query: str, values: Sequence[object]) -> list[ClaimRow]:
        return self._connection.execute(query, values).fetchall()


def insert_claims(connection: sqlite3.Connection, article_id: str, rows: Sequence[ClaimRow]) -> None:
    """Store the claims of an article and that they were read; inside the caller's transaction."""
    if rows:
        names = ", ".join((*CLAIM_COLUMN_NAMES, "day"))
        day = connection.execute("SELECT coalesce(date, '') FROM articles WHERE id = ?", (article_id,)).fetchone()[0]
        marks = ",".join("?" * (len(CLAIM_COLUMN_NAMES) + 1))
        connection.executemany(f"INSERT INTO claims ({names}) VALUES ({marks})", [(*row, day) for row in rows])
    connection.execute("DELETE FROM claims_owed WHERE article_id = ?", (article_id,))


def claim_checks(connection: sqlite3.Connection) -> tuple[tuple[str, str], ...]:
    """As ``schema.CHECKS``, for the claims of a store that keeps them: SQLite itself sees no exchanged digit."""
    return () if claims_version(connection) is None else (_FIGURES_CHECK,)


def owes_claims(connection: sqlite3.Connection, article_id: str) -> bool:
    """Whether the article is there and its claims were not read yet."""
    query = "SELECT 1 FROM claims_owed WHERE article_id = ?"
    return connection.execute(query, (article_id,)).fetchone() is not None
