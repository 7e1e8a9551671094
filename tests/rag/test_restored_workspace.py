"""A store that was backed up and restored, or made by an older release: article, claim and answer for answer."""

import gzip
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEncoder, ScriptedGenerator

from rag.claims.finding import ClaimQuery, find_claims
from rag.corpus.embedded.backup import back_up, restore
from rag.corpus.embedded.schema import DATABASE_NAME
from rag.generation.generator import Message
from rag.records import Answer, Timings
from rag.settings import Settings
from rag.workspace import Workspace

ROOT = Path(__file__).parents[2]
GOLD = [json.loads(line) for line in (ROOT / "data/gold/questions.jsonl").read_text(encoding="utf-8").splitlines()]
QUESTIONS = [item["question"] for item in GOLD[::16]]


def says_the_first_line(messages: Sequence[Message]) -> str:
    """A model that repeats the first sentence of its evidence."""
    lines = [line for line in messages[-1].content.splitlines() if line.endswith("。")]
    return lines[0] if lines else "资料中没有找到答案。"


def workspace_of(folder: Path) -> Workspace:
    return Workspace(Settings(store=folder), encoder=HashEncoder(), generator=ScriptedGenerator(says_the_first_line))


def answered(workspace: Workspace, question: str) -> Answer:
    return replace(workspace.assistant.answer(question), timings=Timings(0, 0, 0))


def everything(folder: Path) -> tuple[object, ...]:
    with closing(workspace_of(folder)) as workspace:
        articles = workspace.store.articles()
        claims = find_claims(workspace.claims, ClaimQuery(), limit=100_000)
        answers = [answered(workspace, question) for question in QUESTIONS]
        return articles, claims, answers, workspace.store.generation, workspace.store.check()


@pytest.mark.slow
def test_a_restored_store_is_the_original_article_claim_and_answer_for_answer(tmp_path: Path) -> None:
    with closing(workspace_of(tmp_path / "store")) as workspace:
        workspace.ingest(sorted((ROOT / "data" / "sample").glob("*.txt")))
    before = everything(tmp_path / "store")
    back_up(tmp_path / "store", tmp_path / "copy")
    restore(tmp_path / "copy", tmp_path / "new")
    after = everything(tmp_path / "new")
    articles, claims, answers, _, problems = after
    assert after == before == everything(tmp_path / "store")
    assert len(articles) > 30  # type: ignore[arg-type]
    assert len(claims.claims) > 200  # type: ignore[attr-defined]
    assert problems == []
    said = [item for item in answers if not item.refused]  # type: ignore[attr-defined]
    assert len(answers) == len(QUESTIONS)  # type: ignore[arg-type]
    assert len(said) >= 3


def test_a_store_of_the_first_layout_is_searched_claimed_and_asked(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / DATABASE_NAME).write_bytes(gzip.decompress((ROOT / "tests/data/store-layout-1.sqlite3.gz").read_bytes()))
    with closing(workspace_of(old)) as workspace:
        assert workspace.search("口袋公园投资多少").passages[0].text.startswith("北湖区今年投资2600万元")
        claims = find_claims(workspace.claims, ClaimQuery("口袋公园"), limit=10).claims
        assert "2600万元" in {item.text for item in claims}
        answer = answered(workspace, "北湖区今年投资多少万元建口袋公园？")
        for citation in answer.citations:
            assert workspace.store.article(citation.article_id).text[citation.start : citation.end] == citation.quote
        assert answer.passages[0].article_id in {article.id for article in workspace.store.articles()}
