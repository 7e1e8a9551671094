"""The claims of an embedded store: two tables beside the articles, laid out when claims are first kept.

They are derived from articles, so they have a version of their own beside the store's layout.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence

from rag.corpus.claim_columns import CLAIM_COLUMN_NAMES, CLAIM_COLUMNS
from rag.corpus.store_reading import ClaimRow

_VERSION_KEY = "claims_version"
_KINDS = {
    "text": "TEXT NOT NULL",
    "integer": "INTEGER NOT NULL",
    "text or null": "TEXT",
    "integer or null": "INTEGER",
}
_COLUMNS = ", ".join(f"{name} {_KINDS[kind]}" for name, kind in CLAIM_COLUMNS)
_TABLES = (
    "DROP TABLE IF EXISTS claims",
    "DROP TABLE IF EXISTS claims_read",
    f"CREATE TABLE claims (id INTEGER PRIMARY KEY, {_COLUMNS}, "
    "FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE)",
    "CREATE INDEX claims_by_article ON claims (article_id, start)",
    "CREATE INDEX claims_by_value ON claims (base_value, base_unit)",
    "CREATE INDEX claims_by_title ON claims (act, thing) WHERE sort = 'office'",
    "CREATE INDEX claims_by_day ON claims (period_first) WHERE sort = 'day'",
    "CREATE TABLE claims_read (article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE) WITHOUT ROWID",
)
_FIGURES_CHECK = (
    "claims JOIN articles ON articles.id = article_id WHERE figure <> '' AND "
    "json_extract(figure, '$[0]') IS NOT substr(articles.text, claims.start + 1, claims.end - claims.start)",
    "figures that do not stand in their article as they were read there (a damaged file: restore a backup)",
)
_SELECT = (
    f"SELECT {', '.join('claims.' + name for name in CLAIM_COLUMN_NAMES)}, "
    "substr(articles.text, sentence_start + 1, sentence_end - sentence_start), "
    "title, articles.date, articles.source, page"
)
_OF_ARTICLES = f"{_SELECT} FROM claims JOIN articles ON articles.id = claims.article_id"


class ClaimTablesReading:
    """See ``ClaimReading``, on one SQLite connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def claims_version(self) -> int | None:
        """See ``ClaimReading.claims_version``."""
        return _version(self._connection)

    def articles_without_claims(self) -> list[str]:
        """See ``ClaimReading.articles_without_claims``."""
        query = "SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM claims_read)"
        return [row[0] for row in self._connection.execute(query)]

    def claim_count(self) -> int:
        """See ``ClaimReading.claim_count``."""
        return int(self._connection.execute("SELECT count(*) FROM claims").fetchone()[0])

    def claims_in_chunks(self, chunk_ids: Sequence[int], sort: str, unit: str = "") -> list[ClaimRow]:
        """See ``ClaimReading.claims_in_chunks``."""
        query = (
            f"{_OF_ARTICLES} JOIN chunks ON chunks.article_id = claims.article_id WHERE chunks.id = ? AND sort = ? "
            "AND claims.start >= chunks.start AND claims.start < chunks.end AND (? = '' OR base_unit = ?)"
        )
        found: list[ClaimRow] = []
        for chunk_id in chunk_ids:
            found.extend(self._connection.execute(query, (chunk_id, sort, unit, unit)))
        return found

    def newest_claims(self, sort: str, mood: str, unit: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.newest_claims``."""
        # From the newest article on, by the index of their order, so that nothing is sorted.
        return self._rows(
            f"{_SELECT} FROM articles CROSS JOIN claims ON articles.id = claims.article_id "
            "WHERE sort = ? AND (? = '' OR mood = ?) AND (? = '' OR base_unit = ?) "
            "ORDER BY coalesce(articles.date, '') DESC LIMIT ?",
            (sort, mood, mood, unit, unit, limit),
        )

    def claims_of_value(self, value: str, unit: str, standing: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_value``."""
        return self._rows(
            f"{_OF_ARTICLES} WHERE base_value = ? AND base_unit = ? AND sort = 'figure' "
            "AND (? = '' OR standing = ?) ORDER BY articles.date DESC, claims.id LIMIT ?",
            (value, unit, standing, standing, limit),
        )

    def claims_of_article(self, article_id: str, sort: str) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_article``."""
        return self._rows(
            f"{_OF_ARTICLES} WHERE claims.article_id = ? AND sort = ? ORDER BY start", (article_id, sort)
        )

    def claims_of_day(self, day: dt.date, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_day``."""
        return self._rows(
            f"{_OF_ARTICLES} WHERE period_first = ? AND sort = 'day' ORDER BY articles.date DESC, claims.id LIMIT ?",
            (day.isoformat(), limit),
        )

    def claims_of_title(self, title: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_title``."""
        return self._rows(
            f"{_OF_ARTICLES} WHERE act = ? AND sort = 'office' ORDER BY articles.date DESC, claims.id LIMIT ?",
            (title, limit),
        )

    def _rows(self, query: str, values: Sequence[object]) -> list[ClaimRow]:
        return self._connection.execute(query, values).fetchall()


def lay_out_claims(connection: sqlite3.Connection, version: int) -> None:
    """See ``StoreWriter.lay_out_claims``; inside the caller's transaction."""
    if _version(connection) == version:
        return  # another process did it while this one waited for its turn
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_VERSION_KEY, str(version)))


def insert_claims(connection: sqlite3.Connection, article_id: str, rows: Sequence[ClaimRow]) -> None:
    """Store the claims of an article and that they were read; inside the caller's transaction."""
    marks = ",".join("?" * len(CLAIM_COLUMN_NAMES))
    connection.executemany(f"INSERT INTO claims ({', '.join(CLAIM_COLUMN_NAMES)}) VALUES ({marks})", rows)
    connection.execute("INSERT INTO claims_read VALUES (?)", (article_id,))


def claim_checks(connection: sqlite3.Connection) -> tuple[tuple[str, str], ...]:
    """As ``schema.CHECKS``, for the claims of a store that keeps them: SQLite itself sees no exchanged digit."""
    return () if _version(connection) is None else (_FIGURES_CHECK,)


def owes_claims(connection: sqlite3.Connection, article_id: str) -> bool:
    """Whether the article is there and its claims were not read yet."""
    query = "SELECT 1 FROM articles WHERE id = ? AND id NOT IN (SELECT article_id FROM claims_read)"
    return connection.execute(query, (article_id,)).fetchone() is not None


def _version(connection: sqlite3.Connection) -> int | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_VERSION_KEY,)).fetchone()
    return int(row[0]) if row else None
