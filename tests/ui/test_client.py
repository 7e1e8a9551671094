"""The package's own client, and the examples of the documentation, against a live server."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from async_runs import run_async
from live_server import live_server
from ui_fakes import ANSWER, BRIDGE, FakeWorkspace

from rag.errors import GenerationError
from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.api import create_app
from ui.client import AsyncBaowenClient, BaowenClient, Evidence, ServiceError, TextPiece
from ui.web.schemas import AnswerDocument

DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def served(tmp_path: Path, workspace: FakeWorkspace) -> Iterator[tuple[str, str]]:
    key = AccessStore(tmp_path).add("key", "desk", "write")
    with live_server(create_app(workspace, Settings(store=tmp_path))) as address:
        yield address, key


class Both:
    """The same calls through either client."""

    def __init__(self, address: str, key: str, *, asynchronous: bool) -> None:
        self._address, self._key, self._asynchronous = address, key, asynchronous

    def __call__(self, name: str, *arguments: Any, **more: Any) -> Any:
        if not self._asynchronous:
            with BaowenClient(self._address, key=self._key) as client:
                found = getattr(client, name)(*arguments, **more)
                return list(found) if isinstance(found, Iterator) else found

        async def run() -> Any:
            async with AsyncBaowenClient(self._address, key=self._key) as client:
                found = getattr(client, name)(*arguments, **more)
                return [item async for item in found] if hasattr(found, "__aiter__") else await found

        return run_async(run)


@pytest.fixture(params=[False, True], ids=["plain", "async"])
def call(request: Any, served: tuple[str, str]) -> Callable[..., Any]:
    return Both(*served, asynchronous=request.param)


def test_an_answer_comes_typed(call: Callable[..., Any], workspace: FakeWorkspace) -> None:
    answer = call(
        "ask", "青石大桥投资多少？", history=[("上一问", "上一答")], source="青石晨报", date_to="2021-03-31"
    )
    assert isinstance(answer, AnswerDocument)
    assert answer.answer == ANSWER.answer
    citation = answer.citations[0]
    assert BRIDGE.text[citation.start : citation.end] == citation.quote
    asked = workspace.assistant.asked[0]
    assert (asked["filter"].source, str(asked["filter"].date_to)) == ("青石晨报", "2021-03-31")
    assert asked["history"][0].answer == "上一答"


def test_without_prose_the_service_is_asked_so(call: Callable[..., Any], workspace: FakeWorkspace) -> None:
    assert call("ask", "青石大桥投资多少？", prose=False, source="青石晨报").answer == ANSWER.answer
    assert call("stream", "青石大桥投资多少？", prose=False)[-1].answer == ANSWER.answer
    assert call("ask", "青石大桥投资多少？", prose=True).answer == ANSWER.answer
    assert [asked["prose"] for asked in workspace.assistant.asked] == [False, False, True]
    assert workspace.assistant.asked[0]["filter"].source == "青石晨报"
    assert workspace.assistant.written == ["青石大桥投资多少？"]


@pytest.mark.parametrize(("options", "fields"), [({}, set()), ({"prose": False}, {"prose"})])
def test_a_service_that_knows_no_prose_is_sent_no_such_field(options: dict[str, Any], fields: set[str]) -> None:
    sent: list[dict[str, Any]] = []

    def reply(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(503, json={"type": "/problems/unavailable", "detail": "away"})

    http = httpx.Client(base_url="http://127.0.0.1", transport=httpx.MockTransport(reply))
    with BaowenClient(http=http) as client, pytest.raises(ServiceError, match="away"):
        client.ask("桥", **options)
    assert sent[0].keys() == {"question", "history", "stream"} | fields


def test_a_stream_gives_evidence_text_and_answer(call: Callable[..., Any]) -> None:
    parts = call("stream", "青石大桥投资多少？")
    assert isinstance(parts[0], Evidence)
    assert parts[0].passages[0].article_id == BRIDGE.id
    assert parts[0].answers
    assert parts[0].sentence is not None
    assert parts[0].sentence.quote == parts[-1].citations[0].quote
    assert isinstance(parts[-1], AnswerDocument)
    assert "".join(part.text for part in parts if isinstance(part, TextPiece)) == parts[-1].answer


def test_search_articles_and_removal(call: Callable[..., Any]) -> None:
    assert [item.article_id for item in call("search", "桥", count=1).passages] == [BRIDGE.id]
    assert call("article", BRIDGE.id).text == BRIDGE.text
    assert [item.id for item in call("articles")] == ["a1b2c3", "d4e5f6"]
    assert [item.id for item in call("articles", date_to="2021-03-08")] == ["d4e5f6"]
    assert call("remove", BRIDGE.id).removed == 1
    with pytest.raises(ServiceError) as caught:
        call("article", BRIDGE.id)
    assert (caught.value.status, caught.value.name) == (404, "not-found")
    assert caught.value.request_id


def test_an_upload_is_repeated_without_harm(
    call: Callable[..., Any], workspace: FakeWorkspace, tmp_path: Path
) -> None:
    page = tmp_path / "晨报.txt"
    page.write_text("新桥。", encoding="utf-8")
    results = [call("upload", page, date="2021-03-10", source="青石晨报", idempotency_key="k") for _ in range(2)]
    assert results[0] == results[1]
    assert (results[0].added, len(workspace.ingested)) == (1, 1)


def test_a_failure_in_a_stream_is_raised(call: Callable[..., Any], workspace: FakeWorkspace) -> None:
    workspace.assistant.error = GenerationError("/secret")
    with pytest.raises(ServiceError) as caught:
        call("stream", "桥")
    assert (caught.value.status, caught.value.name) == (503, "unavailable")


def test_an_unknown_filter_is_told_before_anything_is_sent(call: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="paper"):
        call("ask", "桥", paper="青石晨报")


def test_a_wrong_key_is_told(served: tuple[str, str]) -> None:
    with BaowenClient(served[0], key="bw_x_y") as client, pytest.raises(ServiceError) as caught:
        client.ask("桥")
    assert (caught.value.status, caught.value.name) == (401, "not-authenticated")


def test_leaving_a_stream_stops_the_model(served: tuple[str, str], workspace: FakeWorkspace) -> None:
    workspace.assistant.gate = threading.Semaphore(1)
    workspace.assistant.reply = replace(ANSWER, answer="长" * 4000)
    with BaowenClient(served[0], key=served[1]) as client:
        for part in client.stream("桥"):
            if isinstance(part, TextPiece):
                break
    for _ in range(200):
        # A piece at a time: the model stops at the first one after the server has seen that nobody reads.
        if workspace.assistant.closed_early.wait(0.05):
            break
        workspace.assistant.gate.release()
    assert workspace.assistant.closed_early.is_set()


def test_a_server_of_this_machine_is_asked_without_the_networks_proxy(
    served: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with BaowenClient(served[0], key=served[1]) as client:
        assert client.search("桥").passages


# The examples of the documentation


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(examples("sh"))))
def test_a_curl_example_of_the_documentation_works(served: tuple[str, str], tmp_path: Path, number: int) -> None:
    if not shutil.which("curl"):
        pytest.skip("no curl here")
    (tmp_path / "晨报_20210309_01.txt").write_text("新桥。", encoding="utf-8")
    script = examples("sh")[number].replace("http://127.0.0.1:7860", served[0]).replace("$KEY", served[1])
    done = subprocess.run(["bash", "-ec", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "/problems/" not in done.stdout


@pytest.mark.parametrize("number", range(len(examples("python"))))
def test_a_python_example_of_the_documentation_works(served: tuple[str, str], number: int) -> None:
    code = examples("python")[number].replace("http://127.0.0.1:7860", served[0]).replace('"KEY"', f'"{served[1]}"')
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ANSWER.answer in done.stdout


@pytest.mark.parametrize("number", range(len(examples("js"))))
def test_a_javascript_example_of_the_documentation_works(served: tuple[str, str], number: int) -> None:
    if not shutil.which("node"):
        pytest.skip("no node here")
    code = examples("js")[number].replace("http://127.0.0.1:7860", served[0]).replace('"KEY"', f'"{served[1]}"')
    done = subprocess.run(
        ["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert ANSWER.answer in done.stdout


def test_every_route_is_in_the_documentation(served: tuple[str, str]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    paths = httpx.get(f"{served[0]}/openapi.json").json()["paths"]
    assert [path for path in paths if path.replace("{name}", "") not in text and path not in text] == []
