"""Who asked, imported and removed what: a JSON line each; never an answer, and no question unless asked for."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from starlette.types import Scope

from rag.corpus.ingest_records import IngestReport
from rag.errors import SettingsError
from rag.records import JsonObject
from rag.settings import Settings
from ui.web.callers import caller_of

logger = logging.getLogger("baowen.audit")
AUDIT_NAME = "audit.jsonl"


class AuditLog:
    """Appends to the file that the settings name; ``is_closed`` says whether a default one is kept."""

    def __init__(self, path: Path | None, *, with_questions: bool) -> None:
        self.path, self._with_questions = path, with_questions
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings, *, closed: bool) -> AuditLog:
        """The log of these settings.

        Raises:
            SettingsError: its file cannot be written.
        """
        named = settings.audit_log
        path = None if named == "off" else Path(named).expanduser() if named else settings.folder / AUDIT_NAME
        if not named and not closed:
            path = None
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
            except OSError as error:
                raise SettingsError(
                    f"the audit log {path} cannot be written: {error.strerror}; name another audit_log, or off"
                ) from error
        return cls(path, with_questions=settings.audit_questions == "on")

    def import_done(self, scope: Scope, names: Sequence[str], report: IngestReport, through: str = "api") -> None:
        """One line on an import: its files by their senders' names, and what became of them."""
        counts = {"added": report.added, "updated": report.updated, "failed": len(report.failed)}
        self.write("import", scope, files=list(names), articles=counts, through=through)

    def write(self, action: str, scope: Scope, *, question: str = "", **facts: object) -> None:
        """One line: when, who, from where, what. A full disk loses the line and is told in the log of errors."""
        if self.path is None:
            return
        record: JsonObject = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "request_id": scope.get("baowen_request_id", ""),
            "caller": caller_of(scope).label,
            "client": scope["client"][0] if scope.get("client") else "",
            "action": action,
            **facts,
        }
        if question:
            record["question" if self._with_questions else "question_characters"] = (
                question if self._with_questions else len(question)
            )
        line = json.dumps(record, ensure_ascii=False, default=str) + "\n"
        try:
            with self._lock, self.path.open("a", encoding="utf-8", errors="replace") as file:
                file.write(line)
        except OSError as error:
            logger.error("the audit log cannot be written: %s", error.strerror)
