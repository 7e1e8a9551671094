import json
from pathlib import Path

import pytest
from fakes import HashEncoder, ScriptedGenerator

from rag.evaluation.report import EvaluationReport, Outcome, summarise
from rag.evaluation.runner import ArticleNames, evaluate_file
from rag.records import Article
from rag.settings import Settings
from rag.workspace import Workspace


def outcome(**fields: object) -> Outcome:
    made: dict[str, object] = {
        "id": "1", "question": "问", "tags": ("number",), "answerable": True, "refused": False, "right": True,
        "cited": True, "quoted": True, "citations": 1, "unsupported_figures": 0, "fooled": False, "answer": "答",
        "retrieve_ms": 10.0, "first_token_ms": 20.0, "total_ms": 30.0,
    }  # fmt: skip
    return Outcome(**{**made, **fields})  # type: ignore[arg-type]


OUTCOMES = (
    outcome(),
    outcome(id="2", cited=False, tags=("number", "list"), retrieve_ms=20.0, first_token_ms=40.0, total_ms=60.0),
    outcome(id="3", right=False, cited=False, quoted=False, unsupported_figures=2),
    outcome(id="4", refused=True, right=False, cited=False, quoted=False, first_token_ms=900.0),
    outcome(id="5", tags=("none",), answerable=False, refused=True, right=False, cited=False, quoted=False),
    outcome(id="6", tags=("none",), answerable=False, right=False, cited=False, quoted=False, fooled=True),
)


def test_shares_are_of_what_they_say() -> None:
    summary = summarise(OUTCOMES)
    assert (summary.questions, summary.answerable) == (6, 4)
    assert (summary.exact, summary.cited, summary.quoted) == (0.5, 0.25, 0.5)
    assert (summary.wrongly_refused, summary.rightly_refused, summary.wrong) == (0.25, 0.5, 0.3333)
    nothing = summarise(())
    assert (nothing.exact, nothing.rightly_refused, nothing.wrong) == (None, None, None)


def test_the_report_as_json_and_as_a_table() -> None:
    report = EvaluationReport("g.jsonl", "native", None, "model", "scripted", 12.34, OUTCOMES)
    found = report.to_json()
    assert found["summary"]["exact"] == 0.5
    assert (found["unsupported_figures_marked"], found["fooled"], found["seconds"]) == (2, 0.1667, 12.3)
    assert found["timings"] == {"evidence_ms": 10.0, "first_text_ms": 20.0, "total_ms": 30.0}
    assert list(found["by_tag"]) == ["number", "none", "list"]
    assert found["by_tag"]["none"]["exact"] is None
    assert len(found["outcomes"]) == 6
    assert json.loads(json.dumps(found, ensure_ascii=False))["outcomes"][1]["tags"] == ["number", "list"]
    lines = report.to_text().splitlines()
    assert lines[0] == "g.jsonl (native) · model · scripted · 12 s"
    assert lines[2].split() == ["ALL", "6", *"50.0 % 25.0 % 50.0 % 25.0 % 50.0 % 33.3 %".split()]
    assert lines[4].split() == ["none", "2", *"– – – – 50.0 % 50.0 %".split()]


def test_articles_are_found_by_title_or_by_their_words() -> None:
    names = ArticleNames([
        Article("a", "云岭示范区召开推进会", "会议强调抓落实。"),
        Article("b", "", "天气：今天多云转晴。"), Article("c", "通车", "通车了。"),
    ])  # fmt: skip
    assert names.resolve(["云岭示范区召开推进会"]) == {"a"}
    assert names.resolve(["示范区召开推进会"]) == {"a"}
    assert names.resolve(["快讯：云岭示范区召开推进会（图）"]) == {"a"}
    assert names.resolve(["今天多云转晴"]) == {"b"}
    assert names.resolve(["大桥通车仪式举行"]) == frozenset()
    assert names.resolve(["", " "]) == frozenset()


@pytest.fixture
def workspace(tmp_path: Path):  # noqa: ANN201
    made = Workspace(
        Settings(store=tmp_path / "store", models=tmp_path), encoder=HashEncoder(),
        generator=ScriptedGenerator(lambda messages: "石岭镇今年收粮6万吨。"),
    )  # fmt: skip
    yield made
    made.close()


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_gold_questions_are_asked_and_judged(workspace: Workspace, tmp_path: Path) -> None:
    page = write(tmp_path / "p.jsonl", {"title": "石岭镇秋粮丰收", "text": "石岭镇今年收粮6万吨。"}, {"title": "通车", "text": "清溪大桥通车。"})  # noqa: E501  # fmt: skip
    workspace.ingest([page])
    gold = write(
        tmp_path / "g.jsonl",
        {"id": "1", "question": "石岭镇今年收粮多少吨？", "answers": [["6万吨"]], "articles": ["石岭镇秋粮丰收"]},
        {"id": "2", "question": "石岭镇今年收粮多少吨？", "answers": [["16万吨"]], "articles": ["通车"]},
        {"id": "3", "question": "南桥镇今年收粮多少吨？", "answers": [], "answerable": False, "tags": ["no"]},
    )
    told: list[tuple[int, int]] = []
    report = evaluate_file(workspace, gold, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [(o.right, o.cited, o.quoted, o.refused) for o in report.outcomes] == [
        (True, True, True, False), (False, False, False, False), (False, False, False, True),
    ]  # fmt: skip
    assert (report.model, report.runtime, report.noise) == ("scripted", "scripted", None)
    assert len(evaluate_file(workspace, gold, limit=1).outcomes) == 1


def test_rgb_is_answered_from_its_own_passages_without_a_store(workspace: Workspace, tmp_path: Path) -> None:
    row = {
        "id": 7, "query": "石岭镇今年收粮多少吨？", "answer": ["6万吨"], "positive": ["石岭镇今年收粮6万吨。"] * 5,
        "negative": [f"县城第{n}天多云转晴。" for n in range(5)],
    }  # fmt: skip
    path = write(tmp_path / "r.jsonl", row)
    (known,) = evaluate_file(workspace, path, format="rgb", noise=0.4).outcomes
    assert (known.right, known.cited, known.answer) == (True, True, "石岭镇今年收粮6万吨[1]。")
    report = evaluate_file(workspace, path, format="rgb", noise=1.0)
    assert (report.noise, report.outcomes[0].answerable, report.outcomes[0].refused) == (1.0, False, True)
    assert not (tmp_path / "store").exists()
