"""Writing to a store: one writer at a time, one transaction a generation."""

from __future__ import annotations

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.corpus.lexical import add_chunk_terms, remove_chunk_terms
from rag.corpus.store_rows import article_values
from rag.errors import StoreError, StoreLockedError
from rag.records import Article

ArticleFollower = Callable[[sqlite3.Connection, Article], None]
"""Writes, in the transaction that stores an article, what is derived from it."""


@contextmanager
def exclusive_writer(directory: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the store's writer lock; the system frees it when a process dies.

    Raises:
        StoreLockedError: another process held it for ``wait_seconds``.
        StoreError: the folder cannot be written to.
    """
    deadline = time.monotonic() + wait_seconds
    try:
        opened = (directory / "writer.lock").open("a")
    except OSError as error:
        raise StoreError(
            f"cannot write to the store {directory} ({error.strerror}); expected a folder you may write to"
        ) from error
    with opened as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreLockedError(
                        f"another process has been writing to {directory} for {wait_seconds:.0f} s: "
                        "wait until it is done, then try again"
                    ) from None
                time.sleep(0.05)
        yield


class StoreWriter:
    """The changes of one transaction; made by ``ArticleStore.writing``."""

    def __init__(self, connection: sqlite3.Connection, followers: Sequence[ArticleFollower] = ()) -> None:
        self._connection = connection
        self._followers = tuple(followers)
        self._changed = False

    def put_source(self, key: str, path: str, sha256: str, date_option: str | None, source_option: str | None) -> int:
        """Register a file whose articles are about to change; says its number. It stays unfinished until sealed."""
        self._connection.execute(
            "INSERT INTO sources (key, path, sha256, signature, date_option, source_option) "
            "VALUES (?, ?, ?, '', ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256, signature = '', "
            "date_option = excluded.date_option, source_option = excluded.source_option",
            (key, path, sha256, date_option, source_option),
        )
        return int(self._connection.execute("SELECT id FROM sources WHERE key = ?", (key,)).fetchone()[0])

    def seal_source(self, source_id: int, signature: str) -> None:
        """Mark a file's articles as complete."""
        self._connection.execute("UPDATE sources SET signature = ? WHERE id = ?", (signature, source_id))

    def put_article(
        self, article: Article, source_id: int, position: int, spans: Sequence[Span], vectors: NDArray[np.float32]
    ) -> None:
        """Add an article with its chunks, in place of an earlier one with the same id.

        ``vectors`` has shape ``(len(spans), dimension)``.
        """
        self.remove_article(article.id)
        self._connection.execute(
            f"INSERT INTO articles VALUES ({','.join('?' * 15)})",
            article_values(article, source_id, position, spans),
        )
        rows = []
        for span, vector in zip(spans, vectors, strict=True):
            cursor = self._connection.execute(
                "INSERT INTO chunks (article_id, start, end, vector) VALUES (?, ?, ?, ?)",
                (article.id, span.start, span.end, np.ascontiguousarray(vector, dtype="<f4").tobytes()),
            )
            rows.append((int(cursor.lastrowid or 0), article.title, article.text[span.start : span.end]))
        add_chunk_terms(self._connection, rows)
        for follow in self._followers:
            follow(self._connection, article)
        self._changed = True

    def move_article(self, article_id: str, source_id: int, position: int, runs: str) -> None:
        """Note where an article that a reader sees unchanged now stands in its file."""
        self._connection.execute(
            "UPDATE articles SET source_id = ?, position = ?, runs = ? WHERE id = ?",
            (source_id, position, runs, article_id),
        )

    def remove_article(self, article_id: str) -> bool:
        """Remove an article with its chunks and terms; says whether it was there."""
        rows = self._connection.execute("SELECT id FROM chunks WHERE article_id = ?", (article_id,)).fetchall()
        remove_chunk_terms(self._connection, [row[0] for row in rows])
        self._connection.execute("DELETE FROM chunks WHERE article_id = ?", (article_id,))
        removed = self._connection.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount > 0
        self._changed = self._changed or removed
        return removed

    def derive(self, write: Callable[[sqlite3.Connection], None]) -> None:
        """Write what is derived from stored articles; it makes no new generation."""
        write(self._connection)

    def add_feedback(self, created: str, record: str) -> None:
        """Add one record of feedback; it makes no new generation."""
        self._connection.execute("INSERT INTO feedback (created, record) VALUES (?, ?)", (created, record))

    def finish(self) -> None:
        """Number the generation, if there is a new one."""
        if self._changed:
            self._connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
