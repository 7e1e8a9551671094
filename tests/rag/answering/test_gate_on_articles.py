"""The mutation benchmark, small, over the articles written for this project."""

import gzip
import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rag.chinese.figures import find_figures
from rag.chinese.names import check_names

ROOT = Path(__file__).parents[3]


def load_benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("figure_mutations", ROOT / "benchmarks/figure_mutations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``data/asked`` and its folders hold, as a file that the benchmark reads."""
    path = tmp_path_factory.mktemp("articles") / "asked.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for source in sorted((ROOT / "data/asked").rglob("*.jsonl")):
            for line in source.read_text(encoding="utf-8").splitlines():
                file.write(json.dumps({"text": "".join(json.loads(line)["sentences"])}) + "\n")
    return path


def test_altered_answers_are_caught_and_correct_ones_pass(articles: Path) -> None:
    report: dict[str, Any] = load_benchmark().measure([articles], step=1, count=1200, seed=7)
    assert report["mutations"] >= 1200
    assert report["caught"] >= 0.985
    assert report["let_through"] >= 0.98


def test_no_digit_escapes_every_check(articles: Path) -> None:
    """A digit of an answer is part of a figure or of a checked code; only the numbers of lists are neither."""
    loose = total = 0
    for text in load_benchmark().read_articles(articles, 1):
        covered = {place for figure in find_figures(text) for place in range(figure.start, figure.end)}
        covered |= {place for name in check_names(text, "") for place in range(name.start, name.end)}
        for match in re.finditer(r"(?<!^)(?<!\n)\d", text):
            total += 1
            loose += match.start() not in covered
    assert total > 3000
    assert loose <= total // 500
