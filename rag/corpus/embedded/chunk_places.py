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
        self._days = np.empty(0, np.int32)
        self._papers = np.empty(0, np.int32)
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def within(self, connection: sqlite3.Connection, search_filter: SearchFilter) -> NDArray[np.bool_]:
        """Whether the chunk of each id passes the filter, ``(last id + 1,)``; chunks without a day fail any bound.

        A chunk that is gone may still pass: whoever finds it reads it from the database, and sees that it is gone.
        """
        with self._lock:
            self._follow(connection)
            days, papers = self._days, self._papers
            paper = self._numbers.get(search_filter.source or "", _NO_PAPER - 1)
        passes: NDArray[np.bool_] = papers != _NO_PAPER if search_filter.source is None else papers == paper
        first, last = search_filter.date_from, search_filter.date_to
        if first or last:
            passes &= days >= (first.toordinal() if first else _NO_DAY + 1)
            passes &= days <= (last or dt.date.max).toordinal()
        return passes

    def _follow(self, connection: sqlite3.Connection) -> None:
        """Read the places of the chunks above the last one known."""
        rows = connection.execute(
            "SELECT chunks.id, articles.date, articles.source FROM chunks JOIN articles ON articles.id = article_id "
            "WHERE chunks.id >= ?",
            (len(self._days),),
        ).fetchall()
        if not rows:
            return
        ids = np.array([row[0] for row in rows], np.int64)
        grown = int(ids.max()) + 1 - len(self._days)
        days, papers = np.pad(self._days, (0, grown)), np.pad(self._papers, (0, grown))
        days[ids] = [dt.date.fromisoformat(row[1]).toordinal() if row[1] else _NO_DAY for row in rows]
        papers[ids] = [self._numbers.setdefault(row[2], len(self._numbers) + 1) for row in rows]
        self._days, self._papers = days, papers
