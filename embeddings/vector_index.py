"""Vectors under their ids, and the nearest of them to a query.

Exact up to ``exact_limit`` vectors, approximate above, by the structures of ``embeddings.faiss_structures``. Scores
are inner products: cosines, for unit rows. An index is a cache; whoever owns the vectors can rebuild it.

Adding and removing a few takes no longer in a large index than in a small one: ids are marks in an array, and what
was removed is passed over by searches until there is enough of it to go over all lists once.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.faiss_structures import (
    Ids,
    Vectors,
    flat,
    inverted,
    read_index,
    remove_ids,
    sample_size,
    search_allowed,
    search_own_lists,
    search_threads,
    stored_ids,
    write_index,
)
from embeddings.vector_file import VectorHeader, damaged, open_vector_file, save_vector_file

DEFAULT_EXACT_LIMIT = 100_000
"""An exact search of 100,000 vectors of 384 values reads 150 MB, 11 ms on one core, and 17 ms at 150,000: above,
an approximate one takes 3 ms and finds 97 of the 100 nearest. See ``benchmarks/retrieval_time.py``."""

_OUTGROWN = 4
"""An index is to be laid out anew once it holds so many times the vectors that it was laid out for."""
_MOST_GONE = 256
"""So many removed vectors are passed over by searches at most, which look for as many more."""
_SAME_HITS, _SAME_VECTOR = 10, 0.99
"""Reprints have the same vector, so one of ten hits may be meant; a byte a value leaves cosines within 0.002."""


@dataclass(frozen=True, slots=True)
class VectorHits:
    """The nearest vectors of each query, best first, equal scores by ascending id.

    ``ids`` is ``(n, k)`` int64, padded with -1; ``scores`` is ``(n, k)`` float32, padded with ``-inf``.
    """

    ids: Ids
    scores: Vectors


class VectorIndex:
    """A searchable set of vectors with ids. May be used by many threads at once; removal holds at once.

    Make one with ``empty``, ``build`` or ``load``. ``generation`` is the owner's mark, saved with the index.
    """

    def __init__(
        self, index: Any, dimension: int, exact_limit: int, *, trained_count: int = 0, generation: int = 0
    ) -> None:
        self._index = index
        self._dimension = dimension
        self._exact_limit = exact_limit
        self._trained_count = trained_count
        self._lock = threading.RLock()
        self._gone: Ids = np.empty(0, np.int64)
        self._held = np.zeros(0, bool)
        self._count = self._last_id = 0
        self._mark(stored_ids(index))
        self.generation = generation

    @classmethod
    def empty(cls, dimension: int, *, exact_limit: int = DEFAULT_EXACT_LIMIT) -> VectorIndex:
        """An index of no vectors."""
        if dimension < 1:
            raise ValueError(f"dimension is {dimension}, expected 1 or more")
        return cls(flat(dimension), dimension, exact_limit)

    @classmethod
    def build(cls, ids: Ids, vectors: Vectors, *, exact_limit: int = DEFAULT_EXACT_LIMIT) -> VectorIndex:
        """An index of ``vectors`` ``(n, dim)`` float32 under ``ids`` ``(n,)`` int64, each id once."""
        chosen = np.random.default_rng(1).random(len(vectors)) < sample_size(len(vectors)) / max(1, len(vectors))
        index = cls.prepare(vectors[chosen], len(vectors), exact_limit=exact_limit)
        index.add(ids, vectors)
        return index

    @classmethod
    def prepare(cls, sample: Vectors, count: int, *, exact_limit: int = DEFAULT_EXACT_LIMIT) -> VectorIndex:
        """An empty index laid out for ``count`` vectors like those of ``sample`` ``(n, dim)``; ``add`` them in parts.

        So a large index is never in memory beside its vectors. ``sample_size`` says how many it should see.
        """
        dimension = sample.shape[1]
        if count <= exact_limit or len(sample) == 0:
            return cls.empty(dimension, exact_limit=exact_limit)
        return cls(inverted(sample, count), dimension, exact_limit, trained_count=count)

    def __len__(self) -> int:
        return self._count

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    @property
    def ids(self) -> Ids:
        """Every id, ascending; a copy."""
        with self._lock:
            return np.flatnonzero(self._held).astype(np.int64)

    @property
    def last_id(self) -> int:
        """The largest id that it has held; 0 where there was none."""
        return self._last_id

    @property
    def is_exact(self) -> bool:
        """Whether a search looks at every vector."""
        return self._trained_count == 0

    @property
    def is_outgrown(self) -> bool:
        """Whether it holds so many vectors that one laid out anew, by ``prepare``, would be searched quicker."""
        return self._count > max(self._exact_limit, _OUTGROWN * self._trained_count)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add ``vectors`` ``(n, dim)`` under new ``ids`` ``(n,)``, 0 or above.

        Raises:
            ValueError: an id is there already or twice, a shape does not fit, or a value is no finite number.
        """
        ids = np.asarray(ids, dtype=np.int64)
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or vectors.shape != (len(ids), self._dimension):
            raise ValueError(f"vectors have shape {vectors.shape}, expected ({len(ids)}, {self._dimension})")
        if not np.isfinite(vectors).all():
            raise ValueError("vectors hold values that are no finite numbers")
        with self._lock:
            if len(np.unique(ids)) < len(ids) or len(self._held_of(ids)):
                raise ValueError("an id is in the index already, or given twice; remove it first")
            if len(self._gone) and np.isin(ids, self._gone).any():
                self._take_out()
            if len(ids):
                self._index.add_with_ids(vectors, ids)
                self._mark(ids)

    def _mark(self, ids: Ids) -> None:
        """Note that ``ids`` are held; the array doubles when it is full, so that a mark costs the same in the end."""
        if len(ids) == 0:
            return
        self._last_id = max(self._last_id, int(ids.max()))
        if self._last_id >= len(self._held):
            self._held = np.pad(self._held, (0, self._last_id + 1))
        self._held[ids] = True
        self._count += len(ids)

    def _held_of(self, ids: Ids) -> Ids:
        """Those of ``ids`` that are held."""
        inside: Ids = ids[(ids >= 0) & (ids < len(self._held))]
        return inside[self._held[inside]]

    def remove(self, ids: Ids) -> int:
        """Remove ``ids``; how many were there. No later search finds them."""
        with self._lock:
            gone = self._held_of(np.unique(np.asarray(ids, dtype=np.int64)))
            self._held[gone] = False
            self._count -= len(gone)
            self._gone = np.concatenate([self._gone, gone])
            if len(self._gone) > _MOST_GONE:
                self._take_out()
            return len(gone)

    def _take_out(self) -> None:
        """Go over all lists and take out what was removed."""
        if len(self._gone):
            remove_ids(self._index, self._gone)
            self._gone = np.empty(0, np.int64)

    def search(self, queries: Vectors, k: int, *, allowed: NDArray[np.bool_] | None = None) -> VectorHits:
        """The ``k`` vectors of largest inner product with each row of ``queries`` ``(n, dim)``.

        With ``allowed``, an id is looked at only where ``allowed[id]`` holds; ids past its end are not.

        Raises:
            ValueError: ``k`` is below 1, or ``queries`` has another shape.
        """
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        if queries.ndim != 2 or queries.shape[1] != self._dimension:
            raise ValueError(f"queries have shape {queries.shape}, expected (n, {self._dimension})")
        if k < 1:
            raise ValueError(f"k is {k}, expected 1 or more")
        with self._lock, search_threads(self._count, is_exact=self.is_exact):
            width = min(k + len(self._gone), max(1, self._index.ntotal))
            if allowed is None:
                scores, ids = self._index.search(queries, width)
            else:
                scores, ids = search_allowed(
                    self._index, queries, width, allowed, self._count, is_exact=self.is_exact
                )
            if len(self._gone):
                ids = np.where(np.isin(ids, self._gone), -1, ids)
        return _ordered(ids, scores, k)

    def holds(self, ids: Ids, vectors: Vectors) -> bool:
        """Whether each of ``ids`` has its row of ``vectors`` here, as far as the nearest of each tell.

        Of an approximate index only the list in which each vector belongs is read.
        """
        with self._lock:
            queries = np.ascontiguousarray(vectors)
            scores, found = search_own_lists(self._index, queries, _SAME_HITS, is_exact=self.is_exact)
        return bool(((found == ids[:, None]) & (scores > _SAME_VECTOR)).any(axis=1).all())

    def save(self, path: Path) -> None:
        """Write the index to ``path`` in one step: a reader sees the old file or the new one, whole.

        Raises:
            VectorIndexError: the disk said no.
        """
        with self._lock:
            self._take_out()
            header = VectorHeader(
                dimension=self._dimension,
                count=self._count,
                exact_limit=self._exact_limit,
                trained_count=self._trained_count,
                ids_sha256=_sha256_of_ids(self.ids),
                generation=self.generation,
            )
            save_vector_file(path, header, lambda write: write_index(self._index, write))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """The index at ``path``, exactly as it was saved.

        Raises:
            VectorIndexError: there is none, or it is cut off, altered or of another layout.
        """
        with open_vector_file(path) as (header, file):
            index = read_index(file.read, path)
        loaded = cls(
            index,
            header.dimension,
            header.exact_limit,
            trained_count=header.trained_count,
            generation=header.generation,
        )
        if (index.d, len(loaded), _sha256_of_ids(loaded.ids)) != (header.dimension, header.count, header.ids_sha256):
            raise damaged(path, f"holds {len(loaded)} vectors of {index.d} values, not those its header says")
        return loaded


def _sha256_of_ids(ids: Ids) -> str:
    return hashlib.sha256(ids.astype("<i8").tobytes()).hexdigest()


def _ordered(ids: Ids, scores: Vectors, k: int) -> VectorHits:
    """Hits with equal scores by ascending id, padded to ``k`` columns."""
    missing = ids < 0
    scores = np.where(missing, -np.inf, scores).astype(np.float32)
    order = np.lexsort((np.where(missing, np.iinfo(np.int64).max, ids), -scores), axis=1)
    order = order[:, :k]
    ids, scores = np.take_along_axis(ids, order, axis=1), np.take_along_axis(scores, order, axis=1)
    width = ((0, 0), (0, k - ids.shape[1]))
    return VectorHits(
        np.pad(ids.astype(np.int64), width, constant_values=-1), np.pad(scores, width, constant_values=-np.inf)
    )
