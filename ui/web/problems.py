"""Every failure as ``application/problem+json`` (RFC 9457); what is internal goes to the log, not to the caller."""

from __future__ import annotations

import errno
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.errors import (
    ArticleChangedError,
    ArticleNotFoundError,
    BaowenError,
    GenerationError,
    MendError,
    ModelError,
    QuestionError,
    StoreError,
    StoreLockedError,
)
from ui.answer_queue import BusyError
from ui.web.problem_types import PROBLEM_PATH, problem_type
from ui.web.request_id import REQUEST_ID

logger = logging.getLogger("baowen.api")

PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, for the caller: ``detail`` says what was found, what was expected and what to do."""

    status: int
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[Mapping[str, Any], ...] = ()
    name: str = ""
    """Its stable name; empty: the one of its status."""

    def to_json(self) -> dict[str, Any]:
        """The problem document; ``error`` repeats it in the shape that OpenAI clients read."""
        kind = problem_type(self.status, self.name)
        document: dict[str, Any] = {
            "type": PROBLEM_PATH + kind.name,
            "title": kind.title,
            "status": self.status,
            "detail": self.detail,
            "request_id": REQUEST_ID.get(),
            "error": {"message": self.detail, "type": kind.name.replace("-", "_"), "code": self.status},
        }
        if self.errors:
            document["errors"] = list(self.errors)
        return document

    def to_response(self) -> JSONResponse:
        """The HTTP response."""
        return JSONResponse(self.to_json(), self.status, headers=dict(self.headers), media_type=PROBLEM_TYPE)


class ProblemError(Exception):
    """Raised by a route that knows the problem it answers with."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem_of(error: BaseException) -> Problem:
    """The problem that ``error`` is to a caller. Paths and messages of the machine stay out of it."""
    match error:
        case ProblemError():
            return error.problem
        case QuestionError() | MendError():
            return Problem(422, str(error))
        case BusyError():
            return Problem(429, str(error), {"Retry-After": "15"})
        case _ if _is_full(error):
            words = "the disk of the service is full, and nothing was stored; what was stored before is safe"
            return Problem(507, f"{words}: send it again when there is space", {"Retry-After": "60"})
        case StoreError():
            return _store_problem(error)
        case ModelError() | GenerationError():
            return Problem(
                503, "the model cannot be used now; `baowen doctor` on the server says why", {"Retry-After": "30"}
            )
        case BaowenError():
            return Problem(503, "the request could not be served; the server's log says why")
        case _:
            return Problem(500, "an unexpected error; the server's log has the details")


def _store_problem(error: StoreError) -> Problem:
    match error:
        case ArticleNotFoundError():
            return Problem(404, "no article has this id; GET /v1/articles lists them")
        case ArticleChangedError():
            words = "an article was changed or removed meanwhile, and nothing was done; read it again"
            return Problem(409, words, name="article-changed")
        case StoreLockedError():
            return Problem(503, "another process is writing to the article store; try again", {"Retry-After": "10"})
        case _:
            return Problem(503, "the article store cannot be used; `baowen doctor` on the server says why")


def _is_full(error: BaseException) -> bool:
    """Whether the disk is what failed, as the system says it or as SQLite does."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return True
        if getattr(cause, "sqlite_errorcode", None) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
            return True
        cause = cause.__cause__
    return False


def log_error(error: BaseException) -> None:
    """The full message for the operator; a trace only for what nobody foresaw."""
    if isinstance(error, BaowenError):
        logger.warning("%s: %s", type(error).__name__, error)
    else:
        logger.error("unexpected error", exc_info=error)


def install_problem_handlers(app: FastAPI) -> None:
    """Answer every error of ``app`` with a problem document."""

    def on_known(_: Request, error: Exception) -> JSONResponse:
        log_error(error)
        return problem_of(error).to_response()

    def on_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101
        return Problem(error.status_code, str(error.detail), error.headers or {}).to_response()

    def on_invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        errors = tuple(_invalid_part(item) for item in error.errors())
        words = "; ".join(f"{item['location']}: {item['message']}" for item in errors[:3])
        return Problem(422, f"the request does not have the expected shape: {words}", errors=errors).to_response()

    def on_problem(_: Request, error: Exception) -> JSONResponse:
        return problem_of(error).to_response()

    app.add_exception_handler(ProblemError, on_problem)
    app.add_exception_handler(BaowenError, on_known)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)


def _invalid_part(item: Mapping[str, Any]) -> dict[str, str]:
    return {"location": ".".join(str(part) for part in item["loc"]), "message": str(item["msg"])}
