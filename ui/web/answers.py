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
from ui.answer_queue import AnswerQueue, AnswerStream, Inquiry, Place
from ui.serialisation import answer_json, citation_json, passage_json, search_json
from ui.web.callers import asker_of
from ui.web.description import EVENT_SCHEMA
from ui.web.problems import log_error, problem_of
from ui.web.schemas import AnswerDocument, AnswerRequest, QueueDocument, SearchDocument, SearchRequest
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["answers"])

EVENT_STREAM_HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_POLL_SECONDS = 0.25
_LOOK_SECONDS = 0.5
"""How often the place in line is looked at."""
_REPEAT_SECONDS = 15.0
"""How often it is said again: proxies and clients close what is silent for long."""


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


async def events_and_places(stream: AnswerStream, answers: AnswerQueue) -> AsyncGenerator[AnswerEvent | Place, None]:
    """As ``events_of``, with the place in line before the first text: as it changes, and every quarter of a minute.

    Whoever has nobody before him is told no place at first; who was told one is told when his turn has come.
    """
    told, told_at, text_began = Place("in line"), time.monotonic(), False
    async with aclosing(events_or_pauses(stream, _LOOK_SECONDS)) as events:
        async for event in events:
            text_began = text_began or isinstance(event, TextDelta | AnswerReady)
            if event != "later":
                yield event
            place = answers.place(stream)
            is_news = place.ahead != told.ahead or time.monotonic() - told_at > _REPEAT_SECONDS
            if not text_began and is_news:
                told, told_at = place, time.monotonic()
                yield place


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


def _event_text(event: AnswerEvent | Place) -> str:
    match event:
        case Place():
            return server_event("queue", {"ahead": event.ahead})
        case EvidenceFound():
            return server_event(
                "evidence",
                {
                    "passages": [passage_json(item) for item in event.passages],
                    "standalone_question": event.standalone_question,
                    "notes": list(event.notes),
                    "sentence": citation_json(event.sentence) if event.sentence else None,
                    "answers": event.answers,
                },
            )
        case TextDelta():
            return server_event("delta", {"text": event.text})
        case AnswerReady():
            return server_event("answer", answer_json(event.answer))


async def _server_events(stream: AnswerStream, services: Services) -> AsyncIterator[str]:
    try:
        async for event in events_and_places(stream, services.answers):
            if isinstance(event, AnswerReady):
                services.metrics.observe_answer(event.answer, stream)
            yield _event_text(event)
    except Exception as error:
        log_error(error)
        yield server_event("error", problem_of(error).to_json())


@router.post(
    "/answers",
    response_model=AnswerDocument,
    summary="Ask, and get a checked, cited answer",
    responses={
        200: {"content": {"text/event-stream": {"schema": EVENT_SCHEMA}}},
        429: {"description": "Too many questions are waiting; Retry-After says when to come back."},
    },
)
async def post_answer(
    body: AnswerRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Evidence is found at once; one answer is written at a time, and users and keys take turns.

    A question with `prose` false is not in that line: its answer quotes a paper, and the model writes nothing.
    A stream says one's place in line in events named `queue`, `{"ahead": 3}`, whenever it changes.
    """
    inquiry = Inquiry(
        body.question,
        body.search_filter(),
        tuple(turn.to_turn() for turn in body.history),
        None if body.passages is None else tuple(item.to_passage(n) for n, item in enumerate(body.passages, start=1)),
        asker=asker_of(request.scope),
        prose=body.prose,
    )
    services.audit.write("ask", request.scope, question=body.question)
    stream = services.answers.ask(inquiry)
    if body.stream:
        events = _server_events(stream, services)
        return StreamingResponse(events, media_type="text/event-stream", headers=EVENT_STREAM_HEADERS)
    try:
        answer = await finished_answer(stream, request)
    except CallerGoneError:
        return Response(status_code=499)
    services.metrics.observe_answer(answer, stream)
    return JSONResponse(answer_json(answer))


@router.get("/queue", response_model=QueueDocument, summary="One's place in line")
def get_queue(request: Request, services: Annotated[Services, Depends(services_of)]) -> dict[str, Any]:
    """How many questions are being answered or wait, and where the caller's own stand, in the order of asking."""
    answers = services.answers
    own = [{"stage": place.stage, "ahead": place.ahead} for place in answers.places(asker_of(request.scope))]
    return {"questions": answers.waiting, "limit": answers.limit, "own_limit": answers.asker_limit, "own": own}


@router.post("/search", response_model=SearchDocument, summary="Find passages, write no answer")
def post_search(
    body: SearchRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> dict[str, Any]:
    """Retrieval only; the model is waited for only by a question to be searched in Chinese."""
    services.audit.write("search", request.scope, question=body.question)
    found = services.workspace.search(body.question, body.count, body.search_filter(), translate=body.translate)
    return search_json(found)
