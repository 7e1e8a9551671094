"""Conversations on disk: one small SQLite file beside the article store, each browser's its own.

``owner`` is a secret that only one browser knows; what is kept is its hash, so that the file names nobody.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.records import SearchFilter
from ui.answer_records import answer_of, kept_json
from ui.conversation import Conversation, Exchange, title_of

FILE_NAME = "conversations.sqlite3"
_TITLE_CHARACTERS = 200
_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, updated TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS conversations_by_owner ON conversations (owner, updated);
CREATE TABLE IF NOT EXISTS exchanges (
  conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  question TEXT NOT NULL,
  search_filter TEXT NOT NULL,
  state TEXT NOT NULL,
  failure TEXT NOT NULL,
  answer TEXT,
  PRIMARY KEY (conversation_id, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS examples (generation INTEGER NOT NULL, position INTEGER NOT NULL, question TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS further_questions (
  name TEXT PRIMARY KEY, generation INTEGER NOT NULL, questions TEXT NOT NULL
) WITHOUT ROWID;
"""


class ConversationStore:
    """What was asked and answered; may be shared between threads. Safe to kill at any moment."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / FILE_NAME
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_TABLES)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=30.0)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            with connection:
                yield connection
        finally:
            connection.close()

    def add_exchange(self, owner: str, conversation_id: str, exchange: Exchange) -> int:
        """Append a question to a conversation, which is made by its first one; says its position, from 0.

        Raises:
            KeyError: the conversation is another owner's.
        """
        hashed, now = _hashed(owner), _now()
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET updated = ? "
                "WHERE owner = excluded.owner",
                (conversation_id, hashed, title_of(exchange.question), now, now),
            )
            found = connection.execute("SELECT owner FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
            if found[0] != hashed:
                raise KeyError(conversation_id)
            position = connection.execute(
                "SELECT count(*) FROM exchanges WHERE conversation_id = ?", (conversation_id,)
            ).fetchone()[0]
            connection.execute(
                "INSERT INTO exchanges VALUES (?, ?, ?, ?, ?, ?, ?)",
                (conversation_id, position, exchange.question, *_values(exchange)),
            )
            return int(position)

    def set_exchange(self, conversation_id: str, position: int, exchange: Exchange) -> None:
        """What became of a question; nothing where its conversation was removed meanwhile."""
        with self._connection() as connection:
            connection.execute(
                "UPDATE exchanges SET search_filter = ?, state = ?, failure = ?, answer = ? "
                "WHERE conversation_id = ? AND position = ?",
                (*_values(exchange), conversation_id, position),
            )

    def conversation(self, owner: str, conversation_id: str) -> Conversation | None:
        """The conversation, if it is this owner's."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT title, updated FROM conversations WHERE id = ? AND owner = ?",
                (conversation_id, _hashed(owner)),
            ).fetchone()
            if row is None:
                return None
            rows = connection.execute(
                "SELECT question, search_filter, state, failure, answer FROM exchanges "
                "WHERE conversation_id = ? ORDER BY position",
                (conversation_id,),
            ).fetchall()
        return Conversation(conversation_id, row[0], tuple(_exchange(*values) for values in rows), row[1])

    def conversations(self, owner: str, limit: int = 200) -> list[Conversation]:
        """The owner's conversations without their exchanges, the latest first."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT id, title, updated FROM conversations WHERE owner = ? ORDER BY updated DESC, id LIMIT ?",
                (_hashed(owner), limit),
            ).fetchall()
        return [Conversation(identifier, title, (), updated) for identifier, title, updated in rows]

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Call the owner's conversation otherwise; an empty title changes nothing."""
        cleaned = " ".join(title.split())[:_TITLE_CHARACTERS]
        if cleaned:
            with self._connection() as connection:
                connection.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND owner = ?",
                    (cleaned, conversation_id, _hashed(owner)),
                )

    def remove(self, owner: str, conversation_id: str) -> None:
        """Forget the owner's conversation."""
        with self._connection() as connection:
            connection.execute(
                "DELETE FROM conversations WHERE id = ? AND owner = ?", (conversation_id, _hashed(owner))
            )

    def examples(self, generation: int) -> list[str] | None:
        """The example questions checked on this generation of the articles; None where none were looked for."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT question FROM examples WHERE generation = ? ORDER BY position", (generation,)
            ).fetchall()
        return [row[0] for row in rows if row[0]] if rows else None

    def set_examples(self, generation: int, questions: list[str]) -> None:
        """Keep the checked example questions of a generation in place of any other's; there may be none."""
        with self._connection() as connection:
            connection.execute("DELETE FROM examples")
            rows = [(generation, position, question) for position, question in enumerate(questions or [""])]
            connection.executemany("INSERT INTO examples VALUES (?, ?, ?)", rows)

    def further_questions(self, name: str) -> list[str] | None:
        """What was found to be asked after the answer of this name; None where it was not looked for."""
        with self._connection() as connection:
            row = connection.execute("SELECT questions FROM further_questions WHERE name = ?", (name,)).fetchone()
        return list(json.loads(row[0])) if row else None

    def set_further_questions(self, name: str, generation: int, questions: list[str]) -> None:
        """Keep what may be asked after an answer; what was found in other generations is forgotten."""
        with self._connection() as connection:
            connection.execute("DELETE FROM further_questions WHERE generation <> ?", (generation,))
            row = (name, generation, json.dumps(questions, ensure_ascii=False))
            connection.execute("INSERT OR REPLACE INTO further_questions VALUES (?, ?, ?)", row)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _hashed(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()


def _values(exchange: Exchange) -> tuple[str, str, str, str | None]:
    chosen = exchange.search_filter
    limits = [str(chosen.date_from or ""), str(chosen.date_to or ""), chosen.source or ""]
    answer = json.dumps(kept_json(exchange.answer), ensure_ascii=False) if exchange.answer else None
    return json.dumps(limits, ensure_ascii=False), exchange.state, exchange.failure, answer


def _exchange(question: str, limits: str, state: str, failure: str, answer: str | None) -> Exchange:
    first, last, source = json.loads(limits)
    chosen = SearchFilter(
        dt.date.fromisoformat(first) if first else None,
        dt.date.fromisoformat(last) if last else None,
        source or None,
    )
    read = answer_of(json.loads(answer)) if answer else None
    return Exchange(question, state, read, failure, chosen)  # type: ignore[arg-type]
