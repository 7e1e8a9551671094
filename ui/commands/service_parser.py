"""The commands of the people who keep a service: keys, users, backup, restore, watch, mcp."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ui.commands.options import add_command, add_day_option, lazily, number


def add_service_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    """The commands of who keeps the service: users and keys."""
    keys = _add_group(commands, "keys", "接口密钥 · keys for programs")
    added = add_command(
        keys, common, "add", lazily("access", "run_add_key"), "新建密钥，只显示一次 · make a key, shown once"
    )
    _add_holder_options(added)
    users = _add_group(commands, "users", "网页用户 · people who log in to the page")
    added = add_command(users, common, "add", lazily("access", "run_add_user"), "新建用户 · add a user")
    _add_holder_options(added)
    _add_password_option(added)
    changed = add_command(users, common, "password", lazily("access", "run_password"), "更改口令 · change a password")
    changed.add_argument("name", metavar="NAME", help="名字 · the name")
    _add_password_option(changed)
    for kind, actions in (("key", keys), ("user", users)):
        add_command(
            actions, common, "list", lazily("access", f"run_list_{kind}s"), "列出 · list them, without secrets"
        )
        for action, words in (("revoke", "停用，立即生效 · refuse from now on"), ("remove", "删除 · forget")):
            leaf = add_command(actions, common, action, lazily("access", f"run_{action}_{kind}"), words)
            leaf.add_argument("name", metavar="NAME", help="名字 · the name")
    _add_copy_commands(commands, common)
    _add_watch_command(commands, common)
    store = _add_group(commands, "store", "管理报纸库 · keep a store")
    add_command(
        store, common, "migrate", lazily("store", "run_migrate"), "升级库的版式 · bring its layout up to date"
    )
    add_command(
        commands,
        common,
        "mcp",
        lazily("tools", "run_mcp"),
        "作为 MCP 工具，供其他程序启动 · tools for a program (MCP)",
    )


def _add_copy_commands(commands: Any, common: argparse.ArgumentParser) -> None:
    copied = add_command(
        commands, common, "backup", lazily("operation", "run_backup"), "备份报纸库，使用中也可 · copy a store in use"
    )
    copied.add_argument("folder", type=Path, metavar="FOLDER", help="新文件夹 · a new folder for the copy")
    restored = add_command(
        commands, common, "restore", lazily("operation", "run_restore"), "从备份恢复 · make the store of a copy"
    )
    restored.add_argument("folder", type=Path, metavar="FOLDER", help="备份 · a folder made by backup")
    restored.add_argument(
        "--replace",
        action="store_true",
        help="把现有的库移到一旁 · move the store that is there aside",
    )


def _add_watch_command(commands: Any, common: argparse.ArgumentParser) -> None:
    watch = add_command(
        commands,
        common,
        "watch",
        lazily("operation", "run_watch"),
        "随到随导入一个文件夹 · import pages as they come",
    )
    watch.add_argument("folder", type=Path, metavar="FOLDER", help="要看的文件夹 · the folder to watch")
    add_day_option(watch, "--date", "date", "出版日 · day of publication, where a file names none")
    watch.add_argument("--source", default="", metavar="NAME", help="报纸名 · the paper's name")
    watch.add_argument(
        "--every",
        type=number(0.1, 86_400, float),
        default=5.0,
        metavar="SECONDS",
        help="隔几秒看一次 · seconds between looks (5)",
    )
    watch.add_argument(
        "--settle",
        type=number(0, 86_400, float),
        default=3.0,
        metavar="SECONDS",
        help="静止几秒才算写完 · seconds without change that make a file whole (3)",
    )


def _add_group(commands: Any, name: str, summary: str) -> Any:
    parser = commands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    return parser.add_subparsers(title="动作 actions", dest="action", required=True, metavar="ACTION")


def _add_holder_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="名字 · the name")
    parser.add_argument(
        "--scope",
        choices=("read", "write", "admin"),
        default="read",
        help="权限：只读、可导入、管理 · what it may do (read)",
    )
    parser.add_argument(
        "--days", type=number(1, 36_500, int), metavar="N", help="几天后失效 · expires after N days (never)"
    )


def _add_password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="从标准输入读口令 · read the password from standard input (asked for)",
    )
