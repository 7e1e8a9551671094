import re
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from ui_fakes import FakeWorkspace

from rag.errors import GenerationError, ModelNotFetchedError, ModelServerError, StoreError
from rag.settings import Settings
from ui.api import create_app
from ui.web.reach import host_name, is_loopback


def client_of(workspace: FakeWorkspace | None = None, **settings: Any) -> TestClient:
    app = create_app(workspace or FakeWorkspace(), Settings(**settings))
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "LOCALHOST"])
def test_loopback_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).json() == {"status": "ok"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:7860", ""])
def test_other_hosts_are_refused_on_loopback(client: TestClient, host: str) -> None:
    reply = client.get("/v1/articles", headers={"host": host})
    assert reply.status_code == 421
    assert reply.headers["content-type"] == "application/problem+json"


def test_other_hosts_are_served_when_the_operator_listens_elsewhere() -> None:
    assert client_of(host="0.0.0.0").get("/healthz", headers={"host": "news.example"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}],
)
def test_writes_from_another_site_are_refused(
    client: TestClient, workspace: FakeWorkspace, headers: dict[str, str]
) -> None:
    reply = client.post("/v1/articles", files=[("files", ("a.txt", b"x"))], headers=headers)
    assert reply.status_code == 403
    assert workspace.ingested == []


def test_writes_from_the_page_itself_are_taken(client: TestClient) -> None:
    headers = {"origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}
    assert client.post("/v1/search", json={"question": "桥"}, headers=headers).status_code == 200


def test_no_cross_origin_header_is_given(client: TestClient) -> None:
    reply = client.get("/v1/articles", headers={"origin": "http://evil.example"})
    assert "access-control-allow-origin" not in reply.headers


def test_every_reply_keeps_the_browser_here(client: TestClient) -> None:
    for path in ("/healthz", "/v1/nothing", "/docs"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'self'" in headers["content-security-policy"]


def test_the_key_is_asked_for_under_v1_only() -> None:
    client = client_of(api_key="s3cret")
    assert client.get("/healthz").status_code == 200
    for given in (None, "Bearer wrong", "Basic s3cret", "Bearer s3cre"):
        reply = client.get("/v1/articles", headers={"authorization": given} if given else {})
        assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get("/v1/articles", headers={"authorization": "Bearer s3cret"}).status_code == 200


def test_a_body_over_the_limit_is_refused_announced_or_not(client: TestClient) -> None:
    big = b'{"question": "' + b"x" * 4_000_001 + b'"}'
    kind = {"content-type": "application/json"}
    assert client.post("/v1/search", content=big, headers=kind).status_code == 413
    reply = client.post("/v1/search", content=iter([big[:3_000_000], big[3_000_000:]]), headers=kind)
    assert (reply.status_code, reply.headers["content-type"]) == (413, "application/problem+json")


def test_what_is_unknown_under_v1_is_a_problem_document(client: TestClient) -> None:
    for reply in (client.get("/v1/nothing"), client.put("/v1/answers"), client.get("/nothing")):
        assert reply.status_code in (404, 405)
        assert reply.headers["content-type"] == "application/problem+json"


def test_readiness_follows_the_models() -> None:
    workspace = FakeWorkspace()
    workspace.warm_up_may_end = threading.Event()
    with client_of(workspace) as client:
        reply = client.get("/readyz")
        assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
        assert "loading" in reply.json()["detail"]
        assert client.get("/healthz").status_code == 200
        assert client.post("/v1/answers", json={"question": "问"}).status_code == 200
        workspace.warm_up_may_end.set()
        for _ in range(500):
            if client.get("/readyz").status_code == 200:
                break
            threading.Event().wait(0.01)
        assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (StoreError("the store postgresql://secret-host/papers cannot be reached"), "the database server"),
        (ModelServerError("the embedding server http://secret-host/v1 does not answer"), "the embedding server"),
        (GenerationError("the model server http://secret-host/v1 cannot be reached"), "the generation server"),
    ],
)
def test_readiness_says_which_server_is_away_and_takes_it_back(away: Exception, words: str) -> None:
    workspace = FakeWorkspace()
    with client_of(workspace) as client:
        assert client.post("/v1/answers", json={"question": "问"}).status_code == 200
        workspace.away = away
        reply = client.get("/readyz")
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert words in reply.json()["detail"]
        assert "secret" not in reply.text
        workspace.away = None
        assert client.get("/readyz").json() == {"status": "ready"}


def test_a_failed_warm_up_is_told_without_the_place_of_the_model() -> None:
    workspace = FakeWorkspace()
    workspace.warm_up_error = ModelNotFetchedError("no model in /secret/place")
    with client_of(workspace) as client:
        workspace_state = client.app.state.services.answers
        for _ in range(500):
            if workspace_state.state == "failed":
                break
            threading.Event().wait(0.01)
        reply = client.get("/readyz")
        assert reply.status_code == 503
        assert "doctor" in reply.json()["detail"]
        assert "secret" not in reply.text


def test_metrics_count_by_route_and_outcome(client: TestClient) -> None:
    client.post("/v1/answers", json={"question": "秘密问题"})
    client.get("/v1/articles/a1b2c3")
    text = client.get("/metrics").text
    assert 'baowen_answers_total{outcome="answered"} 1.0' in text
    assert 'baowen_answer_figures_total{supported="false"} 1.0' in text
    assert re.search(
        r'baowen_http_requests_total\{method="GET",route="/v1/articles/\{article_id\}",status="200"\} 1\.0', text
    )
    sums = dict(re.findall(r'baowen_answer_stage_seconds_sum\{stage="(\w+)"\} ([\d.e-]+)', text))
    assert {name: float(sums[name]) for name in ("retrieve", "read", "write")} == pytest.approx(
        {"retrieve": 0.005, "read": 0.015, "write": 0.07}, abs=0.002
    )
    assert float(sums["queue"]) >= 0
    assert "秘密" not in text
    assert "a1b2c3" not in text


def test_the_description_names_every_route_and_its_page_loads_nothing(client: TestClient) -> None:
    paths = set(client.get("/openapi.json").json()["paths"])
    assert paths == {
        "/v1/answers",
        "/v1/mends/undo",
        "/v1/articles/{article_id}/divide",
        "/v1/articles/{article_id}/join",
        "/v1/packets/replay",
        "/v1/queue",
        "/v1/search",
        "/v1/claims",
        "/v1/check",
        "/v1/articles",
        "/v1/articles/{article_id}",
        "/v1/feedback",
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/embeddings",
        "/v1/retrieval",
        "/v1/models",
        "/v1/models/{name}",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    page = client.get("/docs").text
    assert all(path in page for path in paths)
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)


@pytest.mark.parametrize(
    ("header", "name"), [("localhost:7860", "localhost"), ("[::1]:80", "::1"), ("a.b", "a.b"), ("", "")]
)
def test_host_names_are_read_from_headers(header: str, name: str) -> None:
    assert host_name(header) == name


def test_loopback_is_recognised() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "[::1]", "localhost", "0.0.0.0", "10.0.0.1")] == [
        True
    ] * 3 + [False] * 2
