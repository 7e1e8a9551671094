"""``check``: a draft against the archive, as lines, JSON, or a marked Word file."""

from __future__ import annotations

import argparse
import datetime as dt
from contextlib import closing
from pathlib import Path

from rag.claims.checking import check_draft
from rag.settings import Settings
from rag.workspace import Workspace
from ui.check_documents import NOTHING_TO_MEND, check_json, item_lines
from ui.commands.output import write_json, write_line
from ui.draft_document import read_draft, summary


def run_check(settings: Settings, options: argparse.Namespace) -> int:
    """Check a draft; exit status 0 whatever is found."""
    draft = read_draft(options.file)
    day = dt.date.fromisoformat(options.date) if options.date else None
    with closing(Workspace(settings)) as workspace:
        items = check_draft(workspace.claims, draft.text, day)
    if options.docx is not None:
        Path(options.docx).write_bytes(draft.marked(items))
    if options.json:
        write_json(check_json(items))
        return 0
    for item in items:
        write_line(item_lines(item))
    write_line(summary(items) if items else NOTHING_TO_MEND)
    return 0
