"""``backup``, ``restore`` and ``watch``."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import signal
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

from rag.corpus.embedded.backup import BackupReport, back_up, restore
from rag.corpus.folder_watch import FolderWatch
from rag.corpus.ingest_records import IngestReport
from rag.corpus.open_store import require_folder
from rag.errors import BaowenError, SourceError
from rag.settings import Settings
from rag.workspace import Workspace
from ui.commands.output import write_json, write_line
from ui.error_titles import error_title


def run_backup(settings: Settings, options: argparse.Namespace) -> int:
    """Copy the store, in use or not, and check the copy."""
    _tell(options, "已备份 / backed up", back_up(require_folder(settings.store, "backup"), options.folder))
    return 0


def run_restore(settings: Settings, options: argparse.Namespace) -> int:
    """Make the store of a copy."""
    _tell(
        options,
        "已恢复 / restored",
        restore(options.folder, require_folder(settings.store, "restore"), replace=options.replace),
    )
    return 0


def _tell(options: argparse.Namespace, done: str, report: BackupReport) -> None:
    if options.json:
        write_json(report.to_json())
        return
    size = f"{report.bytes / 1e6:.1f} MB"
    write_line(f"{done} {report.path}: {report.articles} 篇 / articles, {size}, generation {report.generation}")


def run_watch(settings: Settings, options: argparse.Namespace) -> int:
    """Bring in what is put into a folder, as it comes, until told to stop; one line, or JSON document, an import.

    Raises:
        SourceError: the folder is not there at the start.
    """
    if not options.folder.is_dir():
        raise SourceError(f"{options.folder} is no folder; expected one to watch: make it, or name another")
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    sys.stderr.write(f"正在看 {options.folder}，Ctrl-C 停止 / watching\n")
    watch = FolderWatch(options.folder, time.time, options.settle)
    with closing(Workspace(settings)) as workspace:
        while True:
            look(watch, workspace, options)
            if stopped.wait(options.every):
                break
    sys.stderr.write("已停止 / stopped\n")
    return 0


def look(watch: FolderWatch, workspace: Workspace, options: argparse.Namespace) -> None:
    """Import what is whole now, file by file; one that fails is told and tried again when it changes."""
    date = dt.date.fromisoformat(options.date) if options.date else None
    for path in watch.whole_files():
        if not watch.is_as_seen(path):
            continue  # it changed again while an earlier file was read
        try:
            report = workspace.ingest([path], date=date, source=options.source or None)
        except BaowenError as error:
            # The store is locked or the disk full: the file stays to be done at the next look.
            sys.stderr.write(f"错误：{error_title(error)} / error: {' '.join(str(error).split())}\n")
            return
        if watch.is_as_seen(path):
            watch.mark_done(path)
        _write_import(path, report, as_json=options.json)


def _write_import(path: Path, report: IngestReport, *, as_json: bool) -> None:
    if as_json:
        line = json.dumps({"file": str(path), **report.to_json()}, ensure_ascii=False)
    elif report.failed:
        line = f"{path.name}: 失败 / failed: {report.failed[0].reason}"
    else:
        line = (
            f"{path.name}: 新增 {report.added}，更新 {report.updated}，未变 {report.unchanged}，撤下 {report.removed}"
        )
    write_line(line)
    sys.stdout.flush()
