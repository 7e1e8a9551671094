"""What the tests of the surfaces share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

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
