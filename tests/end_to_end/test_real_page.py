"""The whole path on the real models: a newspaper page as its PDF gave it, and the project's own sample pages.

The real page is read where it lies, beside the checkout; where it is absent its checks are skipped.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.evaluation.runner import evaluate_file
from rag.records import Answer
from rag.settings import load_settings
from rag.workspace import Workspace

ROOT = Path(__file__).parents[2]
REAL_PAGE = ROOT.parent / "shared" / "seed" / "newspaper_page.txt"
pytestmark = [pytest.mark.models, pytest.mark.slow]


@pytest.fixture(scope="module")
def real_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    if not REAL_PAGE.exists():
        pytest.skip(f"{REAL_PAGE} is not there")
    workspace = Workspace(load_settings(store=tmp_path_factory.mktemp("real") / "store"))
    report = workspace.ingest([REAL_PAGE], date=dt.date(2020, 12, 25), source="焦作日报")
    assert (report.added, report.failed) == (10, ())
    yield workspace
    workspace.close()


def check_promises(workspace: Workspace, answer: Answer) -> None:
    """What holds of every answer, whatever the question."""
    markers = {int(marker) for marker in re.findall(r"\[(\d+)\]", answer.answer)}
    assert markers == {citation.marker for citation in answer.citations}
    for citation in [*answer.citations, *(reading.citation for reading in answer.other_readings)]:
        text = workspace.store.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    assert all(figure.supported for figure in answer.figures)
    if answer.refused:
        assert not answer.citations
        assert not answer.figures
        assert answer.refusal_reason


@pytest.mark.parametrize(
    "question",
    [
        "今年签约引进了多少个项目？总投资多少？",
        "How many projects were signed this year, and what is their total investment?",
    ],
)
def test_the_signed_projects_are_102_and_350_hundred_million(real_page: Workspace, question: str) -> None:
    answer = real_page.assistant.answer(question)

    check_promises(real_page, answer)
    assert not answer.refused
    assert {(figure.value, figure.unit) for figure in answer.figures} >= {(350e8, "元")}
    assert any(figure.value == 102 for figure in answer.figures)
    quotes = "".join(citation.quote for citation in answer.citations)
    assert "102个" in quotes
    assert "350亿元" in quotes
    assert answer.citations[0].title.startswith("示范区召开党工委（扩大）会议")


def test_what_the_page_does_not_say_is_refused(real_page: Workspace) -> None:
    answer = real_page.assistant.answer("今年全区小麦种植面积是多少亩？")

    check_promises(real_page, answer)
    assert answer.refused


def test_sample_questions_get_right_or_no_answers(tmp_path: Path) -> None:
    workspace = Workspace(load_settings(store=tmp_path / "store"))
    workspace.ingest([ROOT / "data" / "sample"])
    report = evaluate_file(workspace, ROOT / "data" / "gold" / "questions.jsonl", limit=12)
    right = sum(outcome.right or (outcome.refused and not outcome.answerable) for outcome in report.outcomes)
    workspace.close()

    assert report.runtime in {"llama.cpp", "openvino", "transformers", "openai"}
    assert sum(outcome.unsupported_figures for outcome in report.outcomes) == 0
    assert right >= 6
