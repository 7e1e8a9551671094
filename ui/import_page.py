"""Importing files from the page as HTML: its progress with the time left, and its report in the page's language."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.ingest_records import IngestProgress, IngestReport
from ui.failures import failure_text
from ui.filters import parse_date
from ui.messages import Texts
from ui.render import escape, notice_html
from ui.static_files import read_static
from ui.uploads import label_of
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace

_TELL_SECONDS = 0.2
"""How often progress is shown anew; a hundred small files need no hundred pictures."""
_LEFT_AFTER_SECONDS = 2.0
"""From when on the time left is guessed."""

_News = IngestProgress | IngestReport | Exception


def ingest_files(
    workspace: Workspace,
    paths: Sequence[Path],
    date: str,
    source: str,
    texts: Texts,
    note: Callable[[Sequence[str], IngestReport], None] = lambda _, __: None,
) -> Iterator[str]:
    """Bring uploaded files in; yields the report's HTML as it goes, and tells ``note`` the files' names and it."""
    if not paths:
        yield notice_html(texts.import_nothing)
        return
    told: queue.SimpleQueue[_News] = queue.SimpleQueue()

    def work() -> None:
        try:
            day = parse_date(date or "", texts.import_date)
            labels = {path: label_of(path.name) for path in paths}
            report = workspace.ingest(paths, date=day, source=source or None, labels=labels, on_progress=told.put)
            note(list(labels.values()), report)
            told.put(report)
        except Exception as error:
            log_error(error)
            told.put(error)

    yield progress_html(IngestProgress(0, len(paths), 0, 0, label_of(paths[0].name), 0.0), texts)
    threading.Thread(target=work, name="import", daemon=True).start()
    yield from _pictures(told, texts)


def _pictures(told: queue.SimpleQueue[_News], texts: Texts) -> Iterator[str]:
    shown = 0.0
    unseen: IngestProgress | None = None
    while True:
        news = _next(told, unseen)
        if isinstance(news, IngestProgress):
            unseen = news
            if time.monotonic() - shown >= _TELL_SECONDS:
                shown, unseen = time.monotonic(), None
                yield progress_html(news, texts)
            continue
        failed = isinstance(news, Exception)
        yield notice_html(failure_text(news, texts)) if failed else report_html(news, texts)  # type: ignore[arg-type]
        return


def _next(told: queue.SimpleQueue[_News], unseen: IngestProgress | None) -> _News:
    """The next news; where none comes soon, what was too soon to be shown when it came."""
    if unseen is None:
        return told.get()
    try:
        return told.get(timeout=_TELL_SECONDS)
    except queue.Empty:
        return unseen


def progress_html(progress: IngestProgress, texts: Texts) -> str:
    """How far an import is: files read, articles stored, the time so far and about how much is left."""
    read, total = max(progress.sources_read, progress.sources_done), max(progress.sources_total, 1)
    words = texts.import_progress.format(
        read=read, total=progress.sources_total, articles=progress.articles, current=progress.current
    )
    # Reading is quick and storing slow: a file counts half when read and whole when stored.
    share = (read + progress.sources_done) / (2 * total)
    spent = texts.import_time.format(seconds=round(progress.seconds))
    if share and progress.seconds > _LEFT_AFTER_SECONDS:
        spent += texts.import_left.format(left=max(1, round(progress.seconds * (1 - share) / share)))
    return (
        f'<p role="status">{escape(words)}</p><progress max="1" value="{share:.3f}" '
        f'aria-label="{escape(texts.import_start)}"></progress><p class="bw-soft">{escape(spent)}</p>'
    )


def report_html(report: IngestReport, texts: Texts) -> str:
    """What an import did, and why what was not read was not."""
    words = texts.import_report.format(
        added=report.added, updated=report.updated, unchanged=report.unchanged, removed=report.removed
    )
    failed = "".join(
        f"<li><b>{escape(item.path)}</b> {escape(reason_text(item.reason, texts))}</li>" for item in report.failed
    )
    warned = "".join(f"<li>{escape(item)}</li>" for item in report.warnings)
    parts = [f'<p class="bw-done" role="status">{escape(words)}</p>']
    if failed:
        parts.append(f'<div class="bw-warning"><b>{escape(texts.import_failed)}</b><ul>{failed}</ul></div>')
    if warned:
        parts.append(f'<div class="bw-notes"><b>{escape(texts.import_warnings)}</b><ul>{warned}</ul></div>')
    return "".join(parts)


@lru_cache(maxsize=1)
def _reasons() -> tuple[tuple[str, str], ...]:
    """What a reason says in English, and the whole of it in Chinese."""
    return tuple((known, told) for known, told in json.loads(read_static("import_reasons.json")))


def reason_text(reason: str, texts: Texts) -> str:
    """Why a file was not read, in the page's language; a reason that is not known there stays as it is."""
    if texts.language != "zh":
        return reason
    return next((told for known, told in _reasons() if known in reason), reason)
