"""Day and paper of every chunk, in memory: which chunks a filter lets through, at the speed of reading an array.

A chunk's article never changes its day or paper (a changed article has new chunks), so places are only added. Eight
bytes a chunk, read at the first search with a filter: from a file that is written beside the database as the vectors
are, and what came since from the database. A file that does not agree with the database is passed over.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import tempfile
import threading
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.records import SearchFilter

PLACES_NAME = "places.npz"
_NO_DAY = 0
_NO_PAPER = 0
"""Where no chunk has the id; papers are numbered from 1."""
_MOST_UNSAVED = 8_000
_SAMPLED_CHUNKS = 50
_PLACE = (
    "SELECT id, (SELECT coalesce(date, '') || ' ' || source FROM articles WHERE articles.id = article_id) FROM chunks"
)
"""The day, empty where there is none, and the paper after a space. No join: SQLite may begin one of a few chunks with
all articles by a look at all articles."""


class ChunkPlaces:
    """The places of the chunks of the store in ``directory``; may be used by many threads."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / PLACES_NAME
        self._places = np.zeros((2, 0), np.int32)
        self._known = self._saved = 0
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

    def save(self, connection: sqlite3.Connection) -> None:
        """Write the places, where the file lacks many; only a cache, so that a full disk is no failure."""
        with self._lock:
            self._follow(connection)
            if self._known - self._saved <= min(_MOST_UNSAVED, self._known // 20):
                return
            temporary = ""
            try:
                with tempfile.NamedTemporaryFile(dir=self._path.parent, suffix=".partial", delete=False) as file:
                    temporary = file.name
                    np.savez(file, places=self._places[:, : self._known], papers=np.array(list(self._numbers)))
                os.replace(temporary, self._path)
                self._saved = self._known
            except OSError:
                if temporary:
                    Path(temporary).unlink(missing_ok=True)

    def _follow(self, connection: sqlite3.Connection) -> None:
        """Read the places of the chunks above the last one known."""
        if self._known == 0:
            self._load(connection)
        rows = connection.execute(f"{_PLACE} WHERE id >= ?", (self._known,)).fetchall()
        if not rows:
            return
        ids = np.array([row[0] for row in rows], np.int64)
        known = int(ids.max()) + 1
        if known > self._places.shape[1]:
            # It doubles, so that an upload costs the same; whoever holds a part of the old array keeps it.
            self._places = np.pad(self._places, ((0, 0), (0, known)))
        places = [row[1].partition(" ") for row in rows]
        self._places[0, ids] = [_ordinal(day) for day, _, _ in places]
        self._places[1, ids] = [self._numbers.setdefault(paper, len(self._numbers) + 1) for *_, paper in places]
        self._known = known

    def _load(self, connection: sqlite3.Connection) -> None:
        """Take what the file holds, if chunks spread over it are in the database as it says."""
        try:
            with self._path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                places, papers = file["places"], [str(name) for name in file["papers"]]
        except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
            return
        if places.ndim != 2 or len(places) != 2 or not places[1].any():
            return
        there = np.flatnonzero(places[1])
        sample = there[np.unique(np.linspace(0, len(there) - 1, _SAMPLED_CHUNKS).astype(np.int64))]
        query = f"{_PLACE} WHERE id = ?"
        rows = [row for number in sample if (row := connection.execute(query, (int(number),)).fetchone()) is not None]
        said = ((number, place.partition(" ")) for number, place in rows)
        agrees = all(
            places[0, number] == _ordinal(day) and papers[places[1, number] - 1] == paper
            for number, (day, _, paper) in said
        )
        if agrees and 2 * len(rows) >= len(sample):
            self._places, self._known, self._saved = places.astype(np.int32), places.shape[1], places.shape[1]
            self._numbers = {name: number for number, name in enumerate(papers, 1)}


def _ordinal(day: str) -> int:
    return dt.date.fromisoformat(day).toordinal() if day else _NO_DAY
