"""Behind a gate: names, proxies, sub-paths and pages of other servers."""

import re
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from ui_fakes import FakeWorkspace

from rag.errors import SettingsError
from rag.settings import Settings
from ui.api import create_app
from ui.web.reach import Reach

NEWS = "baowen.qinghe.example"


def behind(client_address: str = "127.0.0.1", **settings: Any) -> TestClient:
    app = create_app(FakeWorkspace(), Settings(**settings))
    return TestClient(
        app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False, client=(client_address, 50000)
    )


def write(client: TestClient, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/v1/search", json={"question": "桥"}, headers=named)


def test_a_name_nobody_told_is_refused_with_the_setting_to_change() -> None:
    reply = behind().get("/healthz", headers={"host": NEWS})
    assert reply.status_code == 421
    assert f"BAOWEN_TRUSTED_HOSTS={NEWS}" in reply.json()["detail"]
    reply = write(behind(), origin=f"http://{NEWS}")
    assert reply.status_code == 403
    assert f"BAOWEN_TRUSTED_HOSTS={NEWS}" in reply.json()["detail"]
    assert "BAOWEN_ALLOWED_ORIGINS" in reply.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"host": NEWS},
        {"host": NEWS, "origin": f"http://{NEWS}"},
        {"host": "127.0.0.1:7860", "origin": f"http://{NEWS}"},
        {"host": NEWS, "origin": f"http://{NEWS}:8080"},
        {"host": "127.0.0.1:7860", "x_forwarded_host": NEWS, "origin": f"https://{NEWS}"},
    ],
)
@pytest.mark.parametrize("hosts", [NEWS, f"other.example, {NEWS}", "*.qinghe.example"])
def test_a_trusted_host_serves_reads_and_writes_behind_a_gate(hosts: str, headers: dict[str, str]) -> None:
    assert write(behind(trusted_hosts=hosts), **headers).status_code == 200
    assert write(behind(trusted_hosts=hosts, host="0.0.0.0"), **headers).status_code == 200


@pytest.mark.parametrize("name", ["qinghe.example", "evil.example", f"{NEWS}.evil.example", "xqinghe.example"])
def test_a_pattern_trusts_what_lies_below_it_only(name: str) -> None:
    client = behind(trusted_hosts="*.qinghe.example")
    assert client.get("/healthz", headers={"host": name}).status_code == 421
    assert write(client, origin=f"http://{name}").status_code == 403


def test_a_page_that_the_browser_calls_its_own_may_write() -> None:
    headers = {"origin": f"https://{NEWS}", "sec_fetch_site": "same-origin"}
    assert write(behind(), **headers).status_code == 200
    assert write(behind(), **{**headers, "sec_fetch_site": "same-site"}).status_code == 403


def test_another_port_of_the_same_host_is_another_site() -> None:
    assert write(behind(host="0.0.0.0"), host=NEWS, origin=f"http://{NEWS}:8080").status_code == 403
    assert write(behind(host="0.0.0.0"), host=NEWS, origin=f"http://{NEWS}").status_code == 200


def test_a_forwarded_host_never_hides_the_real_one() -> None:
    reply = behind().get("/healthz", headers={"host": "rebound.example", "x-forwarded-host": "localhost"})
    assert reply.status_code == 421


def cited_url(client: TestClient, path: str = "/v1/chat/completions", **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"messages": [{"role": "user", "content": "青石大桥投资多少？"}]}
    reply = client.post(path, json=body, headers=named)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["choices"][0]["message"]["annotations"][0]["url_citation"]["url"])


def test_links_follow_the_address_that_the_proxy_was_asked_for() -> None:
    client = behind(trusted_hosts=NEWS)
    headers = {"x_forwarded_host": NEWS, "x_forwarded_proto": "https", "x_forwarded_prefix": "/baowen"}
    assert cited_url(client, **headers).startswith(f"https://{NEWS}/baowen/v1/articles/a1b2c3#")
    whole = cited_url(client, "/baowen/v1/chat/completions", **headers)
    assert whole.startswith(f"https://{NEWS}/baowen/v1/articles/a1b2c3#")


def test_headers_of_somebody_who_is_no_proxy_are_not_believed() -> None:
    client = behind("10.1.2.3", host="0.0.0.0")
    url = cited_url(client, x_forwarded_host="evil.example", x_forwarded_proto="https", x_forwarded_prefix="/x")
    assert url.startswith("http://127.0.0.1:7860/v1/articles/")


@pytest.mark.parametrize("path", ["/v1/articles/a1b2c3", "/baowen/v1/articles/a1b2c3"])
def test_a_root_path_works_whether_the_proxy_strips_it_or_not(path: str) -> None:
    client = behind(root_path="/baowen")
    assert client.get(path).json()["id"] == "a1b2c3"
    assert client.get("/baowen/v1/nothing").status_code == 404


def test_a_path_is_guarded_under_a_prefix_as_without() -> None:
    client = behind(api_key="k", root_path="/baowen")
    assert client.get("/baowen/v1/articles").status_code == 401
    assert client.get("/v1/articles").status_code == 401


def test_the_page_of_a_prefix_asks_below_it(address: str) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/baowen"}
    for path in ("/", "/en/"):
        page = httpx.get(address + path, headers=headers, follow_redirects=False)
        assert page.status_code == 200
        root = f"https://{address.removeprefix('http://')}/baowen{path.rstrip('/')}"
        assert re.findall(r'"root":"([^"]*)"', page.text) == [root]
        assets = re.findall(r'(?:src|href)="(\./assets/[^"]+)"', page.text)
        assert len(assets) >= 2
        for asset in assets:
            assert httpx.get(f"{address}{path}{asset}", headers=headers).status_code == 200
        loaded = re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', page.text)
        assert [name for name in loaded if name.startswith(("http:", "https:", "//"))] == []


PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}


def test_a_preflight_is_refused_with_the_setting_that_would_grant_it() -> None:
    for path in ("/v1/chat/completions", "/v1/nothing", "/"):
        reply = behind().options(path, headers={"origin": "http://localhost:3000", **PREFLIGHT})
        assert reply.status_code == 403
        assert "BAOWEN_ALLOWED_ORIGINS" in reply.json()["detail"]
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("origins", ["http://desk.example:3000", "*", "https://x.example, http://desk.example:3000/"])
def test_an_allowed_origin_gets_its_preflight_and_its_reply(origins: str) -> None:
    client = behind(allowed_origins=origins, api_key="k")
    origin = {"origin": "http://desk.example:3000"}
    granted = client.options("/v1/search", headers={**origin, **PREFLIGHT})
    assert granted.status_code == 204
    assert granted.headers["access-control-allow-origin"] == origin["origin"]
    assert "Authorization" in granted.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in granted.headers
    site = {"sec-fetch-site": "cross-site", "authorization": "Bearer k"}
    reply = client.post("/v1/search", json={"question": "桥"}, headers={**origin, **site})
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == origin["origin"]
    refused = client.post("/v1/search", json={"question": "桥"}, headers=origin)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, origin["origin"])


def test_an_allowed_origin_opens_the_api_and_not_the_page() -> None:
    client = behind(allowed_origins="http://desk.example")
    reply = client.options("/gradio_api/queue/join", headers={"origin": "http://desk.example", **PREFLIGHT})
    assert reply.status_code == 403


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("trusted_hosts", "http://a.example"),
        ("trusted_hosts", "a.example:80"),
        ("trusted_hosts", "a*.example"),
        ("allowed_origins", "desk.example"),
        ("allowed_origins", "http://desk.example/path"),
        ("trusted_proxies", "nginx"),
        ("root_path", "baowen"),
    ],
)
def test_a_setting_that_cannot_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Reach.of(Settings(**{name: value}))
