"""The first connection to a store: laid out where there is none, brought up to this program's layout, and checked."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from rag.corpus.embedded.layouts import LAYOUT_VERSION, create_tables, is_older_layout, migrate_tables
from rag.corpus.embedded.schema import DATABASE_NAME, check_meta, connect, read_meta, store_errors, transaction
from rag.corpus.embedded.writing import exclusive_writer
from rag.errors import StoreError

_log = logging.getLogger(__name__)


def open_meta(
    directory: Path, *, embedding_model: str | None, dimension: int | Callable[[], int], create: bool
) -> dict[str, str]:
    """The facts of the store in ``directory``, which is of this program's layout then; see ``EmbeddedStore.open``.

    Raises:
        StoreError: no store is there, or it cannot be read or written.
        StoreMismatchError: it was made with another embedding model or layout.
    """
    if not (directory / DATABASE_NAME).exists() and not create:
        raise StoreError(f"there is no store in {directory} yet: run `baowen ingest PATH` or name another --store")
    try:
        directory.mkdir(parents=True, exist_ok=True)
        connection = connect(directory)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(f"cannot open a store in {directory}: {error}; name a writable --store") from error
    try:
        with store_errors(directory):
            if create and not read_meta(connection):
                length = dimension() if callable(dimension) else dimension
                _lay_out(directory, connection, embedding_model or "", length)
            meta = _newest_layout(directory, connection)
            check_meta(meta, directory, embedding_model=embedding_model)
    finally:
        connection.close()
    return meta


def _lay_out(directory: Path, connection: sqlite3.Connection, embedding_model: str, dimension: int) -> None:
    with exclusive_writer(directory, 60.0), transaction(connection):
        if not read_meta(connection):
            create_tables(connection, embedding_model=embedding_model, dimension=dimension)


def _newest_layout(directory: Path, connection: sqlite3.Connection) -> dict[str, str]:
    """The store's facts, once an older layout is brought up to this program's; whole, or not at all."""
    meta = read_meta(connection)
    if not is_older_layout(meta):
        return meta
    with exclusive_writer(directory, 60.0), transaction(connection):
        # Another process may have done it while this one waited for its turn.
        meta = read_meta(connection)
        if is_older_layout(meta):
            _log.info("bringing the store %s from layout %s to %d", directory, meta["layout_version"], LAYOUT_VERSION)
            migrate_tables(connection, int(meta["layout_version"]))
            meta = read_meta(connection)
    return meta
