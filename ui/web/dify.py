"""Dify's external knowledge API, ``POST /retrieval`` (and under ``/v1``): a Dify app searches the papers.

``knowledge_id`` is ``baowen`` for every paper, or the name of one. Dify wants scores from 0 to 1: those of the
search, which have no bounds, are bent into that range without changing their order.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.responses import Response

from rag.errors import QuestionError
from rag.records import JsonObject, Passage, SearchFilter
from ui.filters import make_filter
from ui.serialisation import date_text
from ui.web.schemas import Given
from ui.web.services import Services, services_of

router = APIRouter(tags=["Dify"])

EVERY_PAPER = "baowen"
_UNKNOWN_KNOWLEDGE = 2001
_AFTER, _BEFORE, _IS = ("after", "≥", ">="), ("before", "≤", "<="), ("is", "=", "contains")


class RetrievalSetting(Given):
    """How many records, and from which score on."""

    top_k: Annotated[int, Field(ge=1, le=100, strict=True)] = 8
    score_threshold: Annotated[float, Field(ge=0, le=1, strict=True)] = 0.0


class MetadataItem(Given):
    """A condition on a record's metadata: ``date`` or ``source``."""

    name: list[str] | str
    comparison_operator: str
    value: str = ""


class MetadataCondition(Given):
    """Conditions that must all hold."""

    logical_operator: Literal["and", "or"] = "and"
    conditions: list[MetadataItem] = Field(default_factory=list, max_length=20)


class RetrievalRequest(Given):
    """What Dify sends."""

    knowledge_id: str = Field(EVERY_PAPER, max_length=200)
    query: str = Field(min_length=1, max_length=20_000)
    retrieval_setting: RetrievalSetting = RetrievalSetting()
    metadata_condition: MetadataCondition = MetadataCondition()


_ERROR = {"type": "object", "properties": {"error_code": {"type": "integer"}, "error_msg": {"type": "string"}}}
_UNKNOWN = {"description": "No such knowledge.", "content": {"application/json": {"schema": _ERROR}}}


@router.post("/v1/retrieval", summary="Search for Dify", response_model=None, responses={404: _UNKNOWN})
@router.post("/retrieval", include_in_schema=False, response_model=None)
async def post_retrieval(
    body: RetrievalRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Passages as Dify's records; ``metadata`` holds what leads back to the article."""
    search_filter = _filter_of(body)
    if body.knowledge_id != EVERY_PAPER:
        known = await anyio.to_thread.run_sync(lambda: services.workspace.store.counts().sources)
        if body.knowledge_id not in known:
            words = f"no paper is named {body.knowledge_id[:80]!r}; expected {EVERY_PAPER} or one of {_some(known)}"
            return JSONResponse({"error_code": _UNKNOWN_KNOWLEDGE, "error_msg": words}, 404)
    services.audit.write("search", request.scope, question=body.query, through="dify")
    wanted = body.retrieval_setting
    found = await anyio.to_thread.run_sync(
        lambda: services.workspace.search(body.query, wanted.top_k, search_filter, translate=False)
    )
    records = [_record(passage, str(request.base_url)) for passage in found.passages]
    return JSONResponse({"records": [item for item in records if item["score"] >= wanted.score_threshold]})


def _filter_of(body: RetrievalRequest) -> SearchFilter:
    """The filter that knowledge and conditions make.

    Raises:
        QuestionError: a condition cannot be served; it is never passed over in silence.
    """
    found = {"source": "" if body.knowledge_id == EVERY_PAPER else body.knowledge_id}
    given = body.metadata_condition
    if given.logical_operator == "or" and len(given.conditions) > 1:
        raise QuestionError("metadata_condition joins conditions by or; expected and")
    for item in given.conditions:
        names = [item.name] if isinstance(item.name, str) else item.name
        field = _field(names[0] if len(names) == 1 else "", item.comparison_operator)
        if not field or not item.value or found.get(field, "") not in ("", item.value):
            raise QuestionError(
                f"metadata_condition holds {', '.join(names)[:60]} {item.comparison_operator[:20]} "
                f"{item.value[:40]!r}; expected date after, date before, date is or source is, each once"
            )
        for name in ("date_from", "date_to") if field == "date" else (field,):
            found[name] = item.value
    return make_filter(found.get("date_from"), found.get("date_to"), found["source"])


def _field(name: str, operator: str) -> str:
    """The filter's field for a condition; empty where there is none."""
    if name == "date":
        return {
            **dict.fromkeys(_AFTER, "date_from"),
            **dict.fromkeys(_BEFORE, "date_to"),
            "is": "date",
            "=": "date",
        }.get(operator, "")
    return "source" if name == "source" and operator in _IS else ""


def _record(passage: Passage, base_url: str) -> JsonObject:
    metadata: dict[str, Any] = {
        "article_id": passage.article_id,
        "path": f"{base_url}v1/articles/{passage.article_id}#char={passage.start},{passage.end}",
        "date": date_text(passage.date) or "",
        "source": passage.source,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
    }
    return {"content": passage.text, "score": bounded(passage.score), "title": passage.title, "metadata": metadata}


def bounded(score: float) -> float:
    """A score as a number from 0 to 1; a higher score stays higher."""
    return 1 / (1 + math.exp(-max(-700.0, min(700.0, score))))


def _some(known: dict[str, int]) -> str:
    return ", ".join(name for name in list(known)[:10] if name)
