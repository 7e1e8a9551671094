"""The FastAPI app: routers, guards and the one answer queue around a workspace.

No retrieval or answering logic lives here; ``ui.chat.mount_chat`` puts the page on the same app.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn

from fastapi import FastAPI, HTTPException

from rag.settings import Settings
from ui.answer_queue import AnswerQueue
from ui.web import answers, articles, claims, openai_compatible, operations
from ui.web.metrics import Metrics
from ui.web.middleware import BearerKey, BodyLimit, HostGuard, Measurements, SecurityHeaders, SizeLimit, is_loopback
from ui.web.problems import install_problem_handlers
from ui.web.services import Services

if TYPE_CHECKING:
    from rag.workspace import Workspace

_JSON_BYTES = 4_000_000
_PAGE_BYTES = 16_000_000
_FILES_IN_ONE_UPLOAD = 4
_DESCRIPTION = (
    "Ask your local newspaper; every figure and quote of an answer is checked against the article it cites. "
    "Offsets are half-open [start, end) character indices into an article's text, which never changes."
)


def create_app(workspace: Workspace, settings: Settings, *, waiting_limit: int = 8) -> FastAPI:
    """The API over ``workspace``; the models warm up in the background once the app starts.

    ``waiting_limit`` is how many questions may wait behind the one being answered; further ones get 429.
    """
    queue = AnswerQueue(workspace, waiting_limit=waiting_limit)
    services = Services(workspace, settings, queue, Metrics(queue))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        queue.start()
        try:
            yield
        finally:
            queue.close()

    app = FastAPI(
        title="报问 Baowen",
        version=version("baowen"),
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    install_problem_handlers(app)
    for module in (answers, articles, claims, openai_compatible, operations):
        app.include_router(module.router)
    app.add_api_route("/v1/{path:path}", _unknown, methods=_METHODS, include_in_schema=False, response_model=None)
    _add_guards(app, services)
    return app


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def _unknown(path: str) -> NoReturn:
    """Keeps what is unknown under /v1 from reaching the page."""
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
    app.add_middleware(BearerKey, key=services.settings.api_key)
    app.add_middleware(Measurements, observe=services.metrics.observe_request)
    app.add_middleware(HostGuard, loopback_only=is_loopback(services.settings.host))
    app.add_middleware(SecurityHeaders)
