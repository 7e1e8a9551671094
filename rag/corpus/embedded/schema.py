"""The database of a store: how a connection is opened, what must hold in it, what its errors mean.

One database file is the one truth: articles, chunks, vectors and terms change in one transaction, so that a
process killed at any instruction leaves exactly the last complete generation. The FAISS file beside it is a
cache that can be rebuilt from here.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.corpus.embedded.layouts import LAYOUT_VERSION
from rag.errors import StoreError, StoreLockedError, StoreMismatchError

DATABASE_NAME = "baowen.sqlite3"

CHECKS = (
    (
        "articles WHERE id NOT IN (SELECT article_id FROM chunks) "
        "AND trim(text, char(9, 10, 13, 32, 160, 8195, 12288, 65279)) <> ''",
        "articles without a chunk",
    ),
    ("articles WHERE source_id NOT IN (SELECT id FROM sources)", "articles without a file"),
    ("chunks WHERE article_id NOT IN (SELECT id FROM articles)", "chunks without an article"),
    ("chunks WHERE length(vector) <> :bytes", "vectors of another dimension"),
    (
        "chunks JOIN articles ON articles.id = article_id WHERE start < 0 OR start >= end OR end > length(text)",
        "chunks that reach past the ends of their article",
    ),
    ("chunks WHERE id NOT IN (SELECT id FROM lexical_docsize)", "chunks without terms"),
    ("lexical_docsize WHERE id NOT IN (SELECT id FROM chunks)", "terms without a chunk"),
    (
        "(SELECT 1 FROM (SELECT date, source, articles AS number FROM tallies UNION ALL "
        "SELECT coalesce(date, ''), source, -1 FROM articles) GROUP BY date, source HAVING sum(number) <> 0)",
        "days whose number of articles is kept wrong",
    ),
    (
        "(SELECT 1 FROM (SELECT source, articles AS number FROM papers UNION ALL "
        "SELECT source, -articles FROM tallies) GROUP BY source HAVING sum(number) <> 0)",
        "papers whose number of articles is kept wrong",
    ),
    (
        "meta WHERE key = 'chunks' AND CAST(value AS INTEGER) <> (SELECT count(*) FROM chunks)",
        "wrong counts of chunks",
    ),
    (
        "common_terms WHERE chunks <> coalesce((SELECT doc FROM lexical_terms AS counted "
        "WHERE counted.term = common_terms.term), 0)",
        "common terms whose number of chunks is kept wrong",
    ),
    ("claims_owed WHERE article_id NOT IN (SELECT id FROM articles)", "claims owed to articles that are gone"),
)
"""What must select no row in a sound store, and the words for what it selects; ``:bytes`` is the size of a vector."""


_BUSY_SECONDS = 30.0
_MAPPED_BYTES = 64 << 20
"""Of the database file: what a process maps counts as its memory, though any other may use it."""


def connect(directory: Path) -> sqlite3.Connection:
    """A connection to the database of ``directory`` that waits for a writer and makes commits durable.

    Raises:
        StoreError: the file is not a database.
    """
    connection = sqlite3.connect(
        directory / DATABASE_NAME,
        isolation_level=None,
        check_same_thread=False,
        timeout=_BUSY_SECONDS,
        cached_statements=256,
    )
    try:
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreError(
            f"{directory / DATABASE_NAME} is not a readable store ({error}); "
            "expected a database written by baowen: give another --store or restore a copy"
        ) from error
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the file to a write-ahead log; two processes that both make the store wait for each other.

    SQLite does not wait for a lock here as it does elsewhere: of two that switch at once, one fails at once.
    """
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextmanager
def store_errors(directory: Path) -> Iterator[None]:
    """Turn what SQLite reports into an error of the store; a broken constraint is a fault of the program and stays.

    Raises:
        StoreLockedError: another process holds the database.
        StoreError: the disk is full, the file is damaged, the store was closed.
    """
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        text = str(error)
        if "locked" in text:
            raise StoreLockedError(f"the store {directory} is locked by another process: try again later") from error
        way_out = "run `baowen doctor`"
        if "full" in text or "disk I/O" in text:
            way_out = "what was stored before is safe: free some space, then ingest again"
        elif "malformed" in text or "not a database" in text:
            way_out = "restore a copy, or ingest again into another --store"
        raise StoreError(f"the store {directory} cannot be used, SQLite reports {text!r}: {way_out}") from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: committed at the end, undone by any exception, a failing commit included."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself where the disk is full.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """The store's own facts, empty for a database without them."""
    try:
        return dict(connection.execute("SELECT key, value FROM meta").fetchall())
    except sqlite3.OperationalError:
        return {}


def read_generation(connection: sqlite3.Connection) -> int:
    """The number of the last complete generation."""
    return int(connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0])


def check_meta(meta: dict[str, str], directory: Path, *, embedding_model: str | None) -> None:
    """Refuse a store of another layout or another embedding model.

    Raises:
        StoreMismatchError: naming both sides and the way out.
    """
    found = meta.get("layout_version", "none")
    if found != str(LAYOUT_VERSION):
        raise StoreMismatchError(
            f"the store {directory} has layout version {found}, expected {LAYOUT_VERSION} or older: "
            "it is another program's or a newer baowen's; update baowen, or use another --store and ingest again"
        )
    if embedding_model is not None and meta.get("embedding_model") != embedding_model:
        raise StoreMismatchError(
            f"the store {directory} was made with the embedding model {meta.get('embedding_model')}, but the one in "
            f"use is {embedding_model}: set BAOWEN_EMBEDDING_MODEL back, or use another --store and ingest again"
        )
