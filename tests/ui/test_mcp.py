"""The tools, used by the official client: in process, and over HTTP on a live server."""

import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from async_runs import run_async
from claim_fakes import article, store_of
from fastapi.testclient import TestClient
from live_server import live_server
from mcp import Client, StdioServerParameters
from ui_fakes import ANSWER, BRIDGE, FakeWorkspace

from rag.errors import GenerationError
from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.api import create_app, services_over
from ui.mcp_server import make_mcp_server


def call(workspace: FakeWorkspace, name: str, **arguments: Any) -> Any:
    async def run() -> Any:
        services = services_over(workspace, Settings())
        try:
            async with Client(make_mcp_server(services)) as client:
                return await client.call_tool(name, arguments)
        finally:
            services.answers.close()

    return run_async(run)


def test_the_tools_are_listed_with_what_they_take() -> None:
    async def run() -> Any:
        async with Client(make_mcp_server(services_over(FakeWorkspace(), Settings()))) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in run_async(run)}
    assert set(tools) == {"ask", "search", "article", "claims", "check"}
    assert set(tools["ask"].input_schema["properties"]) == {"question", "date_from", "date_to", "source", "prose"}
    assert tools["ask"].input_schema["properties"]["prose"]["type"] == "boolean"
    assert tools["ask"].input_schema["required"] == ["question"]
    assert all(tool.annotations.read_only_hint for tool in tools.values())


def test_ask_gives_the_checked_answer_with_its_citations(workspace: FakeWorkspace) -> None:
    result = call(workspace, "ask", question="青石大桥投资多少？", date_from="2021-03-01", source="青石晨报")
    assert not result.is_error
    assert result.structured_content["answer"] == ANSWER.answer
    text = result.content[0].text
    assert text.startswith(ANSWER.answer)
    assert "[1] 《青石大桥合龙》 2021-03-09" in text
    assert "unverified figures: 4亿元" in text
    asked = workspace.assistant.asked[0]["filter"]
    assert (str(asked.date_from), asked.date_to, asked.source) == ("2021-03-01", None, "青石晨报")


@pytest.mark.parametrize(("arguments", "prose"), [({}, True), ({"prose": True}, True), ({"prose": False}, False)])
def test_ask_without_prose_asks_no_model(workspace: FakeWorkspace, arguments: dict[str, bool], prose: bool) -> None:
    result = call(workspace, "ask", question="青石大桥投资多少？", **arguments)
    assert result.structured_content["answer"] == ANSWER.answer
    assert [asked["prose"] for asked in workspace.assistant.asked] == [prose]
    assert len(workspace.assistant.written) == prose


def test_search_and_article_lead_to_the_same_place(workspace: FakeWorkspace) -> None:
    found = call(workspace, "search", question="桥", count=1).structured_content["passages"]
    (passage,) = found
    article = call(workspace, "article", article_id=passage["article_id"])
    assert article.structured_content["text"] == BRIDGE.text
    assert json.loads(article.content[0].text)["text"][passage["start"] : passage["end"]] == passage["text"]


def test_claims_and_check_are_those_of_the_archive(workspace: FakeWorkspace, tmp_path: Path) -> None:
    text = "一季度，石榴县水泥产量为46万吨，同比增长3.1%。"
    with store_of(tmp_path / "store", [article("cement", text, title="水泥产量回升")]) as store:
        workspace.claims = store  # type: ignore[attr-defined]
        found = call(workspace, "claims", words="水泥产量", subject="石榴县", count=1).structured_content
        (claim,) = found["claims"]
        assert (claim["text"], claim["quote"], claim["title"]) == ("46万吨", text, "水泥产量回升")
        assert call(workspace, "claims", words="水泥", date_from="2030-01-01").structured_content["claims"] == []
        draft = "2022年一季度，石榴县水泥产量为64万吨。"
        result = call(workspace, "check", text=draft, date="2022-06-01")
        (item,) = [item for item in result.structured_content["items"] if item["text"] == "64万吨"]
        assert item["status"] == "contradicted"
        assert text in {quote["quote"] for quote in item["quotes"]}
        assert json.loads(result.content[0].text) == result.structured_content
        assert "expected a day" in call(workspace, "check", text=draft, date="gestern").content[0].text


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("article", {"article_id": "nothing"}, "no article has this id"),
        ("ask", {"question": "桥", "date_from": "gestern"}, "expected a day"),
        ("ask", {"question": ""}, ""),
        ("search", {"question": "桥", "count": 0}, ""),
        ("ask", {"question": "桥", "prose": "maybe"}, "prose"),
        ("ask", {"question": "桥"}, "the model cannot be used"),
    ],
)
def test_an_error_is_told_without_internals(
    workspace: FakeWorkspace, name: str, arguments: dict[str, Any], words: str
) -> None:
    workspace.assistant.error = GenerationError("/secret/model")
    result = call(workspace, name, **arguments)
    assert result.is_error
    assert words in result.content[0].text
    assert "secret" not in result.content[0].text


@pytest.fixture
def served(tmp_path: Path) -> Any:
    access = AccessStore(tmp_path)
    key = access.add("key", "desk", "read")
    app = create_app(FakeWorkspace(), Settings(store=tmp_path))
    with live_server(app) as address:
        yield address, key, tmp_path


def test_the_official_client_asks_over_http_with_a_key(served: Any) -> None:
    address, key, folder = served

    async def run() -> Any:
        from mcp.client.streamable_http import streamable_http_client

        async with (
            http_client(key) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http)) as client,
        ):
            return await client.call_tool("ask", {"question": "青石大桥投资多少？"})

    result = run_async(run)
    assert result.structured_content["answer"] == ANSWER.answer
    (line,) = (folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert (record["action"], record["caller"], record["through"]) == ("ask", "key:desk", "mcp")


def http_client(key: str) -> Any:
    from mcp.shared._httpx_utils import create_mcp_http_client

    return create_mcp_http_client(headers={"authorization": f"Bearer {key}"})


def test_the_tools_stand_behind_the_gate(served: Any) -> None:
    address, key, _ = served
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"accept": "application/json, text/event-stream"}
    assert httpx.post(f"{address}/mcp", json=body, headers=headers).status_code == 401
    evil = {**headers, "authorization": f"Bearer {key}", "origin": "http://evil.example"}
    assert httpx.post(f"{address}/mcp", json=body, headers=evil).status_code == 403


STDIO = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from ui_fakes import FakeWorkspace
from ui.commands import tools
tools.Workspace = lambda settings: FakeWorkspace()
from ui.cli import main
sys.exit(main(["mcp", "--store", {store!r}]))
"""


def test_the_official_client_starts_the_command_and_asks(tmp_path: Path) -> None:
    tests = Path(__file__).parent
    code = STDIO.format(root=str(tests.parents[1]), tests=str(tests), store=str(tmp_path))

    async def run() -> Any:
        async with Client(StdioServerParameters(command=sys.executable, args=["-c", code])) as client:
            return await client.call_tool("ask", {"question": "青石大桥投资多少？"})

    assert run_async(run).structured_content["answer"] == ANSWER.answer


# Dify


def test_dify_gets_records_with_the_way_back(client: TestClient) -> None:
    for path in ("/retrieval", "/v1/retrieval"):
        body = {"knowledge_id": "baowen", "query": "桥", "retrieval_setting": {"top_k": 5, "score_threshold": 0.5}}
        first, second = client.post(path, json={**body, "metadata_condition": None}).json()["records"]
        assert 1 > first["score"] > second["score"] > 0.5
        assert first["content"] == BRIDGE.text[first["metadata"]["start"] : first["metadata"]["end"]]
        assert (first["title"], first["metadata"]["date"]) == ("青石大桥合龙", "2021-03-09")
        assert first["metadata"]["path"].endswith(f"/v1/articles/{BRIDGE.id}#char=14,33")
    body["retrieval_setting"] = {"top_k": 5, "score_threshold": 0.9}
    assert len(client.post("/retrieval", json=body).json()["records"]) == 1


def condition(*items: tuple[str, str, str], joined: str = "and") -> dict[str, Any]:
    conditions = [{"name": [name], "comparison_operator": word, "value": value} for name, word, value in items]
    return {"query": "桥", "metadata_condition": {"logical_operator": joined, "conditions": conditions}}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"query": "桥", "knowledge_id": "青石晚报"}, ["d4e5f6"]),
        (condition(("source", "is", "青石晨报")), ["a1b2c3"]),
        (condition(("date", "after", "2021-03-09")), ["a1b2c3"]),
        (condition(("date", "before", "2021-03-08")), ["d4e5f6"]),
        (condition(("date", "is", "2021-03-08")), ["d4e5f6"]),
        (condition(("date", "after", "2021-03-08"), ("source", "is", "青石晨报")), ["a1b2c3"]),
    ],
)
def test_dify_filters_by_paper_and_day(client: TestClient, body: dict[str, Any], found: list[str]) -> None:
    records = client.post("/retrieval", json=body).json()["records"]
    assert [item["metadata"]["article_id"] for item in records] == found


@pytest.mark.parametrize(
    "body",
    [
        condition(("author", "is", "x")),
        condition(("date", "not", "2021-03-08")),
        condition(("source", "is", "青石晨报"), ("source", "is", "青石晚报")),
        condition(("source", "is", "a"), ("date", "is", "2021-03-08"), joined="or"),
    ],
)
def test_dify_is_refused_what_cannot_be_filtered(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/retrieval", json=body).status_code == 422


def test_dify_is_told_of_an_unknown_knowledge_in_its_own_shape(client: TestClient) -> None:
    reply = client.post("/retrieval", json={"knowledge_id": "别的报", "query": "桥"})
    assert (reply.status_code, reply.json()["error_code"]) == (404, 2001)
    assert "青石晨报" in reply.json()["error_msg"]
