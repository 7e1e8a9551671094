"""The embedded store, the default: one folder, SQLite as the one truth, a FAISS index that follows it.

Readers may be many, threads and processes alike; each sees whole generations only. A deletion holds from the
moment its transaction commits: every search checks its hits against the database it reads from.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from embeddings.vector_index import VectorIndex
from rag.corpus.article_rows import ARTICLE_COLUMNS, article_from_row
from rag.corpus.embedded.chunk_places import ChunkPlaces
from rag.corpus.embedded.claim_tables import claim_checks
from rag.corpus.embedded.kept_postings import KeptPostings
from rag.corpus.embedded.opening import open_meta
from rag.corpus.embedded.reading import EmbeddedReading
from rag.corpus.embedded.schema import CHECKS, check_meta, read_generation, read_meta, store_errors, transaction
from rag.corpus.embedded.tallies import list_articles, read_article_count, read_counts
from rag.corpus.embedded.thread_connections import ThreadConnections
from rag.corpus.embedded.vectors import StoredVectors
from rag.corpus.embedded.writing import EmbeddedWriter, NoLeases, exclusive_writer
from rag.corpus.store import ArticleFollower
from rag.corpus.store_reading import StoreCounts
from rag.errors import ArticleNotFoundError, StoreError
from rag.records import Article, Chunk, JsonObject, SearchFilter

_MAX_VARIABLES = 500


class EmbeddedStore:
    """Articles, their chunks and vectors, under one folder. Use ``open``; close it, or use it as a context."""

    def __init__(self, directory: Path, meta: dict[str, str]) -> None:
        self.directory = directory
        self.embedding_model = meta["embedding_model"]
        self.dimension = int(meta["dimension"])
        self._connections = ThreadConnections(directory)
        self._snapshot = self._connections.snapshot
        self._vectors = StoredVectors(directory, self.dimension, self._snapshot)
        self._places = ChunkPlaces(directory)
        self._followers: list[ArticleFollower] = []
        self._counts: tuple[int, StoreCounts] | None = None
        self._postings = KeptPostings()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        embedding_model: str | None = None,
        dimension: int | Callable[[], int] = 0,
        create: bool = False,
    ) -> EmbeddedStore:
        """Open the store in ``directory``; with ``create``, lay it out first where there is none.

        ``dimension``, or the function that gives it, is asked for only when a store is laid out.

        A store of an older layout is brought up to this program's first, in one transaction.

        ``embedding_model`` None skips the check that vectors and queries come from the same model: enough for
        listing and removing.

        Raises:
            StoreError: no store is there, or it cannot be read or written.
            StoreMismatchError: it was made with another embedding model or layout.
        """
        meta = open_meta(directory, embedding_model=embedding_model, dimension=dimension, create=create)
        return cls(directory, meta)

    @property
    def location(self) -> str:
        """The folder."""
        return str(self.directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        self._connections.close()

    def require_model(self, embedding_model: str) -> None:
        """Refuse an embedding model other than the one that made the vectors.

        Raises:
            StoreMismatchError: naming both.
        """
        check_meta(read_meta(self.connection()), self.directory, embedding_model=embedding_model)

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, for reading."""
        return self._connections.own()

    @contextmanager
    def reading(self) -> Iterator[EmbeddedReading]:
        """See ``ArticleStore.reading``."""
        # What a transaction of this thread's own has changed belongs to no generation yet.
        postings = KeptPostings() if self.connection().in_transaction else self._postings
        with self._snapshot() as connection:
            yield EmbeddedReading(connection, self._vectors, self._places, postings)

    def require_reachable(self) -> None:
        """See ``ArticleStore.require_reachable``."""
        _ = self.generation

    def follow_articles(self, follower: ArticleFollower) -> None:
        """See ``ArticleStore.follow_articles``."""
        self._followers.append(follower)

    @contextmanager
    def leases(self) -> Iterator[NoLeases]:
        """See ``ArticleStore.leases``."""
        yield NoLeases()

    @contextmanager
    def writing(self, *, wait_seconds: float = 60.0) -> Iterator[EmbeddedWriter]:
        """One transaction of one writer; it makes the next generation if it changed anything.

        Raises:
            StoreLockedError: another process kept writing for ``wait_seconds``.
        """
        connection = self.connection()
        # The lock also holds between threads, each of which opens its file anew.
        with exclusive_writer(self.directory, wait_seconds), store_errors(self.directory), transaction(connection):
            writer = EmbeddedWriter(connection, self._followers)
            yield writer
            writer.finish()

    # What is stored

    @property
    def generation(self) -> int:
        """The number of the last complete generation; it grows with every change."""
        with self._snapshot() as connection:
            return read_generation(connection)

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        found = self.articles_by_id([article_id])
        if not found:
            raise ArticleNotFoundError(
                f"no article has the id {article_id!r} in {self.directory}: `baowen articles` lists the ids"
            )
        return found[article_id]

    def articles_by_id(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """Those of the named articles that exist."""
        wanted = list(dict.fromkeys(article_ids))
        found: dict[str, Article] = {}
        for begin in range(0, len(wanted), _MAX_VARIABLES):
            part = wanted[begin : begin + _MAX_VARIABLES]
            marks = ",".join("?" * len(part))
            with self._snapshot() as connection:
                rows = connection.execute(f"{ARTICLE_COLUMNS} WHERE articles.id IN ({marks})", part)
                found.update((article.id, article) for article in map(article_from_row, rows))
        return found

    def articles(
        self, search_filter: SearchFilter | None = None, *, limit: int | None = None, offset: int = 0, page: str = ""
    ) -> list[Article]:
        """Articles, newest first, then in the order of their page; a page far down costs no more than the first."""
        with self._snapshot() as connection:
            return list_articles(connection, search_filter, limit, offset, page)

    def article_count(self, search_filter: SearchFilter | None = None, *, page: str = "") -> int:
        """How many articles pass the filter."""
        with self._snapshot() as connection:
            return read_article_count(connection, search_filter or SearchFilter(), page)

    def chunks(self, chunk_ids: Sequence[int]) -> dict[int, Chunk]:
        """Those of the named chunks that exist in the generation this connection reads."""
        found: dict[int, Chunk] = {}
        for begin in range(0, len(chunk_ids), _MAX_VARIABLES):
            part = [int(chunk_id) for chunk_id in chunk_ids[begin : begin + _MAX_VARIABLES]]
            marks = ",".join("?" * len(part))
            with self._snapshot() as connection:
                rows = connection.execute(
                    "SELECT chunks.id, article_id, start, end, substr(text, start + 1, end - start) "
                    f"FROM chunks JOIN articles ON articles.id = article_id WHERE chunks.id IN ({marks})",
                    part,
                )
                found.update((row[0], Chunk(*row)) for row in rows)
        return found

    def counts(self) -> StoreCounts:
        """How many articles and chunks there are, of which papers and days, the fullest paper first."""
        with self._snapshot() as connection:
            generation = read_generation(connection)
            if self._counts is None or self._counts[0] != generation:
                self._counts = generation, read_counts(connection)
            return self._counts[1]

    def unfinished_sources(self) -> list[str]:
        """Paths of files whose ingestion was cut off; ingesting them again resumes."""
        with self._snapshot() as connection:
            rows = connection.execute("SELECT path FROM sources WHERE signature = '' ORDER BY path")
            return [row[0] for row in rows]

    def check(self) -> list[str]:
        """Every inconsistency, in words; empty for a sound store."""
        problems: list[str] = []
        try:
            with self._snapshot() as connection:
                rows = connection.execute("PRAGMA quick_check").fetchall()
                problems.extend(f"SQLite reports: {row[0]}" for row in rows if row[0] != "ok")
                for condition, words in (*CHECKS, *claim_checks(connection)):
                    count = connection.execute(f"SELECT count(*) FROM {condition}", {"bytes": 4 * self.dimension})
                    number = count.fetchone()[0]
                    if number:
                        problems.append(f"{number} {words}")
        except StoreError as error:
            problems.append(str(error))
        return problems

    # What changes

    def remove(self, article_ids: Sequence[str]) -> int:
        """Remove articles, at once and for every reader; says how many there were.

        Raises:
            ArticleNotFoundError: one of the ids does not exist; nothing is removed then.
        """
        with self.writing() as writer:
            for article_id in dict.fromkeys(article_ids):
                if not writer.remove_article(article_id):
                    raise ArticleNotFoundError(
                        f"no article has the id {article_id!r} in {self.directory}, so nothing was removed: "
                        "`baowen articles` lists the ids"
                    )
        return len(set(article_ids))

    def add_feedback(self, record: JsonObject) -> None:
        """Keep what a reader said of an answer."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with self.writing() as writer:
            writer.add_feedback(now, json.dumps(record, ensure_ascii=False))

    @property
    def vector_index(self) -> VectorIndex:
        """The vectors of the current generation; an index of an older one is brought up to date first."""
        return self._vectors.current()

    def settle(self) -> list[str]:
        """Write the index beside the database where much has changed, so that the next start need not rebuild it."""
        written = self._vectors.save()
        with self._snapshot() as connection:
            self._places.save(connection)
        return [f"{written.name} was written anew from the database"] if written else []
