"""Traces sent to a collector of our own, over HTTP, and read back; and where the time of an answer is counted."""

import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from ui_fakes import ANSWER, FakeWorkspace

from rag.errors import SettingsError
from rag.records import Timings
from rag.settings import Settings
from ui.api import create_app
from ui.web.metrics import stage_seconds
from ui.web.traces import Traces

CALLERS_TRACE = "0af7651916cd43dd8448eb211c80319c"


@dataclass
class Collector:
    """What was sent, byte for byte."""

    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> dict[str, Any]:
        found = {}
        for body in self.bodies:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                found |= {span.name: span for scope in resource.scope_spans for span in scope.spans}
        return found


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    found = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        for name in ("ALL_PROXY", "HTTP_PROXY", "all_proxy", "http_proxy", "OTEL_SERVICE_NAME"):
            monkeypatch.delenv(name, raising=False)
        yield found
        server.shutdown()


def facts(span: Any) -> dict[str, Any]:
    kinds = ("string_value", "int_value", "bool_value")
    values = {item.key: item.value for item in span.attributes}
    return {
        key: getattr(value, next(kind for kind in kinds if value.HasField(kind))) for key, value in values.items()
    }


@pytest.mark.parametrize("stream", [False, True])
def test_a_question_is_a_trace_of_its_stages(collector: Collector, workspace: FakeWorkspace, stream: bool) -> None:
    app = create_app(workspace, Settings(traces="on"))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        headers = {"traceparent": f"00-{CALLERS_TRACE}-b7ad6b7169203331-01", "X-Request-Id": "desk-7"}
        body = {"question": "秘密问题多少米？", "stream": stream}
        assert client.post("/v1/answers?note=hidden", json=body, headers=headers).status_code == 200
        client.get("/v1/articles/a1b2c3")
        client.get("/healthz")
    spans = collector.spans()
    assert set(spans) == {
        "POST /v1/answers",
        "GET /v1/articles/{article_id}",
        "answer",
        "queue",
        "retrieve",
        "read",
        "write",
    }
    request, answer = spans["POST /v1/answers"], spans["answer"]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (CALLERS_TRACE, "b7ad6b7169203331")
    assert answer.parent_span_id == request.span_id
    stages = [spans[name] for name in ("queue", "retrieve", "read", "write")]
    assert {stage.parent_span_id for stage in stages} == {answer.span_id}
    for earlier, later in pairwise(stages):
        assert earlier.end_time_unix_nano == later.start_time_unix_nano
    assert stages[-1].end_time_unix_nano == answer.end_time_unix_nano
    assert facts(request)["http.response.status_code"] == 200
    assert facts(request)["baowen.request_id"] == "desk-7"
    assert facts(answer)["baowen.figures.unsupported"] == sum(not item.supported for item in ANSWER.figures)
    sent = b"".join(collector.bodies)
    for secret in ("秘密", "hidden", "a1b2c3", ANSWER.answer[:4]):
        assert secret.encode() not in sent


def test_a_fault_is_an_error_of_its_span(collector: Collector, workspace: FakeWorkspace) -> None:
    workspace.assistant.error = RuntimeError("secret place")
    with TestClient(create_app(workspace, Settings(traces="on")), base_url="http://127.0.0.1") as client:
        assert client.post("/v1/answers", json={"question": "问"}).status_code == 500
    (span,) = collector.spans().values()
    assert (span.name, span.status.code) == ("POST /v1/answers", 2)
    assert b"secret place" not in b"".join(collector.bodies)


def test_nothing_is_sent_unless_asked_for(collector: Collector, workspace: FakeWorkspace) -> None:
    assert Traces.of(Settings()) is None
    with TestClient(create_app(workspace, Settings()), base_url="http://127.0.0.1") as client:
        client.post("/v1/answers", json={"question": "问"})
    assert collector.bodies == []


def test_traces_without_their_libraries_are_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(SettingsError, match=r"pip install 'baowen\[telemetry\]'"):
        Traces.of(Settings(traces="on"))


@pytest.mark.parametrize(
    ("asked", "turn", "first", "expected"),
    [
        (2.0, 0.0, 1000, {"queue": 0.0, "retrieve": 0.25, "read": 0.75, "write": 1.0}),
        (3.0, 0.0, 1000, {"queue": 1.0, "retrieve": 0.25, "read": 0.75, "write": 1.0}),
        (2.0, 0.5, 1000, {"queue": 0.5, "retrieve": 0.25, "read": 0.25, "write": 1.0}),
        (2.5, 0.5, 250, {"queue": 1.0, "retrieve": 0.25, "read": 0.0, "write": 1.25}),
        (0.5, 0.5, 1000, {"queue": 0.0, "retrieve": 0.25, "read": 0.25, "write": 1.0}),
    ],
)
def test_waiting_for_the_model_is_counted_as_waiting(
    asked: float, turn: float, first: int, expected: dict[str, float]
) -> None:
    answer = replace(ANSWER, timings=Timings(250, first, 2000))
    assert stage_seconds(answer, asked, turn) == pytest.approx(expected)


def test_the_second_of_two_questions_waited_in_line(workspace: FakeWorkspace) -> None:
    workspace.assistant.gate = threading.Semaphore(0)
    app = create_app(workspace, Settings())
    with TestClient(app, base_url="http://127.0.0.1") as client:
        replies: list[int] = []

        def ask(question: str) -> None:
            replies.append(client.post("/v1/answers", json={"question": question}).status_code)

        threads = [threading.Thread(target=ask, args=(question,)) for question in ("一", "二")]
        for thread in threads:
            thread.start()
        threading.Timer(0.6, workspace.assistant.gate.release, (1000,)).start()
        for thread in threads:
            thread.join()
        text = client.get("/metrics").text
    assert replies == [200, 200]
    sums = dict(re.findall(r'baowen_answer_stage_seconds_sum\{stage="(\w+)"\} ([\d.e-]+)', text))
    assert float(sums["queue"]) > 0.5
