"""The claims of a PostgreSQL store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.corpus.claim_columns import CLAIM_COLUMN_NAMES
from rag.corpus.postgresql.connections import Connection
from rag.corpus.store_reading import ClaimRow

_COLUMNS = ", ".join(f'"{name}"' for name in CLAIM_COLUMN_NAMES)
_SELECT = (
    "SELECT " + ", ".join(f'claims."{name}"' for name in CLAIM_COLUMN_NAMES) + ", "
    "substr(articles.text, sentence_start + 1, sentence_end - sentence_start), "
    "title, articles.date::text, articles.source, page FROM claims JOIN articles ON articles.id = claims.article_id"
)
_NEWEST = "ORDER BY claims.day DESC NULLS LAST, claims.id LIMIT %s"


class ClaimTablesReading:
    """See ``ClaimReading``, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claims_version(self) -> int | None:
        """See ``ClaimReading.claims_version``."""
        return claims_version(self._connection)

    def articles_without_claims(self) -> list[str]:
        """See ``ClaimReading.articles_without_claims``."""
        return [row[0] for row in self._connection.execute("SELECT article_id FROM claims_owed")]

    def claim_count(self) -> int:
        """See ``ClaimReading.claim_count``."""
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'claims'").fetchone()
        return int(row[0]) if row else 0

    def claims_in_chunks(self, chunk_ids: Sequence[int], sort: str, unit: str = "") -> list[ClaimRow]:
        """See ``ClaimReading.claims_in_chunks``."""
        return self._rows(
            f"{_SELECT} JOIN chunks ON chunks.article_id = claims.article_id "
            "JOIN unnest(%s::bigint[]) WITH ORDINALITY AS asked (id, turn) ON asked.id = chunks.id "
            "WHERE sort = %s AND claims.start >= chunks.start AND claims.start < chunks.end "
            "AND (%s = '' OR base_unit = %s) ORDER BY turn, claims.start, claims.id",
            (list(chunk_ids), sort, unit, unit),
        )

    def newest_claims(self, sort: str, mood: str, unit: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.newest_claims``."""
        conditions = ["sort = 'figure'" if sort == "figure" else "sort = %s"]
        values: list[object] = [] if sort == "figure" else [sort]
        for column, value in (("mood", mood), ("base_unit", unit)):
            if value:
                conditions.append(f"{column} = %s")
                values.append(value)
        return self._rows(
            f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY claims.day DESC NULLS LAST, articles.source, page, "
            "source_id, position, claims.start, claims.id LIMIT %s",
            (*values, limit),
        )

    def claims_of_value(self, value: str, unit: str, standing: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_value``."""
        condition, values = "base_value = %s AND base_unit = %s AND sort = 'figure'", [value, unit]
        if standing:
            condition += " AND standing = %s" + (" AND standing <> 'stands'" if standing != "stands" else "")
            values.append(standing)
        return self._rows(f"{_SELECT} WHERE {condition} {_NEWEST}", (*values, limit))

    def claims_of_article(self, article_id: str, sort: str) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_article``."""
        query = f"{_SELECT} WHERE claims.article_id = %s AND sort = %s ORDER BY start, claims.id"
        return self._rows(query, (article_id, sort))

    def claims_of_day(self, day: dt.date, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_day``."""
        return self._rows(f"{_SELECT} WHERE period_first = %s AND sort = 'day' {_NEWEST}", (day.isoformat(), limit))

    def claims_of_title(self, title: str, limit: int) -> list[ClaimRow]:
        """See ``ClaimReading.claims_of_title``."""
        return self._rows(f"{_SELECT} WHERE act = %s AND sort = 'office' {_NEWEST}", (title, limit))

    def _rows(self, query: str, values: tuple[Any, ...]) -> list[ClaimRow]:
        return self._connection.execute(query, values).fetchall()


def claims_version(connection: Connection) -> int | None:
    """The version of the reading that the stored claims come from; None where none are kept."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'claims_version'").fetchone()
    return int(row[0]) if row else None


def lay_out_claims(connection: Connection, version: int) -> None:
    """See ``StoreWriter.lay_out_claims``; inside the caller's transaction."""
    if claims_version(connection) == version:
        return  # another process did it while this one waited for its turn
    connection.execute("TRUNCATE claims")
    connection.execute("INSERT INTO claims_owed SELECT id FROM articles ON CONFLICT DO NOTHING")
    connection.execute("UPDATE meta SET value = '0' WHERE key = 'claims'")
    connection.execute(
        "INSERT INTO meta VALUES ('claims_version', %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (str(version),),
    )


@dataclass(frozen=True, slots=True)
class ClaimsOfArticle:
    """All claims of an article, and its day."""

    rows: Sequence[ClaimRow]
    day: dt.date | None


def copy_claims(connection: Connection, claims: Mapping[str, ClaimsOfArticle]) -> None:
    """Store the claims of articles, and that they were read."""
    with connection.cursor() as cursor, cursor.copy(f"COPY claims ({_COLUMNS}, day) FROM STDIN") as copy:
        for found in claims.values():
            for row in found.rows:
                copy.write_row((*row, found.day))
    connection.execute("DELETE FROM claims_owed WHERE article_id = ANY(%s)", (list(claims),))
