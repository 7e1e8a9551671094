"""One question, asked at the command line, over HTTP, in a stream and as a chat: one answer, field for field."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes import HashEncoder, ScriptedGenerator
from fastapi.testclient import TestClient

from rag.generation.generator import Message
from rag.settings import Settings
from rag.workspace import Workspace
from ui.api import create_app
from ui.cli import main
from ui.commands import answers

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "data" / "sample").glob("*.txt"))[:4]
QUESTIONS = [
    json.loads(line)["question"]
    for line in (ROOT / "data/gold/questions.jsonl").read_text("utf-8").splitlines()[::40]
]


def says_the_first_line(messages: Sequence[Message]) -> str:
    """A model that repeats the first sentence of its evidence."""
    return next((line for line in messages[-1].content.splitlines() if line.endswith("。")), "资料中没有找到答案。")


def workspace_of(store: Path) -> Workspace:
    return Workspace(Settings(store=store), encoder=HashEncoder(), generator=ScriptedGenerator(says_the_first_line))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("same") / "store"
    workspace = workspace_of(folder)
    workspace.ingest(PAGES)
    workspace.close()
    return folder


@pytest.fixture
def client(store: Path) -> Iterator[TestClient]:
    workspace = workspace_of(store)
    with TestClient(create_app(workspace, workspace.settings), base_url="http://127.0.0.1") as found:
        yield found
    workspace.close()


def asked_at_the_command_line(store: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["ask", *arguments, "--json", "--store", str(store)]) == 0
    return without_times(json.loads(capsys.readouterr().out))


def without_times(document: dict[str, Any]) -> dict[str, Any]:
    assert set(document.pop("timings")) == {"retrieve_ms", "first_token_ms", "total_ms"}
    return document


def streamed(text: str) -> dict[str, Any]:
    (data,) = [block.split("data: ", 1)[1] for block in text.split("\n\n") if block.startswith("event: answer\n")]
    document: dict[str, Any] = json.loads(data)
    return document


def test_every_way_gives_the_same_answer(
    store: Path, client: TestClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "Workspace", lambda settings: workspace_of(settings.store))
    said = 0
    for question in QUESTIONS:
        expected = asked_at_the_command_line(store, capsys, question)
        whole = client.post("/v1/answers", json={"question": question}).json()
        assert without_times(whole) == expected
        stream = client.post("/v1/answers", json={"question": question, "stream": True})
        assert without_times(streamed(stream.text)) == expected
        messages = [{"role": "user", "content": question}]
        chat = client.post("/v1/chat/completions", json={"messages": messages}).json()
        assert without_times(chat["baowen"]) == expected
        said += not expected["refused"]
    assert said >= 2
    assert said < len(QUESTIONS)


def test_a_filter_means_the_same(
    store: Path, client: TestClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "Workspace", lambda settings: workspace_of(settings.store))
    days = {"from": "2020-09-01", "to": "2020-10-31"}
    expected = asked_at_the_command_line(store, capsys, QUESTIONS[0], "--from", days["from"], "--to", days["to"])
    given = client.post("/v1/answers", json={"question": QUESTIONS[0], **days}).json()
    assert without_times(given) == expected
    assert {item["date"] for item in expected["citations"]} <= {"2020-09-18", "2020-10-13", "2020-10-14"}
