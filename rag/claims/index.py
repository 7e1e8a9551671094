"""The claim index: the assertions of every article, in the store's own database.

They are written in the transaction that stores their article and go with its row. The tables are derived, so they
have a version of their own beside the store's layout: when the reading changes, they are laid out anew and articles
are read again, some at a time, each time in one transaction. An article written by a program that does not know of
claims is found by what is missing and read then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from rag.claims.assertions import read_assertions
from rag.claims.index_rows import COLUMNS, row_of
from rag.corpus.store import ArticleStore
from rag.records import Article

READING_VERSION = 1
"""Raised whenever claims are read otherwise, so that stored ones are made anew."""
_VERSION_KEY = "claims_version"
_BATCH_ARTICLES = 200

_TABLES = (
    "DROP TABLE IF EXISTS claims",
    "DROP TABLE IF EXISTS claims_read",
    """CREATE TABLE claims (
      id INTEGER PRIMARY KEY,
      article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
      sort TEXT NOT NULL,                -- figure, day, office
      start INTEGER NOT NULL, end INTEGER NOT NULL,
      clause_start INTEGER NOT NULL, clause_end INTEGER NOT NULL,
      sentence_start INTEGER NOT NULL, sentence_end INTEGER NOT NULL,
      standing TEXT NOT NULL, place TEXT NOT NULL, thing TEXT NOT NULL, act TEXT NOT NULL, measure TEXT NOT NULL,
      base_unit TEXT NOT NULL, base_value TEXT NOT NULL,
      figure TEXT NOT NULL,              -- as JSON; '' where there is none
      period_first TEXT, period_last TEXT, period_text TEXT, period_year_said INTEGER, period_is_end INTEGER,
      mood TEXT NOT NULL, mood_word TEXT NOT NULL, places TEXT NOT NULL, members TEXT NOT NULL,
      is_part INTEGER NOT NULL, words TEXT NOT NULL
    )""",
    "CREATE INDEX claims_by_article ON claims (article_id, start)",
    "CREATE INDEX claims_by_value ON claims (base_value, base_unit)",
    "CREATE INDEX claims_by_title ON claims (act, thing) WHERE sort = 'office'",
    "CREATE INDEX claims_by_day ON claims (period_first) WHERE sort = 'day'",
    """CREATE TABLE claims_read (
      article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE
    ) WITHOUT ROWID""",
)


def keep_claims(store: ArticleStore, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Have ``store`` keep the claims of its articles from now on; says how many articles were read for it now.

    ``on_progress`` is told articles read and articles to read, after each batch.

    Raises:
        StoreLockedError: another process keeps writing.
        StoreError: the store cannot be written to.
    """
    _prepare(store)
    store.follow_articles(write_claims)
    return bring_up_to_date(store, on_progress=on_progress)


def bring_up_to_date(store: ArticleStore, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Read every article whose claims are missing or of another version, in batches; says how many."""
    _prepare(store)
    owed = _owed(store)
    for begin in range(0, len(owed), _BATCH_ARTICLES):
        articles = store.articles_by_id(owed[begin : begin + _BATCH_ARTICLES])
        rows = {article.id: _rows(article) for article in articles.values()}
        with store.writing() as writer:
            writer.derive(lambda connection, rows=rows: _insert_owed(connection, rows))  # type: ignore[misc]
        if on_progress is not None:
            on_progress(min(begin + _BATCH_ARTICLES, len(owed)), len(owed))
    return len(owed)


def _prepare(store: ArticleStore) -> None:
    if not _is_current(store):
        with store.writing() as writer:
            writer.derive(_lay_out)


def write_claims(connection: sqlite3.Connection, article: Article) -> None:
    """Store the claims of an article that has just been stored, inside the caller's transaction."""
    _insert(connection, article.id, _rows(article))


def _rows(article: Article) -> list[tuple[object, ...]]:
    return [row_of(article.id, assertion) for assertion in read_assertions(article)]


def _insert(connection: sqlite3.Connection, article_id: str, rows: list[tuple[object, ...]]) -> None:
    marks = ",".join("?" * (COLUMNS.count(",") + 1))
    connection.executemany(f"INSERT INTO claims ({COLUMNS}) VALUES ({marks})", rows)
    connection.execute("INSERT INTO claims_read VALUES (?)", (article_id,))


def _insert_owed(connection: sqlite3.Connection, rows: dict[str, list[tuple[object, ...]]]) -> None:
    """Store what was read outside the transaction, for the articles that are still there and still owed."""
    for article_id, values in rows.items():
        known = connection.execute(
            "SELECT 1 FROM articles WHERE id = ? AND id NOT IN (SELECT article_id FROM claims_read)", (article_id,)
        ).fetchone()
        if known is not None:
            _insert(connection, article_id, values)


def _is_current(store: ArticleStore) -> bool:
    with store.reading() as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = ?", (_VERSION_KEY,)).fetchone()
    return row is not None and row[0] == str(READING_VERSION)


def _lay_out(connection: sqlite3.Connection) -> None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_VERSION_KEY,)).fetchone()
    if row is not None and row[0] == str(READING_VERSION):
        return  # another process did it while this one waited for its turn
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_VERSION_KEY, str(READING_VERSION)))


def _owed(store: ArticleStore) -> list[str]:
    with store.reading() as connection:
        rows = connection.execute("SELECT id FROM articles WHERE id NOT IN (SELECT article_id FROM claims_read)")
        return [row[0] for row in rows]
