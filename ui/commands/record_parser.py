"""Options and help texts of ``pages``, ``feedback`` and ``replay``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ui.commands.options import add_command, lazily


def add_record_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """What people mended, said and saved."""
    words = "版面与其中的报道 · pages with the articles cut out of them"
    pages = commands.add_parser("pages", help=words, description=words, allow_abbrev=False)
    actions = pages.add_subparsers(title="动作 actions", dest="action", required=True, metavar="ACTION")
    exported = add_command(
        actions,
        common,
        "export",
        lazily("pages", "run_export"),
        "导出人工改过的版面，用于训练 · write the pages that people mended, to train with",
    )
    exported.add_argument("file", type=Path, metavar="FILE", help="写入的 JSONL 文件 · the JSONL file to write")
    exported.add_argument("--all", action="store_true", help="没有改过的版面也导出 · pages that nobody mended, too")

    feedback = add_command(
        commands,
        common,
        "feedback",
        lazily("feedback", "run_feedback"),
        "读者对答案的评价 · what readers said of answers",
    )
    feedback.add_argument(
        "--gold", default=None, metavar="FILE", help="另存为评测题（JSONL）· also write it as gold questions"
    )

    replay = add_command(
        commands,
        common,
        "replay",
        lazily("replay", "run_replay"),
        "存下的答案现在还成立吗 · whether a saved answer still holds",
    )
    replay.add_argument("file", type=Path, metavar="PACKET", help="答案包（JSON）· a packet saved with an answer")
    replay.add_argument("--ask", action="store_true", help="再问一次并比较 · ask again and compare")
