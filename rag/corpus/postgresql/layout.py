"""Opening the layout of a PostgreSQL store: laid out if need be, checked, brought up by command, kept quick."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from rag.corpus.postgresql.connections import Connection, connect, database_errors, read_meta, words_of
from rag.corpus.postgresql.migrations import (
    create_tables,
    create_term_lists,
    layout_version,
    migrate_tables,
)
from rag.corpus.postgresql.vector_lists import need_lists, renew_lists
from rag.corpus.postgresql.writing import lock_writer
from rag.errors import StoreError, StoreMismatchError

_LAYOUT_SECONDS = 60.0
_ANALYSE_SHARE = 0.1
_log = logging.getLogger(__name__)


def opened_meta(
    url: str, *, embedding_model: str | None, dimension: int | Callable[[], int], create: bool
) -> dict[str, str]:
    """The facts of the store at ``url``, laid out first where there is none and ``create`` is on.

    Raises:
        StoreError: no store is there, or the server cannot be reached.
        StoreMismatchError: it was made with another embedding model or layout.
    """
    location = words_of(url)
    with database_errors(location), connect(url) as connection:
        meta = read_meta(connection)
        if create and not meta:
            length = dimension() if callable(dimension) else dimension
            with connection.transaction():
                lock_writer(connection, _LAYOUT_SECONDS)
                if not read_meta(connection):
                    create_tables(connection, embedding_model=embedding_model or "", dimension=length)
            meta = read_meta(connection)
    if not meta:
        raise _missing(location)
    check_meta(meta, location, embedding_model)
    return meta


def migrate(url: str) -> int:
    """Bring the store at ``url`` to this program's layout, whole or not at all; says which it had.

    Raises:
        StoreError: no store is there, or the server cannot be reached.
        StoreMismatchError: it is a newer program's.
    """
    location = words_of(url)
    with database_errors(location), connect(url) as connection:
        with connection.transaction():
            lock_writer(connection, _LAYOUT_SECONDS)
            meta = read_meta(connection)
            if not meta:
                raise _missing(location)
            found = int(meta["layout_version"])
            if found > layout_version():
                check_meta(meta, location, None)
            if found < layout_version():
                _log.info("bringing the store %s from layout %d to %d", location, found, layout_version())
                migrate_tables(connection, found, int(meta["dimension"]))
        settle(connection, int(meta["dimension"]))
        return found


def check_meta(meta: dict[str, str], location: str, embedding_model: str | None) -> None:
    """Refuse a store of another layout or another embedding model.

    Raises:
        StoreMismatchError: naming both sides and the way out.
    """
    found = meta.get("layout_version", "none")
    if found != str(layout_version()):
        older = found.isdecimal() and int(found) < layout_version()
        way_out = "stop its other programs and run `baowen store migrate`" if older else "update baowen"
        raise StoreMismatchError(
            f"the store {location} has layout version {found}, expected {layout_version()}: {way_out}"
        )
    if embedding_model is not None and meta.get("embedding_model") != embedding_model:
        raise StoreMismatchError(
            f"the store {location} was made with the embedding model {meta.get('embedding_model')}, but the one in "
            f"use is {embedding_model}: set BAOWEN_EMBEDDING_MODEL back, or use another --store and ingest again"
        )


def settle(connection: Connection, dimension: int) -> bool:
    """Make search indexes that are missing or outgrown, and have the server count anew what has grown by a tenth.

    Says whether an index was made.
    """
    with connection.transaction():
        lock_writer(connection, _LAYOUT_SECONDS)
        made = create_term_lists(connection)
    made |= renew_lists(connection, dimension)
    if _has_grown(connection):
        connection.execute("ANALYZE articles, chunks, vectors, claims, term_counts")
    return made


def has_outgrown_lists(connection: Connection) -> bool:
    """Whether the lists of vectors are to be made anew now, and not at the end of a load without search indexes."""
    row = connection.execute("SELECT to_regclass('chunks_by_words') IS NOT NULL").fetchone()
    return bool(row and row[0]) and need_lists(connection)


def _missing(location: str) -> StoreError:
    return StoreError(f"there is no store in {location} yet: run `baowen ingest PATH` or name another --store")


def _has_grown(connection: Connection) -> bool:
    """Whether the server's idea of the number of chunks is off by a tenth: plans made on it would be bad ones."""
    row: Any = connection.execute(
        "SELECT value::bigint, (SELECT sum(greatest(reltuples, 0)) FROM pg_class JOIN pg_inherits ON inhrelid = oid "
        "WHERE inhparent = to_regclass('chunks')) FROM meta WHERE key = 'chunks'"
    ).fetchone()
    counted, believed = int(row[0]), float(row[1] or 0)
    return abs(counted - believed) > _ANALYSE_SHARE * max(1, counted)
