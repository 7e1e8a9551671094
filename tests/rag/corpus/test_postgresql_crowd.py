"""Ingesters and searches on one database, some killed; see benchmarks/postgresql_crowd.py, which does the work."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
from postgresql_crowd import make_folder, run_crowd
from postgresql_server import PostgresqlServer
from postgresql_service import run_service


@pytest.mark.slow
def test_nothing_is_lost_or_twice_when_processes_are_killed(postgresql_url: str, tmp_path: Path) -> None:
    report = run_crowd(postgresql_url, tmp_path / "pages", articles=400, searches=60, kill_every=2.0, seed=3)
    assert report.broken == ()
    assert report.searches >= 60
    assert sum(report.killed.values()) >= 1
    assert report.generation >= 5


@pytest.mark.slow
def test_a_service_of_two_processes_outlives_their_deaths_and_the_servers(tmp_path: Path) -> None:
    """A server of its own, for it is killed; each process over HTTP."""
    server = PostgresqlServer()
    try:
        server.execute("CREATE DATABASE crowd")
        report = run_service(server, server.url("crowd"), tmp_path, articles=160, searches=30, kill_every=2.0, seed=2)
    finally:
        server.stop()
    assert report.broken == ()
    assert report.searches >= 30
    assert sum(report.killed.values()) >= 2
    assert all(said.startswith("503 the database server cannot be reached") for said in report.server_away["said"])
    assert report.server_away["ready again after s"] < 60


def test_the_folder_is_what_the_run_says(tmp_path: Path) -> None:
    titles = make_folder(tmp_path / "pages", 45)
    assert len(titles) == 45
    assert [path.name for path in sorted((tmp_path / "pages").iterdir())] == [
        "000000.jsonl", "000020.jsonl", "000040.jsonl"
    ]  # fmt: skip
