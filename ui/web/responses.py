"""``POST /v1/responses`` in the shape of OpenAI's API, for clients that no longer speak chat completions.

The last user message of ``input`` is the question, the exchanges before it are its history. Nothing is stored, so a
response cannot be fetched again or continued by its id.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from rag.answering.events import AnswerEvent, AnswerReady, TextDelta
from rag.records import JsonObject
from ui.answer_queue import AnswerStream, Inquiry, Place
from ui.web.answers import CallerGoneError, events_and_places, finished_answer
from ui.web.callers import asker_of
from ui.web.chat_replies import Reply
from ui.web.chat_tasks import read_task
from ui.web.openai_compatible import (
    STREAMED,
    event_stream,
    filter_of,
    known_models,
    read_messages,
    require_known,
    task_content,
)
from ui.web.problems import log_error, problem_of
from ui.web.response_documents import ResponseDocument
from ui.web.response_schemas import ResponsesRequest
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])


@router.post(
    "/responses", summary="Ask through an OpenAI client's responses", response_model=None, responses=STREAMED
)
async def post_response(
    body: ResponsesRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Streaming and not; annotations are `url_citation`s into the text.

    One's place in line comes as `response.queued`, with `baowen: {"ahead": 3}`.
    """
    require_known(body.model, known_models(services))
    body.require_supported()
    question, history = read_messages(body.messages())
    document = _document(body, question, str(request.base_url))
    if task := read_task(body.told(), question, history):
        content = await task_content(task, services)
        if body.stream:
            return event_stream(_plain_events(document, content))
        return JSONResponse(document.plain(content))
    inquiry = Inquiry(question, filter_of(body.baowen), history, asker=asker_of(request.scope))
    services.audit.write("ask", request.scope, question=question)
    stream = services.answers.ask(inquiry)
    if body.stream:
        return event_stream(_events(document, stream, services))
    try:
        answer = await finished_answer(stream, request)
    except CallerGoneError:
        return Response(status_code=499)
    services.metrics.observe_answer(answer, stream)
    return JSONResponse(document.whole(answer))


def _document(body: ResponsesRequest, question: str, base_url: str) -> ResponseDocument:
    as_json = body.text.format.type == "json_object"
    reply = Reply("", int(time.time()), body.model, question, base_url, as_json)
    return ResponseDocument(f"resp_{uuid.uuid4().hex}", f"msg_{uuid.uuid4().hex}", reply, _echoed(body))


def _echoed(body: ResponsesRequest) -> JsonObject:
    """What a response says again of its request."""
    return {
        "instructions": body.instructions if isinstance(body.instructions, str) and body.instructions else None,
        "metadata": body.metadata,
        "text": {"format": {"type": body.text.format.type}},
        "tools": [],  # none was there to be called
        "tool_choice": "none" if body.tool_choice == "none" else "auto",
    }


async def _events(document: ResponseDocument, stream: AnswerStream, services: Services) -> AsyncIterator[str]:
    for event in document.begin():
        yield event
    try:
        async for found in events_and_places(stream, services.answers):
            if isinstance(found, AnswerReady):
                services.metrics.observe_answer(found.answer, stream)
            for event in _told(document, found):
                yield event
    except Exception as error:
        log_error(error)
        yield document.failed(problem_of(error))


def _told(document: ResponseDocument, found: AnswerEvent | Place) -> Iterator[str]:
    match found:
        case Place():
            yield document.queued(found.ahead)
        case TextDelta() if not document.reply.as_json:
            yield from document.text(found.text)
        case AnswerReady():
            yield from document.end(found.answer)


async def _plain_events(document: ResponseDocument, content: str) -> AsyncIterator[str]:
    for event in (*document.begin(), *document.end_plain(content)):
        yield event
