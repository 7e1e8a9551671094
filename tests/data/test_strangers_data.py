"""The strangers' questions stand on their pages, and those of other hands in their articles."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@lru_cache
def page_text(pages: int) -> str:
    return "\n".join("".join(path.read_text(encoding="utf-8").split()) for path in (DATA / "strangers" / str(pages)).iterdir())


def test_every_piece_of_evidence_stands_on_its_pages() -> None:
    items = lines(DATA / "gold" / "strangers.jsonl")
    missing = [
        (item["id"], piece)
        for item in items
        for piece in item["evidence"]
        if "".join(piece.split()) not in page_text(item["pages"])
    ]
    assert missing == []
    assert len({item["id"] for item in items}) == len(items) == 480


def test_a_question_has_evidence_exactly_where_the_pages_answer_it() -> None:
    items = lines(DATA / "gold" / "strangers.jsonl")
    assert [item["id"] for item in items if bool(item["evidence"]) is not item["answerable"]] == []
    assert Counter(item["pages"] for item in items if item["answerable"]) == dict.fromkeys(range(1, 9), 48)
    for item in items:
        papers = [path.stem for path in (DATA / "strangers" / str(item["pages"])).iterdir()]
        assert any(paper.endswith(item["day"]) for paper in papers), item["id"]


@pytest.mark.parametrize(("folder", "count"), [("other_hands", 240), ("near_misses", 176), ("comparisons", 110)])
def test_questions_of_other_hands_point_into_their_articles(folder: str, count: int) -> None:
    paths = sorted((DATA / "asked" / folder).glob("*.jsonl"))
    articles = [article for path in paths for article in lines(path)]
    assert len(articles) == count
    for article in articles:
        sentences, questions = article["sentences"], article["questions"]
        assert len(questions) == 14
        for question in questions:
            if question.get("none"):
                assert 0 <= question["near"] < len(sentences)
            else:
                assert question["span"] in sentences[question["at"]]
