"""The store in a PostgreSQL database: many API processes and many ingesters on one archive."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from rag.corpus.article_rows import article_from_row
from rag.corpus.postgresql.checks import problems
from rag.corpus.postgresql.connections import (
    Connection,
    DatabaseError,
    connect,
    connection_if_free,
    database_errors,
    open_pool,
    read_meta,
    sql,
    words_of,
)
from rag.corpus.postgresql.layout import check_meta, has_outgrown_lists, opened_meta, settle
from rag.corpus.postgresql.reading import ARTICLE_COLUMNS, PostgresqlReading
from rag.corpus.postgresql.tallies import days_with_articles, list_articles, read_counts
from rag.corpus.postgresql.writing import PostgresqlLeases, PostgresqlWriter, lock_writer
from rag.corpus.store import ArticleFollower
from rag.corpus.store_reading import StoreCounts
from rag.errors import ArticleNotFoundError, StoreError
from rag.records import Article, Chunk, JsonObject, SearchFilter

_log = logging.getLogger(__name__)


class PostgresqlStore:
    """See ``ArticleStore``. Use ``open``; close it, or use it as a context."""

    def __init__(self, url: str, meta: dict[str, str]) -> None:
        self.location = words_of(url)
        self.embedding_model = meta["embedding_model"]
        self.dimension = int(meta["dimension"])
        self._url = url
        self._pool = open_pool(url)
        self._local = threading.local()
        self._closed = False
        self._followers: list[ArticleFollower] = []
        self._counts: tuple[int, StoreCounts] | None = None

    @classmethod
    def open(
        cls,
        url: str,
        *,
        embedding_model: str | None = None,
        dimension: int | Callable[[], int] = 0,
        create: bool = False,
    ) -> PostgresqlStore:
        """Open the store in the database at ``url``; with ``create``, lay it out first where there is none.

        A store of an older layout is refused, for other processes may still use it: ``migrate`` brings it up.

        Raises:
            StoreError: no store is there, or the server cannot be reached.
            StoreMismatchError: it was made with another embedding model or layout.
        """
        meta = opened_meta(url, embedding_model=embedding_model, dimension=dimension, create=create)
        return cls(url, meta)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """See ``ArticleStore.close``."""
        self._closed = True
        self._pool.close()

    def require_model(self, embedding_model: str) -> None:
        """See ``ArticleStore.require_model``."""
        with self._snapshot() as connection:
            check_meta(read_meta(connection), self.location, embedding_model)

    def require_reachable(self) -> None:
        """See ``ArticleStore.require_reachable``; on a connection of its own, which is refused at once."""
        if self._closed:
            raise StoreError(f"the store {self.location} is closed")
        with database_errors(self.location), connect(self._url) as connection:
            read_meta(connection)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if self._closed:
            raise StoreError(f"the store {self.location} is closed")
        with database_errors(self.location), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def _snapshot(self) -> Iterator[Connection]:
        """This thread's connection, on which everything read belongs to one generation, or to the open writing."""
        held: Connection | None = getattr(self._local, "connection", None)
        if held is not None:
            with database_errors(self.location):
                yield held
            return
        with self._connection() as connection:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            with self._held(connection):
                yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _held(self, connection: Connection) -> Iterator[None]:
        self._local.connection = connection
        try:
            yield
        finally:
            self._local.connection = None

    @contextmanager
    def reading(self) -> Iterator[PostgresqlReading]:
        """See ``ArticleStore.reading``."""
        # What is written, or read by this thread already, is on a connection of its own, and seen on that alone.
        held = getattr(self._local, "connection", None) is not None
        with self._snapshot() as connection:
            yield PostgresqlReading(connection, self.dimension, None if held else self._beside)

    @contextmanager
    def _beside(self, snapshot: str) -> Iterator[Connection | None]:
        """A second connection that sees ``snapshot``; None where all are in use."""
        with connection_if_free(self._pool) as connection:
            if connection is not None:
                connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
            yield connection
            if connection is not None:
                connection.execute("COMMIT")

    @contextmanager
    def writing(self, *, wait_seconds: float = 60.0) -> Iterator[PostgresqlWriter]:
        """See ``ArticleStore.writing``."""
        with self._connection() as connection:
            with connection.transaction():
                lock_writer(connection, wait_seconds)
                writer = PostgresqlWriter(connection, self._followers)
                with self._held(connection):
                    yield writer
                    writer.finish()
            self._renew_lists(connection)

    def _renew_lists(self, connection: Connection) -> None:
        # What was written is stored, and found, with the older lists too: not to have newer ones is no failure of it.
        try:
            if has_outgrown_lists(connection):
                settle(connection, self.dimension)
        except DatabaseError as error:
            _log.warning("the lists of vectors could not be made anew, searches are slower until they are: %s", error)

    @contextmanager
    def leases(self) -> Iterator[PostgresqlLeases]:
        """See ``ArticleStore.leases``."""
        with database_errors(self.location), connect(self._url) as connection:
            yield PostgresqlLeases(connection)

    def follow_articles(self, follower: ArticleFollower) -> None:
        """See ``ArticleStore.follow_articles``."""
        self._followers.append(follower)

    @property
    def generation(self) -> int:
        """See ``ArticleStore.generation``."""
        with self.reading() as reading:
            return reading.generation

    def article(self, article_id: str) -> Article:
        """See ``ArticleStore.article``."""
        found = self.articles_by_id([article_id])
        if not found:
            raise ArticleNotFoundError(
                f"no article has the id {article_id!r} in {self.location}: `baowen articles` lists the ids"
            )
        return found[article_id]

    def articles_by_id(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """See ``ArticleStore.articles_by_id``."""
        with self._snapshot() as connection:
            rows = connection.execute(f"{ARTICLE_COLUMNS} WHERE articles.id = ANY(%s)", (list(article_ids),))
            return {article.id: article for article in map(article_from_row, rows)}

    def articles(
        self, search_filter: SearchFilter | None = None, *, limit: int | None = None, offset: int = 0, page: str = ""
    ) -> list[Article]:
        """See ``ArticleStore.articles``."""
        with self._snapshot() as connection:
            return list_articles(connection, search_filter, limit, offset, page)

    def article_count(self, search_filter: SearchFilter | None = None, *, page: str = "") -> int:
        """See ``ArticleStore.article_count``."""
        with self._snapshot() as connection:
            return sum(day.articles for day in days_with_articles(connection, search_filter, page))

    def chunks(self, chunk_ids: Sequence[int]) -> dict[int, Chunk]:
        """See ``ArticleStore.chunks``."""
        with self._snapshot() as connection:
            rows = connection.execute(
                'SELECT chunks.id, article_id, start, "end", substr(text, start + 1, "end" - start) '
                "FROM chunks JOIN articles ON articles.id = article_id WHERE chunks.id = ANY(%s)",
                (list(map(int, chunk_ids)),),
            )
            return {row[0]: Chunk(*row) for row in rows}

    def counts(self) -> StoreCounts:
        """See ``ArticleStore.counts``."""
        with self.reading() as reading, self._snapshot() as connection:
            generation = reading.generation
            if self._counts is None or self._counts[0] != generation:
                self._counts = generation, read_counts(connection, reading.chunk_count)
            return self._counts[1]

    def unfinished_sources(self) -> list[str]:
        """See ``ArticleStore.unfinished_sources``."""
        with self._snapshot() as connection:
            rows = connection.execute("SELECT path FROM sources WHERE signature = '' ORDER BY path COLLATE \"C\"")
            return [row[0] for row in rows]

    def check(self) -> list[str]:
        """See ``ArticleStore.check``."""
        try:
            with self._snapshot() as connection:
                return problems(connection)
        except StoreError as error:
            return [str(error)]

    def remove(self, article_ids: Sequence[str]) -> int:
        """See ``ArticleStore.remove``."""
        with self.writing() as writer:
            for article_id in dict.fromkeys(article_ids):
                if not writer.remove_article(article_id):
                    raise ArticleNotFoundError(
                        f"no article has the id {article_id!r} in {self.location}, so nothing was removed: "
                        "`baowen articles` lists the ids"
                    )
        return len(set(article_ids))

    def add_feedback(self, record: JsonObject) -> None:
        """See ``ArticleStore.add_feedback``."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with self.writing() as writer:
            writer.add_feedback(now, json.dumps(record, ensure_ascii=False))

    def settle(self) -> list[str]:
        """Make search indexes that are missing or outgrown; have the server count anew what has grown by a tenth."""
        with self._connection() as connection:
            made = settle(connection, self.dimension)
        return ["the indexes that a search reads were made anew"] if made else []
