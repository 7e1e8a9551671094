import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashEncoder, ScriptedGenerator

from embeddings import server_encoder
from embeddings.errors import ModelServerError
from embeddings.prompts import prompts_of_family
from embeddings.server_encoder import ServerEncoder
from rag.corpus.open_store import open_store
from rag.corpus.vector_probe import require_comparable
from rag.errors import StoreMismatchError
from rag.settings import Settings
from rag.workspace import Workspace

KEY = "sk-never-shown"


class EmbeddingServer:
    """A real HTTP server over ``HashEncoder``; it fails as often as ``failures`` says, then answers."""

    def __init__(self, port: int = 0) -> None:
        self.encoder = HashEncoder()
        self.inputs: list[list[str]] = []
        self.keys: set[str] = set()
        self.failures: list[int] = []
        self.answer: Any = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(200, {"data": []})

            def do_POST(self) -> None:
                outer.keys.add(self.headers.get("Authorization", ""))
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.inputs.append(asked["input"])
                if outer.failures:
                    self.reply(outer.failures.pop(0), {"error": {"message": "busy"}})
                else:
                    self.reply(200, outer.answer or outer.vectors(asked["input"]))

            def reply(self, status: int, body: Any) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *arguments: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def vectors(self, texts: list[str]) -> Any:
        rows = 3.0 * self.encoder.encode_passages(texts)  # no unit rows: not every server gives such
        entries = [{"index": number, "embedding": row.tolist()} for number, row in enumerate(rows)]
        return {"data": entries[::-1]}

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    started = EmbeddingServer()
    yield started
    started.stop()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_encoder, "_FIRST_PAUSE_SECONDS", 0.01)


def test_vectors_come_back_in_order_as_unit_rows_of_many_batches(server: EmbeddingServer) -> None:
    encoder = ServerEncoder(server.url, model="hash-encoder", api_key=KEY)
    texts = [f"第{n}号桥" for n in range(150)]
    assert np.allclose(encoder.encode_passages(texts), HashEncoder().encode_passages(texts), atol=1e-6)
    assert (encoder.dimension, encoder.name, server.keys) == (64, "hash-encoder", {f"Bearer {KEY}"})
    assert [len(batch) for batch in server.inputs] == [64, 64, 22]
    assert encoder.encode_passages([]).shape == (0, 64)
    encoder.close()


def test_what_a_family_of_models_wants_is_put_before_its_texts(server: EmbeddingServer) -> None:
    encoder = ServerEncoder(server.url, model="multilingual-e5-small")
    encoder.encode_queries(["新桥多长？"])
    encoder.encode_passages(["新桥通车。"])
    assert server.inputs == [["query: 新桥多长？"], ["passage: 新桥通车。"]]
    assert prompts_of_family("owner/multilingual-e5-large-instruct") == prompts_of_family("bge-m3") == ("", "")
    encoder.close()


def test_a_busy_server_is_asked_again_and_a_refusal_is_not(server: EmbeddingServer) -> None:
    encoder = ServerEncoder(server.url, model="hash-encoder", api_key=KEY)
    server.failures = [503, 429, 500]
    assert encoder.encode_queries(["新桥"]).shape == (1, 64)
    assert len(server.inputs) == 4
    server.failures = [503] * 9
    with pytest.raises(ModelServerError, match=r"does not answer \(HTTP 503\)"):
        encoder.encode_queries(["新桥"])
    server.failures, server.inputs = [401], []
    with pytest.raises(ModelServerError, match=r"HTTP 401.*mend embedding_base_url and embedding_api_key") as caught:
        encoder.encode_queries(["新桥"])
    assert len(server.inputs) == 1
    assert KEY not in str(caught.value)
    encoder.close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"not json", "sent no valid JSON"),
        ({"object": "list"}, "sent no vectors"),
        ({"data": [{"index": 1, "embedding": [1.0]}]}, "expected 1 finite rows"),
        ({"data": [{"index": 0, "embedding": [float("nan")]}]}, "expected 1 finite rows"),
        ({"data": [{"index": 0, "embedding": [1.0, 2.0]}]}, "vectors of 2 values, expected 64 as before"),
    ],
)
def test_what_is_no_vector_is_refused_in_words(server: EmbeddingServer, answer: Any, words: str) -> None:
    encoder = ServerEncoder(server.url, model="hash-encoder")
    assert encoder.dimension == 64
    server.answer = answer
    with pytest.raises(ModelServerError, match=words):
        encoder.encode_queries(["新桥"])
    encoder.close()


def test_a_workspace_encodes_on_a_server_and_says_when_it_is_away(tmp_path: Path, server: EmbeddingServer) -> None:
    page = tmp_path / "p.jsonl"
    page.write_text(json.dumps({"title": "清溪大桥", "text": "清溪大桥全长860米。"}, ensure_ascii=False), "utf-8")
    settings = Settings(store=tmp_path / "store", embedding_base_url=server.url, embedding_model="served")
    workspace = Workspace(settings, generator=ScriptedGenerator())
    assert workspace.ingest([page]).added == 1
    assert workspace.search("大桥多长").passages[0].title == "清溪大桥"
    workspace.require_reachable()
    server.stop()
    with pytest.raises(ModelServerError, match="does not answer"):
        workspace.require_reachable()
    again = EmbeddingServer(int(server.url.split(":")[2].split("/")[0]))
    workspace.require_reachable()
    assert workspace.search("大桥有多长").passages[0].title == "清溪大桥"
    again.stop()
    workspace.close()
    server._http = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # the fixture stops it once more
    server._thread = threading.Thread(target=server._http.serve_forever)
    server._thread.start()


class Shifted(HashEncoder):
    """Another model of the same dimension: what it says of a text is what the first says of its digest."""

    def encode_passages(self, texts: Any) -> Any:
        return super().encode_passages([hashlib.sha256(text.encode()).hexdigest() for text in texts])


def test_an_encoder_of_another_name_passes_by_its_vectors_and_another_model_does_not(tmp_path: Path) -> None:
    local = HashEncoder(name="multilingual@1f0c")
    workspace = Workspace(Settings(store=tmp_path / "store"), encoder=local, generator=ScriptedGenerator())
    page = tmp_path / "p.jsonl"
    page.write_text(json.dumps({"title": "清溪大桥", "text": "清溪大桥全长860米。"}, ensure_ascii=False), "utf-8")
    with open_store(tmp_path / "store", embedding_model=local.name, dimension=64, create=True) as store:
        with pytest.raises(StoreMismatchError, match="the one in use is served"):
            require_comparable(store, HashEncoder(name="served"))
        workspace.ingest([page])
        require_comparable(store, HashEncoder(name="served"))
        with pytest.raises(StoreMismatchError, match=r"cosine -?0\.\d+ to the stored one, expected 0\.99"):
            require_comparable(store, Shifted(name="multilingual@1f0c"))
        with pytest.raises(StoreMismatchError, match="gives vectors of 32 values"):
            require_comparable(store, HashEncoder(32, name="multilingual@1f0c"))
    workspace.close()
