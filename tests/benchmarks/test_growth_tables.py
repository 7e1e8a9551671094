"""The tables of docs/growth.md and docs/scale.md are what the committed results say."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from write_growth import ROOT, TABLES, written


@pytest.mark.parametrize("page", TABLES)
def test_a_page_holds_the_committed_results(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert written(page, text) == text
    with pytest.raises(ValueError, match="has no place for the table"):
        written(page, text.replace("<!-- /", "<!-- "))
