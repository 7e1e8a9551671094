"""The fields that OpenAI's clients send."""

import base64
import json
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from ui_fakes import ANSWER, FakeWorkspace

TOOL = {"type": "function", "function": {"name": "weather", "parameters": {}}}


def chat(client: TestClient, **more: Any) -> httpx.Response:
    messages = more.pop("messages", [{"role": "user", "content": "青石大桥投资多少？"}])
    return client.post("/v1/chat/completions", json={"messages": messages, **more})


NULLS = ["model", "stream", "stream_options", "n", "stop", "tools", "tool_choice", "response_format", "baowen",
         "temperature", "max_tokens", "max_completion_tokens", "user", "seed", "logit_bias"]  # fmt: skip


def test_null_is_as_if_absent(client: TestClient) -> None:
    assert chat(client, **dict.fromkeys(NULLS)).status_code == 200
    assert chat(client, stream_options={"include_usage": None}).status_code == 200
    body = {"question": "桥", "history": None, "passages": None, "stream": None, "from": None, "source": None}
    assert client.post("/v1/answers", json=body).status_code == 200
    assert client.post("/v1/search", json={"question": "桥", "k": None, "translate": None}).status_code == 200
    feedback = {"question": "桥", "verdict": "up", "answer": None, "comment": None, "model": None}
    assert client.post("/v1/feedback", json=feedback).status_code == 201
    assert client.post("/v1/answers", json={"question": None}).status_code == 422


@pytest.mark.parametrize(
    "more",
    [
        {"n": 1, "stop": ["。"], "temperature": 0, "top_p": 0.1, "max_completion_tokens": 5, "max_tokens": 5},
        {"tools": [TOOL], "tool_choice": "auto", "parallel_tool_calls": True},
        {"tools": [TOOL], "tool_choice": "none"},
        {"response_format": {"type": "text"}},
        {"messages": [{"role": "developer", "content": "用英文"}, {"role": "user", "content": "青石大桥投资多少？"}]},
        {"metadata": {"a": "b"}, "store": True, "service_tier": "auto", "modalities": ["text"]},
    ],
)
def test_what_cannot_matter_is_ignored(client: TestClient, workspace: FakeWorkspace, more: dict[str, Any]) -> None:
    reply = chat(client, **more)
    assert reply.status_code == 200, reply.text
    assert reply.json()["choices"][0]["message"]["content"].startswith(ANSWER.answer)
    assert reply.json()["choices"][0]["finish_reason"] == "stop"
    assert workspace.assistant.asked[0]["question"] == "青石大桥投资多少？"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"n": 2}, "n is 2; expected 1"),
        ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
        ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "weather"}}}, "tool_choice"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}, "json_schema"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "image_url",
        ),
    ],
)
def test_what_would_matter_is_refused_by_name(
    client: TestClient, workspace: FakeWorkspace, more: dict[str, Any], words: str
) -> None:
    reply = chat(client, **more)
    assert reply.status_code == 422
    assert words in reply.json()["error"]["message"]
    assert workspace.assistant.asked == []


def test_content_comes_in_parts(client: TestClient, workspace: FakeWorkspace) -> None:
    parts = [
        {"type": "text", "text": "青石大桥"},
        {"type": "text", "text": None},
        {"type": "text", "text": "投资多少？"},
    ]
    assert chat(client, messages=[{"role": "user", "content": parts}]).status_code == 200
    assert workspace.assistant.asked[0]["question"] == "青石大桥\n投资多少？"
    assert chat(client, messages=[{"role": "user", "content": None}]).status_code == 422


def content_of(chunks: list[dict[str, Any]]) -> str:
    return "".join(item["delta"].get("content", "") for chunk in chunks for item in chunk["choices"])


def streamed(client: TestClient, **more: Any) -> list[dict[str, Any]]:
    text = chat(client, stream=True, **more).text
    lines = [line.removeprefix("data: ") for line in text.strip().split("\n\n")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


@pytest.mark.parametrize("form", ["text", "json_object"])
@pytest.mark.parametrize("stream", [False, True])
def test_citations_index_what_is_shown(client: TestClient, workspace: FakeWorkspace, form: str, stream: bool) -> None:
    said = '两处说法：\n"3.5亿元"[1]；又\\n[1]。'
    notes = ("见[1]与[9]",)
    workspace.assistant.reply = replace(ANSWER, answer=said, notes=notes)
    if stream:
        chunks = streamed(client, response_format={"type": form})
        content, found = content_of(chunks), chunks[-1]["choices"][0]["delta"]["annotations"]
    else:
        message = chat(client, response_format={"type": form}).json()["choices"][0]["message"]
        content, found = message["content"], message["annotations"]
    cited = [item["url_citation"] for item in found]
    assert [content[item["start_index"] : item["end_index"]] for item in cited] == ["[1]", "[1]"]
    assert cited[0]["start_index"] < cited[1]["start_index"] < content.index("见[1]")
    if form == "json_object":
        assert json.loads(content) == {"answer": said, "refused": False, "notes": list(notes)}
    else:
        assert content == f"{said}\n\n注：见[1]与[9]"


def test_usage_is_the_last_chunk_when_asked_for(client: TestClient) -> None:
    chunks = streamed(client, stream_options={"include_usage": True})
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["completion_tokens"] == len(content_of(chunks))
    reasons = [item["finish_reason"] for chunk in chunks for item in chunk["choices"] if item["finish_reason"]]
    assert reasons == ["stop"]
    assert all("usage" not in chunk for chunk in streamed(client))


def test_embeddings_tell_questions_from_texts(client: TestClient) -> None:
    reply = client.post("/v1/embeddings", json={"input": ["桥", "菜市场"], "model": "baowen", "user": None}).json()
    assert [(item["index"], item["embedding"]) for item in reply["data"]] == [(0, [-1, 1]), (1, [-1, 3])]
    assert reply["usage"] == {"prompt_tokens": 4, "total_tokens": 4}
    query = client.post("/v1/embeddings", json={"input": "桥", "input_type": "query", "encoding_format": "base64"})
    raw = base64.b64decode(query.json()["data"][0]["embedding"])
    assert np.frombuffer(raw, np.float32).tolist() == [1, 1]


@pytest.mark.parametrize("given", [[], [""], [[1, 2]], 5, ["x"] * 257, "长" * 20_001])
def test_embeddings_of_nothing_that_is_text_are_refused(client: TestClient, given: Any) -> None:
    assert client.post("/v1/embeddings", json={"input": given}).status_code == 422


def test_embeddings_of_another_length_or_model_are_refused(client: TestClient) -> None:
    assert client.post("/v1/embeddings", json={"input": "桥", "dimensions": 2}).status_code == 200
    assert "expected 2" in client.post("/v1/embeddings", json={"input": "桥", "dimensions": 512}).json()["detail"]
    assert client.post("/v1/embeddings", json={"input": "桥", "model": "text-embedding-3-small"}).status_code == 404


def test_the_models_of_answers_and_vectors_are_listed(client: TestClient) -> None:
    names = [item["id"] for item in client.get("/v1/models").json()["data"]]
    assert names[0] == "baowen"
    assert "multilingual-e5-small" in names
    assert all(client.get(f"/v1/models/{name}").json()["id"] == name for name in names)


def test_the_legacy_completion_is_a_404_in_json(client: TestClient) -> None:
    reply = client.post("/v1/completions", json={"prompt": "桥"})
    assert reply.status_code == 404
    assert "/docs" in reply.json()["error"]["message"]
