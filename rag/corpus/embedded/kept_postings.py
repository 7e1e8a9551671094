"""Lists of chunks that were read before, kept in memory for as long as the store does not change.

Questions share words (今年, 项目), and reading a list of thousands from the database costs milliseconds. What is kept
is of one generation; a newer one empties it. It is a cache only: nothing is lost with it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from rag.corpus.postings import Postings

MOST_KEPT = 2_000_000
"""How many ids are kept at most, eight bytes each; what was not asked for longest goes first."""


class KeptPostings:
    """The postings of terms, by generation; may be used by many threads."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[str, Postings] = OrderedDict()
        self._generation = -1
        self._size = 0
        self._lock = threading.Lock()

    def of(self, term: str, generation: int, read: Callable[[str], Postings]) -> Postings:
        """The postings of ``term`` in ``generation``; ``read`` gives them where they are not kept."""
        with self._lock:
            if generation > self._generation:
                self._kept.clear()
                self._generation, self._size = generation, 0
            if generation == self._generation and term in self._kept:
                self._kept.move_to_end(term)
                return self._kept[term]
        found = read(term)
        with self._lock:
            if generation == self._generation and term not in self._kept:
                self._kept[term] = found
                self._size += _size(found)
                while self._size > self._most:
                    self._size -= _size(self._kept.popitem(last=False)[1])
        return found


def _size(postings: Postings) -> int:
    return int(postings.anywhere.size + postings.in_title.size)
