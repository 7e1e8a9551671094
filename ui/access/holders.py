"""Users and keys in ``access.sqlite3`` beside the article store; a secret is kept as its hash only.

The file is read anew for every request, so that a revoked key or a removed user is out at once, and the first key
closes a server that was open.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from rag.errors import SettingsError, StoreError
from ui.access.secrets import digest, hashed, matches, token

Scope = Literal["read", "write", "admin"]
Kind = Literal["key", "user"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Each includes those before it: read asks and searches, write also imports and removes, admin also reads metrics."""
ACCESS_NAME = "access.sqlite3"
SESSION_HOURS = 12
_SHORTEST_PASSWORD = 8
_NAME = re.compile(r"[\w.@+-]{1,64}")
_TABLES = """
CREATE TABLE IF NOT EXISTS holders (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, scope TEXT NOT NULL, secret TEXT NOT NULL,
  created TEXT NOT NULL, expires TEXT, revoked TEXT, UNIQUE (kind, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (
  token TEXT PRIMARY KEY, holder TEXT NOT NULL REFERENCES holders (id) ON DELETE CASCADE, secret TEXT NOT NULL,
  expires TEXT NOT NULL
) WITHOUT ROWID;
"""
_COLUMNS = "id, kind, name, scope, created, expires, revoked"


@dataclass(frozen=True, slots=True)
class Holder:
    """A user or a key. ``expires`` and ``revoked`` are times in UTC, or None."""

    id: str
    kind: Kind
    name: str
    scope: Scope
    created: str
    expires: str | None = None
    revoked: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether its scope includes ``scope``."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def is_valid(self, now: dt.datetime) -> bool:
        """Whether it is neither revoked nor expired at ``now``."""
        return self.revoked is None and (self.expires is None or dt.datetime.fromisoformat(self.expires) > now)


class AccessStore:
    """The holders of one article store. No file means: none yet."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / ACCESS_NAME
        self._verified: dict[tuple[str, str], str] = {}
        """What was given, digested, with its holder: the hash that it matched, so that only a first use costs."""

    # Changing

    def add(
        self, kind: Kind, name: str, scope: Scope, secret: str | None = None, expires: dt.datetime | None = None
    ) -> str:
        """Add a user with the password ``secret``, or a key; returns the secret, for the last time.

        Raises:
            SettingsError: the name is taken or unusable, or the password too short.
        """
        if not _NAME.fullmatch(name):
            raise SettingsError(f"the name is {name[:80]!r}; expected 1 to 64 letters, digits or . _ - @ +")
        identity = f"user:{name}" if kind == "user" else token()[:8].replace("_", "x").replace("-", "y")
        given = secret if secret is not None else token() if kind == "user" else f"bw_{identity}_{token()}"
        if len(given) < _SHORTEST_PASSWORD:
            raise SettingsError(f"the password has {len(given)} characters; expected {_SHORTEST_PASSWORD} or more")
        row = (identity, kind, name, scope, hashed(given), _text(_now()), _text(expires) if expires else None)
        try:
            with self._writing() as connection:
                connection.execute("INSERT INTO holders VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", row)
        except sqlite3.IntegrityError as error:
            raise SettingsError(
                f"there is a {kind} named {name!r} already; expected another name: `baowen {kind}s list` shows them"
            ) from error
        return given

    def change_password(self, name: str, secret: str) -> None:
        """Give a user another password; his sessions end.

        Raises:
            SettingsError: there is no such user, or the password is too short.
        """
        if len(secret) < _SHORTEST_PASSWORD:
            raise SettingsError(f"the password has {len(secret)} characters; expected {_SHORTEST_PASSWORD} or more")
        self._change("user", name, "UPDATE holders SET secret = ? WHERE kind = 'user' AND name = ?", hashed(secret))

    def revoke(self, kind: Kind, name: str) -> None:
        """From now on the holder is refused; the record stays, for the log.

        Raises:
            SettingsError: there is no such holder.
        """
        words = f"UPDATE holders SET revoked = coalesce(revoked, ?) WHERE kind = '{kind}' AND name = ?"
        self._change(kind, name, words, _text(_now()))

    def remove(self, kind: Kind, name: str) -> None:
        """Forget the holder, whose name is free then.

        Raises:
            SettingsError: there is no such holder.
        """
        self._change(kind, name, f"DELETE FROM holders WHERE ? AND kind = '{kind}' AND name = ?", "1")

    def _change(self, kind: Kind, name: str, statement: str, value: str) -> None:
        with self._writing() as connection:
            if not connection.execute(statement, (value, name)).rowcount:
                raise SettingsError(f"there is no {kind} named {name[:80]!r}: `baowen {kind}s list` shows them")

    # Asking

    def holders(self, kind: Kind | None = None) -> list[Holder]:
        """All, or those of one kind, by name."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM holders ORDER BY kind, name") if connection else ()
            return [Holder(*row) for row in rows if kind in (None, row[1])]

    def holds_any(self) -> bool:
        """Whether anybody was ever let in; a revoked key still keeps the service closed."""
        with self._reading() as connection:
            return bool(connection and connection.execute("SELECT 1 FROM holders LIMIT 1").fetchone())

    def by_key(self, key: str) -> Holder | None:
        """The valid holder of a key, or None."""
        prefix, _, rest = key.partition("_")
        identity, _, secret = rest.partition("_")
        return self._by_secret(identity, key) if prefix == "bw" and secret else None

    def by_password(self, name: str, password: str) -> Holder | None:
        """The valid user of that name and password, or None; an unknown name takes as long as a known one."""
        found = self._by_secret(f"user:{name}", password, remember=False)
        if found is None and self.user(name) is None:
            hashed(password)
        return found

    def user(self, name: str) -> Holder | None:
        """The valid user of that name, or None."""
        found = self._row(f"user:{name}")
        return found[0] if found else None

    def _by_secret(self, identity: str, secret: str, *, remember: bool = True) -> Holder | None:
        found = self._row(identity)
        if found is None:
            return None
        holder, kept = found
        given = (identity, digest(secret))
        if self._verified.get(given) == kept:
            return holder
        if not matches(secret, kept):
            return None
        if remember:
            self._verified[given] = kept
        return holder

    def _row(self, identity: str) -> tuple[Holder, str] | None:
        with self._reading() as connection:
            if connection is None:
                return None
            query = f"SELECT {_COLUMNS}, secret FROM holders WHERE id = ?"
            row = connection.execute(query, (identity,)).fetchone()
        holder = Holder(*row[:-1]) if row else None
        return (holder, row[-1]) if holder and holder.is_valid(_now()) else None

    # Sessions

    def begin_session(self, holder: Holder) -> str:
        """A token for a cookie, good for ``SESSION_HOURS``."""
        made, now = token(), _now()
        until = _text(now + dt.timedelta(hours=SESSION_HOURS))
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE expires < ?", (_text(now),))
            connection.execute(
                "INSERT INTO sessions SELECT ?, id, secret, ? FROM holders WHERE id = ?",
                (digest(made), until, holder.id),
            )
        return made

    def by_session(self, session: str) -> Holder | None:
        """The holder of a session that has not ended, is not revoked and whose password is the same as then."""
        with self._reading() as connection:
            if connection is None:
                return None
            row = connection.execute(
                f"SELECT {', '.join('holders.' + name for name in _COLUMNS.split(', '))} FROM sessions "
                "JOIN holders ON holders.id = holder AND holders.secret = sessions.secret "
                "WHERE token = ? AND sessions.expires > ?",
                (digest(session), _text(_now())),
            ).fetchone()
        holder = Holder(*row) if row else None
        return holder if holder and holder.is_valid(_now()) else None

    def end_session(self, session: str) -> None:
        """Harmless where there is none."""
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE token = ?", (digest(session),))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection, or None where there is no file yet."""
        if not self.path.exists():
            yield None
            return
        with self._connected() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A connection to a file that is made if there is none; what changed is committed at the end."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._connected() as connection:
            connection.executescript(_TABLES)
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
                connection.execute("PRAGMA foreign_keys = ON")
                yield connection
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path} cannot be used: {error}; expected the users and keys of this store: restore a copy, or "
                "remove the file and add them again"
            ) from error


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _text(time: dt.datetime) -> str:
    return time.isoformat(timespec="seconds")
