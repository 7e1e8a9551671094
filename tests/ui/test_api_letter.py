"""HTTP to the letter: problem types, request ids, conditional requests, pages of a list, idempotent uploads, logs."""

import asyncio
import io
import json
import logging
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from async_runs import run_async
from fastapi.testclient import TestClient
from ui_fakes import BRIDGE, FakeWorkspace

from rag.corpus.ingest_records import IngestReport
from rag.errors import GenerationError, QuestionError, StoreLockedError
from rag.settings import Settings
from ui.answer_queue import BusyError
from ui.api import create_app
from ui.web.idempotency import IdempotentResults
from ui.web.problem_types import PROBLEM_TYPES
from ui.web.problems import Problem, ProblemError, problem_of
from ui.web.request_log import RequestLog, start_logging

PREFLIGHT = {"origin": "http://e.example", "access-control-request-method": "POST"}
WEB = Path(__file__).parents[2] / "ui" / "web"


@pytest.mark.parametrize("kind", PROBLEM_TYPES, ids=lambda kind: kind.name)
def test_every_type_has_its_page_in_both_languages(client: TestClient, kind: Any) -> None:
    page = client.get(f"/problems/{kind.name}")
    assert page.status_code == 200
    assert kind.name in client.get("/problems/").text
    for words in (kind.meaning, kind.way_out):
        assert re.search(r"[一-鿿].* · [a-zA-Z/]", words)
    assert Problem(kind.status, "x", name=kind.name).to_json()["type"] == f"/problems/{kind.name}"


def test_every_name_in_the_code_is_a_type() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in WEB.glob("*.py"))
    named = set(re.findall(r'name="([a-z]+(?:-[a-z]+)+)"', sources))
    assert named <= {kind.name for kind in PROBLEM_TYPES}
    assert {"foreign-page", "too-many-requests", "idempotency-key-reused"} <= named


@pytest.mark.parametrize(
    ("request_of", "status", "name"),
    [
        (lambda c: c.get("/v1/articles/x"), 404, "not-found"),
        (lambda c: c.post("/v1/answers", json={}), 422, "invalid-request"),
        (lambda c: c.get("/v1/articles", headers={"host": "evil.example"}), 421, "unknown-host"),
        (lambda c: c.post("/v1/search", headers={"origin": "http://e.example"}), 403, "foreign-page"),
        (lambda c: c.options("/v1/search", headers=PREFLIGHT), 403, "foreign-page"),
        (lambda c: c.post("/v1/articles", files=[("files", ("a", b"x" * 1001))]), 413, "too-large"),
        (lambda c: c.get("/problems/none"), 404, "not-found"),
    ],
)  # fmt: skip
def test_a_refusal_has_its_type(client: TestClient, request_of: Any, status: int, name: str) -> None:
    reply = request_of(client)
    assert (reply.status_code, reply.json()["type"]) == (status, f"/problems/{name}")
    assert client.get(reply.json()["type"]).status_code == 200


@pytest.mark.parametrize(
    ("error", "name"),
    [(BusyError("x"), "busy"), (GenerationError("x"), "unavailable"), (StoreLockedError("x"), "unavailable"),
     (QuestionError("x"), "invalid-request"), (RuntimeError("x"), "internal-error")],
)  # fmt: skip
def test_an_error_has_its_type(error: Exception, name: str) -> None:
    assert problem_of(error).to_json()["type"] == f"/problems/{name}"


def test_an_answer_and_a_problem_carry_the_requests_id(client: TestClient, workspace: FakeWorkspace) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/healthz").headers["x-request-id"])
    reply = client.get("/v1/articles/x", headers={"x-request-id": "desk-17.a"})
    assert (reply.headers["x-request-id"], reply.json()["request_id"]) == ("desk-17.a", "desk-17.a")
    for bad in ("a b", "x" * 65, "<b>", ""):
        assert client.get("/healthz", headers={"x-request-id": bad}).headers["x-request-id"] != bad
    workspace.assistant.error = RuntimeError("/secret")
    reply = client.post("/v1/answers", json={"question": "桥"}, headers={"x-request-id": "fault-1"})
    assert (reply.status_code, reply.json()["request_id"]) == (500, "fault-1")
    assert reply.headers["x-request-id"] == "fault-1"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_an_article_is_sent_once_while_it_stays_the_same(client: TestClient, workspace: FakeWorkspace) -> None:
    first = client.get("/v1/articles/a1b2c3")
    tag = first.headers["etag"]
    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/v1/articles/a1b2c3", headers={"if-none-match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/v1/articles/a1b2c3", headers={"if-none-match": '"other"'}).json() == first.json()
    workspace.store.held["a1b2c3"] = replace(BRIDGE, byline="另一记者")
    changed = client.get("/v1/articles/a1b2c3", headers={"if-none-match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)
    assert client.get("/v1/articles/d4e5f6").headers["etag"] != tag


def test_a_removal_can_be_bound_to_what_was_read(client: TestClient, workspace: FakeWorkspace) -> None:
    tag = client.get("/v1/articles/a1b2c3").headers["etag"]
    workspace.store.held["a1b2c3"] = replace(BRIDGE, title="改过的题")
    refused = client.delete("/v1/articles/a1b2c3", headers={"if-match": tag})
    assert (refused.status_code, refused.json()["type"]) == (412, "/problems/changed-meanwhile")
    assert "a1b2c3" in workspace.store.held
    tag = client.get("/v1/articles/a1b2c3").headers["etag"]
    assert client.delete("/v1/articles/a1b2c3", headers={"if-match": f"W/{tag}"}).status_code == 412
    assert client.delete("/v1/articles/a1b2c3", headers={"if-match": tag}).status_code == 200


def test_the_pages_of_a_list_lead_to_each_other(client: TestClient) -> None:
    seen, url = [], "/v1/articles?limit=1&to=2021-12-31"
    while url:
        reply = client.get(url)
        seen.append(reply.json()["articles"][0]["id"])
        url = reply.links.get("next", {}).get("url", "")
        assert "to=2021-12-31" in (url or "to=2021-12-31")
    assert seen == ["a1b2c3", "d4e5f6"]
    assert reply.links["prev"]["url"].endswith("to=2021-12-31&limit=1&offset=0")
    assert "link" not in client.get("/v1/articles").headers


def upload(client: TestClient, key: str, content: bytes = "新桥。".encode(), name: str = "a.txt") -> Any:
    return client.post("/v1/articles", files=[("files", (name, content))], headers={"idempotency-key": key})


def test_an_upload_sent_twice_is_done_once(client: TestClient, workspace: FakeWorkspace) -> None:
    first, second = upload(client, "k1"), upload(client, "k1")
    assert first.json() == second.json()
    assert len(workspace.ingested) == 1
    assert upload(client, "k2").status_code == 200
    assert len(workspace.ingested) == 2
    for other in (upload(client, "k1", b"other"), upload(client, "k1", name="b.txt")):
        assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert upload(client, "k" * 201).status_code == 422


def test_a_failed_upload_may_be_tried_again(client: TestClient, workspace: FakeWorkspace, monkeypatch: Any) -> None:
    def locked(*_: Any, **__: Any) -> IngestReport:
        raise StoreLockedError("x")

    with monkeypatch.context() as patched:
        patched.setattr(workspace, "ingest", locked)
        assert upload(client, "k1").status_code == 503
    assert upload(client, "k1").status_code == 200


def test_a_key_whose_first_request_still_runs_is_told_so() -> None:
    results, began, may_end = IdempotentResults(), threading.Event(), threading.Event()

    def work() -> dict[str, Any]:
        began.set()
        may_end.wait(5)
        return {"added": 1}

    found: list[Any] = []
    first = threading.Thread(target=lambda: found.append(results.once("desk", "k", "f", work)))
    first.start()
    began.wait(5)
    with pytest.raises(ProblemError) as caught:
        results.once("desk", "k", "f", work)
    assert caught.value.problem.status == 409
    assert results.once("other", "k", "f", lambda: {"added": 2}) == {"added": 2}
    may_end.set()
    first.join()
    assert found == [results.once("desk", "k", "f", work)] == [{"added": 1}]


def test_results_are_forgotten_after_a_day() -> None:
    now = [0.0]
    results = IdempotentResults(lambda: now[0])
    assert results.once("desk", "k", "f", lambda: {"n": 1}) == {"n": 1}
    now[0] = 86_399
    assert results.once("desk", "k", "f", lambda: {"n": 2}) == {"n": 1}
    now[0] = 90_000 + 86_400
    assert results.once("desk", "k", "f", lambda: {"n": 3}) == {"n": 3}


@pytest.fixture
def restored_logging() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("", "baowen", "baowen.access")]
    before = [(item, item.level, list(item.handlers)) for item in loggers]
    yield
    for item, level, handlers in before:
        item.setLevel(level)
        item.handlers = handlers


@pytest.mark.parametrize("form", ["json", "text"])
def test_the_access_log_tells_a_request_and_no_question(form: Any, restored_logging: None) -> None:
    stream = io.StringIO()
    settings = Settings(log_format=form, access_log="on", api_key="s3cret")
    start_logging(settings, stream)
    client = TestClient(create_app(FakeWorkspace(), settings), base_url="http://127.0.0.1:7860")
    headers = {"authorization": "Bearer s3cret", "x-request-id": "r-1"}
    client.post("/v1/search", json={"question": "秘密"}, headers=headers)
    client.get("/v1/articles/没有%0A这篇?question=秘密", headers=headers)
    lines = stream.getvalue().splitlines()
    assert "秘密" not in stream.getvalue()
    assert "s3cret" not in stream.getvalue()
    if form == "json":
        records = [json.loads(line) for line in lines]
        access = [item for item in records if item["logger"] == "baowen.access"]
        assert (access[0]["path"], access[0]["status"], access[0]["caller"]) == ("/v1/search", 200, "key:api_key")
        assert {item["request_id"] for item in records} == {"r-1"}
        assert access[0]["milliseconds"] > 0
    else:
        assert all(line.endswith(" [r-1]") for line in lines)
        assert "POST /v1/search 200" in lines[0]


def test_a_method_that_is_not_served_is_told_those_that_are(client: TestClient) -> None:
    for method, path, allowed in (
        ("PUT", "/v1/answers", "POST"),
        ("POST", "/v1/articles/a1b2c3", "DELETE, GET, PATCH"),
        ("OPTIONS", "/v1/articles", "GET, POST"),
        ("DELETE", "/v1/models/a/b", "GET"),
    ):
        reply = client.request(method, path)
        assert (reply.status_code, reply.headers["allow"]) == (405, allowed)
        assert reply.json()["type"] == "/problems/method-not-allowed"
    assert client.put("/v1/nothing").status_code == 404


@pytest.mark.parametrize("day", [5, 3.2, True, [], "2021-02-30", 1_600_000_000])
def test_what_is_no_day_is_refused(client: TestClient, day: Any) -> None:
    assert client.post("/v1/search", json={"question": "桥", "from": day}).status_code == 422


def test_the_description_names_the_problems_and_the_events(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    for operations in description["paths"].values():
        for operation in operations.values():
            assert operation["responses"]["4XX"]["content"] == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }
    stream = description["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]["text/event-stream"]
    assert stream["schema"]["properties"]["event"]["enum"] == ["queue", "evidence", "delta", "answer", "error"]
    assert "HTTPValidationError" not in json.dumps(description)


def test_a_request_cut_off_by_the_end_of_the_service_is_told_so() -> None:
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        scope = {"type": "http", "method": "POST", "path": "/v1/search", "headers": [], "client": ("127.0.0.1", 1)}
        task = asyncio.create_task(RequestLog(app)(scope, receive, send))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        task.cancel()
        await task

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    run_async(run)
    assert sent[0]["status"] == 503
    assert json.loads(sent[1]["body"])["type"] == "/problems/unavailable"
