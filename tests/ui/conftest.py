"""What the tests of the surfaces share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from browser import CHROMIUM, FLAGS, Visit, page_process, require_browser
from fastapi.testclient import TestClient
from ui_fakes import FakeWorkspace

from rag.settings import Settings
from ui.api import create_app


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The default store of a test is nobody's: no users, keys or logs of the machine come in."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def workspace() -> FakeWorkspace:
    return FakeWorkspace()


@pytest.fixture
def client(workspace: FakeWorkspace) -> Iterator[TestClient]:
    app = create_app(workspace, Settings(max_upload_bytes=1000, api_key=""))
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with page_process(tmp_path_factory.mktemp("page")) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    require_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def sample_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over the sample papers."""
    require_browser()
    with page_process(tmp_path_factory.mktemp("sample"), script="sample_page_process.py") as found:
        yield found


@pytest.fixture
def visitors(chromium: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Makes visitors, each with a browser of its own."""
    with making_visitors(chromium, address) as make:
        yield make
    let_all_speak(address)


def let_all_speak(address: str) -> None:
    """What a test left being answered does not stand in the next one's way."""
    end = time.monotonic() + 60
    while httpx.get(f"{address}/test/state", timeout=30).json()["waiting"] and time.monotonic() < end:
        httpx.get(f"{address}/test/go_on", timeout=30)
        time.sleep(0.2)


@contextmanager
def making_visitors(chromium: Any, address: str) -> Iterator[Callable[..., Visit]]:
    """Makes visitors; in the end none may have reached beyond this machine or met an error."""
    contexts, visits = [], []

    def make(**options: Any) -> Visit:
        chosen = {"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", **options}
        context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"], **chosen)
        contexts.append(context)
        visits.append(Visit(context.new_page(), address))
        return visits[-1]

    yield make
    for context in contexts:
        context.close()
    for visit in visits:
        assert visit.complaints == []
        assert {host.split(":")[0] for host in visit.asked_hosts} <= {"127.0.0.1"}


@pytest.fixture
def sample_visit(chromium: Any, sample_address: str) -> Iterator[Visit]:
    """A visitor of the page over the sample papers."""
    with making_visitors(chromium, sample_address) as make:
        yield make()


@pytest.fixture
def visit(visitors: Callable[..., Visit]) -> Visit:
    return visitors()
