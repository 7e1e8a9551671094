"""What goes wrong around a service: it is killed, its disk is full, its files are damaged, its clients misbehave."""

import datetime as dt
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes import HashEncoder, ScriptedGenerator
from fastapi.testclient import TestClient
from live_server import live_server
from ui_fakes import ANSWER, FakeWorkspace

from rag.corpus.embedded.backup import back_up, restore
from rag.corpus.embedded.store import EmbeddedStore
from rag.diagnosis import diagnose
from rag.settings import Settings
from rag.workspace import Workspace
from ui.access.holders import AccessStore
from ui.api import create_app
from ui.web.middleware import BodyLimit
from ui.web.slow_senders import ImpatientProtocol

sys.path.insert(0, str(Path(__file__).parents[1] / "rag" / "corpus"))
from test_hostile_files import GOOD, HOSTILE

PROCESS = Path(__file__).parent / "fault_process.py"
PAGE = (
    "青石大桥合龙\n\n昨日上午，青石大桥顺利合龙。大桥全长1280米，总投资3.5亿元，预计明年春天通车。"
    "建设指挥部介绍，工程用时两年零三个月，其间经历了三次洪水。\n"
)
QUESTION = "青石大桥总投资多少？"


@contextmanager
def service(folder: Path) -> Iterator[tuple[httpx.Client, int]]:
    """A client of a service over ``folder``, and the service's process."""
    command = [sys.executable, str(PROCESS), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
                yield client, process.pid
        finally:
            process.kill()


@contextmanager
def in_process(folder: Path, generator: ScriptedGenerator | None) -> Iterator[TestClient]:
    """The same without a process of its own, and quick."""
    settings = Settings(store=folder / "store", models=folder / "no models")
    workspace = Workspace(settings, encoder=HashEncoder(), generator=generator)
    app = create_app(workspace, settings)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client
    workspace.close()


def upload(client: httpx.Client, text: str = PAGE, name: str = "青石晨报_2021-03-09_01.txt") -> httpx.Response:
    return client.post("/v1/articles", files=[("files", (name, text.encode()))])


def answers_well(client: httpx.Client) -> bool:
    document = client.post("/v1/answers", json={"question": QUESTION}).json()
    return "3.5亿元" in document["answer"] and document["citations"][0]["title"] == "青石大桥合龙"


def many(count: int) -> str:
    rows = [{"title": f"第{n}号泵站", "text": f"第{n}号泵站更换水泵{n + 3}台，月底完工。"} for n in range(count)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def wait_until(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def sound(folder: Path) -> bool:
    with EmbeddedStore.open(folder / "store") as store:
        return store.check() == []


# The service dies


def test_killed_in_mid_answer_it_comes_back_whole(tmp_path: Path) -> None:
    with service(tmp_path) as (client, process):
        assert upload(client).json()["added"] == 1
        with client.stream("POST", "/v1/answers", json={"question": QUESTION, "stream": True}) as reply:
            lines = reply.iter_lines()
            assert next(lines) == "event: evidence"
            os.kill(process, signal.SIGKILL)
            with pytest.raises(httpx.RemoteProtocolError):
                list(lines)
    assert sound(tmp_path)
    with service(tmp_path) as (client, _):
        assert client.get("/v1/articles").json()["total"] == 1
        assert answers_well(client)


def test_killed_in_mid_upload_it_keeps_what_was_stored_and_the_next_upload_completes_it(tmp_path: Path) -> None:
    with service(tmp_path) as (client, process):
        upload(client)

        def send() -> None:
            with pytest.raises(httpx.HTTPError):
                upload(client, many(1500), "青石晨报_2021-03-10_02.jsonl")

        sending = threading.Thread(target=send)
        sending.start()
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60) as other:
            assert answers_well(other)  # others are answered meanwhile
            wait_until(lambda: other.get("/v1/articles").json()["total"] > 1, 60)
            stored = other.get("/v1/articles").json()["total"]
            os.kill(process, signal.SIGKILL)
        sending.join()
    assert sound(tmp_path)
    with service(tmp_path) as (client, _):
        kept = client.get("/v1/articles").json()["total"]
        assert stored <= kept < 1501, "the upload was not cut off: make it longer"
        assert answers_well(client)
        report = upload(client, many(1500), "青石晨报_2021-03-10_02.jsonl").json()
        assert (report["failed"], report["added"] + report["unchanged"] + report["updated"]) == ([], 1500)
        assert client.get("/v1/articles").json()["total"] == 1501
    assert sound(tmp_path)


# What it stands on is gone or damaged


def test_a_full_disk_is_a_507_and_everything_else_goes_on(tmp_path: Path) -> None:
    with service(tmp_path) as (client, process):
        upload(client)
        largest = max(path.stat().st_size for path in (tmp_path / "store").iterdir())
        unlimited = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (largest + 4096, unlimited[1]))
        reply = upload(client, many(900), "青石晨报_2021-03-10_02.jsonl")
        assert (reply.status_code, reply.json()["type"]) == (507, "/problems/storage-full")
        assert "when there is space" in reply.json()["detail"]
        assert answers_well(client)
        resource.prlimit(process, resource.RLIMIT_FSIZE, unlimited)
        assert upload(client, many(900), "青石晨报_2021-03-10_02.jsonl").json()["failed"] == []
        assert client.get("/v1/articles").json()["total"] == 901
    assert sound(tmp_path)


def cut(data: bytearray) -> bytearray:
    return data[: len(data) // 2]


def torn(data: bytearray) -> bytearray:
    data[len(data) // 3 : len(data) // 3 + 9000] = b"\xff" * 9000
    return data


def flipped(data: bytearray) -> bytearray:
    data[18] ^= 0x55  # in the header, which says how the file is written
    return data


@pytest.mark.parametrize(
    "damage", [cut, torn, flipped, lambda _: bytearray()], ids=["cut", "torn", "flipped", "empty"]
)
def test_a_damaged_store_is_told_and_the_service_stays(
    tmp_path: Path, damage: Callable[[bytearray], bytearray]
) -> None:
    with in_process(tmp_path, ScriptedGenerator()) as client:
        upload(client, many(300), "青石晨报_2021-03-10_02.jsonl")
    with EmbeddedStore.open(tmp_path / "store") as store:
        store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "store" / "baowen.sqlite3"
    path.write_bytes(damage(bytearray(path.read_bytes())))
    with in_process(tmp_path, ScriptedGenerator()) as client:
        replies = [
            client.post("/v1/answers", json={"question": "第7号泵站更换水泵多少台？"}),
            client.post("/v1/search", json={"question": "泵站"}),
            client.get("/v1/articles"),
            client.get("/v1/claims", params={"q": "水泵"}),
            upload(client),
        ]
        told = [reply for reply in replies if reply.status_code != 200]
        assert told
        for reply in told:
            assert (reply.status_code, reply.json()["type"]) == (503, "/problems/unavailable"), reply.text
            assert "baowen doctor" in reply.json()["detail"]
            assert str(tmp_path) not in reply.text
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_flipped_digit_that_sqlite_does_not_see_doctor_tells_and_a_backup_mends(
    tmp_path: Path,
) -> None:
    store, path = tmp_path / "store", tmp_path / "store" / "baowen.sqlite3"
    with in_process(tmp_path, ScriptedGenerator("青石大桥总投资3.5亿元。")) as client:
        upload(client)
        assert answers_well(client)
    with EmbeddedStore.open(store) as opened:
        opened.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    back_up(store, tmp_path / "copy")
    data, place = path.read_bytes(), "总投资3.5亿元，预计".encode()
    assert data.count(place) == 1
    path.write_bytes(data.replace(place, "总投资3.7亿元，预计".encode()))
    found = diagnose(Settings(store=store, models=tmp_path / "no models"))
    (told,) = [item for item in found.items if item.name == "store"]
    assert (found.sound, told.state) == (False, "problem")
    assert "1 figures that do not stand in their article" in told.detail
    assert "restore a backup" in told.detail
    restore(tmp_path / "copy", store, replace=True)
    assert sound(tmp_path)
    with in_process(tmp_path, ScriptedGenerator("青石大桥总投资3.5亿元。")) as client:
        assert answers_well(client)


def test_without_its_model_it_still_searches_and_shows_evidence(tmp_path: Path) -> None:
    with in_process(tmp_path, None) as client:
        upload(client)
        wait_until(lambda: "could not be loaded" in client.get("/readyz").json()["detail"])
        assert "baowen doctor" in client.get("/readyz").json()["detail"]
        found = client.post("/v1/search", json={"question": QUESTION}).json()
        assert found["passages"][0]["title"] == "青石大桥合龙"
        reply = client.post("/v1/answers", json={"question": QUESTION})
        assert (reply.status_code, "the model cannot be used now" in reply.json()["detail"]) == (503, True)
        events = client.post("/v1/answers", json={"question": QUESTION, "stream": True}).text
        assert [line for line in events.splitlines() if line.startswith("event")] == [
            "event: evidence",
            "event: error",
        ]


def test_a_clock_that_is_set_back_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(store=tmp_path / "store")
    workspace = Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator("青石大桥总投资3.5亿元。"))
    now, day = time.time, dt.timedelta(days=1)
    began = dt.datetime.now(dt.UTC)
    key = AccessStore(settings.store).add("key", "desk", "write", expires=began + 30 * day)

    def set_clock(days: int) -> None:
        monkeypatch.setattr(time, "time", lambda: now() + days * 86_400)
        monkeypatch.setattr("ui.access.holders._now", lambda: began + days * day)

    app = create_app(workspace, settings)
    headers = {"Authorization": f"Bearer {key}"}
    with TestClient(app, base_url="http://127.0.0.1", headers=headers) as client:

        def everything(number: int) -> None:
            sent = {"Idempotency-Key": f"k{number}"}
            files = [("files", (f"青石晨报_2021-03-0{number}_01.txt", PAGE.replace("1280", f"{number}280").encode()))]
            first = client.post("/v1/articles", files=files, headers=sent).json()
            assert (first["added"], first["failed"]) == (1, [])
            assert client.post("/v1/articles", files=files, headers=sent).json() == first
            assert "3.5亿元" in client.post("/v1/answers", json={"question": QUESTION}).json()["answer"]
            feedback = {"question": QUESTION, "verdict": "up"}
            assert client.post("/v1/feedback", json=feedback).status_code == 201

        everything(8)
        set_clock(-400)
        everything(9)
        set_clock(20)
        everything(7)
        set_clock(31)
        assert client.get("/v1/articles").status_code == 401  # the key is over, by the clock as it is now
    workspace.close()
    assert sound(tmp_path)


# Clients that misbehave


def connect(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


STREAMS: dict[str, dict[str, Any]] = {
    "/v1/answers": {"question": "青石大桥投资多少？", "stream": True},
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "青石大桥投资多少？"}], "stream": True},
    "/v1/responses": {"input": "青石大桥投资多少？", "stream": True},
}


@pytest.mark.parametrize("path", STREAMS)
def test_who_goes_in_mid_stream_frees_the_model_for_others(workspace: FakeWorkspace, path: str) -> None:
    workspace.assistant.gate = threading.Semaphore(2)
    app = create_app(workspace, Settings())
    with live_server(app) as address:
        body = json.dumps(STREAMS[path]).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        for number in range(5):
            with connect(address) as connection:
                connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
                wait_until(lambda number=number: len(workspace.assistant.written) == number + 1)
                assert connection.recv(100).startswith(b"HTTP/1.1 200")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # a reset
            wait_until(lambda number=number: workspace.assistant.stopped == number + 1)
        assert app.state.services.answers.waiting == 0
        workspace.assistant.gate.release(1000)
        reply = httpx.post(f"{address}/v1/answers", json={"question": "又一问"})
        assert reply.json()["answer"] == ANSWER.answer


@pytest.mark.parametrize(
    "target", ["v1/answers", "8v1/answers", "*", "http://news.example/v1/queue", "?x=1", "\\v1\\queue"]
)
def test_a_target_that_is_no_path_is_refused(workspace: FakeWorkspace, target: str) -> None:
    with live_server(create_app(workspace, Settings())) as address:
        for method in ("GET", "POST", "OPTIONS"):
            with connect(address) as connection:
                connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                assert connection.recv(100).startswith(b"HTTP/1.1 400"), (method, target)
        assert httpx.post(f"{address}/v1/answers", json={"question": "问"}).json()["answer"] == ANSWER.answer


def test_slow_senders_hold_nobody_and_are_sent_away(
    workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImpatientProtocol, "head_seconds", 1.5)
    app = create_app(workspace, Settings())
    (limit,) = [item for item in app.user_middleware if item.cls is BodyLimit]
    limit.kwargs["seconds"] = 1.5
    with live_server(app, http=ImpatientProtocol) as address:
        silent = [connect(address) for _ in range(40)]
        heads, bodies = [connect(address) for _ in range(80)], [connect(address) for _ in range(80)]
        for connection in heads:
            connection.sendall(b"POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ")
        for connection in bodies:
            connection.sendall(
                b"POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                b'Content-Length: 900\r\n\r\n{"question'
            )
        began = time.monotonic()
        with httpx.Client(base_url=address) as client:
            while time.monotonic() - began < 1.0:
                asked = time.monotonic()
                assert client.post("/v1/search", json={"question": "桥"}).status_code == 200
                assert time.monotonic() - asked < 1.0
                for connection in (*heads, *bodies):
                    connection.sendall(b"x")
        for connection in (*silent, *heads):
            assert connection.recv(100) == b""  # closed
        for connection in bodies:
            reply = b""
            while piece := connection.recv(4096):
                reply += piece
            assert reply.startswith(b"HTTP/1.1 408")
            assert b"/problems/too-slow" in reply
        assert time.monotonic() - began < 15
        for connection in (*silent, *heads, *bodies):
            connection.close()
        assert httpx.post(f"{address}/v1/answers", json={"question": "问"}).json()["answer"] == ANSWER.answer


def test_a_slow_reader_of_a_long_answer_is_no_slow_sender(workspace: FakeWorkspace) -> None:
    workspace.assistant.gate = threading.Semaphore(0)
    app = create_app(workspace, Settings())
    (limit,) = [item for item in app.user_middleware if item.cls is BodyLimit]
    limit.kwargs["seconds"] = 0.2
    with live_server(app) as address, httpx.Client(base_url=address, timeout=20) as client:
        threading.Timer(1.0, workspace.assistant.gate.release, (1000,)).start()
        assert client.post("/v1/answers", json={"question": "问"}).json()["answer"] == ANSWER.answer


def test_sixty_long_imports_keep_nobody_waiting(workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, running, most = threading.Event(), [0], [0]
    ingest, lock = workspace.ingest, threading.Lock()

    def slow(*arguments: Any, **more: Any) -> Any:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        may_end.wait(20)
        with lock:
            running[0] -= 1
        return ingest(*arguments, **more)

    monkeypatch.setattr(workspace, "ingest", slow)
    with live_server(create_app(workspace, Settings())) as address, httpx.Client(base_url=address) as client:
        statuses: list[int] = []

        def send(number: int) -> None:
            files = [("files", (f"{number}.txt", b"x"))]
            statuses.append(httpx.post(f"{address}/v1/articles", files=files, timeout=30).status_code)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(60)]
        for thread in threads:
            thread.start()
        wait_until(lambda: running[0] == 2)
        time.sleep(0.5)
        for _ in range(5):
            asked = time.monotonic()
            assert client.post("/v1/search", json={"question": "桥"}).status_code == 200
            assert client.post("/v1/answers", json={"question": "桥"}).json()["answer"] == ANSWER.answer
            assert time.monotonic() - asked < 2.0
        may_end.set()
        for thread in threads:
            thread.join()
    assert (most[0], statuses) == (2, [200] * 60)


def hostile_files() -> Iterator[tuple[str, bytes]]:
    """Two hundred files made to harm: those that fit into an upload, and torn ones of every kind."""
    made = {name: make() for name, make in HOSTILE.items() if "bomb" not in name}
    small = [*(data for data in made.values() if len(data) < 200_000), GOOD.encode()]
    yield from (item for item in made.items() if len(item[1]) < 3_000_000)
    chance = random.Random(11)
    for number in range(200 - sum(len(data) < 3_000_000 for data in made.values())):
        data = bytearray(chance.choice(small))
        for _ in range(chance.randint(1, 30)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        kind = chance.choice(
            ["txt", "pdf", "docx", "json", "html", "png", "csv", "xlsx", "ofd", "epub", "zip", "mhtml"]
        )
        yield f"torn{number}.{kind}", bytes(data[: chance.randint(1, len(data))])


@pytest.mark.slow
def test_two_hundred_hostile_uploads_are_told_and_others_are_answered_meanwhile(tmp_path: Path) -> None:
    files, replies = list(hostile_files()), list[httpx.Response]()
    assert len(files) == 200
    settings = Settings(store=tmp_path / "store")
    workspace = Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator("青石大桥总投资3.5亿元。"))
    with (
        live_server(create_app(workspace, settings)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        upload(client)

        def send() -> None:
            with httpx.Client(base_url=address, timeout=600) as sender:
                for begin in range(0, 200, 20):
                    sent = [("files", item) for item in files[begin : begin + 20]]
                    replies.append(sender.post("/v1/articles", files=sent))

        sending = threading.Thread(target=send)
        sending.start()
        answered = 0
        while sending.is_alive():
            assert answers_well(client)
            answered += 1
            time.sleep(0.05)
        assert answered > 3
        assert [reply.status_code for reply in replies] == [200] * 10
        told = [item for reply in replies for item in reply.json()["failed"]]
        assert len(told) > 100
        for item in told:
            assert len(item["reason"].splitlines()) == 1
            assert str(tmp_path) not in item["reason"]
        assert upload(client, GOOD, "晨报_2021-03-09_02.txt").json()["added"] == 1
        assert (
            client.post("/v1/search", json={"question": "清溪大桥"}).json()["passages"][0]["title"] == "清溪大桥合龙"
        )
    workspace.close()
    assert sound(tmp_path)
