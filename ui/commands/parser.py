"""Every command, option and help text of ``baowen``; imports nothing heavy."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.errors import QuestionError
from rag.settings import Settings
from ui.filters import parse_date

Command = Callable[[Settings, argparse.Namespace], int]

_DESCRIPTION = """报问 Baowen：向本地报纸提问，答案逐字引用到原句。
Ask your local newspaper; every answer is cited to the exact sentence."""
_EPILOG = """退出码 exit status: 0 完成 done · 1 可由您解决的问题 something you can mend · 2 用法错误 wrong usage
示例 example: baowen ingest 报纸/ && baowen ask "今年签约引进多少个项目？" """


class _VersionAction(argparse.Action):
    """Looks the version up only when asked for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"baowen {version('baowen')}\n")
        parser.exit()


def _day(text: str) -> str:
    try:
        found = parse_date(text, "the day")
    except QuestionError:
        found = None
    if found is None:
        raise argparse.ArgumentTypeError(
            f"日期无效，found {text!r}; expected a day as YYYY-MM-DD, such as 2020-12-25"
        )
    return found.isoformat()


def _number(lowest: float, highest: float, kind: type[int] | type[float]) -> Callable[[str], float]:
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


def _lazily(module: str, function: str) -> Command:
    """A command whose module is imported when it runs."""

    def run(settings: Settings, options: argparse.Namespace) -> int:
        command: Command = getattr(importlib.import_module(f"ui.commands.{module}"), function)
        return command(settings, options)

    return run


def build_parser() -> argparse.ArgumentParser:
    """The parser; ``command_function`` of its result runs the command."""
    parser = argparse.ArgumentParser(
        prog="baowen",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", nargs=0, action=_VersionAction, help="版本 · print the version")
    commands = parser.add_subparsers(title="命令 commands", dest="command", required=True, metavar="COMMAND")
    common = _common_options()
    _add_corpus_commands(commands, common)
    _add_answer_commands(commands, common)
    _add_claim_commands(commands, common)
    _add_system_commands(commands, common)
    return parser


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--store",
        type=Path,
        metavar="DIR",
        help="报纸库目录，也可用 BAOWEN_STORE · the store's folder (or BAOWEN_STORE)",
    )
    common.add_argument(
        "--json",
        action="store_true",
        help="标准输出只有一个 JSON · one JSON document on standard output, nothing else",
    )
    return common


def _add(
    commands: Any, common: argparse.ArgumentParser, name: str, run: Command, summary: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, parents=[common], help=summary, description=summary, allow_abbrev=False
    )
    parser.set_defaults(command_function=run)
    return parser


def _add_filter_options(parser: argparse.ArgumentParser) -> None:
    _add_day_option(parser, "--from", "date_from", "最早出版日（含）· first day of publication, included")
    _add_day_option(parser, "--to", "date_to", "最晚出版日（含）· last day of publication, included")
    parser.add_argument("--source", default="", metavar="NAME", help="只用这份报纸 · this paper only")


def _add_day_option(parser: argparse.ArgumentParser, name: str, attribute: str, words: str) -> None:
    parser.add_argument(name, dest=attribute, type=_day, metavar="YYYY-MM-DD", help=words)


def _add_corpus_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(
        commands,
        common,
        "ingest",
        _lazily("corpus", "run_ingest"),
        "导入文件或文件夹 · bring files or folders into the store",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="txt、pdf、html、mhtml、docx、xlsx、ofd、epub、md、json、csv、zip · files or folders",
    )
    _add_day_option(parser, "--date", "date", "出版日 · day of publication, where a file names none")
    parser.add_argument("--source", default="", metavar="NAME", help="报纸名 · the paper's name")
    parser.add_argument(
        "--vertical", action="store_true", help="版面竖排，从右到左 · pages are set downwards, from right to left"
    )

    parser = _add(
        commands,
        common,
        "articles",
        _lazily("corpus", "run_articles"),
        "列出报道，或显示一篇 · list the articles, or show one",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="报道编号 · an article's id")
    _add_filter_options(parser)

    parser = _add(
        commands, common, "remove", _lazily("corpus", "run_remove"), "删除报道，立即生效 · remove articles, at once"
    )
    parser.add_argument("ids", nargs="+", metavar="ID", help="报道编号 · ids of articles")

    parser = _add(
        commands, common, "search", _lazily("corpus", "run_search"), "只检索，不作答 · find passages, write no answer"
    )
    parser.add_argument("question", metavar="QUESTION", help="问题 · the question")
    parser.add_argument(
        "-k",
        dest="count",
        type=_number(1, 100, int),
        default=None,
        metavar="N",
        help="最多几段 · how many passages at most",
    )
    parser.add_argument(
        "--as-typed",
        action="store_true",
        help="外文问题不译成中文再检索 · do not search a question in another language in Chinese",
    )
    _add_filter_options(parser)


def _add_answer_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(
        commands, common, "ask", _lazily("answers", "run_ask"), "提问，得到带引用的答案 · ask, and get a cited answer"
    )
    parser.add_argument("question", metavar="QUESTION", help="问题 · the question")
    _add_filter_options(parser)

    parser = _add(
        commands,
        common,
        "evaluate",
        _lazily("answers", "run_evaluate"),
        "用标准问题评测 · measure over gold questions",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="标准问题文件 · a file of gold questions (jsonl)")
    parser.add_argument(
        "--format",
        choices=("native", "rgb", "numbers"),
        default="native",
        help="文件格式 · the file's shape (native)",
    )
    parser.add_argument(
        "--noise",
        type=_number(0, 1, float),
        default=0.0,
        metavar="X",
        help="rgb：无关段落的比例 · share of irrelevant passages",
    )
    parser.add_argument(
        "--limit",
        type=_number(1, 10**9, int),
        default=None,
        metavar="N",
        help="只做前 N 题 · the first N questions only",
    )


def _add_claim_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(
        commands,
        common,
        "claims",
        _lazily("claims", "run_claims"),
        "库中的数字：何时、何地、多少 · what the archive asserts, with its sentences",
    )
    parser.add_argument("words", nargs="*", metavar="WORDS", help="什么的数字 · what the figures are of")
    parser.add_argument("--subject", default="", metavar="S", help="地方或单位 · a place or body that must be named")
    _add_day_option(parser, "--from", "date_from", "时间不早于（含）· period not before this day")
    _add_day_option(parser, "--to", "date_to", "时间不晚于（含）· period not after this day")
    parser.add_argument("--kind", choices=_MOODS, default=None, help="只要事实、计划等 · facts, plans … only")
    parser.add_argument("--unit", default="", metavar="U", help="只要这种单位 · figures of this unit only")
    parser.add_argument(
        "-n", dest="count", type=_number(1, 10_000, int), default=50, metavar="N", help="最多几条 · how many at most"
    )
    parser.add_argument("--csv", action="store_true", help="标准输出为 CSV · CSV on standard output")
    parser.add_argument("--xlsx", default=None, metavar="FILE", help="另存为 Excel · also write an Excel file")

    parser = _add(
        commands,
        common,
        "check",
        _lazily("check", "run_check"),
        "核稿：逐一核对数字、日期、职务 · check a draft against the archive",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="稿件，txt 或 docx · a draft as txt or docx")
    _add_day_option(parser, "--date", "date", "稿件日期，用来理解“今年” · the draft's day, by which 今年 is read")
    parser.add_argument("--docx", default=None, metavar="OUT", help="另存标注稿 · also write the marked Word file")


_MOODS = ("fact", "plan", "forecast", "denied", "cancelled", "hearsay")


def _add_system_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = _add(
        commands, common, "serve", _lazily("serving", "run_serve"), "启动网页与接口 · serve the chat and the API"
    )
    parser.add_argument("--host", metavar="H", help="监听地址，默认仅本机 · address to listen on (loopback)")
    parser.add_argument("--port", type=_number(0, 65535, int), metavar="P", help="端口，默认 7860 · port (7860)")

    parser = commands.add_parser("models", help="下载或查看模型 · fetch or list the models", allow_abbrev=False)
    actions = parser.add_subparsers(title="动作 actions", dest="action", required=True, metavar="ACTION")
    fetch = _add(
        actions,
        common,
        "fetch",
        _lazily("system", "run_models_fetch"),
        "下载、校验并转换默认模型 · bring, verify and convert",
    )
    fetch.add_argument(
        "--for-transformers", action="store_true", help="另存 transformers 用的权重（3 GB）· also make its weights"
    )
    _add(actions, common, "list", _lazily("system", "run_models_list"), "有哪些模型 · say what is there")

    _add(
        commands,
        common,
        "doctor",
        _lazily("system", "run_doctor"),
        "自检：环境、模型、报纸库 · what is installed, used and sound",
    )
