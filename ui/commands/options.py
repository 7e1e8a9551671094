"""What the parts of the command line's parser share; imports nothing heavy."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from typing import Any

from rag.errors import QuestionError
from rag.settings import Settings
from ui.filters import parse_date

Command = Callable[[Settings, argparse.Namespace], int]


def day(text: str) -> str:
    """A day as YYYY-MM-DD.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    try:
        found = parse_date(text, "the day")
    except QuestionError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError(
            f"日期无效，found {text!r}; expected a day as YYYY-MM-DD, such as 2020-12-25"
        )
    return found.isoformat()


def number(lowest: float, highest: float, kind: type[int] | type[float]) -> Callable[[str], float]:
    """A parser of numbers from ``lowest`` to ``highest``, both included."""

    def parse(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(lowest - 1)
        if not lowest <= value <= highest:
            words = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"found {text!r}; expected {words} from {lowest} to {highest}")
        return value

    return parse


def lazily(module: str, function: str) -> Command:
    """A command whose module is imported when it runs."""

    def run(settings: Settings, options: argparse.Namespace) -> int:
        command: Command = getattr(importlib.import_module(f"ui.commands.{module}"), function)
        return command(settings, options)

    return run


def common_options() -> argparse.ArgumentParser:
    """What every command takes."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--store",
        metavar="DIR",
        help="报纸库：目录或 postgresql://…，也可用 BAOWEN_STORE · the store: a folder or a URL (or BAOWEN_STORE)",
    )
    common.add_argument(
        "--json",
        action="store_true",
        help="标准输出只有一个 JSON · one JSON document on standard output, nothing else",
    )
    return common


def add_command(
    commands: Any, common: argparse.ArgumentParser, name: str, run: Command, summary: str
) -> argparse.ArgumentParser:
    """A command ``name`` that calls ``run``; ``summary`` is Chinese · English."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, parents=[common], help=summary, description=summary, allow_abbrev=False
    )
    parser.set_defaults(command_function=run)
    return parser


def add_day_option(parser: argparse.ArgumentParser, name: str, attribute: str, words: str) -> None:
    """An option that takes a day."""
    parser.add_argument(name, dest=attribute, type=day, metavar="YYYY-MM-DD", help=words)
