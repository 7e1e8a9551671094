"""The FastAPI app: routers, guards and the one answer queue around a workspace.

No retrieval or answering logic lives here; ``ui.chat.mount_chat`` puts the page on the same app.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn

from fastapi import FastAPI, HTTPException, Request

from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.answer_queue import AnswerQueue
from ui.mcp_server import http_routes, make_mcp_server
from ui.web import answers, articles, claims, dify, login, mends, openai_compatible, operations, packets, responses
from ui.web.audit import AuditLog
from ui.web.callers import is_closed
from ui.web.description import describe, methods_of
from ui.web.gate import Gate
from ui.web.limits import CallerLimits, RateLimit
from ui.web.metrics import Metrics
from ui.web.middleware import BodyLimit, Measurements, SecurityHeaders, SizeLimit
from ui.web.problems import install_problem_handlers
from ui.web.reach import CrossOrigin, ForwardedAddress, HostGuard, Reach
from ui.web.request_log import RequestLog
from ui.web.services import Services
from ui.web.traces import TracedRequests, Traces

if TYPE_CHECKING:
    from rag.workspace import Workspace

_JSON_BYTES = 4_000_000
_PAGE_BYTES = 16_000_000
_FILES_IN_ONE_UPLOAD = 4
_WRONG_LOGINS_PER_MINUTE = 6
_DESCRIPTION = (
    "Ask your local newspaper; every figure and quote of an answer is checked against the article it cites. "
    "Offsets are half-open [start, end) character indices into an article's text, which never changes."
)


def services_over(workspace: Workspace, settings: Settings, *, waiting_limit: int | None = None) -> Services:
    """What every surface of one process shares; the queue is not started yet."""
    waiting = settings.questions_in_line - 1 if waiting_limit is None else waiting_limit
    queue = AnswerQueue(workspace, waiting_limit=waiting)
    access = AccessStore(settings.folder)
    audit = AuditLog.of(settings, closed=is_closed(settings, access))
    wrong_logins = RateLimit(_WRONG_LOGINS_PER_MINUTE)
    traces = Traces.of(settings)
    return Services(workspace, settings, queue, Metrics(queue, traces), access, audit, wrong_logins, traces)


def create_app(workspace: Workspace, settings: Settings, *, waiting_limit: int | None = None) -> FastAPI:
    """The API over ``workspace``; the models warm up in the background once the app starts.

    ``waiting_limit`` is how many questions may wait behind the one being answered (None: as the setting
    ``questions_in_line`` says); further ones get 429.
    """
    services = services_over(workspace, settings, waiting_limit=waiting_limit)
    tools = make_mcp_server(services)
    tool_routes = http_routes(tools)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        services.answers.start()
        try:
            async with tools.session_manager.run():
                yield
        finally:
            services.answers.close()
            if services.traces:
                services.traces.close()

    app = FastAPI(
        title="报问 Baowen",
        version=version("baowen"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    install_problem_handlers(app)
    for module in (answers, articles, mends, packets, claims, openai_compatible, responses, dify, operations, login):
        app.include_router(module.router)
    app.router.routes.extend(tool_routes)
    app.add_api_route("/v1/{path:path}", _unknown, methods=_METHODS, include_in_schema=False, response_model=None)
    _add_guards(app, services)
    return app


_METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"]


def _unknown(path: str, request: Request) -> NoReturn:
    """Keeps what is unknown under /v1 from reaching the page."""
    if served := methods_of(request.app.openapi(), f"/v1/{path}"):
        allowed = ", ".join(served)
        raise HTTPException(405, f"/v1/{path[:80]} takes {allowed}; found {request.method}", {"Allow": allowed})
    raise HTTPException(404, f"nothing is served at /v1/{path[:80]} with this method; /docs lists what is")


def _add_guards(app: FastAPI, services: Services) -> None:
    """The guards; the one added last stands first."""
    upload_bytes = services.settings.max_upload_bytes * _FILES_IN_ONE_UPLOAD + 1_000_000
    limits = (
        SizeLimit("/v1/articles", upload_bytes),
        SizeLimit("/v1/", _JSON_BYTES),
        SizeLimit("/gradio_api/upload", upload_bytes),
        SizeLimit("/en/gradio_api/upload", upload_bytes),
        SizeLimit("/", _PAGE_BYTES),
    )
    app.add_middleware(BodyLimit, limits=limits)
    app.add_middleware(
        CallerLimits,
        requests_per_minute=services.settings.requests_per_minute,
        answers_at_once=services.settings.answers_at_once,
    )
    app.add_middleware(Gate, settings=services.settings, access=services.access)
    app.add_middleware(Measurements, observe=services.metrics.observe_request)
    reach = Reach.of(services.settings)
    app.add_middleware(CrossOrigin, reach=reach)
    app.add_middleware(HostGuard, reach=reach)
    app.add_middleware(RequestLog)
    if services.traces:
        app.add_middleware(TracedRequests, traces=services.traces)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(ForwardedAddress, reach=reach, user_header=services.settings.user_header)
