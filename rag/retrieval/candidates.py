"""Candidates: the chunks either half of the search finds, read with their articles in one generation.

A chunk that is gone from the store is gone from the candidates, whatever an older vector index says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.corpus.postings import select_terms
from rag.corpus.store_reading import FoundChunk, SearchReading, TermHit
from rag.records import SearchFilter

DEPTH = 60
"""How many chunks each half of the search proposes."""
_WORKERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lexical search")
"""A store reads without the interpreter's lock, so terms cost no time of their own beside the encoder."""


class PassageStore(Protocol):
    """What retrieval needs of an article store."""

    def reading(self) -> AbstractContextManager[SearchReading]:
        """A view on which everything read belongs to one generation."""
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
    with store.reading() as reading:
        _ = reading.generation  # both halves are of it, whichever begins
        lexical_search = _WORKERS.submit(_search_terms, reading, terms, depth, search_filter)
        try:
            query_vector = encode()
            near = reading.chunks_near(query_vector, depth, search_filter)
        finally:
            found = lexical_search.result()  # also where encoding failed: the reading must be free again
        lexical = {hit.chunk_id: hit.score for hit in found.hits}
        chunks = reading.found_chunks(list(dict.fromkeys([*lexical, *near])), search_filter)
    candidates = tuple(_candidate(chunk, query_vector, lexical) for chunk in chunks)
    return CandidateSet(candidates, found.frequencies, found.chunk_count)


@dataclass(frozen=True, slots=True)
class _LexicalResult:
    hits: list[TermHit]
    frequencies: dict[str, int]
    chunk_count: int


def _search_terms(
    reading: SearchReading, terms: Sequence[str], depth: int, search_filter: SearchFilter
) -> _LexicalResult:
    frequencies = reading.term_frequencies(terms)
    hits = reading.chunks_with_terms(select_terms(frequencies), depth, search_filter)
    return _LexicalResult(hits, frequencies, reading.chunk_count)


def _candidate(chunk: FoundChunk, query_vector: NDArray[np.float32], lexical: dict[int, float]) -> Candidate:
    return Candidate(
        chunk_id=chunk.chunk_id,
        article_id=chunk.article_id,
        start=chunk.start,
        end=chunk.end,
        text=chunk.text,
        title=chunk.title,
        date=chunk.date,
        source=chunk.source,
        page=chunk.page,
        cosine=float(chunk.vector @ query_vector),
        lexical=lexical.get(chunk.chunk_id, 0.0),
    )
