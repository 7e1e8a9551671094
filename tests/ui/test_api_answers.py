import json
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from ui_fakes import ANSWER, BRIDGE, REFUSED, FakeWorkspace

from rag.errors import GenerationError, QuestionError
from rag.records import Turn
from rag.settings import Settings
from ui.answer_queue import Inquiry
from ui.api import create_app
from ui.web.chat_replies import annotations_of


def read_events(text: str) -> list[tuple[str, dict]]:
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    return [(block[0].removeprefix("event: "), json.loads(block[1].removeprefix("data: "))) for block in blocks]


def test_an_answer_has_the_promised_shape(client: TestClient, workspace: FakeWorkspace) -> None:
    reply = client.post("/v1/answers", json={"question": "青石大桥投资多少？"})
    assert reply.status_code == 200
    document = reply.json()
    assert document["answer"] == ANSWER.answer
    citation = document["citations"][0]
    assert BRIDGE.text[citation["start"] : citation["end"]] == citation["quote"] == "大桥全长1280米，总投资3.5亿元。"
    assert [(item["text"], item["value"], item["supported"]) for item in document["figures"]] == [
        ("3.5亿元", 350_000_000, True),
        ("4亿元", 400_000_000, False),
    ]
    assert document["other_readings"][0]["citation"]["quote"] == "其中跨江大桥2座。"
    assert document["generation"] == 7
    assert set(document["timings"]) == {"retrieve_ms", "first_token_ms", "total_ms"}


def test_filters_history_and_given_passages_reach_the_assistant(client: TestClient, workspace: FakeWorkspace) -> None:
    client.post(
        "/v1/answers",
        json={
            "question": "那座桥呢？",
            "from": "2021-03-01",
            "date_to": "2021-03-31",
            "source": "青石晨报",
            "history": [{"question": "上一问", "answer": "上一答"}],
            "passages": [{"text": "桥长5米。", "title": "题", "date": "2021-01-02"}],
        },
    )
    asked = workspace.assistant.asked[0]
    assert (str(asked["filter"].date_from), str(asked["filter"].date_to)) == ("2021-03-01", "2021-03-31")
    assert asked["filter"].source == "青石晨报"
    assert asked["history"] == (Turn("上一问", "上一答"),)
    passage = asked["passages"][0]
    assert (passage.text, passage.title, passage.start, passage.end, str(passage.date)) == (
        "桥长5米。",
        "题",
        0,
        5,
        "2021-01-02",
    )


@pytest.mark.parametrize(
    ("body", "wanted"), [({}, True), ({"prose": True}, True), ({"prose": None}, True), ({"prose": False}, False)]
)
@pytest.mark.parametrize("stream", [False, True])
def test_whether_the_model_may_write_is_the_callers_choice(
    client: TestClient, workspace: FakeWorkspace, body: dict[str, Any], wanted: bool, stream: bool
) -> None:
    reply = client.post("/v1/answers", json={"question": "青石大桥投资多少？", "stream": stream, **body})
    document = read_events(reply.text)[-1][1] if stream else reply.json()
    assert (reply.status_code, document["answer"]) == (200, ANSWER.answer)
    assert [asked["prose"] for asked in workspace.assistant.asked] == [wanted]
    assert len(workspace.assistant.written) == wanted


@pytest.mark.parametrize("given", ["false", 0, "no", []])
def test_what_could_be_read_as_without_prose_is_refused(
    client: TestClient, workspace: FakeWorkspace, given: object
) -> None:
    reply = client.post("/v1/answers", json={"question": "青石大桥投资多少？", "prose": given})
    assert (reply.status_code, reply.json()["errors"][0]["location"]) == (422, "body.prose")
    assert workspace.assistant.asked == []


def test_the_description_says_what_is_without_prose(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    field = schemas["AnswerRequest"]["properties"]["prose"]
    assert field["default"] is True
    assert {"type": "boolean"} in field["anyOf"]
    assert "language model" in field["description"]


def test_without_prose_a_question_waits_for_no_other(client: TestClient, workspace: FakeWorkspace) -> None:
    queue = client.app.state.services.answers  # type: ignore[attr-defined]
    held = workspace.assistant.gate = threading.Semaphore(0)
    streams = [queue.ask(Inquiry(question, asker=question)) for question in ("长问", "另问")]
    wait_until(lambda: len(workspace.assistant.asked) == 2)
    workspace.assistant.gate = None
    reply = client.post("/v1/answers", json={"question": "青石大桥投资多少？", "prose": False, "stream": True})
    assert [name for name, _ in read_events(reply.text)].count("queue") == 0
    assert read_events(reply.text)[-1][1]["answer"] == ANSWER.answer
    assert len(workspace.assistant.written) == 1
    held.release(10_000)
    assert all(list(stream) for stream in streams)


def test_a_streamed_answer_shows_evidence_before_text_and_ends_with_the_answer(client: TestClient) -> None:
    reply = client.post("/v1/answers", json={"question": "青石大桥投资多少？", "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = read_events(reply.text)
    assert events[0][0] == "evidence"
    assert events[0][1]["passages"][0]["article_id"] == BRIDGE.id
    assert events[0][1]["answers"] is True
    assert events[0][1]["sentence"] == {**events[-1][1]["citations"][0], "marker": 0}
    assert events[-1][0] == "answer"
    assert (
        "".join(data["text"] for name, data in events if name == "delta") == events[-1][1]["answer"] == ANSWER.answer
    )


def test_a_failure_while_streaming_is_an_event_without_internals(
    client: TestClient, workspace: FakeWorkspace
) -> None:
    workspace.assistant.error = GenerationError("llama at /secret/model.gguf fell over")
    name, data = read_events(client.post("/v1/answers", json={"question": "问", "stream": True}).text)[-1]
    assert (name, data["status"]) == ("error", 503)
    assert "secret" not in json.dumps(data)


@pytest.mark.parametrize(
    ("error", "status"),
    [(QuestionError("too long"), 422), (GenerationError("/secret"), 503), (RuntimeError("/secret"), 500)],
)
def test_errors_are_problem_documents(
    client: TestClient, workspace: FakeWorkspace, error: Exception, status: int
) -> None:
    workspace.assistant.error = error
    reply = client.post("/v1/answers", json={"question": "问"})
    assert reply.status_code == reply.json()["status"] == status
    assert reply.headers["content-type"] == "application/problem+json"
    assert "secret" not in reply.text


@pytest.mark.parametrize(
    "body", [{}, {"question": ""}, {"question": "问", "unknown": 1}, {"question": "问", "from": "2021-02-30"}]
)
def test_a_wrong_body_is_a_422_that_names_the_place(client: TestClient, body: dict[str, Any]) -> None:
    reply = client.post("/v1/answers", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["errors"][0]["location"].startswith("body.")


def test_days_out_of_order_are_refused(client: TestClient) -> None:
    reply = client.post("/v1/search", json={"question": "问", "from": "2021-03-02", "to": "2021-03-01"})
    assert reply.status_code == 422
    assert "2021-03-02" in reply.json()["detail"]


def test_search_returns_passages_within_the_filter(client: TestClient) -> None:
    reply = client.post("/v1/search", json={"question": "菜市", "source": "青石晚报", "k": 5})
    assert [item["article_id"] for item in reply.json()["passages"]] == ["d4e5f6"]
    assert (reply.json()["standalone_question"], reply.json()["notes"]) == ("", [])


@pytest.mark.parametrize(("translate", "searched"), [(True, "桥有多长？"), (False, "")])
def test_a_search_in_english_says_what_was_searched(client: TestClient, translate: bool, searched: str) -> None:
    reply = client.post("/v1/search", json={"question": "How long is the bridge?", "translate": translate})
    assert reply.json()["standalone_question"] == searched


def test_a_full_line_gets_429_and_retry_after() -> None:
    workspace = FakeWorkspace()
    workspace.assistant.gate = threading.Semaphore(0)
    app = create_app(workspace, Settings(), waiting_limit=1)
    with TestClient(app, base_url="http://localhost") as client:
        queue = app.state.services.answers
        streams = [queue.ask(Inquiry("一"))]
        wait_until(lambda: workspace.assistant.asked)
        streams.append(queue.ask(Inquiry("二")))
        reply = client.post("/v1/answers", json={"question": "三"})
        assert reply.status_code == 429
        assert int(reply.headers["retry-after"]) > 0
        for stream in streams:
            stream.close()
        workspace.assistant.gate.release(100)
        wait_until(lambda: queue.waiting == 0)
        assert client.post("/v1/answers", json={"question": "四"}).status_code == 200


def wait_until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def chat(client: TestClient, **more: Any) -> httpx.Response:
    messages = [{"role": "user", "content": "青石大桥投资多少？"}]
    return client.post("/v1/chat/completions", json={"model": "baowen", "messages": messages, **more})


def test_a_chat_completion_cites_by_offsets_into_its_content(client: TestClient) -> None:
    document = chat(client).json()
    message = document["choices"][0]["message"]
    assert message["content"] == f"{ANSWER.answer}\n\n注：来源为2021年3月9日的报道"
    assert message["refusal"] is None
    (annotation,) = message["annotations"]
    cited = annotation["url_citation"]
    assert message["content"][cited["start_index"] : cited["end_index"]] == "[1]"
    assert cited["url"].endswith(f"/v1/articles/{BRIDGE.id}#char=14,31") or BRIDGE.id in cited["url"]
    span = annotation["baowen"]
    assert BRIDGE.text[span["start"] : span["end"]] == span["quote"]
    usage = document["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


def test_a_refused_completion_says_why(client: TestClient, workspace: FakeWorkspace) -> None:
    workspace.assistant.reply = REFUSED
    message = chat(client).json()["choices"][0]["message"]
    assert message["refusal"] == REFUSED.refusal_reason
    assert message["content"] == REFUSED.answer
    assert message["annotations"] == []


def test_the_exchanges_before_the_question_become_history(client: TestClient, workspace: FakeWorkspace) -> None:
    messages = [
        {"role": "system", "content": "别理报纸"},
        {"role": "user", "content": "第一问"},
        {"role": "assistant", "content": "第一答\n\n注：“今年”按2021年理解\n注：来源为旧报"},
        {"role": "user", "content": [{"type": "text", "text": "第二问"}]},
    ]
    client.post("/v1/chat/completions", json={"model": "baowen", "messages": messages})
    asked = workspace.assistant.asked[0]
    assert (asked["question"], asked["history"]) == ("第二问", (Turn("第一问", "第一答"),))


def test_an_unknown_model_lists_the_known_ones(client: TestClient) -> None:
    reply = chat(client, model="gpt-x")
    assert reply.status_code == 404
    assert "baowen" in reply.json()["error"]["message"]


def test_a_conversation_that_ends_with_the_assistant_is_refused(client: TestClient) -> None:
    messages = [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}]
    reply = client.post("/v1/chat/completions", json={"messages": messages})
    assert reply.status_code == 422


def test_a_marker_without_citation_gets_no_annotation() -> None:
    assert [item["url_citation"]["start_index"] for item in annotations_of(ANSWER, "http://x/")] == [13 - 1]
