"""Vectors under their ids, and the nearest of them to a query; the only import of faiss.

Exact up to ``exact_limit`` vectors, approximate above (inverted lists, the best ``_PROBED_SHARE`` of them read).
Scores are inner products: cosines, for unit rows. An index is a cache; whoever owns the vectors can rebuild it.
"""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Callable, Iterator
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
_BLOCK_VECTORS = 8_192


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

    @classmethod
    def prepare(cls, sample: Vectors, count: int, *, exact_limit: int = DEFAULT_EXACT_LIMIT) -> VectorIndex:
        """An empty index laid out for ``count`` vectors like those of ``sample`` ``(n, dim)``; ``add`` them in parts.

        So a large index is never in memory beside its vectors. ``sample_size`` says how many it should see.
        """
        dimension = sample.shape[1]
        if count <= exact_limit or len(sample) == 0:
            return cls.empty(dimension, exact_limit=exact_limit)
        return cls(_inverted(sample, count), dimension, exact_limit, trained_count=count)

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
    def last_id(self) -> int:
        """The largest id; 0 where there is none."""
        with self._lock:
            return int(self._ids[-1]) if len(self._ids) else 0

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
            merged = self._merged(ids)
            if len(ids) == 0:
                return
            if len(merged) > max(self._exact_limit, _RETRAIN_GROWTH * self._trained_count):
                self._train(vectors, len(merged))
            self._index.add_with_ids(vectors, ids)
            self._ids = merged

    def _merged(self, ids: Ids) -> Ids:
        """The held ids and ``ids``, ascending; new ones mostly follow the last."""
        if len(ids) and (len(self._ids) == 0 or ids[0] > self._ids[-1]) and (np.diff(ids) > 0).all():
            return np.concatenate([self._ids, ids])
        merged = np.union1d(self._ids, ids)
        if len(merged) != len(self._ids) + len(ids):
            raise ValueError("an id is in the index already, or given twice; remove it first")
        return merged

    def _train(self, new_vectors: Vectors, count: int) -> None:
        """Lay the vectors held out anew in inverted lists for ``count`` of them, a block at a time."""
        old = self._index
        held = len(self._ids)
        share = sample_size(count) / count
        rows = np.random.default_rng(1).random(held) < share
        parts = [block.vectors[rows[block.first : block.first + len(block.ids)]] for block in _stored_blocks(old)]
        chosen = np.random.default_rng(2).random(len(new_vectors)) < share
        index = _inverted(np.concatenate([*parts, new_vectors[chosen | (held == 0)]]), count)
        for block in _stored_blocks(old):
            index.add_with_ids(block.vectors, block.ids)
        self._index, self._trained_count = index, count

    def remove(self, ids: Ids) -> int:
        """Remove ``ids``; how many were there. No later search finds them."""
        ids = np.unique(np.asarray(ids, dtype=np.int64))
        with self._lock:
            gone = np.intersect1d(ids, self._ids, assume_unique=True)
            if len(gone):
                self._index.remove_ids(gone)
                self._ids = np.setdiff1d(self._ids, gone, assume_unique=True)
            return len(gone)

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
        with self._lock:
            width = min(k, max(1, len(self._ids)))
            if allowed is None:
                scores, ids = self._index.search(queries, width)
            else:
                scores, ids = self._search_allowed(queries, width, allowed)
        return _ordered(ids, scores, k)

    def _search_allowed(self, queries: Vectors, k: int, allowed: NDArray[np.bool_]) -> tuple[Vectors, Ids]:
        """``k`` of the ids that may be found; the fewer those are, the more lists are looked through for them."""
        bits = np.packbits(allowed, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits) if len(bits) else faiss.IDSelectorRange(0, 0)
        if self.is_exact:
            found: tuple[Vectors, Ids] = self._index.search(queries, k, params=faiss.SearchParameters(sel=selector))
            return found
        lists, count = self._index.nlist, max(1, int(np.count_nonzero(allowed)))
        for probed in (round(lists * _PROBED_SHARE * len(self._ids) / count), lists):
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=min(max(1, probed), lists))
            scores, ids = self._index.search(queries, k, params=parameters)
            if (ids >= 0).all():
                break
        return scores, ids

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


def sample_size(count: int) -> int:
    """How many of ``count`` vectors an index is laid out by."""
    return min(count, _list_count(count) * _TRAINING_VECTORS_PER_LIST)


def _list_count(count: int) -> int:
    """Four times the square root of the number of vectors, as faiss' guide advises."""
    return max(1, int(4 * math.sqrt(count)))


def _flat(dimension: int) -> Any:
    return faiss.IndexIDMap(faiss.IndexFlatIP(dimension))


def _inverted(sample: Vectors, count: int) -> Any:
    """Empty inverted lists for ``count`` vectors like those of ``sample``."""
    lists = min(_list_count(count), len(sample))
    dimension = sample.shape[1]
    # Half precision: half of the memory and of the reading, and the owner of the vectors has them exact.
    half = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension), dimension, lists, half, faiss.METRIC_INNER_PRODUCT, False
    )
    index.nprobe = max(1, round(lists * _PROBED_SHARE))
    index.cp.seed = 1
    index.cp.niter = 8
    index.cp.min_points_per_centroid = 1
    index.train(np.ascontiguousarray(sample))
    return index


def _stored_ids(index: Any) -> Ids:
    """Every id in ``index``, ascending."""
    if isinstance(index, faiss.IndexIDMap):
        return np.sort(faiss.vector_to_array(index.id_map).astype(np.int64))
    lists = index.invlists
    parts = [
        faiss.rev_swig_ptr(lists.get_ids(number), lists.list_size(number)).copy()
        for number in range(lists.nlist)
        if lists.list_size(number)
    ]
    return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class _Block:
    """Some of the vectors of an index, ``first`` of them before it in the index's own order."""

    first: int
    ids: Ids
    vectors: Vectors


def _stored_blocks(index: Any) -> Iterator[_Block]:
    """All vectors of ``index`` under their ids, block by block, in an order that stays."""
    if isinstance(index, faiss.IndexIDMap):
        ids = faiss.vector_to_array(index.id_map).astype(np.int64)
        for first in range(0, len(ids), _BLOCK_VECTORS):
            part = ids[first : first + _BLOCK_VECTORS]
            yield _Block(first, part, index.index.reconstruct_n(first, len(part)))
        return
    lists, first = index.invlists, 0
    for number in range(lists.nlist):
        size = lists.list_size(number)
        if size:
            codes = faiss.rev_swig_ptr(lists.get_codes(number), size * index.code_size)
            vectors = codes.view(np.float16).reshape(size, index.d).astype(np.float32)
            yield _Block(first, faiss.rev_swig_ptr(lists.get_ids(number), size).copy(), vectors)
        first += size


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
