"""The one seam to a store: what retrieval, answering and ingestion ask of it, whichever engine keeps it.

Every engine keeps the same promises: what one ``writing`` changes is one transaction and one generation, so that a
process killed at any moment leaves the last complete one; a removal holds at once, for every process; readers never
wait for writers. ``open_store`` opens the engine that a location names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.corpus.store_reading import ClaimRow, StoreCounts, StoredCorrection, StoreReading
from rag.records import Article, Chunk, JsonObject, SearchFilter

__all__ = ["ArticleFollower", "ArticleStore", "FileLeases", "StoreReading", "StoreWriter"]


class StoreWriter(Protocol):
    """The changes of one transaction; made by ``ArticleStore.writing``."""

    def put_source(self, key: str, path: str, sha256: str, date_option: str | None, source_option: str | None) -> int:
        """Register a file whose articles are about to change; says its number. It stays unfinished until sealed."""
        ...

    def seal_source(self, source_id: int, signature: str) -> None:
        """Mark a file's articles as complete."""
        ...

    def owners(self, article_ids: Sequence[str]) -> dict[str, int]:
        """The numbers of the files that those of the articles that exist are of."""
        ...

    def put_article(
        self, article: Article, source_id: int, position: int, spans: Sequence[Span], vectors: NDArray[np.float32]
    ) -> None:
        """Add an article with its chunks, in place of an earlier one with the same id.

        ``vectors`` has shape ``(len(spans), dimension)``.
        """
        ...

    def move_article(self, article_id: str, source_id: int, position: int, runs: str) -> None:
        """Note where an article that a reader sees unchanged now stands in its file."""
        ...

    def make_room(self, source_id: int, position: int) -> None:
        """Let the articles behind ``position`` in a file stand one place further back; no new generation."""
        ...

    def remove_article(self, article_id: str) -> bool:
        """Remove an article with its chunks, terms and claims; says whether it was there."""
        ...

    def add_feedback(self, created: str, record: str) -> None:
        """Add one record of feedback; it makes no new generation."""
        ...

    def tie_notice(self, notice_id: str, first: dt.date, last: dt.date, links: Sequence[StoredCorrection]) -> None:
        """Put ``links`` in place of those of a notice, which may mean articles of these days; no new generation."""
        ...

    def forget_untied(self, until: int) -> None:
        """Note that the notices among, and about, the articles up to this number are tied; no new generation."""
        ...

    def lay_out_claims(self, version: int) -> None:
        """Have claims of this version kept from now on; those of another are thrown away. No new generation."""
        ...

    def put_claims(self, article_id: str, rows: Sequence[ClaimRow]) -> None:
        """Store the claims of an article that this transaction stores; it makes no new generation."""
        ...

    def put_owed_claims(self, article_id: str, rows: Sequence[ClaimRow]) -> None:
        """Store the claims of an article stored before, if it is still there and they are still missing."""
        ...


class FileLeases(Protocol):
    """Which files this process ingests now, so that several that are given one folder share its files."""

    def take(self, key: str, *, wait: bool = False) -> bool:
        """Hold the file ``key``; False, without ``wait``, where another process holds it."""
        ...

    def release(self, key: str) -> None:
        """Let other processes have the file."""
        ...


ArticleFollower = Callable[[StoreWriter, Article], None]
"""Writes, in the transaction that stores an article, what is derived from it."""


class ArticleStore(Protocol):
    """Articles, their chunks, vectors, terms and claims; for many threads. Close it, or use it as a context."""

    @property
    def location(self) -> str:
        """Where it is, in words for people: a folder, or a URL without its password."""
        ...

    @property
    def embedding_model(self) -> str:
        """The name of the encoder that made the vectors."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def generation(self) -> int:
        """The number of the last complete generation; it grows with every change."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards."""
        ...

    def require_model(self, embedding_model: str) -> None:
        """Refuse an embedding model other than the one that made the vectors.

        Raises:
            StoreMismatchError: naming both.
        """
        ...

    def require_reachable(self) -> None:
        """Do nothing where the store can be read now.

        Raises:
            StoreError: it cannot; the words say why.
        """
        ...

    def reading(self) -> AbstractContextManager[StoreReading]:
        """A view of one generation. Within it, the same thread's other questions are of that generation too."""
        ...

    def writing(self, *, wait_seconds: float = 60.0) -> AbstractContextManager[StoreWriter]:
        """One transaction of one writer; it makes the next generation if it changed anything.

        Raises:
            StoreLockedError: another process kept writing for ``wait_seconds``.
        """
        ...

    def follow_articles(self, follower: ArticleFollower) -> None:
        """Call ``follower`` for each article stored from now on, in the transaction that stores it."""
        ...

    def leases(self) -> AbstractContextManager[FileLeases]:
        """Holds on files against other processes that ingest; they end with the context, and with the process."""
        ...

    def article(self, article_id: str) -> Article:
        """The article with this id.

        Raises:
            ArticleNotFoundError: there is none.
        """
        ...

    def articles_by_id(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """Those of the named articles that exist."""
        ...

    def articles(
        self, search_filter: SearchFilter | None = None, *, limit: int | None = None, offset: int = 0, page: str = ""
    ) -> list[Article]:
        """Articles, newest first, then in the order of their page; what is far down costs no more than the first.

        ``page`` is the page of the paper that they are on (``3`` and ``03`` are one); empty is any.
        """
        ...

    def article_count(self, search_filter: SearchFilter | None = None, *, page: str = "") -> int:
        """How many articles pass the filter and are on this page of the paper; empty is any."""
        ...

    def chunks(self, chunk_ids: Sequence[int]) -> dict[int, Chunk]:
        """Those of the named chunks that exist."""
        ...

    def counts(self) -> StoreCounts:
        """How many articles and chunks there are, of which papers and days, the fullest paper first."""
        ...

    def unfinished_sources(self) -> list[str]:
        """Paths of files whose ingestion was cut off; ingesting them again resumes."""
        ...

    def check(self) -> list[str]:
        """Every inconsistency, in words; empty for a sound store."""
        ...

    def remove(self, article_ids: Sequence[str]) -> int:
        """Remove articles, at once and for every reader; says how many there were.

        Raises:
            ArticleNotFoundError: one of the ids does not exist; nothing is removed then.
        """
        ...

    def add_feedback(self, record: JsonObject) -> None:
        """Keep what a reader said of an answer."""
        ...

    def settle(self) -> list[str]:
        """Do once, after much was stored, what makes the next start and search quick; says in words what was made."""
        ...
