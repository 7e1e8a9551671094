"""``backup``, ``restore`` and ``watch`` at the command line."""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ui_fakes import FakeWorkspace

from rag.corpus.folder_watch import FolderWatch
from rag.corpus.ingest_records import FailedSource, IngestReport
from rag.errors import StoreLockedError
from ui.cli import main
from ui.commands.operation import look

OPTIONS = argparse.Namespace(date="2021-03-09", source="", json=False)


def page(folder: Path, name: str = "一版.txt") -> Path:
    path = folder / name
    path.write_text("新桥通车。", encoding="utf-8")
    os.utime(path, (time.time() - 60,) * 2)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    written = capsys.readouterr()
    return status, written.out, written.err


def test_a_backup_of_nothing_and_a_folder_that_is_none_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ("--store", str(tmp_path / "store"))
    for arguments in (("backup", str(tmp_path / "b")), ("restore", str(tmp_path)), ("watch", str(tmp_path / "no"))):
        status, out, err = run(capsys, *arguments, *store)
        assert (status, out, err.count("\n")) == (1, "", 1)


def test_a_page_is_imported_once_it_rests_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = FakeWorkspace()
    watch = FolderWatch(tmp_path, time.time)
    path = page(tmp_path)
    look(watch, workspace, OPTIONS)  # type: ignore[arg-type]
    assert workspace.ingested == []
    look(watch, workspace, OPTIONS)  # type: ignore[arg-type]
    look(watch, workspace, OPTIONS)  # type: ignore[arg-type]
    assert [(list(item["contents"]), str(item["date"])) for item in workspace.ingested] == [
        ([path.name], "2021-03-09")
    ]
    assert capsys.readouterr().out == "一版.txt: 新增 1，更新 0，未变 0，撤下 0\n"


def test_a_failure_is_told_once_until_the_file_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, watch = FakeWorkspace(), FolderWatch(tmp_path, time.time)
    failed = IngestReport(0, 0, 0, 0, (FailedSource("x", "no article found"),), (), 0, 0.1, 8)
    monkeypatch.setattr(workspace, "ingest", lambda *_, **__: failed)
    page(tmp_path)
    options = argparse.Namespace(**{**vars(OPTIONS), "json": True})
    for _ in range(4):
        look(watch, workspace, options)  # type: ignore[arg-type]
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["failed"][0]["reason"] == "no article found"


def test_a_locked_store_leaves_the_file_for_the_next_look(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, watch = FakeWorkspace(), FolderWatch(tmp_path, time.time)

    def locked(*_: Any, **__: Any) -> IngestReport:
        raise StoreLockedError("found another writer; wait")

    page(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(workspace, "ingest", locked)
        look(watch, workspace, OPTIONS)  # type: ignore[arg-type]
        look(watch, workspace, OPTIONS)  # type: ignore[arg-type]
    assert capsys.readouterr().err.count("another writer") == 1
    look(watch, workspace, OPTIONS)  # type: ignore[arg-type]
    assert len(workspace.ingested) == 1
