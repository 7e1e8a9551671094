"""A request's id, in its answer and in every line of the log about it; the access log; logs as text or JSON.

Plain ASGI. No line holds a question, an answer, a key or a query string.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
import re
import sys
import time
import uuid
from typing import TextIO

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.settings import Settings
from ui.web.callers import caller_of
from ui.web.problems import Problem, log_error, problem_of
from ui.web.reach import route_path
from ui.web.request_id import REQUEST_ID

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
access_logger = logging.getLogger("baowen.access")


class RequestLog:
    """Gives each request an id, the sender's own where it is a plain one, and logs how it ended."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("x-request-id", "")
        identity = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        scope["baowen_request_id"] = identity
        REQUEST_ID.set(identity)  # for this request's task and its threads alone
        started, status, sent = time.perf_counter(), 0, 0

        async def sending(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = identity
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except asyncio.CancelledError:
            # The server ends and has waited long enough: not a fault, so no trace in the log.
            if not status:
                words = "the service is ending; ask again when it is up"
                await Problem(503, words, {"Retry-After": "10"}).to_response()(scope, receive, sending)
        except Exception as error:
            log_error(error)
            if status:
                raise  # half an answer is sent: only the connection can end
            await problem_of(error).to_response()(scope, receive, sending)
        finally:
            self._tell(scope, status, sent, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        facts = {
            "method": scope["method"],
            "path": route_path(scope),
            "status": status or 499,
            "bytes": sent,
            "milliseconds": round(seconds * 1000, 1),
            "caller": caller_of(scope).label,
            "client": scope["client"][0] if scope.get("client") else "",
        }
        line = "%(method)s %(path)s %(status)s %(bytes)s B %(milliseconds)s ms %(caller)s %(client)s"
        access_logger.info(line, facts, extra={"facts": facts})


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, request_id, and the facts of an access."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without a line break in it."""
        document = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST_ID.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            document["trace"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """``2021-03-09T08:00:00.000+00:00 info baowen.access … [id]``: one line, whatever came with a request."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a trace follows on lines of its own."""
        words = record.getMessage().encode("unicode_escape").decode() if _is_unclean(record) else record.getMessage()
        identity = f" [{REQUEST_ID.get()}]" if REQUEST_ID.get() else ""
        line = f"{_time(record)} {record.levelname.lower()} {record.name} {words}{identity}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _is_unclean(record: logging.LogRecord) -> bool:
    return not record.getMessage().isprintable()


def _time(record: logging.LogRecord) -> str:
    return dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")


def start_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Send what the service has to tell to standard error, in the form and from the level that the settings name."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if settings.log_format == "json" else PlainLines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("baowen").setLevel(logging.INFO)
    access_logger.setLevel(logging.INFO if settings.access_log == "on" else logging.WARNING)
