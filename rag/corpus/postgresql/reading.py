"""One generation of a PostgreSQL store: a snapshot that no writer changes, on one connection of the pool."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.corpus.article_rows import article_from_row
from rag.corpus.postgresql import vector_lists
from rag.corpus.postgresql.claim_tables import ClaimTablesReading
from rag.corpus.postgresql.connections import Connection
from rag.corpus.postgresql.filters import filter_clause, tally_clause
from rag.corpus.postings import Postings, best_hits, inverse_frequency, score_postings
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

ARTICLE_COLUMNS = (
    "SELECT articles.id, title, articles.text, subtitle, byline, articles.date::text, articles.source, page, kind, "
    "date_basis, confidence, sources.path, sources.sha256, runs FROM articles JOIN sources ON sources.id = source_id"
)
"""The columns that ``article_from_row`` reads."""
_HALVES_FACTOR = 2
"""So many times the wanted number is taken from the lists, which order by halves, and ordered by whole vectors."""
Beside: TypeAlias = "Callable[[str], AbstractContextManager[Connection | None]]"
"""Gives a connection that sees the snapshot of this name, or None."""
_TEXT_COLUMNS = "SELECT id, title, text, date, source FROM articles"


class PostgresqlReading(ClaimTablesReading):
    """See ``StoreReading``; made by ``PostgresqlStore.reading``.

    Terms are searched on a second connection, ``beside``, which sees the same snapshot: so the two halves of a search
    need no longer than the longer one. Where none is free, their threads take turns on the first.
    """

    def __init__(self, connection: Connection, dimension: int, beside: Beside | None = None) -> None:
        super().__init__(connection)
        self._dimension = dimension
        self._beside = beside

    @cached_property
    def generation(self) -> int:
        """See ``SearchReading.generation``."""
        return self._fact("generation")

    @cached_property
    def chunk_count(self) -> int:
        """See ``SearchReading.chunk_count``."""
        return self._fact("chunks")

    def term_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """See ``SearchReading.term_frequencies``."""
        asked = list(terms)
        _ = self._snapshot  # told now, while nothing else is asked on this connection
        query = "SELECT term, chunks FROM term_counts WHERE term = ANY(%s)"
        found: dict[str, int] = dict(self._connection.execute(query, (asked,)).fetchall())
        return {term: int(found.get(term, 0)) for term in asked}

    def chunks_with_terms(
        self, frequencies: Mapping[str, int], k: int, search_filter: SearchFilter = NO_FILTER
    ) -> list[TermHit]:
        """See ``SearchReading.chunks_with_terms``."""
        if k < 1 or not frequencies:
            return []
        condition, values = filter_clause(search_filter, table="chunks")
        ids = "SELECT string_agg(int8send(id), ''::bytea) FROM chunks WHERE {} @> ARRAY[asked.term] AND " + condition
        query = (
            f"SELECT ({ids.format('words')}), ({ids.format('title_words')}) "
            "FROM unnest(%(terms)s::text[]) WITH ORDINALITY AS asked (term, place) ORDER BY place"
        )
        total = self.chunk_count
        with self._connection_for_terms() as connection:
            rows = connection.cursor(binary=True).execute(query, {"terms": list(frequencies), **values}).fetchall()
        rarities = [inverse_frequency(count, total) for count in frequencies.values()]
        postings = [Postings(_ids(anywhere), _ids(in_title)) for anywhere, in_title in rows]
        return best_hits(*score_postings(list(zip(postings, rarities, strict=True))), k)

    @cached_property
    def _snapshot(self) -> str:
        return "" if self._beside is None else str(self._one("SELECT pg_export_snapshot()", ())[0])

    @contextmanager
    def _connection_for_terms(self) -> Iterator[Connection]:
        if self._beside is None:
            yield self._connection
            return
        with self._beside(self._snapshot) as connection:
            yield connection or self._connection

    def chunks_near(self, vector: NDArray[np.float32], k: int, search_filter: SearchFilter = NO_FILTER) -> list[int]:
        """See ``SearchReading.chunks_near``; exact where few chunks pass the filter."""
        condition, values = filter_clause(search_filter, table="vectors")
        values |= {"vector": vector_text(vector), "k": k, "more": _HALVES_FACTOR * k}
        if self._chunks_within(search_filter) <= vector_lists.EXACT_LIMIT:
            source = f"(SELECT chunk_id, vector FROM vectors WHERE {condition})"
        else:
            halves = f"halfvec({self._dimension})"
            source = (
                f"(SELECT chunk_id, vector FROM vectors WHERE {condition} "
                f"ORDER BY vector::{halves} <#> %(vector)s::{halves} LIMIT %(more)s)"
            )
        rows = self._connection.execute(
            f"SELECT chunk_id FROM {source} AS near ORDER BY vector <#> %(vector)s::vector, chunk_id LIMIT %(k)s",
            values,
        )
        return [row[0] for row in rows]

    def _chunks_within(self, search_filter: SearchFilter) -> int:
        if search_filter == NO_FILTER:
            return self.chunk_count
        condition, values = tally_clause(search_filter)
        query = f"SELECT coalesce(sum(chunks), 0) FROM tallies WHERE {condition}"
        return int(self._one(query, values)[0])

    def found_chunks(self, chunk_ids: Sequence[int], search_filter: SearchFilter = NO_FILTER) -> list[FoundChunk]:
        """See ``SearchReading.found_chunks``."""
        condition, values = filter_clause(search_filter, table="chunks")
        rows = self._connection.cursor(binary=True).execute(
            'SELECT chunks.id, articles.id, start, "end", substr(text, start + 1, "end" - start), title, '
            "articles.date, articles.source, page, vector_send(vector) FROM chunks "
            "JOIN articles ON articles.id = chunks.article_id "
            "JOIN vectors ON vectors.article_id = chunks.article_id AND vectors.chunk_id = chunks.id "
            f"WHERE chunks.id = ANY(%(ids)s::bigint[]) AND {condition}",
            {"ids": list(chunk_ids), **values},
        )
        return [_found_chunk(row) for row in rows]

    def known_source(self, key: str) -> KnownSource | None:
        """See ``SourceReading.known_source``."""
        query = "SELECT id, signature, date_option, source_option FROM sources WHERE key = %s"
        row = self._connection.execute(query, (key,)).fetchone()
        if row is None:
            return None
        query = "SELECT id, fingerprint, title FROM articles WHERE source_id = %s"
        articles = self._connection.execute(query, (row[0],)).fetchall()
        fingerprints = {item[0]: item[1] for item in articles}
        return KnownSource(row[0], row[1], row[2], row[3], fingerprints, frozenset(item[2] for item in articles))

    def article_count_of_signature(self, signature: str) -> int | None:
        """See ``SourceReading.article_count_of_signature``."""
        query = "SELECT id FROM sources WHERE signature = %s ORDER BY id LIMIT 1"
        row = self._connection.execute(query, (signature,)).fetchone()
        if row is None:
            return None
        return int(self._one("SELECT count(*) FROM articles WHERE source_id = %s", row)[0])

    def source_key_of(self, article_id: str) -> str | None:
        """See ``SourceReading.source_key_of``."""
        query = "SELECT key FROM articles JOIN sources ON sources.id = source_id WHERE articles.id = %s"
        row = self._connection.execute(query, (article_id,)).fetchone()
        return row[0] if row else None

    def digests_in_use(self, digests: Sequence[str]) -> set[str]:
        """See ``SourceReading.digests_in_use``."""
        query = (
            "SELECT DISTINCT sha256 FROM sources WHERE sha256 = ANY(%s) "
            "AND EXISTS (SELECT FROM articles WHERE source_id = sources.id)"
        )
        return {row[0] for row in self._connection.execute(query, (list(digests),))}

    def stored_article(self, article_id: str) -> StoredArticle | None:
        """See ``SourceReading.stored_article``."""
        row = self._connection.execute(f"{ARTICLE_COLUMNS} WHERE articles.id = %s", (article_id,)).fetchone()
        if row is None:
            return None
        source_id, position = self._one("SELECT source_id, position FROM articles WHERE id = %s", (article_id,))
        query = (
            'SELECT start, "end", vector_send(vector) FROM chunks JOIN vectors ON vectors.article_id = '
            "chunks.article_id AND chunk_id = id WHERE chunks.article_id = %s ORDER BY id"
        )
        chunks = self._connection.cursor(binary=True).execute(query, (article_id,)).fetchall()
        vectors = np.array([_vector(chunk[2]) for chunk in chunks], np.float32).reshape(len(chunks), self._dimension)
        spans = tuple(Span(chunk[0], chunk[1]) for chunk in chunks)
        return StoredArticle(article_from_row(row), source_id, position, spans, vectors)

    def feedback(self) -> list[tuple[str, str]]:
        """See ``FeedbackReading.feedback``."""
        rows = self._connection.execute("SELECT created, record FROM feedback ORDER BY id")
        return [(created, record) for created, record in rows.fetchall()]

    def last_untied(self) -> int:
        """See ``CorrectionReading.last_untied``."""
        return int(self._one("SELECT coalesce(max(number), 0) FROM untied", ())[0])

    def untied_articles(
        self, until: int, longest: int, text_words: Sequence[str], title_words: Sequence[str]
    ) -> list[ArticleText]:
        """See ``CorrectionReading.untied_articles``."""
        patterns = ([f"%{word}%" for word in text_words], [f"%{word}%" for word in title_words])
        rows = self._connection.execute(
            f"{_TEXT_COLUMNS} JOIN untied ON article_id = id WHERE number <= %s "
            "AND length(text) < %s AND (text LIKE ANY(%s) OR title LIKE ANY(%s)) ORDER BY number",
            (until, longest, *patterns),
        )
        return [ArticleText(*row) for row in rows]

    def notices_about_untied(self, until: int) -> Iterator[tuple[str, ArticleText]]:
        """See ``CorrectionReading.notices_about_untied``."""
        query = (
            "SELECT notices.article_id, id, title, text, date, source FROM untied JOIN articles ON id = article_id "
            "JOIN notices ON {} AND notices.article_id <> id WHERE number <= %(until)s AND date IS {} NULL"
        )
        some = f"notices.article_id IN (SELECT article_id FROM notices {{}} ORDER BY last DESC LIMIT {MOST_NOTICES})"
        # A notice means articles of a year at most, so that its last day bounds the search from both sides.
        within = f"last BETWEEN date AND date + {NOTICE_REACH.days} AND first <= date"
        always = some.format("WHERE last = %(always)s")
        for condition in (
            query.format(within, "NOT"),
            query.format(some.format(""), ""),
            query.format(always, "NOT"),
        ):
            for row in self._connection.execute(condition, {"until": until, "always": dt.date.max}).fetchall():
                yield row[0], ArticleText(*row[1:])

    def articles_between(
        self, first: dt.date, last: dt.date, source: str, other_than: str, limit: int
    ) -> list[ArticleText]:
        """See ``CorrectionReading.articles_between``."""
        rows = self._connection.execute(
            f"{_TEXT_COLUMNS} WHERE id <> %s AND (date IS NULL OR date BETWEEN %s AND %s) "
            "AND (source = %s OR source = '' OR %s = '') ORDER BY date DESC NULLS LAST, id LIMIT %s",
            (other_than, first, last, source, source, limit),
        )
        return [ArticleText(*row) for row in rows]

    def article_text(self, article_id: str) -> ArticleText | None:
        """See ``CorrectionReading.article_text``."""
        row = self._connection.execute(f"{_TEXT_COLUMNS} WHERE id = %s", (article_id,)).fetchone()
        return ArticleText(*row) if row else None

    def corrections_of(self, article_ids: Sequence[str]) -> list[StoredCorrection]:
        """See ``CorrectionReading.corrections_of``."""
        rows = self._connection.execute(
            'SELECT notice_id, article_id, wrong, "right", start, "end" FROM corrections '
            "JOIN articles AS notice ON notice.id = notice_id JOIN articles AS article ON article.id = article_id "
            "WHERE article_id = ANY(%s)",
            (list(article_ids),),
        )
        return [StoredCorrection(*row) for row in rows]

    def _fact(self, key: str) -> int:
        return int(self._one("SELECT value FROM meta WHERE key = %s", (key,))[0])

    def _one(self, query: str, values: Any) -> tuple[Any, ...]:
        row = self._connection.execute(query, values).fetchone()
        assert row is not None, query  # noqa: S101 - an aggregate, or a row that was just seen
        return row


def _found_chunk(row: tuple[Any, ...]) -> FoundChunk:
    chunk_id, article_id, start, end, text, title, date, source, page, vector = row
    return FoundChunk(chunk_id, article_id, start, end, text, title, date, source, page, _vector(vector))


def vector_text(vector: NDArray[np.float32]) -> str:
    """A vector as PostgreSQL reads it; every value comes back to the bit."""
    return f"[{','.join(map(str, vector.tolist()))}]"


def _vector(sent: bytes) -> NDArray[np.float32]:
    """A vector as PostgreSQL sends it: its length and two bytes of nothing, then values, high byte first."""
    return np.frombuffer(sent, dtype=">f4", offset=4).astype(np.float32)


def _ids(sent: bytes | None) -> NDArray[np.int64]:
    return np.frombuffer(sent, dtype=">i8").astype(np.int64) if sent else np.empty(0, np.int64)
