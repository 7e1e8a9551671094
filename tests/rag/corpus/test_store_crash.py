"""An ingestion killed at any moment leaves a sound store; see benchmarks/kill_ingestion.py, which does the work."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
from kill_ingestion import kill_repeatedly, make_articles


def test_a_store_outlives_kill_9_at_random_moments(tmp_path: Path) -> None:
    report = kill_repeatedly(tmp_path, moments=25, articles=500, seed=7)
    assert report.broken == ()
    assert report.moments == 25
    assert report.killed_while_writing >= 3
    assert report.completed_folders >= 1


def test_the_versions_differ_as_the_benchmark_says() -> None:
    old, new = make_articles(30, 0), make_articles(30, 1)
    assert (len(old), len(new)) == (30, 27)
    assert sum(new[title] != old[title] for title in new) == len([n for n in range(0, 30, 3) if n % 10 != 7])
    assert make_articles(30, 2)["第1号水库蓄水"] != make_articles(30, 0)["第1号水库蓄水"]
