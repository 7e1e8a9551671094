"""Writing to a store: one writer at a time, one transaction a generation."""

from __future__ import annotations

import datetime as dt
import fcntl
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.corpus.article_rows import article_values
from rag.corpus.embedded.claim_layouts import lay_out_claims
from rag.corpus.embedded.claim_tables import insert_claims, owes_claims
from rag.corpus.embedded.lexical import add_chunk_terms, keep_common_terms, remove_chunk_terms
from rag.corpus.embedded.schema import read_generation
from rag.corpus.store import ArticleFollower
from rag.corpus.store_reading import ClaimRow, StoredCorrection
from rag.errors import StoreError, StoreLockedError
from rag.records import Article


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


class NoLeases:
    """See ``FileLeases``. All is held: two processes that ingest one file both encode it, and it is stored once."""

    def take(self, key: str, *, wait: bool = False) -> bool:
        """See ``FileLeases.take``."""
        del key, wait
        return True

    def release(self, key: str) -> None:
        """See ``FileLeases.release``."""


class EmbeddedWriter:
    """See ``StoreWriter``; made by ``EmbeddedStore.writing``."""

    def __init__(self, connection: sqlite3.Connection, followers: Sequence[ArticleFollower] = ()) -> None:
        self._connection = connection
        self._followers = tuple(followers)
        self._terms: Counter[str] = Counter()
        self._changed = False

    def put_source(self, key: str, path: str, sha256: str, date_option: str | None, source_option: str | None) -> int:
        """See ``StoreWriter.put_source``."""
        self._connection.execute(
            "INSERT INTO sources (key, path, sha256, signature, date_option, source_option) "
            "VALUES (?, ?, ?, '', ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET path = excluded.path, sha256 = excluded.sha256, signature = '', "
            "date_option = excluded.date_option, source_option = excluded.source_option",
            (key, path, sha256, date_option, source_option),
        )
        return int(self._connection.execute("SELECT id FROM sources WHERE key = ?", (key,)).fetchone()[0])

    def seal_source(self, source_id: int, signature: str) -> None:
        """See ``StoreWriter.seal_source``."""
        self._connection.execute("UPDATE sources SET signature = ? WHERE id = ?", (signature, source_id))

    def owners(self, article_ids: Sequence[str]) -> dict[str, int]:
        """See ``StoreWriter.owners``."""
        query = "SELECT source_id FROM articles WHERE id = ?"
        found = ((name, self._connection.execute(query, (name,)).fetchone()) for name in article_ids)
        return {name: int(row[0]) for name, row in found if row is not None}

    def put_article(
        self, article: Article, source_id: int, position: int, spans: Sequence[Span], vectors: NDArray[np.float32]
    ) -> None:
        """See ``StoreWriter.put_article``."""
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
        self._terms.update(add_chunk_terms(self._connection, rows))
        for follow in self._followers:
            follow(self, article)
        self._changed = True

    def move_article(self, article_id: str, source_id: int, position: int, runs: str) -> None:
        """See ``StoreWriter.move_article``."""
        self._connection.execute(
            "UPDATE articles SET source_id = ?, position = ?, runs = ? WHERE id = ?",
            (source_id, position, runs, article_id),
        )

    def make_room(self, source_id: int, position: int) -> None:
        """See ``StoreWriter.make_room``."""
        self._connection.execute(
            "UPDATE articles SET position = position + 1 WHERE source_id = ? AND position > ?", (source_id, position)
        )

    def remove_article(self, article_id: str) -> bool:
        """See ``StoreWriter.remove_article``."""
        rows = self._connection.execute("SELECT id FROM chunks WHERE article_id = ?", (article_id,)).fetchall()
        self._terms.subtract(remove_chunk_terms(self._connection, [row[0] for row in rows]))
        self._connection.execute("DELETE FROM chunks WHERE article_id = ?", (article_id,))
        removed = self._connection.execute("DELETE FROM articles WHERE id = ?", (article_id,)).rowcount > 0
        self._changed = self._changed or removed
        return removed

    def tie_notice(self, notice_id: str, first: dt.date, last: dt.date, links: Sequence[StoredCorrection]) -> None:
        """See ``StoreWriter.tie_notice``."""
        self._connection.execute("DELETE FROM corrections WHERE notice_id = ?", (notice_id,))
        there = "SELECT ?, ?, ? WHERE EXISTS (SELECT 1 FROM articles WHERE id = ?)"
        days = first.isoformat(), last.isoformat()
        self._connection.execute(f"INSERT OR REPLACE INTO notices {there}", (notice_id, *days, notice_id))
        rows = [(link.notice_id, link.article_id, link.wrong, link.right, link.start, link.end) for link in links]
        self._connection.executemany("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?, ?, ?)", rows)

    def forget_untied(self, until: int) -> None:
        """See ``StoreWriter.forget_untied``."""
        self._connection.execute("DELETE FROM untied WHERE number <= ?", (until,))

    def lay_out_claims(self, version: int) -> None:
        """See ``StoreWriter.lay_out_claims``."""
        lay_out_claims(self._connection, version)

    def put_claims(self, article_id: str, rows: Sequence[ClaimRow]) -> None:
        """See ``StoreWriter.put_claims``."""
        insert_claims(self._connection, article_id, rows)

    def put_owed_claims(self, article_id: str, rows: Sequence[ClaimRow]) -> None:
        """See ``StoreWriter.put_owed_claims``."""
        if owes_claims(self._connection, article_id):
            insert_claims(self._connection, article_id, rows)

    def add_feedback(self, created: str, record: str) -> None:
        """See ``StoreWriter.add_feedback``."""
        self._connection.execute("INSERT INTO feedback (created, record) VALUES (?, ?)", (created, record))

    def finish(self) -> None:
        """Number the generation, if there is a new one."""
        if self._changed:
            self._connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            keep_common_terms(self._connection, self._terms, read_generation(self._connection))
