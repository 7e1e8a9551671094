"""The FAISS index of a store: it follows the database, and is written beside it so that a start need not refill it.

The database is the one truth. An index of another generation is brought up to date by what the database holds; one
that does not agree with it is thrown away and filled anew.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.vector_index import VectorIndex
from rag.corpus.store_schema import read_generation
from rag.errors import VectorIndexError

_SAMPLED_VECTORS = 50
_SAMPLED_HITS = 10
"""Reprints have the same vector."""
_SAME_VECTOR = 0.999
_VECTORS = "<f4"


class StoredVectors:
    """The vectors of the store in ``directory``; ``reading`` opens a connection on which one generation is read."""

    def __init__(
        self, directory: Path, dimension: int, reading: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._directory, self._dimension, self._reading = directory, dimension, reading
        self._index: VectorIndex | None = None
        self._generation = -1
        self._lock = threading.RLock()

    def current(self) -> VectorIndex:
        """The index, brought up to the current generation."""
        with self._reading() as connection:
            generation = read_generation(connection)
        if self._index is None or self._generation != generation:
            with self._lock:
                self._follow()
        assert self._index is not None  # noqa: S101
        return self._index

    def save(self) -> None:
        """Write the index of the current generation, and remove those of older ones."""
        index = self.current()
        generation = self._generation
        path = self._directory / f"vectors-{generation}.faiss"
        try:
            if not path.exists():
                index.save(path)
        except (OSError, VectorIndexError):
            # Only a cache: where the disk is full, the next start fills the index from the database.
            for piece in self._directory.glob(f"{path.name}*"):
                piece.unlink(missing_ok=True)
        for other in self._directory.glob("vectors-*"):
            # A newer one may be in the making by another process.
            number = re.match(r"vectors-(\d+)\.", other.name)
            if number and int(number[1]) < generation:
                other.unlink(missing_ok=True)

    def _follow(self) -> None:
        with self._reading() as connection:
            generation = read_generation(connection)
            ids = np.fromiter((row[0] for row in connection.execute("SELECT id FROM chunks ORDER BY id")), np.int64)
            if self._index is None:
                self._index = self._load(connection, generation, ids)
            held = self._index.ids
            gone, new = np.setdiff1d(held, ids), np.setdiff1d(ids, held)
            if len(gone):
                self._index.remove(gone)
            if len(new):
                self._index.add(new, self._read(connection, new))
            self._generation = generation

    def _load(self, connection: sqlite3.Connection, generation: int, ids: NDArray[np.int64]) -> VectorIndex:
        """The newest saved index that agrees with the database, to be brought up to date; else an empty one."""
        names = ((re.fullmatch(r"vectors-(\d+)\.faiss", path.name), path) for path in self._directory.iterdir())
        saved = [(int(name[1]), path) for name, path in names if name]
        for number, path in sorted(saved, reverse=True):
            if number > generation:
                continue
            try:
                index = VectorIndex.load(path)
            except VectorIndexError:
                path.unlink(missing_ok=True)
                continue
            same = np.array_equal(np.sort(index.ids), ids)
            agrees = same if number == generation else self._agrees(connection, index, ids)
            if index.dimension == self._dimension and agrees:
                return index
        return VectorIndex.empty(self._dimension)

    def _agrees(self, connection: sqlite3.Connection, index: VectorIndex, ids: NDArray[np.int64]) -> bool:
        """Whether an index of an older generation finds a sample of the stored vectors under their own ids.

        It would not if the database had been put back to an earlier copy and then filled with other articles.
        """
        common = np.intersect1d(index.ids, ids, assume_unique=True)
        if index.dimension != self._dimension or len(common) == 0 or len(common) * 2 < len(ids):
            return False
        sample = common[np.unique(np.linspace(0, len(common) - 1, _SAMPLED_VECTORS).astype(int))]
        query = "SELECT vector FROM chunks WHERE id = ?"
        vectors = self._stack([connection.execute(query, (int(chunk_id),)).fetchone()[0] for chunk_id in sample])
        hits = index.search(vectors, _SAMPLED_HITS)
        return bool(((hits.ids == sample[:, None]) & (hits.scores > _SAME_VECTOR)).any(axis=1).all())

    def _read(self, connection: sqlite3.Connection, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        first = int(ids[0]) if len(ids) else 0
        rows = connection.execute("SELECT id, vector FROM chunks WHERE id >= ? ORDER BY id", (first,))
        wanted = set(ids.tolist())
        return self._stack([vector for chunk_id, vector in rows if chunk_id in wanted])

    def _stack(self, blobs: list[bytes]) -> NDArray[np.float32]:
        return np.frombuffer(b"".join(blobs), dtype=_VECTORS).reshape(len(blobs), self._dimension).astype(np.float32)
