"""Candidates: the chunks either half of the search finds, read with their articles in one transaction.

A chunk that is gone from the database is gone from the candidates, whatever an older vector index says.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.vector_index import VectorIndex
from rag.corpus.lexical import (
    LexicalHit,
    search_terms,
    select_terms,
    term_frequencies,
)
from rag.corpus.store_rows import filter_clause
from rag.corpus.store_tallies import stored_chunk_count
from rag.records import SearchFilter

DEPTH = 60
"""How many chunks each half of the search proposes."""
_MAX_VARIABLES = 500
_WORKERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lexical search")
"""SQLite reads without the interpreter's lock, so terms cost no time of their own beside the encoder."""


class PassageStore(Protocol):
    """What retrieval needs of an article store."""

    @property
    def vector_index(self) -> VectorIndex:
        """The vectors by chunk id; it may lag behind the database by a moment."""
        ...

    def chunks_within(self, search_filter: SearchFilter) -> NDArray[np.bool_]:
        """Whether the chunk of each id passes the filter; one that is gone may still pass."""
        ...

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection on which everything read belongs to one generation."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk as the ranking sees it; ``cosine`` is exact, ``lexical`` 0.0 where the terms did not find it."""

    chunk_id: int
    article_id: str
    start: int
    end: int
    text: str
    title: str
    date: dt.date | None
    source: str
    page: str
    cosine: float
    lexical: float


@dataclass(frozen=True, slots=True)
class CandidateSet:
    """All candidates of a search, and in how many of ``chunk_count`` chunks each query term stands."""

    candidates: tuple[Candidate, ...]
    frequencies: dict[str, int]
    chunk_count: int


def gather_candidates(
    store: PassageStore,
    encode: Callable[[], NDArray[np.float32]],
    terms: Sequence[str],
    search_filter: SearchFilter,
    *,
    depth: int = DEPTH,
) -> CandidateSet:
    """The best ``depth`` chunks by terms and by vector.

    ``encode`` gives the question's vector, ``(dimension,)``, unit length; terms are searched while it works.
    """
    index = store.vector_index
    with store.reading() as connection:
        # Read under the same generation as the terms.
        allowed = store.chunks_within(search_filter) if search_filter != SearchFilter() else None
        lexical_search = _WORKERS.submit(_search_terms, connection, terms, depth, allowed)
        try:
            query_vector = encode()
            near = _search(index, query_vector, depth, allowed)
        finally:
            found = lexical_search.result()  # also where encoding failed: the connection must be free again
        lexical = {hit.chunk_id: hit.score for hit in found.hits}
        rows = _read(connection, list(dict.fromkeys([*lexical, *near])), search_filter)
    candidates = tuple(_candidate(row, query_vector, lexical) for row in rows)
    return CandidateSet(candidates, found.frequencies, found.chunk_count)


@dataclass(frozen=True, slots=True)
class _LexicalResult:
    hits: list[LexicalHit]
    frequencies: dict[str, int]
    chunk_count: int


def _search_terms(
    connection: sqlite3.Connection, terms: Sequence[str], depth: int, allowed: NDArray[np.bool_] | None
) -> _LexicalResult:
    frequencies, total = term_frequencies(connection, terms), stored_chunk_count(connection)
    hits = search_terms(connection, select_terms(frequencies), depth, total=total, allowed=allowed)
    return _LexicalResult(hits, frequencies, total)


def _search(
    index: VectorIndex, query_vector: NDArray[np.float32], k: int, allowed: NDArray[np.bool_] | None
) -> list[int]:
    if len(index) == 0:
        return []
    ids = index.search(query_vector[None, :], min(k, len(index)), allowed=allowed).ids[0]
    return [int(chunk_id) for chunk_id in ids if chunk_id >= 0]


def _read(connection: sqlite3.Connection, ids: Sequence[int], search_filter: SearchFilter) -> list[tuple[Any, ...]]:
    condition, values = filter_clause(search_filter)
    rows: list[tuple[Any, ...]] = []
    for begin in range(0, len(ids), _MAX_VARIABLES):
        part = ids[begin : begin + _MAX_VARIABLES]
        rows.extend(
            connection.execute(
                "SELECT chunks.id, article_id, start, end, substr(articles.text, start + 1, end - start), title, "
                "articles.date, articles.source, page, vector FROM chunks JOIN articles ON articles.id = article_id "
                f"WHERE chunks.id IN ({','.join('?' * len(part))}) AND {condition}",
                [*part, *values],
            )
        )
    return rows


def _candidate(row: tuple[Any, ...], query_vector: NDArray[np.float32], lexical: dict[int, float]) -> Candidate:
    chunk_id, article_id, start, end, text, title, date, source, page, vector = row
    cosine = float(np.frombuffer(vector, dtype="<f4") @ query_vector)
    return Candidate(
        chunk_id=chunk_id,
        article_id=article_id,
        start=start,
        end=end,
        text=text,
        title=title,
        date=dt.date.fromisoformat(date) if date else None,
        source=source,
        page=page,
        cosine=cosine,
        lexical=lexical.get(chunk_id, 0.0),
    )
