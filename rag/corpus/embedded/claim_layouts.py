"""The tables of claims: laid out when claims are first kept, and brought up with the layout of the store.

A claim has the day of its article beside it, so that the newest of many thousand are read from an index, and no more
of them than are asked for. How many there are is kept in ``meta``.
"""

from __future__ import annotations

import sqlite3

from rag.corpus.claim_columns import CLAIM_COLUMNS

VERSION_KEY = "claims_version"
COUNT_KEY = "claims"
_KINDS = {
    "text": "TEXT NOT NULL",
    "integer": "INTEGER NOT NULL",
    "text or null": "TEXT",
    "integer or null": "INTEGER",
}
_COLUMNS = ", ".join(f"{name} {_KINDS[kind]}" for name, kind in CLAIM_COLUMNS)
_INDEXES = (
    "CREATE INDEX claims_by_article ON claims (article_id, start)",
    "CREATE INDEX claims_by_sort ON claims (sort, day DESC)",
    "CREATE INDEX claims_by_mood ON claims (mood, day DESC) WHERE sort = 'figure'",
    "CREATE INDEX claims_by_unit ON claims (base_unit, day DESC) WHERE sort = 'figure'",
    "CREATE INDEX claims_by_unit_and_mood ON claims (base_unit, mood, day DESC) WHERE sort = 'figure'",
    "CREATE INDEX claims_by_value ON claims (base_value, base_unit, day DESC) WHERE sort = 'figure'",
    "CREATE INDEX claims_that_fell ON claims (base_value, base_unit, standing, day DESC) "
    "WHERE sort = 'figure' AND standing <> 'stands'",
    "CREATE INDEX claims_by_title ON claims (act, day DESC) WHERE sort = 'office'",
    "CREATE INDEX claims_by_day ON claims (period_first, day DESC) WHERE sort = 'day'",
    f"""CREATE TRIGGER count_claim AFTER INSERT ON claims BEGIN
      UPDATE meta SET value = value + 1 WHERE key = '{COUNT_KEY}';
    END""",
    f"""CREATE TRIGGER uncount_claim AFTER DELETE ON claims BEGIN
      UPDATE meta SET value = value - 1 WHERE key = '{COUNT_KEY}';
    END""",
)
_TABLES = (
    "DROP TABLE IF EXISTS claims",
    f"CREATE TABLE claims (id INTEGER PRIMARY KEY, {_COLUMNS}, day TEXT NOT NULL DEFAULT '', "
    "FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE)",
    *_INDEXES,
    "INSERT OR IGNORE INTO claims_owed SELECT id FROM articles",
    f"INSERT OR REPLACE INTO meta VALUES ('{COUNT_KEY}', '0')",
)
_OLDER_INDEXES = ("claims_by_article", "claims_by_value", "claims_by_title", "claims_by_day")


def lay_out_claims(connection: sqlite3.Connection, version: int) -> None:
    """See ``StoreWriter.lay_out_claims``; inside the caller's transaction."""
    if claims_version(connection) == version:
        return  # another process did it while this one waited for its turn
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (VERSION_KEY, str(version)))


def claims_version(connection: sqlite3.Connection) -> int | None:
    """The version of the reading that the stored claims come from; None where none are kept."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (VERSION_KEY,)).fetchone()
    return int(row[0]) if row else None


def keep_days_of_claims(connection: sqlite3.Connection) -> None:
    """Bring tables of claims that were laid out before layout 3 of the store to it; without claims there is none."""
    if claims_version(connection) is None:
        return
    for name in _OLDER_INDEXES:
        connection.execute(f"DROP INDEX IF EXISTS {name}")
    connection.execute("ALTER TABLE claims ADD COLUMN day TEXT NOT NULL DEFAULT ''")
    day = "SELECT coalesce(date, '') FROM articles WHERE articles.id = article_id"
    connection.execute(f"UPDATE claims SET day = ({day})")
    for statement in _INDEXES:
        connection.execute(statement)
    connection.execute("DELETE FROM claims_owed WHERE article_id IN (SELECT article_id FROM claims_read)")
    connection.execute("DROP TABLE claims_read")
    connection.execute("INSERT OR REPLACE INTO meta SELECT ?, count(*) FROM claims", (COUNT_KEY,))
