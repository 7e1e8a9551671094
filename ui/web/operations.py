"""What operators ask: ``/healthz``, ``/readyz``, ``/metrics``, and ``/docs`` for people. None is under the key."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from rag.errors import BaowenError, GenerationError, ModelError, StoreError
from ui.static_files import read_static
from ui.web.documentation import documentation_html
from ui.web.problem_types import BY_NAME, problem_html, problems_html
from ui.web.problems import Problem
from ui.web.services import Services, services_of

router = APIRouter(tags=["operations"])
logger = logging.getLogger("baowen.api")


@router.get("/healthz", summary="The process lives")
def get_health() -> dict[str, str]:
    """Says ok as long as the process can say anything."""
    return {"status": "ok"}


@router.get("/readyz", summary="Questions are answered without delay", responses={503: {"description": "Not yet."}})
def get_readiness(services: Annotated[Services, Depends(services_of)]) -> Response:
    """503 with the reason until the models are warm, and while a server that answers need is away."""
    answers = services.answers
    if answers.state == "ready":
        try:
            services.workspace.require_reachable()
        except BaowenError as error:
            return Problem(503, _away(error), {"Retry-After": "5"}).to_response()
        return JSONResponse({"status": "ready"})
    reasons = {
        "loading": "the models are loading; questions asked now wait for them",
        "failed": "the models could not be loaded; `baowen doctor` on the server says why",
    }
    return Problem(503, reasons[answers.state], {"Retry-After": "5"}).to_response()


def _away(error: BaowenError) -> str:
    """Which server is away; its address stays out of what anybody may read."""
    logger.warning("not ready: %s", error)
    kinds = {StoreError: "database", ModelError: "embedding", GenerationError: "generation"}
    name = next((words for kind, words in kinds.items() if isinstance(error, kind)), "")
    return f"the {name} server cannot be reached; what is asked meanwhile fails, and it is used again once it answers"


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
def get_metrics(services: Annotated[Services, Depends(services_of)]) -> Response:
    """Counts and times; no question, answer or article."""
    return Response(services.metrics.to_text(), media_type=CONTENT_TYPE_LATEST)


@router.get("/docs", include_in_schema=False)
def get_documentation(request: Request) -> HTMLResponse:
    """The description of the API as one page that loads nothing."""
    return HTMLResponse(documentation_html(request.app.openapi(), read_static("documentation.css")))


@router.get("/problems/", include_in_schema=False)
def list_problems() -> HTMLResponse:
    """Every kind of problem."""
    return HTMLResponse(problems_html(read_static("documentation.css")))


@router.get("/problems/{name}", include_in_schema=False)
def get_problem(name: str) -> HTMLResponse:
    """What a problem's ``type`` points to."""
    if name not in BY_NAME:
        raise HTTPException(404, "no problem has this name; /problems/ lists them")
    return HTMLResponse(problem_html(BY_NAME[name], read_static("documentation.css")))
