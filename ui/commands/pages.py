"""``pages export``."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path

from rag.corpus.page_export import exported_pages
from rag.settings import Settings
from rag.workspace import Workspace
from ui.commands.output import write_json, write_line


def run_export(settings: Settings, options: argparse.Namespace) -> int:
    """Write pages with the articles cut out of them, one JSON object a line; says how many."""
    pages = articles = 0
    target: Path = options.file
    with closing(Workspace(settings)) as workspace, target.open("w", encoding="utf-8") as file:
        for page in exported_pages(workspace.store, workspace.originals, only_mended=not options.all):
            file.write(json.dumps(page.to_json(), ensure_ascii=False) + "\n")
            pages, articles = pages + 1, articles + len(page.articles)
    if options.json:
        write_json({"file": str(target), "pages": pages, "articles": articles})
    else:
        write_line(
            f"已导出 {pages} 个版面、{articles} 篇报道到 {target} / exported {pages} pages, {articles} articles"
        )
    return 0
