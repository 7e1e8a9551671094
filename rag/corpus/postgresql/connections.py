"""Connections to a PostgreSQL server: pooled, checked before use, and their errors in the store's own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, TypeAlias

from rag.errors import StoreError, StoreLockedError

try:
    import psycopg
    from psycopg import sql as sql
    from psycopg.conninfo import conninfo_to_dict
    from psycopg_pool import ConnectionPool, PoolTimeout
except ImportError as error:
    raise StoreError(
        f"a store at postgresql://… needs psycopg ({error}); expected the extra: pip install 'baowen[postgresql]'"
    ) from error

Connection: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"
Pool: TypeAlias = "ConnectionPool[Connection]"
DatabaseError = psycopg.Error

_MOST_CONNECTIONS = 16
_WAIT_SECONDS = 5.0
"""How long a question waits for a connection before it is told that the server is away."""
_SECOND_SECONDS = 0.05
"""How long a search waits for a second connection: it can do with one, and each might wait for another's."""
_RECONNECT_SECONDS = 30.0
_SESSION = (
    "SET ivfflat.probes = 60",
    # Where a filter leaves too few of the nearest lists, more are read, on and on until there is enough.
    "SET ivfflat.iterative_scan = 'relaxed_order'",
    # A search is a few milliseconds: compiling its plan takes longer than running it.
    "SET jit = off",
    # A plan made for any filter takes none of this one's days for granted, and sorts half of the archive.
    "SET plan_cache_mode = force_custom_plan",
)


def open_pool(url: str) -> Pool:
    """A pool of connections to ``url``; it reconnects by itself, with growing pauses, as long as it is open."""
    return ConnectionPool(
        url,
        min_size=1,
        max_size=_MOST_CONNECTIONS,
        timeout=_WAIT_SECONDS,
        reconnect_timeout=_RECONNECT_SECONDS,
        kwargs={"autocommit": True, "connect_timeout": 5},
        configure=_prepare,
        check=ConnectionPool.check_connection,
        name="baowen",
        open=True,
    )


@contextmanager
def connection_if_free(pool: Pool) -> Iterator[Connection | None]:
    """A connection of the pool, or None where none is to be had at once."""
    with ExitStack() as held:
        connection = None
        with suppress(PoolTimeout):
            connection = held.enter_context(pool.connection(timeout=_SECOND_SECONDS))
        yield connection


def connect(url: str) -> Connection:
    """One connection of its own, which commits each statement unless told otherwise."""
    connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
    _prepare(connection)
    return connection


def _prepare(connection: Connection) -> None:
    for statement in _SESSION:
        connection.execute(statement)


def words_of(url: str) -> str:
    """Where a URL leads, for people: server and database, never the password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error as error:
        raise StoreError(f"the store's URL cannot be read ({str(error).strip()}); expected postgresql://…") from error
    host, port = parts.get("host") or "localhost", parts.get("port")
    return f"postgresql://{host}{f':{port}' if port else ''}/{parts.get('dbname') or ''}"


@contextmanager
def database_errors(location: str) -> Iterator[None]:
    """Turn what PostgreSQL reports into an error of the store; a broken constraint is a fault of the program.

    Raises:
        StoreLockedError: another process holds what is needed.
        StoreError: the server cannot be reached, its disk is full, the database is of another kind.
    """
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise StoreLockedError(f"another process keeps writing to {location}: try again later") from error
    except psycopg.errors.IntegrityError:
        raise
    except psycopg.errors.DiskFull as error:
        raise StoreError(
            f"the disk of {location} is full; what was stored before is safe: free some space"
        ) from error
    except psycopg.OperationalError as error:
        raise StoreError(
            f"the store {location} cannot be reached ({_line(error)}); expected a running PostgreSQL server: "
            "start it or mend BAOWEN_STORE; what waits goes on once it answers"
        ) from error
    except psycopg.Error as error:
        raise StoreError(f"the store {location} cannot be used, PostgreSQL reports: {_line(error)}") from error


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def read_meta(connection: Connection) -> dict[str, str]:
    """The store's own facts; empty where none is laid out."""
    there = connection.execute("SELECT to_regclass('meta')").fetchone()
    if there is None or there[0] is None:
        return {}
    return dict(connection.execute("SELECT key, value FROM meta").fetchall())


def is_laid_out(url: str) -> bool:
    """Whether a store was laid out at ``url``.

    Raises:
        StoreError: the server cannot be reached.
    """
    location = words_of(url)
    with database_errors(location), connect(url) as connection:
        return bool(read_meta(connection))
