"""The tables of a store, layout after layout: how an empty store is laid out and how an older one is brought up.

Layout 1 is ``_FIRST_LAYOUT``; each entry of ``MIGRATIONS`` leads one layout on. A new store goes the same way, so
that it cannot differ from one that was migrated. To change the tables, write a function and add it at the end of
the list; what is in the list already is history and stays as it is. Layout 2 keeps by trigger what questions and
pages ask for each time, so that nobody counts rows. Layout 3 keeps what is still to be done for an article (claims to
be read, notices to be tied), so that nobody looks for it, and in how many chunks the common terms stand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from rag.corpus.embedded.claim_layouts import keep_days_of_claims
from rag.corpus.embedded.lexical import create_common_terms, create_lexical_tables

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


_KEPT_DUTIES = (
    # What is not done yet for an article is written down as it is stored, whoever stores it.
    "CREATE TABLE claims_owed (article_id TEXT PRIMARY KEY) WITHOUT ROWID",
    "INSERT INTO claims_owed SELECT id FROM articles",
    # A number is never used twice: what came while others were being tied is told apart from those.
    "CREATE TABLE untied (number INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL UNIQUE)",
    "INSERT INTO untied (article_id) SELECT id FROM articles",
    # Each notice with the days, ISO 8601, of the articles that it may mean.
    """CREATE TABLE notices (
      article_id TEXT PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX notices_by_days ON notices (last, first)",
    "DROP TABLE IF EXISTS corrections",
    """CREATE TABLE corrections (
      notice_id TEXT NOT NULL, article_id TEXT NOT NULL, wrong TEXT NOT NULL, "right" TEXT NOT NULL,
      start INTEGER NOT NULL, end INTEGER NOT NULL, PRIMARY KEY (notice_id, article_id, wrong)
    ) WITHOUT ROWID""",
    "CREATE INDEX corrections_by_article ON corrections (article_id)",
    # Articles of each paper, so that not even the days are added up for each question.
    "CREATE TABLE papers (source TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO papers SELECT source, sum(articles) FROM tallies GROUP BY source",
    """CREATE TRIGGER owe_article AFTER INSERT ON articles BEGIN
      INSERT INTO papers VALUES (new.source, 1) ON CONFLICT (source) DO UPDATE SET articles = articles + 1;
      INSERT OR IGNORE INTO claims_owed VALUES (new.id);
      INSERT OR REPLACE INTO untied (article_id) VALUES (new.id);
    END""",
    # A notice of an article that is gone may mean another one.
    """CREATE TRIGGER settle_article AFTER DELETE ON articles BEGIN
      UPDATE papers SET articles = articles - 1 WHERE source = old.source;
      DELETE FROM papers WHERE source = old.source AND articles = 0;
      INSERT OR REPLACE INTO untied (article_id) SELECT notice_id FROM corrections WHERE article_id = old.id;
      INSERT OR REPLACE INTO untied (article_id) SELECT article_id FROM notices
      WHERE last = coalesce(old.date, '') AND first = last;
      DELETE FROM notices WHERE article_id = old.id;
      DELETE FROM claims_owed WHERE article_id = old.id;
      DELETE FROM untied WHERE article_id = old.id;
    END""",
)


def _keep_duties(connection: sqlite3.Connection) -> None:
    """Layout 3: what is owed to an article, the days of claims, and the numbers of common terms are kept."""
    _execute_all(connection, _KEPT_DUTIES)
    keep_days_of_claims(connection)
    create_common_terms(connection)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_keep_tallies, _keep_duties)
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
