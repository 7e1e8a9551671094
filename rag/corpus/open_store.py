"""Which engine a location names: a folder is an embedded store, ``postgresql://…`` a PostgreSQL database.

Engines are imported when they are opened, so that no program loads one that it does not use.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.corpus.store import ArticleStore
from rag.errors import StoreError

StoreLocation = Path | str
"""A folder, or the URL of a database."""


def open_store(
    location: StoreLocation,
    *,
    embedding_model: str | None = None,
    dimension: int | Callable[[], int] = 0,
    create: bool = False,
) -> ArticleStore:
    """Open the store at ``location``; with ``create``, lay it out first where there is none.

    ``dimension``, or the function that gives it, is asked for only when a store is laid out. ``embedding_model``
    None skips the check that vectors and queries come from the same model: enough for listing and removing.

    Raises:
        StoreError: no store is there, or it cannot be read or written.
        StoreMismatchError: it was made with another embedding model or layout.
    """
    if isinstance(location, Path):
        from rag.corpus.embedded.store import EmbeddedStore

        return EmbeddedStore.open(location, embedding_model=embedding_model, dimension=dimension, create=create)
    from rag.corpus.postgresql.store import PostgresqlStore

    return PostgresqlStore.open(location, embedding_model=embedding_model, dimension=dimension, create=create)


def store_exists(location: StoreLocation) -> bool:
    """Whether a store was laid out at ``location``.

    Raises:
        StoreError: the database server cannot be reached.
    """
    if isinstance(location, Path):
        from rag.corpus.embedded.schema import DATABASE_NAME

        return (location / DATABASE_NAME).exists()
    from rag.corpus.postgresql.connections import is_laid_out

    return is_laid_out(location)


def require_folder(location: StoreLocation, act: str) -> Path:
    """The folder of an embedded store, for what only such a one can do.

    Raises:
        StoreError: the store is a database.
    """
    if isinstance(location, Path):
        return location
    raise StoreError(f"the store is a PostgreSQL database, which {act} does not copy: use pg_dump and pg_restore")
