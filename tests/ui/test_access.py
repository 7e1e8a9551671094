"""Users and keys: the gate in front of API and page, sessions, limits, the audit log, the commands."""

import datetime as dt
import io
import json
import re
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from ui_fakes import FakeWorkspace

from rag.errors import SettingsError, StoreError
from rag.settings import Settings
from ui.access.holders import ACCESS_NAME, AccessStore
from ui.access.secrets import hashed, matches
from ui.api import create_app
from ui.cli import main
from ui.commands.serving import require_gate
from ui.web.limits import RateLimit

PASSWORD = "水清岸绿-2021"


@pytest.fixture
def access(tmp_path: Path) -> AccessStore:
    return AccessStore(tmp_path)


def client_of(tmp_path: Path, workspace: FakeWorkspace | None = None, **settings: Any) -> TestClient:
    app = create_app(workspace or FakeWorkspace(), Settings(store=tmp_path, **settings))
    app.add_api_route("/", lambda: "the page", methods=["GET", "POST"], include_in_schema=False)
    app.add_api_route("/gradio_api/upload", lambda: "uploaded", methods=["POST"], include_in_schema=False)
    return TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False, follow_redirects=False)


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def upload(client: TestClient, **more: Any) -> int:
    return client.post("/v1/articles", files=[("files", ("a.txt", b"x"))], **more).status_code


def test_a_secret_is_kept_as_a_salted_hash(access: AccessStore) -> None:
    assert hashed("同一口令") != hashed("同一口令")
    assert matches("同一口令", hashed("同一口令"))
    assert not matches("同一囗令", hashed("同一口令"))
    key = access.add("key", "desk", "read")
    access.add("user", "lin", "write", PASSWORD)
    raw = access.path.read_bytes()
    assert key.encode() not in raw
    assert PASSWORD.encode() not in raw
    assert stat.S_IMODE(access.path.stat().st_mode) == 0o600


def test_a_key_is_its_holders_until_it_expires_or_is_revoked(access: AccessStore) -> None:
    key = access.add("key", "desk", "write")
    found = access.by_key(key)
    assert found is not None
    assert (found.kind, found.name, found.scope) == ("key", "desk", "write")
    assert access.by_key(key) == found
    for wrong in (key[:-1], key + "x", "bw_x_" + key, key.replace("bw_", "bx_"), "", "bw__"):
        assert access.by_key(wrong) is None
    access.revoke("key", "desk")
    assert access.by_key(key) is None
    past = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    assert access.by_key(access.add("key", "old", "read", expires=past)) is None
    assert access.holds_any()


def test_a_name_is_taken_once_and_free_again_when_removed(access: AccessStore) -> None:
    access.add("key", "desk", "read")
    access.add("user", "desk", "read", PASSWORD)
    with pytest.raises(SettingsError, match="key named 'desk' already"):
        access.add("key", "desk", "read")
    access.remove("key", "desk")
    access.add("key", "desk", "read")
    with pytest.raises(SettingsError, match="no user named 'nobody'"):
        access.revoke("user", "nobody")


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 65, "a\n", "<b>"])
def test_a_name_that_is_none_is_refused(access: AccessStore, name: str) -> None:
    with pytest.raises(SettingsError, match="the name is"):
        access.add("user", name, "read", PASSWORD)


def test_a_damaged_file_closes_the_service_with_the_way_out(tmp_path: Path, access: AccessStore) -> None:
    access.path.write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError, match="restore a copy"):
        access.holders()
    with pytest.raises(StoreError):
        client_of(tmp_path)
    access.path.unlink()
    client = client_of(tmp_path)
    access.path.write_bytes(b"not a database" * 100)
    assert client.get("/v1/articles").status_code == 503


def test_an_open_server_closes_with_its_first_key(tmp_path: Path, access: AccessStore) -> None:
    client = client_of(tmp_path)
    assert client.get("/v1/articles").status_code == 200
    key = access.add("key", "desk", "read")
    assert client.get("/v1/articles").status_code == 401
    assert client.get("/v1/articles", headers=bearer(key)).status_code == 200
    access.revoke("key", "desk")
    assert client.get("/v1/articles", headers=bearer(key)).status_code == 401
    assert client.get("/v1/articles").status_code == 401


@pytest.mark.parametrize(
    ("scope", "writes", "metrics"), [("read", 403, 403), ("write", 200, 403), ("admin", 200, 200)]
)
def test_a_scope_says_what_a_key_may(
    tmp_path: Path, access: AccessStore, scope: Any, writes: int, metrics: int
) -> None:
    workspace = FakeWorkspace()
    client = client_of(tmp_path, workspace)
    headers = bearer(access.add("key", "desk", scope))
    assert client.post("/v1/answers", json={"question": "桥"}, headers=headers).status_code == 200
    assert client.post("/v1/search", json={"question": "桥"}, headers=headers).status_code == 200
    assert upload(client, headers=headers) == writes
    assert client.delete("/v1/articles/a1b2c3", headers=headers).status_code == writes
    assert client.get("/metrics", headers=headers).status_code == metrics
    assert ("a1b2c3" in workspace.store.held) == (writes == 403)
    if scope == "read":
        assert "scope write" in client.delete("/v1/articles/d4e5f6", headers=headers).json()["detail"]


def test_what_an_operator_probes_stays_open(tmp_path: Path, access: AccessStore) -> None:
    access.add("key", "desk", "read")
    client = client_of(tmp_path)
    assert [client.get(path).status_code for path in ("/healthz", "/docs", "/openapi.json", "/login")] == [200] * 4
    assert client.get("/metrics").status_code == 401


def form_of(client: TestClient, path: str = "/login") -> str:
    found = re.search(r"name='form' value='([^']+)'", client.get(path).text)
    assert found
    return found[1]


def log_in(client: TestClient, name: str = "lin", secret: str = PASSWORD, **more: str) -> Any:
    data = {"name": name, "secret": secret, "form": form_of(client), **more}
    return client.post("/login", data=data, headers={"origin": "http://127.0.0.1:7860"})


def test_the_page_asks_a_visitor_to_log_in(tmp_path: Path, access: AccessStore) -> None:
    access.add("user", "lin", "read", PASSWORD)
    client = client_of(tmp_path)
    away = client.get("/", headers={"accept": "text/html"})
    assert (away.status_code, away.headers["location"]) == (303, "/login?next=/")
    assert client.get("/").status_code == 401
    reply = log_in(client, next="/")
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"]
    assert "baowen_session=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/").json() == "the page"
    assert client.get("/v1/articles").status_code == 200


def test_a_reader_at_the_page_cannot_import(tmp_path: Path, access: AccessStore) -> None:
    access.add("user", "lin", "read", PASSWORD)
    access.add("user", "wei", "write", PASSWORD)
    own = {"origin": "http://127.0.0.1:7860"}
    for name, status in (("lin", 403), ("wei", 200)):
        client = client_of(tmp_path)
        log_in(client, name)
        assert client.post("/gradio_api/upload", headers=own).status_code == status
        assert upload(client, headers=own) == status
        assert client.post("/", headers=own).status_code == 200


def test_a_session_writes_from_the_servers_own_page_only(tmp_path: Path, access: AccessStore) -> None:
    access.add("user", "wei", "write", PASSWORD)
    client = client_of(tmp_path, allowed_origins="http://desk.example")
    log_in(client, "wei")
    assert upload(client) == 401
    assert upload(client, headers={"origin": "http://desk.example"}) == 401
    assert upload(client, headers={"origin": "http://evil.example"}) == 403
    assert upload(client, headers={"origin": "http://127.0.0.1:7860"}) == 200


def test_a_form_of_another_page_logs_nobody_in(tmp_path: Path, access: AccessStore) -> None:
    access.add("user", "lin", "read", PASSWORD)
    client = client_of(tmp_path)
    assert client.post("/login", data={"name": "lin", "secret": PASSWORD}).status_code == 403
    form = form_of(client)
    client.cookies.clear()
    assert client.post("/login", data={"name": "lin", "secret": PASSWORD, "form": form}).status_code == 403


def test_a_session_ends_with_logout_new_password_and_revocation(tmp_path: Path, access: AccessStore) -> None:
    access.add("user", "lin", "read", PASSWORD)
    own = {"origin": "http://127.0.0.1:7860"}

    def logged_in() -> TestClient:
        client = client_of(tmp_path)
        log_in(client)
        assert client.get("/").status_code == 200
        return client

    client = logged_in()
    session = client.cookies["baowen_session"]
    client.post("/logout", headers=own)
    client.cookies.set("baowen_session", session)
    assert client.get("/").status_code == 401
    client = logged_in()
    access.change_password("lin", "另一个口令-2022")
    assert client.get("/").status_code == 401
    access.change_password("lin", PASSWORD)
    client = logged_in()
    access.revoke("user", "lin")
    assert client.get("/").status_code == 401


def test_a_key_logs_in_with_an_empty_name(tmp_path: Path, access: AccessStore) -> None:
    client = client_of(tmp_path)
    key = access.add("key", "desk", "read")
    assert log_in(client, "", key).status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "target", ["http://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "/a\nb"]
)
def test_a_login_leads_to_this_server_only(tmp_path: Path, access: AccessStore, target: str) -> None:
    access.add("user", "lin", "read", PASSWORD)
    assert log_in(client_of(tmp_path), next=target).headers["location"] == "/"


def test_guessing_passwords_is_slowed_down(tmp_path: Path, access: AccessStore) -> None:
    access.add("user", "lin", "read", PASSWORD)
    client = client_of(tmp_path)
    tries = [log_in(client, secret=f"wrong-password-{n}").status_code for n in range(7)]
    assert tries == [401] * 6 + [429]
    assert log_in(client).status_code == 429


def test_a_single_sign_on_names_the_visitor_through_a_trusted_proxy_only(tmp_path: Path, access: AccessStore) -> None:
    access.add("user", "wei", "write", PASSWORD)
    app = create_app(FakeWorkspace(), Settings(store=tmp_path, user_header="X-Forwarded-User"))
    proxied = TestClient(app, base_url="http://127.0.0.1:7860", client=("127.0.0.1", 1))
    assert proxied.get("/v1/articles").status_code == 401
    assert proxied.get("/v1/articles", headers={"x-forwarded-user": "guest"}).status_code == 200
    own = {"origin": "http://127.0.0.1:7860"}
    assert upload(proxied, headers={"x-forwarded-user": "guest", **own}) == 403
    assert upload(proxied, headers={"x-forwarded-user": "wei", **own}) == 200
    direct = TestClient(app, base_url="http://127.0.0.1:7860", client=("10.0.0.9", 1))
    assert direct.get("/v1/articles", headers={"x-forwarded-user": "wei"}).status_code == 401


def test_a_rate_refills_by_the_clock() -> None:
    now = [0.0]
    rate = RateLimit(6, lambda: now[0])
    assert [rate.take("a") for _ in range(7)] == [0] * 6 + [10]
    assert rate.take("b") == 0
    now[0] = 10.0
    assert [rate.take("a"), rate.take("a")] == [0, 10]
    now[0] = 10_000.0
    assert [rate.take("a") for _ in range(7)] == [0] * 6 + [10]


def test_a_key_has_its_share_of_requests(tmp_path: Path, access: AccessStore) -> None:
    keys = [access.add("key", name, "read") for name in ("one", "two")]
    client = client_of(tmp_path, requests_per_minute=3)
    codes = [client.get("/v1/models", headers=bearer(keys[0])).status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    reply = client.get("/v1/models", headers=bearer(keys[0]))
    assert 0 < int(reply.headers["retry-after"]) <= 21
    assert "requests_per_minute" in reply.json()["detail"]
    assert client.get("/v1/models", headers=bearer(keys[1])).status_code == 200


def test_a_key_waits_for_so_many_answers_at_a_time(tmp_path: Path, access: AccessStore) -> None:
    workspace = FakeWorkspace()
    workspace.assistant.gate = threading.Semaphore(0)
    keys = [access.add("key", name, "read") for name in ("one", "two")]
    client = client_of(tmp_path, workspace, answers_at_once=1)
    codes: list[int] = []

    def ask(key: str) -> None:
        codes.append(client.post("/v1/answers", json={"question": "桥"}, headers=bearer(key)).status_code)

    with client:
        first = threading.Thread(target=ask, args=[keys[0]])
        first.start()
        for _ in range(500):
            if workspace.assistant.asked:
                break
            threading.Event().wait(0.01)
        ask(keys[0])
        assert codes == [429]
        assert client.post("/v1/search", json={"question": "桥"}, headers=bearer(keys[0])).status_code == 200
        workspace.assistant.gate.release(1000)
        first.join()
        ask(keys[1])
        ask(keys[0])
    assert codes == [429, 200, 200, 200]


def audited(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("questions", ["off", "on"])
def test_the_audit_log_says_who_did_what(tmp_path: Path, access: AccessStore, questions: Any) -> None:
    headers = bearer(access.add("key", "desk", "write"))
    client = client_of(tmp_path, audit_questions=questions)
    client.post("/v1/answers", json={"question": "秘密的桥"}, headers=headers)
    client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "桥长"}]}, headers=headers)
    client.post("/v1/articles", files=[("files", ("晨报.txt", b"x"))], headers=headers)
    client.delete("/v1/articles/a1b2c3", headers=headers)
    records = audited(tmp_path / "audit.jsonl")
    assert [(item["action"], item["caller"]) for item in records] == [
        ("ask", "key:desk"),
        ("ask", "key:desk"),
        ("import", "key:desk"),
        ("remove", "key:desk"),
    ]
    assert (records[0].get("question"), records[0].get("question_characters")) == (
        ("秘密的桥", None) if questions == "on" else (None, 4)
    )
    assert (records[2]["files"], records[2]["articles"]["added"]) == (["晨报.txt"], 1)
    assert records[3]["articles"] == ["a1b2c3"]
    assert stat.S_IMODE((tmp_path / "audit.jsonl").stat().st_mode) == 0o600


def test_an_open_server_keeps_no_audit_log_unless_told(tmp_path: Path) -> None:
    client_of(tmp_path).post("/v1/search", json={"question": "桥"})
    assert list(tmp_path.iterdir()) == []
    named = tmp_path / "logs" / "a.jsonl"
    client_of(tmp_path, audit_log=str(named)).post("/v1/search", json={"question": "桥"})
    assert [(item["action"], item["caller"]) for item in audited(named)] == [("search", "local")]
    with pytest.raises(SettingsError, match="audit log"):
        client_of(tmp_path, audit_log=str(named / "x"))


# The commands


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    written = capsys.readouterr()
    return status, written.out, written.err


def test_a_key_is_made_listed_and_revoked_at_the_command_line(
    tmp_path: Path, access: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ("--store", str(tmp_path))
    status, out, err = run(capsys, "keys", "add", "desk", "--scope", "write", "--days", "30", *store)
    assert (status, access.by_key(out.strip()) is not None) == (0, True)
    assert out.strip() not in err
    _, out_json, _ = run(capsys, "keys", "list", "--json", *store)
    (listed,) = json.loads(out_json)["keys"]
    assert (listed["name"], listed["scope"], listed["revoked"]) == ("desk", "write", None)
    left = dt.datetime.fromisoformat(listed["expires"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=29) < left <= dt.timedelta(days=30)
    assert out.strip() not in out_json
    assert run(capsys, "keys", "revoke", "desk", *store)[0] == 0
    assert access.by_key(out.strip()) is None
    assert "revoked" in run(capsys, "keys", "list", *store)[1]
    assert run(capsys, "keys", "remove", "nothing", *store)[0] == 1
    _, out, _ = run(capsys, "keys", "add", "other", "--json", *store)
    assert access.by_key(json.loads(out)["key"]) is not None


def test_a_user_is_added_with_a_password_from_standard_input(
    tmp_path: Path, access: AccessStore, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ("--store", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    assert run(capsys, "users", "add", "lin", "--password-stdin", *store)[0] == 0
    assert access.by_password("lin", PASSWORD) is not None
    monkeypatch.setattr("sys.stdin", io.StringIO("又一个口令-2023\n"))
    assert run(capsys, "users", "password", "lin", "--password-stdin", *store)[0] == 0
    assert access.by_password("lin", PASSWORD) is None
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    status, out, err = run(capsys, "users", "add", "wei", "--password-stdin", *store)
    assert (status, out, err.count("\n")) == (1, "", 1)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert "--password-stdin" in run(capsys, "users", "add", "wei", *store)[2]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "news.example", "[2001:db8::1]"])
def test_other_machines_are_not_served_before_somebody_may(
    host: str, tmp_path: Path, access: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "serve", "--host", host, "--store", str(tmp_path))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "baowen users add" in err
    assert "baowen keys add" in err
    access.add("key", "desk", "read")
    require_gate(Settings(host=host, store=tmp_path))


@pytest.mark.parametrize(
    "more", [{"host": "127.0.0.1"}, {"host": "127.8.0.1"}, {"host": "::1"}, {"host": "localhost"}]
)
def test_this_machine_is_served_without_asking(more: dict[str, Any], tmp_path: Path) -> None:
    require_gate(Settings(store=tmp_path, **more))
    require_gate(Settings(store=tmp_path, host="0.0.0.0", api_key="k"))
    require_gate(Settings(store=tmp_path, host="0.0.0.0", user_header="X-User"))
    assert not (tmp_path / ACCESS_NAME).exists()  # nothing is made by asking


def test_the_access_file_is_plain_sqlite(tmp_path: Path, access: AccessStore) -> None:
    access.add("key", "desk", "read")
    with sqlite3.connect(tmp_path / ACCESS_NAME) as connection:
        assert connection.execute("SELECT name, scope FROM holders").fetchall() == [("desk", "read")]
    connection.close()
