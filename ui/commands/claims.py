"""``claims``: what the archive asserts, as lines, JSON, CSV or Excel."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rag.claims.corrections import with_corrections
from rag.claims.finding import ClaimQuery, find_claims
from rag.claims.series import series_of
from rag.settings import Settings
from rag.workspace import Workspace
from ui.claim_documents import claim_line, claims_csv, claims_json, write_claims_xlsx
from ui.commands.output import write_json, write_line


def run_claims(settings: Settings, options: argparse.Namespace) -> int:
    """Find claims; exit status 0 also where there is none."""
    query = ClaimQuery(
        " ".join(options.words),
        options.subject,
        _day(options.date_from),
        _day(options.date_to),
        options.kind,
        options.unit,
    )
    with closing(Workspace(settings)) as workspace:
        store = workspace.claims
        found = find_claims(store, query, limit=options.count)
        found = replace(found, claims=with_corrections(store, found.claims))
    if options.xlsx is not None:
        write_claims_xlsx(Path(options.xlsx), found.claims)
    if options.json:
        write_json(claims_json(found, series_of(found.claims)))
    elif options.csv:
        sys.stdout.write(claims_csv(found.claims))
    else:
        for claim in found.claims:
            write_line(claim_line(claim))
        write_line(
            f"共 {len(found.claims)} 条，查阅 {found.looked_at} / {found.total} 条 · claims found, looked at, kept"
        )
    return 0


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
