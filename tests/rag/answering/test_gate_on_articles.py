"""The mutation benchmark, small, over real articles read where they lie."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rag.chinese.figures import find_figures
from rag.chinese.names import check_names

ROOT = Path(__file__).parents[3]
ARTICLES = ROOT / "../shared/datasets/news_numbers.dev.jsonl.gz"


def load_benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("figure_mutations", ROOT / "benchmarks/figure_mutations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


needs_articles = pytest.mark.skipif(not ARTICLES.exists(), reason="the shared articles are not here")


@needs_articles
def test_altered_answers_are_caught_and_correct_ones_pass() -> None:
    report: dict[str, Any] = load_benchmark().measure([ARTICLES], step=1, count=600, seed=7)
    assert report["mutations"] >= 600
    assert report["caught"] >= 0.985
    assert report["let_through"] >= 0.98


@needs_articles
def test_no_digit_escapes_every_check() -> None:
    """A digit of an answer is part of a figure or of a checked code; only the numbers of lists are neither."""
    loose = total = 0
    for text in load_benchmark().read_articles(ARTICLES, 1):
        covered = {place for figure in find_figures(text) for place in range(figure.start, figure.end)}
        covered |= {place for name in check_names(text, "") for place in range(name.start, name.end)}
        for match in re.finditer(r"(?<!^)(?<!\n)\d", text):
            total += 1
            loose += match.start() not in covered
    assert total > 3000
    assert loose <= total // 500
