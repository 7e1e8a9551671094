"""The tables of a store, layout after layout: how an empty store is laid out and how an older one is brought up.

Layout 1 is ``_FIRST_LAYOUT``; each entry of ``MIGRATIONS`` leads one layout on. A new store goes the same way, so
that it cannot differ from one that was migrated. To change the tables, write a function and add it at the end of
the list; what is in the list already is history and stays as it is. Layout 2 keeps by trigger what questions and
pages ask for each time, so that nobody counts rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from rag.corpus.embedded.lexical import create_lexical_tables

_FIRST_LAYOUT = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE sources (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,          -- what the same file is known by the next time
      path TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      signature TEXT NOT NULL,         -- of bytes, options and reader version; '' while its articles are being added
      date_option TEXT, source_option TEXT
    )""",
    "CREATE INDEX sources_by_sha256 ON sources (sha256)",
    """CREATE TABLE articles (
      id TEXT PRIMARY KEY,
      source_id INTEGER NOT NULL REFERENCES sources (id),
      position INTEGER NOT NULL,         -- order within its file
      title TEXT NOT NULL, subtitle TEXT NOT NULL, byline TEXT NOT NULL, text TEXT NOT NULL,
      date TEXT, date_basis TEXT NOT NULL, source TEXT NOT NULL, page TEXT NOT NULL, kind TEXT NOT NULL,
      confidence REAL NOT NULL, runs TEXT NOT NULL,
      fingerprint TEXT NOT NULL          -- SHA-256 of everything a reader can see
    ) WITHOUT ROWID""",
    "CREATE INDEX articles_by_source ON articles (source_id, position)",
    "CREATE INDEX articles_by_date ON articles (date)",
    """CREATE TABLE chunks (
      id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice, so a stale vector can never point at a new chunk
      article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
      start INTEGER NOT NULL, end INTEGER NOT NULL,
      vector BLOB NOT NULL               -- (dimension,) float32, unit length, little-endian
    )""",
    "CREATE INDEX chunks_by_article ON chunks (article_id, start)",
    "CREATE TABLE feedback (id INTEGER PRIMARY KEY, created TEXT NOT NULL, record TEXT NOT NULL)",
)

_KEPT_TALLIES = (
    # Articles of each day and paper; the day is '' for articles without one. A calendar's length, not an archive's.
    """CREATE TABLE tallies (
      date TEXT NOT NULL, source TEXT NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (date, source)
    ) WITHOUT ROWID""",
    "INSERT INTO tallies SELECT coalesce(date, ''), source, count(*) FROM articles GROUP BY 1, 2",
    """CREATE TRIGGER tally_article AFTER INSERT ON articles BEGIN
      INSERT INTO tallies VALUES (coalesce(new.date, ''), new.source, 1)
      ON CONFLICT (date, source) DO UPDATE SET articles = articles + 1;
    END""",
    """CREATE TRIGGER untally_article AFTER DELETE ON articles BEGIN
      UPDATE tallies SET articles = articles - 1 WHERE date = coalesce(old.date, '') AND source = old.source;
      DELETE FROM tallies WHERE date = coalesce(old.date, '') AND source = old.source AND articles = 0;
    END""",
    "INSERT INTO meta SELECT 'chunks', count(*) FROM chunks",
    # Which chunks each generation took away: a vector index follows without reading every id again.
    """CREATE TABLE removed_chunks (
      generation INTEGER NOT NULL, chunk_id INTEGER NOT NULL, PRIMARY KEY (generation, chunk_id)
    ) WITHOUT ROWID""",
    """CREATE TRIGGER count_chunk AFTER INSERT ON chunks BEGIN
      UPDATE meta SET value = value + 1 WHERE key = 'chunks';
    END""",
    """CREATE TRIGGER uncount_chunk AFTER DELETE ON chunks BEGIN
      UPDATE meta SET value = value - 1 WHERE key = 'chunks';
      INSERT INTO removed_chunks SELECT value + 1, old.id FROM meta WHERE key = 'generation';
    END""",
    # The order in which articles are listed; a bound on days reads it too.
    "CREATE INDEX articles_in_order ON articles (coalesce(date, '') DESC, source, page, source_id, position)",
    "DROP INDEX articles_by_date",
    "CREATE INDEX sources_by_signature ON sources (signature)",
)


def _keep_tallies(connection: sqlite3.Connection) -> None:
    """Layout 2: counts, removals and the order of the list are kept as articles come and go."""
    _execute_all(connection, _KEPT_TALLIES)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_keep_tallies,)
"""Entry ``n`` brings layout ``n + 1`` to ``n + 2``, inside the caller's transaction."""

LAYOUT_VERSION = 1 + len(MIGRATIONS)
"""The layout this program reads and writes."""


def create_tables(connection: sqlite3.Connection, *, embedding_model: str, dimension: int) -> None:
    """Lay out an empty store, inside the caller's transaction."""
    _execute_all(connection, _FIRST_LAYOUT)
    create_lexical_tables(connection)
    rows = {
        "layout_version": "1",
        "embedding_model": embedding_model,
        "dimension": str(dimension),
        "generation": "0",
    }
    connection.executemany("INSERT INTO meta VALUES (?, ?)", rows.items())
    migrate_tables(connection, 1)


def migrate_tables(connection: sqlite3.Connection, found: int) -> None:
    """Bring a store of layout ``found`` to ``LAYOUT_VERSION``, inside the caller's transaction."""
    for migrate in MIGRATIONS[found - 1 :]:
        migrate(connection)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'layout_version'", (str(LAYOUT_VERSION),))


def is_older_layout(meta: dict[str, str]) -> bool:
    """Whether a store with these facts can be brought up to this program's layout."""
    found = meta.get("layout_version", "")
    return found.isdecimal() and 1 <= int(found) < LAYOUT_VERSION


def _execute_all(connection: sqlite3.Connection, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement)
