"""The store in a PostgreSQL database: many API processes and many ingesters on one archive."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

from rag.corpus.article_pages import DaySpan, DayTally, days_of_page
from rag.corpus.article_rows import article_from_row
from rag.corpus.postgresql.checks import problems
from rag.corpus.postgresql.connections import (
    Connection,
    connect,
    database_errors,
    open_pool,
    read_meta,
    words_of,
)
from rag.corpus.postgresql.filters import filter_clause, tally_clause
from rag.corpus.postgresql.migrations import create_search_indexes, create_tables, layout_version, migrate_tables
from rag.corpus.postgresql.reading import ARTICLE_COLUMNS, PostgresqlReading
from rag.corpus.postgresql.writing import PostgresqlLeases, PostgresqlWriter, lock_writer
from rag.corpus.store import ArticleFollower
from rag.corpus.store_reading import StoreCounts
from rag.errors import ArticleNotFoundError, StoreError, StoreMismatchError
from rag.records import Article, Chunk, JsonObject, SearchFilter

_LAYOUT_SECONDS = 60.0
_ORDER = "ORDER BY articles.date DESC NULLS LAST, articles.source, page, source_id, position"
_ANALYSE_SHARE = 0.1
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
        location = words_of(url)
        with database_errors(location), connect(url) as connection:
            meta = read_meta(connection)
            if create and not meta:
                length = dimension() if callable(dimension) else dimension
                with connection.transaction():
                    lock_writer(connection, _LAYOUT_SECONDS)
                    if not read_meta(connection):
                        create_tables(connection, embedding_model=embedding_model or "", dimension=length)
                meta = read_meta(connection)
        if not meta:
            raise StoreError(f"there is no store in {location} yet: run `baowen ingest PATH` or name another --store")
        _check(meta, location, embedding_model)
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
            _check(read_meta(connection), self.location, embedding_model)

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
        with self._snapshot() as connection:
            yield PostgresqlReading(connection, self.dimension)

    @contextmanager
    def writing(self, *, wait_seconds: float = 60.0) -> Iterator[PostgresqlWriter]:
        """See ``ArticleStore.writing``."""
        with self._connection() as connection, connection.transaction():
            lock_writer(connection, wait_seconds)
            writer = PostgresqlWriter(connection, self._followers)
            with self._held(connection):
                yield writer
                writer.finish()

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
        self, search_filter: SearchFilter | None = None, *, limit: int | None = None, offset: int = 0
    ) -> list[Article]:
        """See ``ArticleStore.articles``."""
        with self._snapshot() as connection:
            span = days_of_page(_days(connection, search_filter), limit, offset)
            if span is None:
                return []
            condition, values = filter_clause(search_filter, table="articles")
            values |= {"limit": limit, "offset": span.skipped, "newest": span.newest, "oldest": span.oldest}
            page = f"SELECT id FROM articles WHERE {condition} AND {_of_days(span)} {_ORDER} LIMIT %(limit)s"
            query = f"{ARTICLE_COLUMNS} WHERE articles.id IN ({page} OFFSET %(offset)s) {_ORDER}"
            return [article_from_row(row) for row in connection.execute(query, values)]

    def article_count(self, search_filter: SearchFilter | None = None) -> int:
        """See ``ArticleStore.article_count``."""
        with self._snapshot() as connection:
            return sum(day.articles for day in _days(connection, search_filter))

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
                self._counts = generation, _read_counts(connection, reading.chunk_count)
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
        """Make search indexes that are missing, and have the server count anew what has grown by a tenth."""
        made = []
        with self._connection() as connection:
            before = _index_count(connection)
            with connection.transaction():
                lock_writer(connection, _LAYOUT_SECONDS)
                create_search_indexes(connection, self.dimension)
            if _index_count(connection) > before:
                made.append("the indexes that a search reads were made anew")
            if _has_grown(connection):
                connection.execute("ANALYZE articles, chunks, vectors, claims, term_counts")
        return made

    def migrate(self) -> int:
        """See ``migrate``."""
        return migrate(self._url)


def migrate(url: str) -> int:
    """Bring the store at ``url`` to this program's layout, whole or not at all; says which it had.

    Raises:
        StoreError: no store is there, or the server cannot be reached.
        StoreMismatchError: it is a newer program's.
    """
    location = words_of(url)
    with database_errors(location), connect(url) as connection, connection.transaction():
        lock_writer(connection, _LAYOUT_SECONDS)
        meta = read_meta(connection)
        if not meta:
            raise StoreError(f"there is no store in {location} yet: run `baowen ingest PATH` or name another --store")
        found = int(meta["layout_version"])
        if found > layout_version():
            _check(meta, location, None)
        if found < layout_version():
            _log.info("bringing the store %s from layout %d to %d", location, found, layout_version())
            migrate_tables(connection, found, int(meta["dimension"]))
        return found


def _check(meta: dict[str, str], location: str, embedding_model: str | None) -> None:
    found = meta.get("layout_version", "none")
    if found != str(layout_version()):
        older = found.isdecimal() and int(found) < layout_version()
        way_out = "stop its other programs and run `baowen store migrate`" if older else "update baowen"
        raise StoreMismatchError(
            f"the store {location} has layout version {found}, expected {layout_version()}: {way_out}"
        )
    if embedding_model is not None and meta.get("embedding_model") != embedding_model:
        raise StoreMismatchError(
            f"the store {location} was made with the embedding model {meta.get('embedding_model')}, but the one in "
            f"use is {embedding_model}: set BAOWEN_EMBEDDING_MODEL back, or use another --store and ingest again"
        )


def _days(connection: Connection, search_filter: SearchFilter | None) -> Iterator[DayTally]:
    """The days that have articles which pass the filter, newest first, those without a day last."""
    condition, values = tally_clause(search_filter)
    query = f"SELECT day, sum(articles)::bigint FROM tallies WHERE {condition} GROUP BY day ORDER BY day DESC"
    for day, articles in connection.execute(query, values):
        yield DayTally(day, articles)


def _of_days(span: DaySpan) -> str:
    if not span.newest:
        return "articles.date IS NULL"
    within = "articles.date <= %(newest)s::date"
    return f"({within} OR articles.date IS NULL)" if not span.oldest else f"{within} AND articles.date >= %(oldest)s"


def _read_counts(connection: Connection, chunks: int) -> StoreCounts:
    query = "SELECT source, sum(articles)::bigint FROM tallies GROUP BY source ORDER BY 2 DESC, 1"
    sources: dict[str, int] = dict(connection.execute(query).fetchall())
    row: Any = connection.execute("SELECT min(day), max(day) FROM tallies WHERE day <> ''").fetchone()
    first, last = (dt.date.fromisoformat(day) if day else None for day in row)
    return StoreCounts(sum(sources.values()), chunks, sources, first, last)


def _index_count(connection: Connection) -> int:
    row: Any = connection.execute(
        "SELECT count(*) FROM unnest(ARRAY['chunks_by_words', 'vectors_by_nearness']) AS name "
        "WHERE to_regclass(name) IS NOT NULL"
    ).fetchone()
    return int(row[0])


def _has_grown(connection: Connection) -> bool:
    """Whether the server's idea of the number of chunks is off by a tenth: plans made on it would be bad ones."""
    row: Any = connection.execute(
        "SELECT value::bigint, (SELECT sum(greatest(reltuples, 0)) FROM pg_class JOIN pg_inherits ON inhrelid = oid "
        "WHERE inhparent = to_regclass('chunks')) FROM meta WHERE key = 'chunks'"
    ).fetchone()
    counted, believed = int(row[0]), float(row[1] or 0)
    return abs(counted - believed) > _ANALYSE_SHARE * max(1, counted)
