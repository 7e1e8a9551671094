"""``feedback``."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path

from rag.evaluation.feedback import ReaderFeedback, gold_questions, reader_feedback
from rag.settings import Settings
from rag.workspace import Workspace
from ui.commands.output import write_json, write_line
from ui.terminal import clean

_VERDICTS = {"up": "有用 · good", "down": "有误 · wrong"}


def run_feedback(settings: Settings, options: argparse.Namespace) -> int:
    """List what readers said; with ``--gold`` write it as gold questions, too."""
    with closing(Workspace(settings)) as workspace:
        found = reader_feedback(workspace.store)
    if options.gold:
        lines = [json.dumps(item, ensure_ascii=False) for item in gold_questions(found)]
        Path(options.gold).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if options.json:
        write_json({"feedback": [item.to_json() for item in found], "count": len(found)})
        return 0
    for item in found:
        write_line(_line(item))
    write_line(f"共 {len(found)} 条 / {len(found)} in all")
    return 0


def _line(item: ReaderFeedback) -> str:
    comment = f"（{item.comment}）" if item.comment else ""
    said = " ".join(item.answer.split())
    verdict = _VERDICTS.get(item.verdict, item.verdict)
    return clean(f"{item.created[:10]}  {verdict}{comment}  {item.question} → {said}")
