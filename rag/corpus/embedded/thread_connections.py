"""The connections to a store's database, one a thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.corpus.embedded.schema import connect, store_errors
from rag.errors import StoreError


class ThreadConnections:
    """Opened as threads ask for them, closed once their thread has ended. May be used by many threads at once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._lock = threading.RLock()
        self._closed = False

    def __len__(self) -> int:
        return len(self._connections)

    def close(self) -> None:
        """Close every connection; no other is opened afterwards."""
        with self._lock:
            self._closed = True
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()

    def own(self) -> sqlite3.Connection:
        """This thread's connection, for reading.

        Raises:
            StoreError: all were closed.
        """
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None or self._closed:
            if self._closed:
                raise StoreError(f"the store {self._directory} is closed")
            found = connect(self._directory)
            self._local.connection = found
            with self._lock:
                # Servers let idle threads end and start others: their connections end with them.
                for thread in [thread for thread in self._connections if not thread.is_alive()]:
                    self._connections.pop(thread).close()
                self._connections[threading.current_thread()] = found
        return found

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection, on which everything read belongs to one generation."""
        connection = self.own()
        with store_errors(self._directory):
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("COMMIT")
