"""``ingest``, ``articles``, ``remove``, ``search``."""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from rag.settings import Settings
from rag.workspace import Workspace
from ui.commands.output import ProgressLine, write_json, write_line
from ui.filters import make_filter
from ui.serialisation import article_json, search_json
from ui.terminal import article_line, article_text, search_text

if TYPE_CHECKING:
    from rag.corpus.ingest_records import IngestProgress, IngestReport


def run_ingest(settings: Settings, options: argparse.Namespace) -> int:
    """Bring files in; exit status 1 when a file failed."""
    line = ProgressLine()

    def show(progress: IngestProgress) -> None:
        done = f"{progress.sources_done}/{progress.sources_total}"
        stored = f"{progress.articles} 篇 · {progress.chunks} 段"
        line.show(f"导入 {done} 个文件 · {stored} · {progress.seconds:.0f} 秒 · {progress.current}")

    date = dt.date.fromisoformat(options.date) if options.date else None
    with closing(Workspace(settings)) as workspace:
        report = workspace.ingest(
            options.paths,
            date=date,
            source=options.source or None,
            direction="vertical" if options.vertical else "auto",
            on_progress=show,
        )
    line.end()
    if options.json:
        write_json(report.to_json())
    else:
        _write_report(report)
    return 1 if report.failed else 0


def _write_report(report: IngestReport) -> None:
    counts = f"新增 {report.added} 篇，更新 {report.updated} 篇，未变 {report.unchanged} 篇，撤下 {report.removed} 篇"
    write_line(f"{counts}（{report.seconds:.1f} 秒）")
    for warning in report.warnings:
        write_line(f"注意 / warning: {warning}")
    if report.left_out:
        reasons = Counter(item.reason for item in report.left_out)
        told = "、".join(f"{reason} {count}" for reason, count in reasons.most_common(5))
        write_line(f"未收入正文 / left out: {len(report.left_out)} 处（{told}）· --json 列出全文 lists them")
    for failure in report.failed:
        write_line(f"失败 / failed: {failure.path}: {failure.reason}")


def run_articles(settings: Settings, options: argparse.Namespace) -> int:
    """List articles, or show one."""
    with closing(Workspace(settings)) as workspace:
        if options.id:
            article = workspace.store.article(options.id)
            write_json(article_json(article)) if options.json else write_line(article_text(article))
            return 0
        found = workspace.store.articles(make_filter(options.date_from, options.date_to, options.source))
    if options.json:
        write_json({"articles": [article_json(article, with_text=False) for article in found], "count": len(found)})
    else:
        for article in found:
            write_line(article_line(article))
    return 0


def run_remove(settings: Settings, options: argparse.Namespace) -> int:
    """Remove articles; nothing is removed when one id is unknown."""
    with closing(Workspace(settings)) as workspace:
        removed = workspace.store.remove(options.ids)
        generation = workspace.store.generation
    if options.json:
        write_json({"removed": removed, "ids": list(dict.fromkeys(options.ids)), "generation": generation})
    else:
        write_line(f"已删除 {removed} 篇 / removed {removed}")
    return 0


def run_search(settings: Settings, options: argparse.Namespace) -> int:
    """Find passages."""
    search_filter = make_filter(options.date_from, options.date_to, options.source)
    with closing(Workspace(settings)) as workspace:
        found = workspace.search(options.question, options.count, search_filter, translate=not options.as_typed)
    write_json(search_json(found)) if options.json else write_line(search_text(found))
    return 0
