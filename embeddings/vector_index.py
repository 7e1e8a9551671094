"""Vectors under their ids, and the nearest of them to a query; the only import of faiss.

Exact up to ``exact_limit`` vectors, approximate above (inverted lists, the best ``_PROBED_SHARE`` of them read).
Scores are inner products: cosines, for unit rows. An index is a cache; whoever owns the vectors can rebuild it.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss as faiss_module
import numpy as np
from numpy.typing import NDArray

from embeddings.vector_file import VectorHeader, damaged, open_vector_file, save_vector_file

faiss: Any = faiss_module
"""Its stubs lack much of what it has."""

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

DEFAULT_EXACT_LIMIT = 100_000
"""An exact search of 100,000 vectors of 384 values reads 150 MB, 11 ms on one core, and 17 ms at 150,000: above,
an approximate one takes 3 ms and finds 97 of the 100 nearest. See ``benchmarks/retrieval_time.py``."""

_PROBED_SHARE = 0.12
"""Measured on 150,000 vectors spread as e5's are: recall@60 0.955, 0.963 and 0.974 with 4, 8 and 16 of a hundred
lists read, in 1.3, 2.1 and 3.4 ms a query."""

_TRAINING_VECTORS_PER_LIST = 40
_RETRAIN_GROWTH = 4
_BUFFER_BYTES = 1 << 20


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
        self._ids: Ids = _stored_ids(index)
        self.generation = generation

    @classmethod
    def empty(cls, dimension: int, *, exact_limit: int = DEFAULT_EXACT_LIMIT) -> VectorIndex:
        """An index of no vectors."""
        if dimension < 1:
            raise ValueError(f"dimension is {dimension}, expected 1 or more")
        return cls(_flat(dimension), dimension, exact_limit)

    @classmethod
    def build(cls, ids: Ids, vectors: Vectors, *, exact_limit: int = DEFAULT_EXACT_LIMIT) -> VectorIndex:
        """An index of ``vectors`` ``(n, dim)`` float32 under ``ids`` ``(n,)`` int64, each id once."""
        index = cls.empty(vectors.shape[1], exact_limit=exact_limit)
        index.add(ids, vectors)
        return index

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    @property
    def ids(self) -> Ids:
        """Every id, ascending; a copy."""
        with self._lock:
            return self._ids.copy()

    @property
    def is_exact(self) -> bool:
        """Whether a search looks at every vector."""
        return self._trained_count == 0

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add ``vectors`` ``(n, dim)`` under new ``ids`` ``(n,)``.

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
            merged = np.union1d(self._ids, ids)
            if len(merged) != len(self._ids) + len(ids):
                raise ValueError("an id is in the index already, or given twice; remove it first")
            if len(ids) == 0:
                return
            if len(merged) > max(self._exact_limit, _RETRAIN_GROWTH * self._trained_count):
                self._train(ids, vectors)
            else:
                self._index.add_with_ids(vectors, ids)
            self._ids = merged

    def _train(self, new_ids: Ids, new_vectors: Vectors) -> None:
        """Lay all vectors out anew in inverted lists."""
        old_ids = _stored_ids(self._index)
        ids = np.concatenate([old_ids, new_ids])
        vectors = np.concatenate([_stored_vectors(self._index, old_ids, self._dimension), new_vectors])
        self._index = _inverted(ids, vectors)
        self._trained_count = len(ids)

    def remove(self, ids: Ids) -> int:
        """Remove ``ids``; how many were there. No later search finds them."""
        ids = np.unique(np.asarray(ids, dtype=np.int64))
        with self._lock:
            gone = np.intersect1d(ids, self._ids, assume_unique=True)
            if len(gone):
                self._index.remove_ids(gone)
                self._ids = np.setdiff1d(self._ids, gone, assume_unique=True)
            return len(gone)

    def search(self, queries: Vectors, k: int) -> VectorHits:
        """The ``k`` vectors of largest inner product with each row of ``queries`` ``(n, dim)``.

        Raises:
            ValueError: ``k`` is below 1, or ``queries`` has another shape.
        """
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        if queries.ndim != 2 or queries.shape[1] != self._dimension:
            raise ValueError(f"queries have shape {queries.shape}, expected (n, {self._dimension})")
        if k < 1:
            raise ValueError(f"k is {k}, expected 1 or more")
        with self._lock:
            scores, ids = self._index.search(queries, min(k, max(1, len(self._ids))))
        return _ordered(ids, scores, k)

    def save(self, path: Path) -> None:
        """Write the index to ``path`` in one step: a reader sees the old file or the new one, whole.

        Raises:
            VectorIndexError: the disk said no.
        """
        with self._lock:
            header = VectorHeader(
                dimension=self._dimension,
                count=len(self._ids),
                exact_limit=self._exact_limit,
                trained_count=self._trained_count,
                ids_sha256=_sha256_of_ids(self._ids),
                generation=self.generation,
            )
            save_vector_file(path, header, self._write_payload)

    def _write_payload(self, write: Callable[[bytes], int]) -> None:
        faiss.write_index(self._index, faiss.BufferedIOWriter(faiss.PyCallbackIOWriter(write), _BUFFER_BYTES))

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """The index at ``path``, exactly as it was saved.

        Raises:
            VectorIndexError: there is none, or it is cut off, altered or of another layout.
        """
        with open_vector_file(path) as (header, file):
            index = _read_payload(file.read, path)
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


def _read_payload(read: Callable[[int], bytes], path: Path) -> Any:
    try:
        return faiss.read_index(faiss.BufferedIOReader(faiss.PyCallbackIOReader(read), _BUFFER_BYTES))
    except RuntimeError as error:
        raise damaged(path, f"cannot be read by faiss ({' '.join(str(error).split())[:120]})") from error


def _flat(dimension: int) -> Any:
    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def _inverted(ids: Ids, vectors: Vectors) -> Any:
    """Inverted lists over ``vectors``: four times the square root of their number, as faiss' guide advises."""
    lists = max(1, int(4 * math.sqrt(len(ids))))
    dimension = vectors.shape[1]
    # Half precision: half of the memory and of the reading, and the owner of the vectors has them exact.
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension), dimension, lists, half, faiss.METRIC_INNER_PRODUCT, False
    )
    index.nprobe = max(1, round(lists * _PROBED_SHARE))
    index.cp.seed = 1
    index.cp.niter = 8
    index.cp.min_points_per_centroid = 1
    sample = np.random.default_rng(1).permutation(len(ids))[: lists * _TRAINING_VECTORS_PER_LIST]
    index.train(vectors[np.sort(sample)])
    index.add_with_ids(vectors, ids)
    return index


def _stored_ids(index: Any) -> Ids:
    """Every id in ``index``, ascending."""
    if isinstance(index, faiss.IndexIDMap2):
        return np.sort(faiss.vector_to_array(index.id_map).astype(np.int64))
    lists = index.invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
        for number in range(lists.nlist)
        if lists.list_size(number)
    ]
    return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)


def _stored_vectors(index: Any, ids: Ids, dimension: int) -> Vectors:
    """The vectors of ``ids``, in that order."""
    if len(ids) == 0:
        return np.empty((0, dimension), np.float32)
    if not isinstance(index, faiss.IndexIDMap2):
        index.set_direct_map_type(faiss.DirectMap.Hashtable)
    vectors: Vectors = index.reconstruct_batch(ids)
    return vectors


def _ordered(ids: Ids, scores: Vectors, k: int) -> VectorHits:
    """Hits with equal scores by ascending id, padded to ``k`` columns."""
    missing = ids < 0
    scores = np.where(missing, -np.inf, scores).astype(np.float32)
    order = np.lexsort((np.where(missing, np.iinfo(np.int64).max, ids), -scores), axis=1)
    ids, scores = np.take_along_axis(ids, order, axis=1), np.take_along_axis(scores, order, axis=1)
    width = ((0, 0), (0, k - ids.shape[1]))
    return VectorHits(
        np.pad(ids.astype(np.int64), width, constant_values=-1), np.pad(scores, width, constant_values=-np.inf)
    )
