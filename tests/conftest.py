"""Fixtures for tests that hold over every engine of the store."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEncoder
from postgresql_server import PostgresqlServer

from rag.corpus.open_store import StoreLocation, open_store
from rag.corpus.postgresql import migrations

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A server with a laid-out store in its database ``laid_out``, from which others are copied."""
    server = PostgresqlServer()
    try:
        server.execute("CREATE DATABASE laid_out")
        encoder = HashEncoder()
        location = server.url("laid_out")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrations, "PARTITIONS", 2)  # a third of the files to copy for each test
            open_store(location, embedding_model=encoder.name, dimension=encoder.dimension, create=True).close()
        yield server
    finally:
        server.stop()


@pytest.fixture
def empty_database(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The URL of a database without a store."""
    yield from _database(postgresql_server, "template1")


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The URL of a database with an empty store."""
    yield from _database(postgresql_server, "laid_out")


def _database(server: PostgresqlServer, template: str) -> Iterator[str]:
    name = f"test_{next(_NUMBERS)}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["embedded", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> StoreLocation:
    """Where a store of each engine goes."""
    if request.param == "embedded":
        return tmp_path / "store"
    url: str = request.getfixturevalue("postgresql_url")
    return url
