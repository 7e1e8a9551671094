"""``POST /v1/answers`` and ``/v1/search``; the reading of an answer's events by an HTTP caller who may leave."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from typing import Annotated, Any, Literal

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from rag.answering.events import AnswerEvent, AnswerReady, EvidenceFound, TextDelta
from rag.records import Answer, JsonObject
from ui.answer_queue import AnswerStream, Inquiry
from ui.serialisation import answer_json, passage_json, search_json
from ui.web.problems import log_error, problem_of
from ui.web.schemas import AnswerDocument, AnswerRequest, SearchDocument, SearchRequest
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["answers"])

EVENT_STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_POLL_SECONDS = 0.25


class CallerGoneError(Exception):
    """The client closed the connection before its answer was ready."""


async def events_of(stream: AnswerStream) -> AsyncIterator[AnswerEvent]:
    """The stream's events for an async caller; leaving early closes the stream, which stops the model."""
    async with aclosing(events_or_pauses(stream, None)) as events:
        async for event in events:
            if event != "later":
                yield event


async def events_or_pauses(
    stream: AnswerStream, seconds: float | None
) -> AsyncGenerator[AnswerEvent | Literal["later"], None]:
    """As ``events_of``, with ``"later"`` whenever nothing came for ``seconds`` (None: never). No thread waits."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody reads any more
            loop.call_soon_threadsafe(news.set)

    stream.on_news(tell)
    try:
        while True:
            news.clear()
            while (event := stream.wait_event(0)) != "later":
                if event is None:
                    return
                yield event
            try:
                await asyncio.wait_for(news.wait(), seconds)
            except TimeoutError:
                yield "later"
    finally:
        stream.close()


async def finished_answer(stream: AnswerStream, request: Request) -> Answer:
    """The answer, once ready; the model is stopped when the caller leaves before.

    Raises:
        CallerGoneError: the caller left.
    """
    found: list[Answer] = []

    async def read() -> None:
        found.extend([event.answer async for event in events_of(stream) if isinstance(event, AnswerReady)])
        group.cancel_scope.cancel()

    async def watch() -> None:
        while not await request.is_disconnected():
            await anyio.sleep(_POLL_SECONDS)
        group.cancel_scope.cancel()

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(watch)
            await read()
    except ExceptionGroup as error:
        raise error.exceptions[0] from None
    if not found:
        raise CallerGoneError
    return found[0]


def server_event(name: str, data: JsonObject) -> str:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _event_text(event: AnswerEvent) -> str:
    match event:
        case EvidenceFound():
            return server_event(
                "evidence",
                {
                    "passages": [passage_json(item) for item in event.passages],
                    "standalone_question": event.standalone_question,
                    "notes": list(event.notes),
                },
            )
        case TextDelta():
            return server_event("delta", {"text": event.text})
        case AnswerReady():
            return server_event("answer", answer_json(event.answer))


async def _server_events(stream: AnswerStream, services: Services) -> AsyncIterator[str]:
    asked = time.perf_counter()
    try:
        async for event in events_of(stream):
            if isinstance(event, AnswerReady):
                services.metrics.observe_answer(event.answer, asked_seconds=time.perf_counter() - asked)
            yield _event_text(event)
    except Exception as error:
        log_error(error)
        yield server_event("error", problem_of(error).to_json())


@router.post(
    "/answers",
    response_model=AnswerDocument,
    summary="Ask, and get a checked, cited answer",
    responses={
        200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        429: {"description": "Too many questions are waiting; Retry-After says when to come back."},
    },
)
async def post_answer(
    body: AnswerRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """One generation runs at a time; the others wait in a short line."""
    inquiry = Inquiry(
        body.question,
        body.search_filter(),
        tuple(turn.to_turn() for turn in body.history),
        None if body.passages is None else tuple(item.to_passage(n) for n, item in enumerate(body.passages, start=1)),
    )
    services.audit.write("ask", request.scope, question=body.question)
    stream = services.answers.ask(inquiry)
    if body.stream:
        events = _server_events(stream, services)
        return StreamingResponse(events, media_type="text/event-stream", headers=EVENT_STREAM_HEADERS)
    asked = time.perf_counter()
    try:
        answer = await finished_answer(stream, request)
    except CallerGoneError:
        return Response(status_code=499)
    services.metrics.observe_answer(answer, asked_seconds=time.perf_counter() - asked)
    return JSONResponse(answer_json(answer))


@router.post("/search", response_model=SearchDocument, summary="Find passages, write no answer")
def post_search(
    body: SearchRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> dict[str, Any]:
    """Retrieval only; the model is waited for only by a question to be searched in Chinese."""
    services.audit.write("search", request.scope, question=body.question)
    found = services.workspace.search(body.question, body.count, body.search_filter(), translate=body.translate)
    return search_json(found)
