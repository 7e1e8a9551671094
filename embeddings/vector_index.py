"""Vectors to nearest vectors; the only import of faiss.

Exact inner product over unit vectors. An index file carries a JSON sidecar with its dimension, its count and the
SHA-256 of its bytes; a pair that does not fit is refused before faiss reads it.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import VectorIndexError


@dataclass(frozen=True, slots=True)
class VectorHits:
    """``ids`` and ``scores`` have shape ``(queries, k)``, best first; ids are -1 where there was nothing more."""

    ids: NDArray[np.int64]
    scores: NDArray[np.float32]


class VectorIndex:
    """Unit vectors by id. Safe to search and change from several threads."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._lock = threading.RLock()

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """An index without vectors, for vectors of ``dimension``."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def build(cls, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> VectorIndex:
        """An index of ``vectors``, shape ``(n, dimension)``, under ``ids``, shape ``(n,)``."""
        built = cls.empty(vectors.shape[1])
        built.add(ids, vectors)
        return built

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> NDArray[np.int64]:
        """All ids, in no particular order."""
        with self._lock:
            found: NDArray[np.int64] = faiss.vector_to_array(self._index.id_map).astype(np.int64)
            return found

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add vectors under new ids."""
        with self._lock:
            self._index.add_with_ids(
                np.ascontiguousarray(vectors, dtype=np.float32), np.ascontiguousarray(ids, dtype=np.int64)
            )

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Remove vectors; says how many there were."""
        with self._lock:
            return int(self._index.remove_ids(np.ascontiguousarray(ids, dtype=np.int64)))

    def search(self, queries: NDArray[np.float32], k: int) -> VectorHits:
        """The ``k`` nearest of each query, by inner product."""
        with self._lock:
            scores, ids = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return VectorHits(ids, scores)

    def save(self, path: Path) -> None:
        """Write the index and its sidecar, each whole or not at all."""
        with self._lock:
            data = faiss.serialize_index(self._index).tobytes()
            facts = {"dimension": self.dimension, "count": len(self), "sha256": hashlib.sha256(data).hexdigest()}
        for target, content in ((path, data), (_sidecar(path), json.dumps(facts).encode())):
            temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)

    @classmethod
    def load(cls, path: Path) -> VectorIndex:
        """Read an index.

        Raises:
            VectorIndexError: it is missing, damaged, or does not fit its sidecar.
        """
        try:
            facts = json.loads(_sidecar(path).read_bytes())
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            if facts.get("sha256") != digest:
                raise ValueError(f"its SHA-256 is {digest}, expected {facts.get('sha256')}")
            return cls(faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8)))
        except (OSError, ValueError, AttributeError, RuntimeError) as error:
            raise VectorIndexError(
                f"{path} is not a readable vector index ({error}): delete it, it is rebuilt"
            ) from error


def _sidecar(path: Path) -> Path:
    return path.with_name(path.name + ".json")
