"""Options and help texts of ``claims`` and ``check``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ui.commands.options import add_command, add_day_option, lazily, number

_MOODS = ("fact", "plan", "forecast", "denied", "cancelled", "hearsay")


def add_claim_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """``claims`` and ``check``."""
    parser = add_command(
        commands,
        common,
        "claims",
        lazily("claims", "run_claims"),
        "库中的数字：何时、何地、多少 · what the archive asserts, with its sentences",
    )
    parser.add_argument("words", nargs="*", metavar="WORDS", help="什么的数字 · what the figures are of")
    parser.add_argument("--subject", default="", metavar="S", help="地方或单位 · a place or body that must be named")
    add_day_option(parser, "--from", "date_from", "时间不早于（含）· period not before this day")
    add_day_option(parser, "--to", "date_to", "时间不晚于（含）· period not after this day")
    parser.add_argument("--kind", choices=_MOODS, default=None, help="只要事实、计划等 · facts, plans … only")
    parser.add_argument("--unit", default="", metavar="U", help="只要这种单位 · figures of this unit only")
    parser.add_argument(
        "-n", dest="count", type=number(1, 10_000, int), default=50, metavar="N", help="最多几条 · how many at most"
    )
    parser.add_argument("--csv", action="store_true", help="标准输出为 CSV · CSV on standard output")
    parser.add_argument("--xlsx", default=None, metavar="FILE", help="另存为 Excel · also write an Excel file")

    parser = add_command(
        commands,
        common,
        "check",
        lazily("check", "run_check"),
        "核稿：逐一核对数字、日期、职务 · check a draft against the archive",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="稿件，txt 或 docx · a draft as txt or docx")
    add_day_option(parser, "--date", "date", "稿件日期，用来理解“今年” · the draft's day, by which 今年 is read")
    parser.add_argument("--docx", default=None, metavar="OUT", help="另存标注稿 · also write the marked Word file")
