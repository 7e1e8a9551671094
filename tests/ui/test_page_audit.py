"""The audit log names what is done at the page, as it does for the API."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request
from ui_fakes import BRIDGE, FakeWorkspace

from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.api import services_over
from ui.archive_tab import ArchiveTab
from ui.import_tab import ImportTab
from ui.mending import Mending
from ui.messages import CHINESE
from ui.web.callers import Caller, scope_of, set_caller
from ui.web.services import Services


@pytest.fixture
def services(workspace: FakeWorkspace, tmp_path: Path) -> Services:
    AccessStore(tmp_path).add("key", "desk", "write")
    return services_over(workspace, Settings(store=tmp_path))  # type: ignore[arg-type]


def sent_by(scope: str) -> Any:
    """A request as Gradio hands it on: Starlette's is inside."""
    inner: dict[str, Any] = {"type": "http", "headers": [], "client": ("10.0.0.7", 5), "baowen_request_id": "r1"}
    set_caller(inner, Caller("user", "lin", scope))  # type: ignore[arg-type]
    return SimpleNamespace(request=Request(inner))


def records(services: Services) -> list[dict[str, Any]]:
    assert services.audit.path is not None
    return [json.loads(line) for line in services.audit.path.read_text(encoding="utf-8").splitlines()]


def test_a_request_of_gradio_has_the_scope_of_the_one_inside() -> None:
    request = sent_by("read")
    assert scope_of(request) is request.request.scope
    assert scope_of(request.request) is request.request.scope
    assert scope_of(request.request.scope) is request.request.scope


def removed(services: Services, scope: str) -> str:
    handle = ArchiveTab(services, CHINESE)._mended(lambda mending, event: mending.remove(str(event.id)))
    shown: str = handle(SimpleNamespace(id=BRIDGE.id), 0, "", "", "", "", sent_by(scope))[0]
    return shown


def test_a_removal_at_the_page_is_written_down_once_it_is_done(services: Services) -> None:
    assert CHINESE.may_not_write in removed(services, "read")
    assert records(services) == []
    assert "已移除" in removed(services, "write")
    removed(services, "write")  # it is gone already: nothing is done
    (record,) = records(services)
    assert {name: record[name] for name in ("action", "caller", "client", "request_id", "articles", "through")} == {
        "action": "remove",
        "caller": "user:lin",
        "client": "10.0.0.7",
        "request_id": "r1",
        "articles": [BRIDGE.id],
        "through": "page",
    }


def test_correcting_and_taking_back_are_told_with_the_article(services: Services, workspace: FakeWorkspace) -> None:
    told: list[tuple[str, list[str]]] = []
    tab = ArchiveTab(services, CHINESE)
    mending = Mending(workspace, tab._archive, services.undo, CHINESE, lambda what, ids: told.append((what, [*ids])))
    values = {"title": "青石大桥昨日合龙", "date": "2021年3月10日", "source": "青石晨报", "page": "02"}
    shown = mending.correct(BRIDGE.id, values)
    token = shown.split('data-token="')[1].split('"')[0].replace("&#45;", "-").replace("&#95;", "_")
    mending.undo(token)
    mending.correct(BRIDGE.id, {**values, "date": "春天"})
    assert told == [("correct", [BRIDGE.id]), ("undo", [BRIDGE.id])]


def test_an_import_at_the_page_is_written_down_with_its_files(services: Services, tmp_path: Path) -> None:
    page = tmp_path / "青石晨报_2021-03-10_01.txt"
    page.write_text("新桥通车。", encoding="utf-8")
    list(ImportTab(services, CHINESE)._ingest([str(page)], "", "", sent_by("read")))
    assert records(services) == []
    list(ImportTab(services, CHINESE)._ingest([str(page)], "", "", sent_by("write")))
    (record,) = records(services)
    assert (record["action"], record["caller"], record["files"]) == ("import", "user:lin", [page.name])
    assert (record["articles"]["added"], record["through"]) == (1, "page")
