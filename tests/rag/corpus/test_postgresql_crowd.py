"""Ingesters and searches on one database, some killed; see benchmarks/postgresql_crowd.py, which does the work."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
from postgresql_crowd import make_folder, run_crowd


@pytest.mark.slow
def test_nothing_is_lost_or_twice_when_processes_are_killed(postgresql_url: str, tmp_path: Path) -> None:
    report = run_crowd(postgresql_url, tmp_path / "pages", articles=400, searches=60, kill_every=2.0, seed=3)
    assert report.broken == ()
    assert report.searches >= 60
    assert sum(report.killed.values()) >= 1
    assert report.generation >= 5


def test_the_folder_is_what_the_run_says(tmp_path: Path) -> None:
    titles = make_folder(tmp_path / "pages", 45)
    assert len(titles) == 45
    assert [path.name for path in sorted((tmp_path / "pages").iterdir())] == [
        "000000.jsonl", "000020.jsonl", "000040.jsonl"
    ]  # fmt: skip
