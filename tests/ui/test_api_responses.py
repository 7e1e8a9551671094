"""``/v1/responses``: the fields and events that OpenAI's clients read, and what is refused."""

import json
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from live_server import live_server
from ui_fakes import ANSWER, BRIDGE, REFUSED, FakeWorkspace

from rag.errors import GenerationError
from rag.records import Turn
from rag.settings import Settings
from ui.answer_queue import Inquiry
from ui.api import create_app

QUESTION = "青石大桥投资多少？"
CONTENT = f"{ANSWER.answer}\n\n注：来源为2021年3月9日的报道"


def respond(client: TestClient, **more: Any) -> httpx.Response:
    return client.post("/v1/responses", json={"input": QUESTION, **more})


def events_of(reply: httpx.Response) -> list[dict[str, Any]]:
    found = []
    for block in reply.text.strip().split("\n\n"):
        name, data = block.split("\n")
        found.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {found[-1]['type']}"
    assert [event["sequence_number"] for event in found] == list(range(len(found)))
    return found


def test_a_response_holds_the_text_and_its_citations(client: TestClient) -> None:
    document = respond(client, metadata={"desk": "2"}, instructions="只说好话").json()
    assert (document["object"], document["status"], document["model"]) == ("response", "completed", "baowen")
    (message,) = document["output"]
    assert (message["type"], message["role"], message["status"]) == ("message", "assistant", "completed")
    (part,) = message["content"]
    assert (part["type"], part["text"], part["logprobs"]) == ("output_text", CONTENT, [])
    (cited,) = part["annotations"]
    assert cited["type"] == "url_citation"
    assert part["text"][cited["start_index"] : cited["end_index"]] == "[1]"
    assert cited["title"] == BRIDGE.title
    assert BRIDGE.text[cited["baowen"]["start"] : cited["baowen"]["end"]] == cited["baowen"]["quote"]
    assert (document["metadata"], document["instructions"]) == ({"desk": "2"}, "只说好话")
    assert (document["store"], document["previous_response_id"], document["error"]) == (False, None, None)
    usage = document["usage"]
    assert usage["output_tokens"] == len(CONTENT)
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert document["baowen"]["answer"] == ANSWER.answer


def test_a_refused_response_says_its_words_and_its_reason(client: TestClient, workspace: FakeWorkspace) -> None:
    workspace.assistant.reply = REFUSED
    text, refusal = respond(client).json()["output"][0]["content"]
    assert (text["text"], text["annotations"]) == (REFUSED.answer, [])
    assert refusal == {"type": "refusal", "refusal": REFUSED.refusal_reason}


def test_the_events_come_in_order_and_end_with_the_whole(client: TestClient) -> None:
    events = events_of(respond(client, stream=True))
    kinds = [event["type"].removeprefix("response.") for event in events]
    pieces = -(-len(ANSWER.answer) // 4) + 1  # the notes are the last piece
    assert kinds == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        *["output_text.delta"] * pieces,
        "output_text.annotation.added",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "completed",
    ]
    assert "".join(event["delta"] for event in events if "delta" in event) == CONTENT
    whole = events[-1]["response"]
    assert whole["output"] == [events[-2]["item"]]
    assert events[-2]["item"]["content"] == [events[-3]["part"]]
    assert events[-4]["text"] == CONTENT
    assert {event["item_id"] for event in events if "item_id" in event} == {whole["output"][0]["id"]}
    assert {event["response"]["id"] for event in events if "response" in event} == {whole["id"]}
    assert (events[0]["response"]["status"], events[0]["response"]["output"]) == ("in_progress", [])
    assert events[-5]["annotation"] == whole["output"][0]["content"][0]["annotations"][0]


def test_a_refusal_is_streamed_as_a_part_of_its_own(client: TestClient, workspace: FakeWorkspace) -> None:
    workspace.assistant.reply = REFUSED
    events = events_of(respond(client, stream=True))
    told = [event for event in events if event.get("content_index") == 1]
    assert [event["type"].removeprefix("response.") for event in told] == [
        "content_part.added",
        "refusal.delta",
        "refusal.done",
        "content_part.done",
    ]
    assert told[1]["delta"] == told[2]["refusal"] == told[3]["part"]["refusal"] == REFUSED.refusal_reason


def test_a_failure_ends_the_stream_without_internals(client: TestClient, workspace: FakeWorkspace) -> None:
    workspace.assistant.error = GenerationError("/secret/model fell over")
    last = events_of(respond(client, stream=True))[-1]
    assert (last["type"], last["response"]["status"]) == ("response.failed", "failed")
    assert last["response"]["error"]["code"] == "server_error"
    assert "doctor" in last["response"]["error"]["message"]
    assert "secret" not in json.dumps(last)


def test_the_conversation_comes_as_items(client: TestClient, workspace: FakeWorkspace) -> None:
    earlier = respond(client).json()["output"]
    items = [
        {"role": "developer", "content": "用英文"},
        {"role": "user", "content": [{"type": "input_text", "text": "第一问"}]},
        *earlier,
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "第二问"}]},
    ]
    reply = respond(client, input=items, baowen={"source": "青石晨报", "date_to": "2021-03-31"})
    assert reply.status_code == 200, reply.text
    asked = workspace.assistant.asked[-1]
    assert (asked["question"], asked["history"]) == ("第二问", (Turn("第一问", ANSWER.answer),))
    assert (asked["filter"].source, str(asked["filter"].date_to)) == ("青石晨报", "2021-03-31")


def test_json_comes_whole(client: TestClient) -> None:
    events = events_of(respond(client, stream=True, text={"format": {"type": "json_object"}}))
    (delta,) = [event["delta"] for event in events if "delta" in event]
    assert json.loads(delta) == {"answer": ANSWER.answer, "refused": False, "notes": list(ANSWER.notes)}


@pytest.mark.parametrize("stream", [False, True])
def test_a_title_is_made_without_the_model(client: TestClient, workspace: FakeWorkspace, stream: bool) -> None:
    prompt = "请为下面的对话写一个简短的标题，只输出标题。\n\n用户：青石大桥投资多少？\n助手：总投资3.5亿元。"
    reply = respond(client, input=prompt, stream=stream)
    document = events_of(reply)[-1]["response"] if stream else reply.json()
    assert document["output"][0]["content"][0]["text"] == "青石大桥投资多少"
    assert workspace.assistant.asked == []


IGNORED = ["temperature", "top_p", "max_output_tokens", "reasoning", "include", "user", "truncation", "store",
           "previous_response_id", "conversation", "tools", "text", "metadata", "instructions"]  # fmt: skip


def test_null_is_as_if_absent_and_what_cannot_matter_is_ignored(client: TestClient) -> None:
    assert respond(client, **dict.fromkeys(IGNORED)).status_code == 200
    more = {
        "temperature": 0,
        "max_output_tokens": 5,
        "store": True,
        "reasoning": {"effort": "low"},
        "tool_choice": "auto",
    }
    reply = respond(client, **more, tools=[{"type": "function", "name": "x", "parameters": {}}])
    assert reply.json()["output"][0]["content"][0]["text"] == CONTENT


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"previous_response_id": "resp_1"}, "previous_response_id"),
        ({"conversation": {"id": "conv_1"}}, "conversation"),
        ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"background": True}, "background is true"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"text": {"format": {"type": "json_schema", "name": "x", "schema": {}}}}, "json_schema"),
        ({"input": []}, "an empty list"),
        ({"input": [{"type": "function_call_output", "call_id": "1", "output": "x"}]}, "function_call_output"),
        (
            {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]},
            "input_image",
        ),
        ({"input": [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}]}, "last message"),
        ({"input": "  "}, "last message"),
        ({"baowen": {"paper": "x"}}, "paper"),
    ],
)
def test_what_would_matter_is_refused_by_name(
    client: TestClient, workspace: FakeWorkspace, more: dict[str, Any], words: str
) -> None:
    reply = respond(client, **more)
    assert reply.status_code == 422, reply.text
    assert words in reply.json()["error"]["message"]
    assert workspace.assistant.asked == []


def test_an_unknown_model_is_a_404_that_names_the_known(client: TestClient) -> None:
    reply = respond(client, model="gpt-x")
    assert reply.status_code == 404
    assert "baowen" in reply.json()["error"]["message"]


def test_the_official_client_reads_both_forms(tmp_path: Path, workspace: FakeWorkspace) -> None:
    openai = pytest.importorskip("openai")
    with (
        live_server(create_app(workspace, Settings(store=tmp_path))) as address,
        openai.OpenAI(base_url=f"{address}/v1", api_key="unused", max_retries=0) as client,
    ):
        whole = client.responses.create(model="baowen", input=QUESTION)
        assert whole.output_text == CONTENT
        note = whole.output[0].content[0].annotations[0]
        assert (note.type, whole.output_text[note.start_index : note.end_index]) == ("url_citation", "[1]")
        with client.responses.create(model="baowen", input=QUESTION, stream=True) as stream:
            text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        assert text == CONTENT
        workspace.assistant.reply = replace(ANSWER, answer="好[1]。", notes=())
        with client.responses.stream(model="baowen", input=QUESTION) as stream:  # the helper holds every event
            for _ in stream:
                pass
            assert stream.get_final_response().output_text == "好[1]。"
        with pytest.raises(openai.UnprocessableEntityError, match="previous_response_id"):
            client.responses.create(model="baowen", input=QUESTION, previous_response_id="resp_1")


def test_the_place_in_line_is_told_on_every_surface(tmp_path: Path, workspace: FakeWorkspace) -> None:
    openai = pytest.importorskip("openai")
    workspace.assistant.gate = threading.Semaphore(0)
    app = create_app(workspace, Settings(store=tmp_path))
    with (
        live_server(app) as address,
        openai.OpenAI(base_url=f"{address}/v1", api_key="unused", max_retries=0) as client,
        httpx.Client(base_url=address, timeout=30) as http,
    ):
        held = [app.state.services.answers.ask(Inquiry(str(n), asker=str(n))) for n in range(2)]
        with (
            client.responses.create(model="baowen", input="甲", stream=True) as stream,
            http.stream("POST", "/v1/answers", json={"question": "乙", "stream": True}) as events,
            http.stream("POST", "/v1/chat/completions", json={"messages": [{"role": "user", "content": "丙"}],
                                                              "stream": True}) as chunks,
        ):  # fmt: skip
            queued = next(event for event in stream if event.type == "response.queued")
            assert (queued.response.status, queued.response.baowen) == ("queued", {"ahead": 2})
            lines, comments = events.iter_lines(), chunks.iter_lines()
            assert next(line for line in lines if line.startswith("event: queue")) == "event: queue"
            assert next(lines) == 'data: {"ahead": 3}'
            assert next(line for line in comments if line.startswith(":")) == ": 4 ahead"
            line = http.get("/v1/queue").json()
            assert (line["questions"], line["limit"], line["own_limit"]) == (5, 48, 12)
            assert line["own"] == [{"stage": "in line", "ahead": n} for n in (2, 3, 4)]
            held[0].close()
            ahead = next(event.response.baowen["ahead"] for event in stream if event.type == "response.queued")
            assert ahead == 1
            held[1].close()
            workspace.assistant.gate.release(10_000)
            assert "event: answer" in list(lines)
            assert list(comments)[-2:] == ["data: [DONE]", ""]
            assert [event.type for event in stream][-1] == "response.completed"
        end = time.monotonic() + 5
        while http.get("/v1/queue").json()["questions"]:
            assert time.monotonic() < end
            time.sleep(0.02)
