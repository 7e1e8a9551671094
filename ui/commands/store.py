"""``store``: what a store's engine wants of its keeper."""

from __future__ import annotations

import argparse
from pathlib import Path

from rag.corpus.open_store import open_store
from rag.settings import Settings
from ui.commands.output import write_json, write_line


def run_migrate(settings: Settings, options: argparse.Namespace) -> int:
    """Bring the store to this program's layout; an embedded store does so by itself when it is opened."""
    found = None
    if not isinstance(settings.store, Path):
        from rag.corpus.postgresql.layout import migrate

        found = migrate(settings.store)
    with open_store(settings.store) as store:
        document = {"store": store.location, "found": found, "made": store.settle()}
    if options.json:
        write_json(document)
    else:
        before = "" if found is None else f"（原为版式 {found}）"
        write_line(f"{document['store']}: 已是最新版式{before} / brought up to date")
    return 0
