"""What faiss does for a vector index: its structures made, searched, written and read; the only import of it.

An exact structure compares a query with every vector; inverted lists hold vectors of a byte a value, of which the
best ``_PROBED_SHARE`` are read. Both are handed about as what faiss gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss as faiss_module
import numpy as np
from numpy.typing import NDArray

from embeddings.vector_file import damaged

faiss: Any = faiss_module
"""Its stubs lack much of what it has."""

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

_PROBED_SHARE = 0.12
"""Measured on 150,000 vectors spread as e5's are: recall@60 0.955, 0.963 and 0.974 with 4, 8 and 16 of a hundred
lists read, in 1.3, 2.1 and 3.4 ms a query."""
_MOST_THREADS: int = faiss.omp_get_max_threads()
_VECTORS_A_THREAD = 200_000
"""Up to so many vectors a second thread costs processor time (9 ms for 3 at 50,000) and gains nothing."""

_TRAINING_VECTORS_PER_LIST = 40
_BUFFER_BYTES = 1 << 20


def sample_size(count: int) -> int:
    """How many of ``count`` vectors an index is laid out by."""
    return min(count, _list_count(count) * _TRAINING_VECTORS_PER_LIST)


def _list_count(count: int) -> int:
    """Four times the square root of the number of vectors, as faiss' guide advises."""
    return max(1, int(4 * math.sqrt(count)))


def flat(dimension: int) -> Any:
    """An empty index that compares a query with every vector."""
    return faiss.IndexIDMap(faiss.IndexFlatIP(dimension))


def inverted(sample: Vectors, count: int) -> Any:
    """Empty inverted lists for ``count`` vectors like those of ``sample``."""
    lists = min(_list_count(count), len(sample))
    dimension = sample.shape[1]
    # A byte a value: a quarter of the memory and of the reading, and the owner of the vectors has them exact.
    byte = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension), dimension, lists, byte, faiss.METRIC_INNER_PRODUCT, False
    )
    index.nprobe = max(1, round(lists * _PROBED_SHARE))
    index.cp.seed = 1
    index.cp.niter = 8
    index.cp.min_points_per_centroid = 1
    index.train(np.ascontiguousarray(sample))
    return index


def stored_ids(index: Any) -> Ids:
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


def remove_ids(index: Any, ids: Ids) -> None:
    """Go over all of ``index`` and take out ``ids``."""
    index.remove_ids(faiss.IDSelectorBatch(ids))


def search_allowed(
    index: Any, queries: Vectors, k: int, allowed: NDArray[np.bool_], held: int, *, is_exact: bool
) -> tuple[Vectors, Ids]:
    """Scores and ids, ``k`` of those that may be found among the ``held`` ones.

    The fewer may be found, the more lists are looked through for them.
    """
    bits = np.packbits(allowed, bitorder="little")
    selector = faiss.IDSelectorBitmap(bits) if len(bits) else faiss.IDSelectorRange(0, 0)
    if is_exact:
        found: tuple[Vectors, Ids] = index.search(queries, k, params=faiss.SearchParameters(sel=selector))
        return found
    lists, count = index.nlist, max(1, int(np.count_nonzero(allowed)))
    for probed in (round(lists * _PROBED_SHARE * held / count), lists):
        parameters = faiss.SearchParametersIVF(sel=selector, nprobe=min(max(1, probed), lists))
        scores, ids = index.search(queries, k, params=parameters)
        if (ids >= 0).all():
            break
    return scores, ids


def search_own_lists(index: Any, queries: Vectors, k: int, *, is_exact: bool) -> tuple[Vectors, Ids]:
    """Scores and ids, ``k`` a query; of inverted lists only the one in which each query belongs is read."""
    parameters = None if is_exact else faiss.SearchParametersIVF(nprobe=1)
    found: tuple[Vectors, Ids] = index.search(queries, k, params=parameters)
    return found


@contextmanager
def search_threads(held: int, *, is_exact: bool) -> Iterator[None]:
    """Let faiss search ``held`` vectors with as many threads as pay; set for the calling thread alone."""
    compared = held if is_exact else round(held * _PROBED_SHARE)
    faiss.omp_set_num_threads(min(_MOST_THREADS, 1 + compared // _VECTORS_A_THREAD))
    try:
        yield
    finally:
        faiss.omp_set_num_threads(_MOST_THREADS)


def write_index(index: Any, write: Callable[[bytes], int]) -> None:
    """Give the bytes of ``index`` to ``write``, part by part."""
    faiss.write_index(index, faiss.BufferedIOWriter(faiss.PyCallbackIOWriter(write), _BUFFER_BYTES))


def read_index(read: Callable[[int], bytes], path: Path) -> Any:
    """The index whose bytes ``read`` gives; they stand in the file ``path``.

    Raises:
        VectorIndexError: faiss cannot read them.
    """
    try:
        return faiss.read_index(faiss.BufferedIOReader(faiss.PyCallbackIOReader(read), _BUFFER_BYTES))
    except RuntimeError as error:
        raise damaged(path, f"cannot be read by faiss ({' '.join(str(error).split())[:120]})") from error
