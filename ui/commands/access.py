"""``keys`` and ``users``: who may use the service from other machines."""

from __future__ import annotations

import argparse
import datetime as dt
import getpass
import sys
from dataclasses import asdict

from rag.errors import SettingsError
from rag.settings import Settings
from ui.access.holders import AccessStore, Kind
from ui.commands.output import write_json, write_line


def run_add_key(settings: Settings, options: argparse.Namespace) -> int:
    """Make a key and show it, once."""
    return _add(settings, options, "key", None)


def run_add_user(settings: Settings, options: argparse.Namespace) -> int:
    """Add a user with a password that is typed, or read from standard input."""
    return _add(settings, options, "user", _password(options))


def _add(settings: Settings, options: argparse.Namespace, kind: Kind, password: str | None) -> int:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=options.days) if options.days else None
    secret = AccessStore(settings.folder).add(kind, options.name, options.scope, password, until)
    document = {"kind": kind, "name": options.name, "scope": options.scope}
    if options.json:
        write_json(
            {**document, "expires": until.isoformat() if until else None, "key": secret if not password else None}
        )
    elif kind == "key":
        sys.stderr.write("请记下密钥，它不会再显示 / note the key, it is not shown again\n")
        write_line(secret)
    else:
        write_line(f"已添加用户 {options.name}（{options.scope}）/ user added")
    return 0


def run_password(settings: Settings, options: argparse.Namespace) -> int:
    """Change a user's password; his sessions end."""
    AccessStore(settings.folder).change_password(options.name, _password(options))
    _tell(options, "user", "changed", f"已更改 {options.name} 的口令 / password changed")
    return 0


def run_list_keys(settings: Settings, options: argparse.Namespace) -> int:
    """List the keys."""
    return _list(settings, options, "key")


def run_list_users(settings: Settings, options: argparse.Namespace) -> int:
    """List the users."""
    return _list(settings, options, "user")


def _list(settings: Settings, options: argparse.Namespace, kind: Kind) -> int:
    found = AccessStore(settings.folder).holders(kind)
    if options.json:
        write_json({f"{kind}s": [asdict(item) for item in found]})
        return 0
    for item in found:
        until = f"至 / until {item.expires}" if item.expires else "不过期 / no expiry"
        state = f"已停用 / revoked {item.revoked}" if item.revoked else until
        write_line(f"{item.name}  {item.scope}  {item.created}  {state}")
    return 0


def run_revoke_key(settings: Settings, options: argparse.Namespace) -> int:
    """Refuse a key from now on."""
    return _end(settings, options, "key", "revoke")


def run_revoke_user(settings: Settings, options: argparse.Namespace) -> int:
    """Refuse a user from now on."""
    return _end(settings, options, "user", "revoke")


def run_remove_key(settings: Settings, options: argparse.Namespace) -> int:
    """Forget a key."""
    return _end(settings, options, "key", "remove")


def run_remove_user(settings: Settings, options: argparse.Namespace) -> int:
    """Forget a user."""
    return _end(settings, options, "user", "remove")


def _end(settings: Settings, options: argparse.Namespace, kind: Kind, action: str) -> int:
    store = AccessStore(settings.folder)
    if action == "revoke":
        store.revoke(kind, options.name)
        _tell(options, kind, "revoked", f"已停用 {options.name} / revoked")
    else:
        store.remove(kind, options.name)
        _tell(options, kind, "removed", f"已删除 {options.name} / removed")
    return 0


def _tell(options: argparse.Namespace, kind: Kind, done: str, line: str) -> None:
    write_json({"kind": kind, "name": options.name, done: True}) if options.json else write_line(line)


def _password(options: argparse.Namespace) -> str:
    """Typed twice on a terminal, or one line of standard input.

    Raises:
        SettingsError: there is no terminal, or the two differ.
    """
    if options.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise SettingsError("there is no terminal to type a password at; expected one, or --password-stdin")
    first = getpass.getpass("口令 / password: ")
    if first != getpass.getpass("再输一遍 / once more: "):
        raise SettingsError("the two passwords differ; type the same one twice")
    return first
