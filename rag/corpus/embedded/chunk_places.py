"""Day and paper of every chunk, in memory: which chunks a filter lets through, at the speed of reading an array.

A chunk's article never changes its day or paper (a changed article has new chunks), so places are only added.
Eight bytes a chunk; read at the first search with a filter.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading

import numpy as np
from numpy.typing import NDArray

from rag.records import SearchFilter

_NO_DAY = 0
_NO_PAPER = 0
"""Where no chunk has the id; papers are numbered from 1."""


class ChunkPlaces:
    """The places of a store's chunks; may be used by many threads."""

    def __init__(self) -> None:
        self._places = np.zeros((2, 0), np.int32)
        self._known = 0
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def within(self, connection: sqlite3.Connection, search_filter: SearchFilter) -> NDArray[np.bool_]:
        """Whether the chunk of each id passes the filter, ``(last id + 1,)``; chunks without a day fail any bound.

        A chunk that is gone may still pass: whoever finds it reads it from the database, and sees that it is gone.
        """
        with self._lock:
            self._follow(connection)
            days, papers = self._places[:, : self._known]
            paper = self._numbers.get(search_filter.source or "", _NO_PAPER - 1)
        passes: NDArray[np.bool_] = papers != _NO_PAPER if search_filter.source is None else papers == paper
        first, last = search_filter.date_from, search_filter.date_to
        if first or last:
            passes &= days >= (first.toordinal() if first else _NO_DAY + 1)
            passes &= days <= (last or dt.date.max).toordinal()
        return passes

    def _follow(self, connection: sqlite3.Connection) -> None:
        """Read the places of the chunks above the last one known; the array doubles when it is full."""
        rows = connection.execute(
            "SELECT chunks.id, articles.date, articles.source FROM chunks JOIN articles ON articles.id = article_id "
            "WHERE chunks.id >= ?",
            (self._known,),
        ).fetchall()
        if not rows:
            return
        ids = np.array([row[0] for row in rows], np.int64)
        known = int(ids.max()) + 1
        if known > self._places.shape[1]:
            # Whoever holds a part of the old array keeps it: only a longer one is written to.
            self._places = np.pad(self._places, ((0, 0), (0, known)))
        self._places[0, ids] = [dt.date.fromisoformat(row[1]).toordinal() if row[1] else _NO_DAY for row in rows]
        self._places[1, ids] = [self._numbers.setdefault(row[2], len(self._numbers) + 1) for row in rows]
        self._known = known
