"""The commands of the people who keep a service: keys, users."""

from __future__ import annotations

import argparse
from typing import Any

from ui.commands.options import add_command, lazily, number


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
