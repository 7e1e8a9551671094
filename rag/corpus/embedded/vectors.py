"""The FAISS index of a store: it follows the database, and is written beside it so that a start need not refill it.

The database is the one truth. An index of another generation is brought up to date by what came and went since;
one that does not agree with the database is thrown away and filled anew. Vectors are read in blocks: the index and
one block are all that is ever in memory.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.faiss_structures import sample_size
from embeddings.vector_index import DEFAULT_EXACT_LIMIT, VectorIndex
from rag.corpus.embedded.schema import read_generation
from rag.corpus.embedded.tallies import stored_chunk_count
from rag.errors import VectorIndexError

_BLOCK_VECTORS = 4_096
_MAX_VARIABLES = 500
_UNSAVED_SHARE, _MOST_UNSAVED = 0.05, 8_000
"""Of the vectors, a saved index may lack this share and number: the next start adds them, in a second or two, and an
upload need not write all."""
_SAMPLED_VECTORS = 50
_VECTORS = "<f4"


@dataclass(slots=True)
class _Followed:
    """An index, the generation it is of, and how many vectors came and went since it was saved."""

    index: VectorIndex
    generation: int
    unsaved: int
    saved: int
    """The generation of the file it was read from or written to last; 0 for none."""


class StoredVectors:
    """The vectors of the store in ``directory``; ``reading`` opens a connection on which one generation is read."""

    def __init__(
        self, directory: Path, dimension: int, reading: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._directory, self._dimension, self._reading = directory, dimension, reading
        self._followed: _Followed | None = None
        self._lock = threading.RLock()
        self._saving = threading.Lock()

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def current(self, generation: int | None = None) -> VectorIndex:
        """The index, brought up to the current generation, which a caller that has read it may give."""
        if generation is None:
            with self._reading() as connection:
                generation = read_generation(connection)
        known = self._followed
        if known is None or known.generation != generation:
            with self._lock:
                known = self._follow()
        return known.index

    def save(self) -> Path | None:
        """Write the index, where the one written last lacks much; remove those of older generations then.

        An index that has outgrown its layout is laid out anew first, while searches go on in the old one. Gives the
        file where one was written.
        """
        self.current()
        with self._saving:
            anew = self._lay_out_anew()
            with self._lock:
                return self._write(anew=anew)

    def _lay_out_anew(self) -> bool:
        """Lay the index out for as many vectors as there are now, if it has outgrown its layout; says whether."""
        known = self._followed
        if known is None or not known.index.is_outgrown:
            return False
        with self._reading() as connection:
            generation = read_generation(connection)
            known = _Followed(self._empty(connection), generation, 0, 0)
            self._bring_up(connection, known, generation)
        with self._lock:
            self._followed = known
        return True

    def _write(self, *, anew: bool) -> Path | None:
        known = self._followed
        if known is None or known.unsaved <= min(_UNSAVED_SHARE * len(known.index), _MOST_UNSAVED):
            return None
        path = self._directory / f"vectors-{known.generation}.faiss"
        missing = anew or not path.exists()
        try:
            if missing:
                known.index.save(path)
        except (OSError, VectorIndexError):
            # Only a cache: where the disk is full, the next start fills the index from the database.
            for piece in self._directory.glob(f"{path.name}*"):
                piece.unlink(missing_ok=True)
            return None
        known.unsaved, known.saved = 0, known.generation
        for number, other in self._saved():
            # A newer one may be in the making by another process.
            if number < known.generation:
                other.unlink(missing_ok=True)
        return path if missing else None

    def _saved(self) -> list[tuple[int, Path]]:
        """The saved indexes with their generations, newest first."""
        names = ((re.match(r"vectors-(\d+)\.", path.name), path) for path in self._directory.glob("vectors-*"))
        return sorted(((int(name[1]), path) for name, path in names if name), reverse=True)

    def _follow(self) -> _Followed:
        with self._reading() as connection:
            generation = read_generation(connection)
            known = self._followed
            # A database put back to an earlier copy, or an index that another process has laid out anew.
            if known is None or known.generation > generation or self._is_laid_out_elsewhere(known):
                known = self._load(connection, generation)
            self._bring_up(connection, known, generation)
            self._followed = known
            return known

    def _is_laid_out_elsewhere(self, known: _Followed) -> bool:
        return known.index.is_outgrown and any(number > known.saved for number, _ in self._saved())

    def _bring_up(self, connection: sqlite3.Connection, known: _Followed, generation: int) -> None:
        """Add and remove what came and went since the index's generation."""
        query = "SELECT chunk_id FROM removed_chunks WHERE generation > ?"
        gone = np.fromiter((row[0] for row in connection.execute(query, (known.generation,))), np.int64)
        known.unsaved += known.index.remove(gone) if len(gone) else 0
        known.unsaved += self._add_after(connection, known.index)
        if len(known.index) != stored_chunk_count(connection):
            known.unsaved += self._reconcile(connection, known.index)
        known.generation = generation

    def _add_after(self, connection: sqlite3.Connection, index: VectorIndex) -> int:
        """Add the chunks above the last one held; ids grow, and none is used twice. Says how many there were."""
        rows = connection.execute("SELECT id, vector FROM chunks WHERE id > ? ORDER BY id", (index.last_id,))
        return sum(self._add(index, block) for block in _blocks(rows))

    def _reconcile(self, connection: sqlite3.Connection, index: VectorIndex) -> int:
        """Compare every id: the index was saved before removals were kept, or comes from elsewhere."""
        # The index holds ids without vectors: the table itself is a hundred times as long.
        rows = connection.execute("SELECT id FROM chunks INDEXED BY chunks_by_article")
        ids = np.sort(np.fromiter((row[0] for row in rows), np.int64))
        held = index.ids
        changed = index.remove(np.setdiff1d(held, ids))
        new = np.setdiff1d(ids, held)
        for begin in _starts(new):
            changed += self._add(index, _rows_of(connection, new[begin : begin + _MAX_VARIABLES]))
        return changed

    def _add(self, index: VectorIndex, rows: list[tuple[int, bytes]]) -> int:
        index.add(np.array([row[0] for row in rows], np.int64), self._stack([row[1] for row in rows]))
        return len(rows)

    def _load(self, connection: sqlite3.Connection, generation: int) -> _Followed:
        """The newest saved index that agrees with the database, to be brought up to date; else an empty one."""
        for number, path in self._saved():
            if number > generation or not path.name.endswith(".faiss"):
                continue
            try:
                index = VectorIndex.load(path)
            except VectorIndexError:
                path.unlink(missing_ok=True)
                continue
            if self._agrees(connection, index):
                return _Followed(index, number, 0, number)
        return _Followed(self._empty(connection), generation, 0, 0)

    def _empty(self, connection: sqlite3.Connection) -> VectorIndex:
        """An index laid out for as many vectors as there are."""
        count = stored_chunk_count(connection)
        if count <= DEFAULT_EXACT_LIMIT:
            return VectorIndex.empty(self._dimension)
        last = connection.execute("SELECT max(id) FROM chunks").fetchone()[0]
        chosen = np.unique(np.linspace(1, last, sample_size(count)).astype(np.int64))
        parts = [_rows_of(connection, chosen[begin : begin + _MAX_VARIABLES]) for begin in _starts(chosen)]
        sample = self._stack([row[1] for part in parts for row in part])
        return VectorIndex.prepare(sample, count)

    def _agrees(self, connection: sqlite3.Connection, index: VectorIndex) -> bool:
        """Whether an index finds a sample of the stored vectors under their own ids.

        It would not if it came from another store, or the database had been put back to an earlier copy and then
        filled with other articles.
        """
        ids = index.ids
        if index.dimension != self._dimension or len(ids) == 0:
            return False
        sample = ids[np.unique(np.linspace(0, len(ids) - 1, _SAMPLED_VECTORS).astype(np.int64))]
        rows = _rows_of(connection, sample)
        if len(rows) * 2 < len(sample):
            return False
        return index.holds(np.array([row[0] for row in rows]), self._stack([row[1] for row in rows]))

    def _stack(self, blobs: list[bytes]) -> NDArray[np.float32]:
        stacked: NDArray[np.float32] = np.frombuffer(b"".join(blobs), dtype=_VECTORS).reshape(-1, self._dimension)
        return stacked


def _blocks(rows: sqlite3.Cursor) -> Iterator[list[tuple[int, bytes]]]:
    while block := rows.fetchmany(_BLOCK_VECTORS):
        yield block


def _starts(ids: NDArray[np.int64]) -> range:
    return range(0, len(ids), _MAX_VARIABLES)


def _rows_of(connection: sqlite3.Connection, ids: NDArray[np.int64]) -> list[tuple[int, bytes]]:
    """Those of the chunks ``ids`` that exist, with their vectors, by ascending id."""
    marks = ",".join("?" * len(ids))
    query = f"SELECT id, vector FROM chunks WHERE id IN ({marks}) ORDER BY id"
    return connection.execute(query, ids.tolist()).fetchall()
