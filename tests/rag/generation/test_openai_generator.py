import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Generator, Message, joined_reply
from rag.generation.openai_generator import OpenAiGenerator

ASK = [Message("user", "新桥多长？")]
KEY = "sk-never-shown"


@dataclass
class ToyServer:
    """A real HTTP server that answers every path with what the test put there."""

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    on_chunk: Callable[[], None] = lambda: None
    url: str = ""


@pytest.fixture
def server() -> Iterator[ToyServer]:
    toy = ToyServer(answers={"/v1/models": (200, '{"data": [{"id": "toy-model"}, {"id": "second"}]}')})

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            toy.keys.append(self.headers.get("Authorization", ""))
            length = int(self.headers.get("Content-Length", 0))
            if length:
                toy.requests.append(json.loads(self.rfile.read(length)))
            status, body = toy.answers.get(self.path, (404, '{"error": {"message": "no such path"}}'))
            self.send_response(status)
            self.end_headers()
            for line in body.splitlines(keepends=True):
                toy.on_chunk()
                self.wfile.write(line.encode())
                self.wfile.flush()

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *arguments: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    toy.url = f"http://127.0.0.1:{http.server_port}/v1"
    yield toy
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def generator(server: ToyServer) -> Iterator[OpenAiGenerator]:
    made = OpenAiGenerator(server.url, api_key=KEY, timeout_seconds=5)
    yield made
    made.close()


def events(*pieces: str, end: str = "data: [DONE]\n") -> str:
    lines = [f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n" for piece in pieces]
    return ": keep-alive\n\n" + 'data: {"choices": []}\n\n' + "".join(lines) + end


def chat(server: ToyServer, body: str, status: int = 200) -> None:
    server.answers["/v1/chat/completions"] = (status, body)


def test_the_first_listed_model_is_asked_and_its_pieces_come_through(
    server: ToyServer, generator: OpenAiGenerator
) -> None:
    chat(server, events("全长", "", "320米"))
    assert isinstance(generator, Generator)
    assert (generator.name, generator.runtime) == ("toy-model", "openai")
    assert list(generator.stream(ASK, GenerationOptions(max_tokens=7, stop=("\n",)))) == ["全长", "320米"]
    (request,) = server.requests
    assert request["model"] == "toy-model"
    assert request["messages"] == [{"role": "user", "content": "新桥多长？"}]
    assert (request["max_tokens"], request["stop"], request["temperature"]) == (7, ["\n"], 0.0)
    assert set(server.keys) == {f"Bearer {KEY}"}


def test_a_named_model_needs_no_listing_and_no_key_sends_none(server: ToyServer) -> None:
    generator = OpenAiGenerator(server.url + "/", model="second")
    chat(server, events("好"))
    assert joined_reply(generator.stream(ASK)) == "好"
    assert server.requests[0]["model"] == "second"
    assert server.keys == [""]
    generator.close()
    with pytest.raises(GenerationError, match="was closed"):
        joined_reply(generator.stream(ASK))


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (
            401,
            '{"error": {"message": "bad key sk-never-shown"}}',
            r"refused the key \(HTTP 401\); set openai_api_key",
        ),
        (404, '{"error": {"message": "unknown"}}', "HTTP 404: unknown, asked for the model 'toy-model'; check"),
        (500, "not json", "answered HTTP 500; check the server"),
        (200, "data: {broken\n\n", "sent no valid JSON"),
        (200, "data: [1]\n\n", "sent a JSON list"),
        (200, events("半"), "never raised"),
        (200, events("半", end=""), "broke off its reply"),
        (200, 'data: {"error": {"message": "out of\\nmemory"}}\n\n', "failed: out of memory"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(
    server: ToyServer, generator: OpenAiGenerator, status: int, body: str, message: str
) -> None:
    chat(server, body, status)
    if message == "never raised":
        assert joined_reply(generator.stream(ASK)) == "半"
        return
    with pytest.raises(GenerationError, match=message) as caught:
        joined_reply(generator.stream(ASK))
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_an_unreachable_server_is_named(server: ToyServer) -> None:
    with pytest.raises(GenerationError, match=r"http://127\.0\.0\.1:9/v1 cannot be reached \(ConnectError\)"):
        OpenAiGenerator("http://127.0.0.1:9/v1")
    with pytest.raises(GenerationError, match="cannot be reached"):
        OpenAiGenerator("no-scheme")
    with pytest.raises(GenerationError, match=r"HTTP 404.* asked for its model list; check openai_base_url"):
        OpenAiGenerator(server.url.replace("/v1", "/wrong"))
    server.answers["/v1/models"] = (200, '{"data": []}')
    with pytest.raises(GenerationError, match="lists no model"):
        OpenAiGenerator(server.url)


def test_a_silent_server_times_out(server: ToyServer) -> None:
    release = threading.Event()
    server.on_chunk = lambda: release.wait(5) and None
    chat(server, events("迟"))
    generator = OpenAiGenerator(server.url, model="toy-model", timeout_seconds=0.2)
    with pytest.raises(GenerationError, match="did not answer in time"):
        joined_reply(generator.stream(ASK))
    release.set()
    generator.close()


def test_closing_the_stream_closes_the_connection(server: ToyServer, generator: OpenAiGenerator) -> None:
    chat(server, events(*(["字"] * 5000)))
    stream = generator.stream(ASK)
    assert next(stream) == "字"
    stream.close()
    chat(server, events("新"))
    assert joined_reply(generator.stream(ASK)) == "新"


def test_candidate_probabilities_take_the_longest_reported_token(
    server: ToyServer, generator: OpenAiGenerator
) -> None:
    top = [{"token": "是", "logprob": -0.5}, {"token": "否", "logprob": -2.0}, {"token": "是的", "logprob": -3.0}]
    chat(server, json.dumps({"choices": [{"logprobs": {"content": [{"top_logprobs": top}]}}]}))
    found = generator.candidate_probabilities(ASK, ["是", "否", "是的呀", "无"])
    assert found == pytest.approx({"是": 0.60653, "否": 0.13534, "是的呀": 0.04979, "无": 0.0}, abs=1e-5)
    assert (server.requests[0]["logprobs"], server.requests[0]["top_logprobs"]) == (True, 20)
    chat(server, '{"choices": [{"logprobs": null}]}')
    with pytest.raises(GenerationError, match="reported no token probabilities"):
        generator.candidate_probabilities(ASK, ["是"])


def test_warming_up_asks_for_one_token(server: ToyServer, generator: OpenAiGenerator) -> None:
    chat(server, events("好"))
    generator.warm_up([Message("system", "只按资料回答。")])
    assert [message["role"] for message in server.requests[0]["messages"]] == ["system", "user"]
    assert server.requests[0]["max_tokens"] == 1
