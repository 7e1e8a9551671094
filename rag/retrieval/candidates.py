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
    chunk_count,
    parse_ids,
    search_terms,
    select_terms,
    term_frequencies,
)
from rag.corpus.store_rows import filter_clause
from rag.records import SearchFilter

DEPTH = 60
"""How many chunks each half of the search proposes."""
_EXACT_FILTER_CHUNKS = 4000
_MAX_VARIABLES = 500
_WORKERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lexical search")
"""SQLite reads without the interpreter's lock, so terms cost no time of their own beside the encoder."""


class PassageStore(Protocol):
    """What retrieval needs of an article store."""

    @property
    def vector_index(self) -> VectorIndex:
        """The vectors by chunk id; it may lag behind the database by a moment."""
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
    condition, values = filter_clause(search_filter) if search_filter != SearchFilter() else ("", [])
    index = store.vector_index
    with store.reading() as connection:
        lexical_search = _WORKERS.submit(_search_terms, connection, terms, depth, condition, values)
        try:
            query_vector = encode()
            near = [] if condition else _search(index, query_vector, depth)
        finally:
            found = lexical_search.result()  # also where encoding failed: the connection must be free again
        if condition:
            near = _near_allowed(connection, index, query_vector, depth, found.allowed)
        lexical = {hit.chunk_id: hit.score for hit in found.hits}
        rows = _read(connection, list(dict.fromkeys([*lexical, *near])), condition, values)
    candidates = tuple(_candidate(row, query_vector, lexical) for row in rows)
    return CandidateSet(candidates, found.frequencies, found.chunk_count)


@dataclass(frozen=True, slots=True)
class _LexicalResult:
    hits: list[LexicalHit]
    frequencies: dict[str, int]
    chunk_count: int
    allowed: NDArray[np.int64]
    """The chunks that meet the condition, ascending; empty where there is none."""


def _search_terms(
    connection: sqlite3.Connection, terms: Sequence[str], depth: int, condition: str, values: Sequence[str]
) -> _LexicalResult:
    allowed = _chunks_that_meet(connection, condition, values) if condition else np.empty(0, np.int64)
    frequencies, total = term_frequencies(connection, terms), chunk_count(connection)
    chosen = select_terms(frequencies)
    hits = search_terms(connection, chosen, depth, total=total, allowed=allowed if condition else None)
    return _LexicalResult(hits, frequencies, total, allowed)


def _chunks_that_meet(connection: sqlite3.Connection, condition: str, values: Sequence[str]) -> NDArray[np.int64]:
    query = f"SELECT group_concat(chunks.id) FROM chunks JOIN articles ON articles.id = article_id WHERE {condition}"
    return np.sort(parse_ids(connection.execute(query, values).fetchone()[0]))


def _near_allowed(
    connection: sqlite3.Connection,
    index: VectorIndex,
    query_vector: NDArray[np.float32],
    depth: int,
    allowed: NDArray[np.int64],
) -> list[int]:
    """Ids of the nearest chunks among ``allowed``, nearest first."""
    if len(allowed) <= _EXACT_FILTER_CHUNKS:
        return _nearest_of(connection, allowed.tolist(), query_vector, depth)
    width = depth
    while True:
        width = min(width * 4, len(index))
        near = np.array(_search(index, query_vector, width), dtype=np.int64)
        found: list[int] = near[np.isin(near, allowed)].tolist()
        if len(found) >= depth or width == len(index):
            return found[:depth]


def _search(index: VectorIndex, query_vector: NDArray[np.float32], k: int) -> list[int]:
    if len(index) == 0:
        return []
    ids = index.search(query_vector[None, :], min(k, len(index))).ids[0]
    return [int(chunk_id) for chunk_id in ids if chunk_id >= 0]


def _nearest_of(
    connection: sqlite3.Connection, ids: Sequence[int], query_vector: NDArray[np.float32], depth: int
) -> list[int]:
    scored: list[tuple[float, int]] = []
    for begin in range(0, len(ids), _MAX_VARIABLES):
        part = ids[begin : begin + _MAX_VARIABLES]
        rows = connection.execute(
            f"SELECT id, vector FROM chunks WHERE id IN ({','.join('?' * len(part))}) ORDER BY id", part
        ).fetchall()
        vectors = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
        scored.extend(zip((vectors @ query_vector).tolist(), (row[0] for row in rows), strict=True))
    scored.sort(key=lambda item: (-item[0], item[1]))
    return [chunk_id for _, chunk_id in scored[:depth]]


def _read(
    connection: sqlite3.Connection, ids: Sequence[int], condition: str, values: Sequence[str]
) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for begin in range(0, len(ids), _MAX_VARIABLES):
        part = ids[begin : begin + _MAX_VARIABLES]
        rows.extend(
            connection.execute(
                "SELECT chunks.id, article_id, start, end, substr(articles.text, start + 1, end - start), title, "
                "articles.date, articles.source, page, vector FROM chunks JOIN articles ON articles.id = article_id "
                f"WHERE chunks.id IN ({','.join('?' * len(part))}) AND {condition or '1'}",
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
