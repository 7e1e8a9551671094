"""Every command, option and help text of ``baowen``; imports nothing heavy."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ui.commands.claim_parser import add_claim_commands
from ui.commands.options import add_command, add_day_option, common_options, lazily, number
from ui.commands.record_parser import add_record_commands
from ui.commands.service_parser import add_service_commands

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
    common = common_options()
    _add_corpus_commands(commands, common)
    _add_answer_commands(commands, common)
    add_claim_commands(commands, common)
    _add_system_commands(commands, common)
    add_record_commands(commands, common)
    add_service_commands(commands, common)
    return parser


def _add_filter_options(parser: argparse.ArgumentParser) -> None:
    add_day_option(parser, "--from", "date_from", "最早出版日（含）· first day of publication, included")
    add_day_option(parser, "--to", "date_to", "最晚出版日（含）· last day of publication, included")
    parser.add_argument("--source", default="", metavar="NAME", help="只用这份报纸 · this paper only")


def _add_corpus_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = add_command(
        commands,
        common,
        "ingest",
        lazily("corpus", "run_ingest"),
        "导入文件或文件夹 · bring files or folders into the store",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="txt、pdf、html、mhtml、docx、xlsx、ofd、epub、md、json、csv、zip · files or folders",
    )
    add_day_option(parser, "--date", "date", "出版日 · day of publication, where a file names none")
    parser.add_argument("--source", default="", metavar="NAME", help="报纸名 · the paper's name")
    parser.add_argument(
        "--vertical", action="store_true", help="版面竖排，从右到左 · pages are set downwards, from right to left"
    )

    parser = add_command(
        commands,
        common,
        "articles",
        lazily("corpus", "run_articles"),
        "列出报道，或显示一篇 · list the articles, or show one",
    )
    parser.add_argument("id", nargs="?", metavar="ID", help="报道编号 · an article's id")
    _add_filter_options(parser)

    parser = add_command(
        commands, common, "remove", lazily("corpus", "run_remove"), "删除报道，立即生效 · remove articles, at once"
    )
    parser.add_argument("ids", nargs="+", metavar="ID", help="报道编号 · ids of articles")

    parser = add_command(
        commands, common, "search", lazily("corpus", "run_search"), "只检索，不作答 · find passages, write no answer"
    )
    parser.add_argument("question", metavar="QUESTION", help="问题 · the question")
    parser.add_argument(
        "-k",
        dest="count",
        type=number(1, 100, int),
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
    parser = add_command(
        commands, common, "ask", lazily("answers", "run_ask"), "提问，得到带引用的答案 · ask, and get a cited answer"
    )
    parser.add_argument("question", metavar="QUESTION", help="问题 · the question")
    parser.add_argument(
        "--no-prose",
        dest="prose",
        action="store_false",
        help="不用语言模型，立即以报纸原句作答 · answer at once by a paper's own sentence, without the model",
    )
    _add_filter_options(parser)

    parser = add_command(
        commands,
        common,
        "evaluate",
        lazily("answers", "run_evaluate"),
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
        type=number(0, 1, float),
        default=0.0,
        metavar="X",
        help="rgb：无关段落的比例 · share of irrelevant passages",
    )
    parser.add_argument(
        "--limit",
        type=number(1, 10**9, int),
        default=None,
        metavar="N",
        help="只做前 N 题 · the first N questions only",
    )


def _add_system_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = add_command(
        commands, common, "serve", lazily("serving", "run_serve"), "启动网页与接口 · serve the chat and the API"
    )
    parser.add_argument("--host", metavar="H", help="监听地址，默认仅本机 · address to listen on (loopback)")
    parser.add_argument("--port", type=number(0, 65535, int), metavar="P", help="端口，默认 7860 · port (7860)")

    parser = commands.add_parser("models", help="下载或查看模型 · fetch or list the models", allow_abbrev=False)
    actions = parser.add_subparsers(title="动作 actions", dest="action", required=True, metavar="ACTION")
    fetch = add_command(
        actions,
        common,
        "fetch",
        lazily("system", "run_models_fetch"),
        "下载、校验并转换默认模型 · bring, verify and convert",
    )
    fetch.add_argument(
        "--for-transformers", action="store_true", help="另存 transformers 用的权重（3 GB）· also make its weights"
    )
    add_command(actions, common, "list", lazily("system", "run_models_list"), "有哪些模型 · say what is there")

    doctor = add_command(
        commands,
        common,
        "doctor",
        lazily("system", "run_doctor"),
        "自检：环境、模型、报纸库 · what is installed, used and sound",
    )
    doctor.add_argument(
        "--fix", action="store_true", help="能修的先修 · first mend what can be mended without a person"
    )
