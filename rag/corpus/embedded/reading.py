"""One generation of an embedded store, read on one SQLite connection and the FAISS index that follows it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.corpus.article_rows import ARTICLE_COLUMNS, article_from_row
from rag.corpus.embedded.chunk_places import ChunkPlaces
from rag.corpus.embedded.claim_tables import ClaimTablesReading
from rag.corpus.embedded.filters import DAY, filter_clause
from rag.corpus.embedded.kept_postings import KeptPostings
from rag.corpus.embedded.lexical import read_postings, search_terms, term_frequencies
from rag.corpus.embedded.schema import read_generation
from rag.corpus.embedded.tallies import stored_chunk_count
from rag.corpus.embedded.vectors import StoredVectors
from rag.corpus.postings import Postings
from rag.corpus.store_reading import (
    MOST_NOTICES,
    NO_FILTER,
    NOTICE_REACH,
    ArticleText,
    FoundChunk,
    KnownSource,
    StoredArticle,
    StoredCorrection,
    TermHit,
)
from rag.records import SearchFilter

_TEXT_COLUMNS = "SELECT articles.id, title, text, date, source FROM articles"
MAX_VARIABLES = 500
"""How many values one statement is given at most."""


class EmbeddedReading(ClaimTablesReading):
    """See ``StoreReading``; made by ``EmbeddedStore.reading``."""

    def __init__(
        self, connection: sqlite3.Connection, vectors: StoredVectors, places: ChunkPlaces, postings: KeptPostings
    ) -> None:
        super().__init__(connection)
        self._vectors, self._places, self._postings = vectors, places, postings
        self._allowed: dict[SearchFilter, NDArray[np.bool_]] = {}
        self._lock = threading.Lock()

    @cached_property
    def generation(self) -> int:
        """See ``SearchReading.generation``."""
        return read_generation(self._connection)

    @cached_property
    def chunk_count(self) -> int:
        """See ``SearchReading.chunk_count``."""
        return stored_chunk_count(self._connection)

    def term_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """See ``SearchReading.term_frequencies``."""
        return term_frequencies(self._connection, terms)

    def chunks_with_terms(
        self, frequencies: Mapping[str, int], k: int, search_filter: SearchFilter = NO_FILTER
    ) -> list[TermHit]:
        """See ``SearchReading.chunks_with_terms``."""
        allowed = self._within(search_filter)
        return search_terms(
            self._connection,
            frequencies,
            k,
            total=self.chunk_count,
            allowed=allowed,
            postings=lambda term: self._postings.of(term, self.generation, self._read_postings),
        )

    def _read_postings(self, term: str) -> Postings:
        return read_postings(self._connection, term)

    def chunks_near(self, vector: NDArray[np.float32], k: int, search_filter: SearchFilter = NO_FILTER) -> list[int]:
        """See ``SearchReading.chunks_near``; an index of an older generation is brought up to date first."""
        index = self._vectors.current(self.generation)
        if len(index) == 0:
            return []
        allowed = self._within(search_filter)
        ids = index.search(vector[None, :], min(k, len(index)), allowed=allowed).ids[0]
        return [int(chunk_id) for chunk_id in ids if chunk_id >= 0]

    def _within(self, search_filter: SearchFilter) -> NDArray[np.bool_] | None:
        """Whether the chunk of each id passes, read once for both halves of a search; None where all do."""
        if search_filter == NO_FILTER:
            return None
        with self._lock:
            if search_filter not in self._allowed:
                self._allowed[search_filter] = self._places.within(self._connection, search_filter)
            return self._allowed[search_filter]

    def found_chunks(self, chunk_ids: Sequence[int], search_filter: SearchFilter = NO_FILTER) -> list[FoundChunk]:
        """See ``SearchReading.found_chunks``."""
        condition, values = filter_clause(search_filter)
        found: list[FoundChunk] = []
        for begin in range(0, len(chunk_ids), MAX_VARIABLES):
            part = chunk_ids[begin : begin + MAX_VARIABLES]
            rows = self._connection.execute(
                "SELECT chunks.id, article_id, start, end, substr(articles.text, start + 1, end - start), title, "
                "articles.date, articles.source, page, vector FROM chunks JOIN articles ON articles.id = article_id "
                f"WHERE chunks.id IN ({','.join('?' * len(part))}) AND {condition}",
                [*part, *values],
            )
            found.extend(_found_chunk(row) for row in rows)
        return found

    def known_source(self, key: str) -> KnownSource | None:
        """See ``SourceReading.known_source``."""
        row = self._connection.execute(
            "SELECT id, signature, date_option, source_option FROM sources WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        articles = self._connection.execute(
            "SELECT id, fingerprint, title FROM articles WHERE source_id = ?", (row[0],)
        ).fetchall()
        fingerprints = {item[0]: item[1] for item in articles}
        return KnownSource(row[0], row[1], row[2], row[3], fingerprints, frozenset(item[2] for item in articles))

    def article_count_of_signature(self, signature: str) -> int | None:
        """See ``SourceReading.article_count_of_signature``."""
        row = self._connection.execute("SELECT id FROM sources WHERE signature = ?", (signature,)).fetchone()
        if row is None:
            return None
        counted = self._connection.execute("SELECT count(*) FROM articles WHERE source_id = ?", (row[0],))
        return int(counted.fetchone()[0])

    def source_key_of(self, article_id: str) -> str | None:
        """See ``SourceReading.source_key_of``."""
        owner = "SELECT key FROM articles JOIN sources ON sources.id = source_id WHERE articles.id = ?"
        row = self._connection.execute(owner, (article_id,)).fetchone()
        return row[0] if row else None

    def digests_in_use(self, digests: Sequence[str]) -> set[str]:
        """See ``SourceReading.digests_in_use``."""
        query = "SELECT 1 FROM sources JOIN articles ON source_id = sources.id WHERE sha256 = ? LIMIT 1"
        return {digest for digest in digests if self._connection.execute(query, (digest,)).fetchone()}

    def stored_article(self, article_id: str) -> StoredArticle | None:
        """See ``SourceReading.stored_article``."""
        row = self._connection.execute(f"{ARTICLE_COLUMNS} WHERE articles.id = ?", (article_id,)).fetchone()
        if row is None:
            return None
        place = self._connection.execute("SELECT source_id, position FROM articles WHERE id = ?", (article_id,))
        source_id, position = place.fetchone()
        chunks = self._connection.execute(
            "SELECT start, end, vector FROM chunks WHERE article_id = ? ORDER BY id", (article_id,)
        ).fetchall()
        spans = tuple(Span(chunk[0], chunk[1]) for chunk in chunks)
        blobs = b"".join(chunk[2] for chunk in chunks)
        vectors = np.frombuffer(blobs, dtype="<f4").reshape(len(chunks), -1 if chunks else self._vectors.dimension)
        return StoredArticle(article_from_row(row), source_id, position, spans, vectors.astype(np.float32))

    def feedback(self) -> list[tuple[str, str]]:
        """See ``FeedbackReading.feedback``."""
        rows = self._connection.execute("SELECT created, record FROM feedback ORDER BY id")
        return [(created, record) for created, record in rows.fetchall()]

    def last_untied(self) -> int:
        """See ``CorrectionReading.last_untied``."""
        return int(self._connection.execute("SELECT coalesce(max(number), 0) FROM untied").fetchone()[0])

    def untied_articles(
        self, until: int, longest: int, text_words: Sequence[str], title_words: Sequence[str]
    ) -> list[ArticleText]:
        """See ``CorrectionReading.untied_articles``."""
        conditions = ["instr(text, ?)"] * len(text_words) + ["instr(title, ?)"] * len(title_words)
        query = f"{_TEXT_COLUMNS} WHERE id = ? AND length(text) < ? AND ({' OR '.join(conditions)})"
        asked = ([article_id, longest, *text_words, *title_words] for article_id in self._untied(until))
        rows = (self._connection.execute(query, values).fetchone() for values in asked)
        return [_article_text(row) for row in rows if row is not None]

    def _untied(self, until: int) -> Iterator[str]:
        # One by one: SQLite may begin a join of the few waiting with all articles by a look at all articles.
        query = "SELECT article_id FROM untied WHERE number <= ? ORDER BY number"
        return (row[0] for row in self._connection.execute(query, (until,)))

    def notices_about_untied(self, until: int) -> Iterator[tuple[str, ArticleText]]:
        """See ``CorrectionReading.notices_about_untied``."""
        for article_id in self._untied(until):
            row = self._connection.execute("SELECT date FROM articles WHERE id = ?", (article_id,)).fetchone()
            notices = [] if row is None else [notice for notice in self._notices_of(row[0]) if notice != article_id]
            article = self.article_text(article_id) if notices else None
            if article is not None:
                yield from ((notice, article) for notice in notices)

    def _notices_of(self, day: str | None) -> list[str]:
        """Ids of the notices that may mean an article of this day."""
        some = f"ORDER BY last DESC LIMIT {MOST_NOTICES}"
        if day is None:
            return [row[0] for row in self._connection.execute(f"SELECT article_id FROM notices {some}")]
        # A notice means articles of a year at most, so that its last day bounds the search from both sides.
        within = "SELECT article_id FROM notices WHERE last BETWEEN ? AND date(?, ?) AND first <= ?"
        always = f"SELECT article_id FROM notices WHERE last = ? {some}"
        reach = f"+{NOTICE_REACH.days} days"
        found = self._connection.execute(within, (day, day, reach, day)).fetchall()
        return [row[0] for row in (*found, *self._connection.execute(always, (dt.date.max.isoformat(),)))]

    def articles_between(
        self, first: dt.date, last: dt.date, source: str, other_than: str, limit: int
    ) -> list[ArticleText]:
        """See ``CorrectionReading.articles_between``."""
        paper, papers = "(articles.source = ? OR articles.source = '' OR ? = '')", (source, source)
        found: list[ArticleText] = []
        for days, bounds in (("BETWEEN ? AND ?", (first.isoformat(), last.isoformat())), ("= ''", ())):
            rows = self._connection.execute(
                f"{_TEXT_COLUMNS} WHERE {DAY} {days} AND {paper} AND id <> ? ORDER BY {DAY} DESC LIMIT ?",
                (*bounds, *papers, other_than, limit - len(found)),
            )
            found.extend(_article_text(row) for row in rows)
        return found

    def article_text(self, article_id: str) -> ArticleText | None:
        """See ``CorrectionReading.article_text``."""
        row = self._connection.execute(f"{_TEXT_COLUMNS} WHERE id = ?", (article_id,)).fetchone()
        return _article_text(row) if row else None

    def corrections_of(self, article_ids: Sequence[str]) -> list[StoredCorrection]:
        """See ``CorrectionReading.corrections_of``."""
        found: list[StoredCorrection] = []
        for begin in range(0, len(article_ids), MAX_VARIABLES):
            part = article_ids[begin : begin + MAX_VARIABLES]
            rows = self._connection.execute(
                'SELECT notice_id, article_id, wrong, "right", start, end FROM corrections '
                "JOIN articles AS notice ON notice.id = notice_id "
                "JOIN articles AS article ON article.id = article_id "
                f"WHERE article_id IN ({','.join('?' * len(part))})",
                part,
            )
            found.extend(StoredCorrection(*row) for row in rows)
        return found


def _found_chunk(row: tuple[Any, ...]) -> FoundChunk:
    chunk_id, article_id, start, end, text, title, date, source, page, vector = row
    day = dt.date.fromisoformat(date) if date else None
    return FoundChunk(
        chunk_id, article_id, start, end, text, title, day, source, page, np.frombuffer(vector, dtype="<f4")
    )


def _article_text(row: tuple[str, str, str, str | None, str]) -> ArticleText:
    identifier, title, text, date, source = row
    return ArticleText(identifier, title, text, dt.date.fromisoformat(date) if date else None, source)
