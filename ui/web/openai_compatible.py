"""``/v1/chat/completions``, ``/v1/embeddings`` and ``/v1/models`` in the shape of OpenAI's API.

The last user message is the question, the exchanges before it are its history. What a chat program asks about the
conversation itself (a title, follow-up questions) is answered without the model; see ``ui.web.chat_tasks``.
"""

from __future__ import annotations

import base64
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

import anyio.to_thread
import numpy as np
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from rag.answering.events import AnswerReady, TextDelta
from rag.chinese.question_kind import is_chinese
from rag.errors import BaowenError, QuestionError
from rag.records import JsonObject, SearchFilter, Turn
from ui.answer_queue import AnswerStream, Inquiry, Place
from ui.filters import make_filter
from ui.messages import TEXTS
from ui.web.answers import EVENT_STREAM_HEADERS, CallerGoneError, events_and_places, finished_answer
from ui.web.callers import asker_of
from ui.web.chat_replies import Reply, usage_of
from ui.web.chat_schemas import ChatMessage, ChatRequest, EmbeddingsRequest
from ui.web.chat_tasks import ChatTask, read_task, task_reply
from ui.web.problems import log_error, problem_of
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

MODEL_NAME = "baowen"
_FILTER_NAMES = ("date_from", "date_to", "source")
_SEARCHED_FOR_SUGGESTIONS = 8
_MAX_TEXTS = 256
_MAX_TEXT_CHARACTERS = 20_000
_NOTES = re.compile(r"\n\n(?:注：|Note: )")
"""Where the notes of an answer begin, which are no part of the conversation."""


def read_messages(messages: Sequence[ChatMessage]) -> tuple[str, tuple[Turn, ...]]:
    """The question and the exchanges before it.

    Raises:
        QuestionError: the last message is not the user's, or says nothing.
    """
    if messages[-1].role != "user" or not messages[-1].text().strip():
        raise QuestionError("the last message is not a user's question; expected role user with some text")
    turns: list[Turn] = []
    asked = ""
    for message in messages[:-1]:
        if message.role == "user":
            asked = message.text()
        elif message.role == "assistant" and asked:
            turns.append(Turn(asked, _NOTES.split(message.text(), maxsplit=1)[0]))
            asked = ""
    return messages[-1].text(), tuple(turns)


async def _chunks(reply: Reply, stream: AnswerStream, services: Services, *, with_usage: bool) -> AsyncIterator[str]:
    yield reply.chunk({"role": "assistant", "content": ""})
    shown = ""
    try:
        async for event in events_and_places(stream, services.answers):
            if isinstance(event, Place):
                yield f": {event.ahead} ahead\n\n"  # a comment: readers of events pass over it
            elif isinstance(event, TextDelta) and not reply.as_json:
                shown += event.text
                yield reply.chunk({"content": event.text})
            elif isinstance(event, AnswerReady):
                services.metrics.observe_answer(event.answer, stream)
                if rest := reply.content(event.answer)[len(shown) :]:
                    yield reply.chunk({"content": rest})
                yield reply.last_chunk(event.answer)
                if with_usage:
                    yield reply.usage_chunk(event.answer)
    except Exception as error:
        log_error(error)
        yield f"data: {json.dumps(problem_of(error).to_json(), ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def filter_of(given: Mapping[str, Any]) -> SearchFilter:
    """The filter that the extension ``baowen`` of a request names.

    Raises:
        QuestionError: it holds something else.
    """
    unknown = sorted(set(given) - set(_FILTER_NAMES))
    if unknown or not all(isinstance(value, str | None) for value in given.values()):
        found = ", ".join(unknown) or "a value that is no text"
        raise QuestionError(f"baowen holds {found}; expected texts named date_from, date_to, source")
    return make_filter(**given)


def known_models(services: Services) -> list[str]:
    """What ``model`` may say: the product's name, or the configured model's."""
    return [MODEL_NAME, services.settings.generation_model]


def require_known(name: str, known: Sequence[str]) -> None:
    """Refuse a model that is not served, with a 404 that lists those that are."""
    if name not in known:
        raise HTTPException(404, f"the model {name[:80]!r} is not served here; known are {', '.join(known)}")


def _task_of(body: ChatRequest, question: str, history: Sequence[Turn]) -> ChatTask | None:
    told = "\n".join(item.text() for item in body.messages if item.role in ("system", "developer"))
    return read_task(told, question, history)


async def task_content(task: ChatTask, services: Services) -> str:
    """What a task about the conversation is answered with."""
    return await anyio.to_thread.run_sync(task_reply, task, lambda asked: _suggestions(services, asked))


def _suggestions(services: Services, question: str) -> list[str]:
    """Questions that the papers can answer: what else was found for ``question``."""
    texts = TEXTS["zh" if is_chinese(question) else "en"]
    try:
        found = services.workspace.search(question[:1000], _SEARCHED_FOR_SUGGESTIONS, translate=False)
    except BaowenError as error:
        log_error(error)  # a nicety: the conversation goes on without it
        return []
    titles = dict.fromkeys(passage.title for passage in found.passages if passage.title)
    return [texts.title_example.format(title=title) for title in titles]


STREAMED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "object", "required": ["data"]}}}}
}


@router.post("/chat/completions", summary="Ask through an OpenAI client", response_model=None, responses=STREAMED)
async def post_chat_completion(
    body: ChatRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Streaming and not; a refused answer has its reason in ``refusal`` and its words in ``content``.

    Notes (how 今年 was read, a quote of another year) end the content. A prompt of the chat program itself (make a
    title, suggest questions, find tags) is answered from the conversation, without the model.
    """
    require_known(body.model, known_models(services))
    body.require_supported()
    question, history = read_messages(body.messages)
    identity = f"chatcmpl-{uuid.uuid4().hex}"
    as_json = body.response_format.type == "json_object"
    reply = Reply(identity, int(time.time()), body.model, question, str(request.base_url), as_json)
    with_usage = body.stream_options.include_usage
    if task := _task_of(body, question, history):
        content = await task_content(task, services)
        if body.stream:
            return event_stream(_each(reply.plain_chunks(content, with_usage=with_usage)))
        return JSONResponse(reply.plain_completion(content))
    inquiry = Inquiry(question, filter_of(body.baowen), history, asker=asker_of(request.scope))
    services.audit.write("ask", request.scope, question=question)
    stream = services.answers.ask(inquiry)
    if body.stream:
        return event_stream(_chunks(reply, stream, services, with_usage=with_usage))
    try:
        answer = await finished_answer(stream, request)
    except CallerGoneError:
        return Response(status_code=499)
    services.metrics.observe_answer(answer, stream)
    return JSONResponse(reply.completion(answer))


def event_stream(chunks: AsyncIterator[str]) -> Response:
    """Server-sent events as they come."""
    return StreamingResponse(chunks, media_type="text/event-stream", headers=EVENT_STREAM_HEADERS)


async def _each(chunks: Sequence[str]) -> AsyncIterator[str]:
    for chunk in chunks:
        yield chunk


@router.post("/embeddings", summary="Texts as vectors", response_model=None)
def post_embeddings(body: EmbeddingsRequest, services: Annotated[Services, Depends(services_of)]) -> JSONResponse:
    """Unit vectors of the model that searches the papers; ``input_type`` tells questions from texts."""
    require_known(body.model, [MODEL_NAME, services.settings.embedding_model])
    texts = [body.input] if isinstance(body.input, str) else body.input
    if not 1 <= len(texts) <= _MAX_TEXTS or not all(0 < len(text) <= _MAX_TEXT_CHARACTERS for text in texts):
        raise QuestionError(
            f"input holds {len(texts)} texts; expected 1 to {_MAX_TEXTS}, "
            f"each of 1 to {_MAX_TEXT_CHARACTERS} characters"
        )
    encoder = services.workspace.encoder
    if body.dimensions not in (None, encoder.dimension):
        raise QuestionError(f"dimensions is {body.dimensions}; expected {encoder.dimension}, which the model gives")
    encode = encoder.encode_queries if body.input_type == "query" else encoder.encode_passages
    rows = np.asarray(encode(texts), dtype="<f4")
    data = [{"object": "embedding", "index": n, "embedding": _vector(row, body)} for n, row in enumerate(rows)]
    usage = usage_of(sum(map(len, texts)), 0)
    del usage["completion_tokens"]
    model = services.settings.embedding_model
    return JSONResponse({"object": "list", "data": data, "model": model, "usage": usage})


def _vector(row: np.ndarray, body: EmbeddingsRequest) -> str | list[float]:
    return base64.b64encode(row.tobytes()).decode() if body.encoding_format == "base64" else row.tolist()


def _model_document(name: str) -> JsonObject:
    return {"id": name, "object": "model", "created": 0, "owned_by": "baowen"}


def _listed_models(services: Services) -> list[str]:
    return [*known_models(services), services.settings.embedding_model]


@router.get("/models", summary="The models that may be asked for")
def list_models(services: Annotated[Services, Depends(services_of)]) -> JsonObject:
    """Two names for the one assistant, and the model of ``/v1/embeddings``."""
    return {"object": "list", "data": [_model_document(name) for name in _listed_models(services)]}


@router.get("/models/{name:path}", summary="One of them")
def get_model(name: str, services: Annotated[Services, Depends(services_of)]) -> JsonObject:
    """Its entry."""
    require_known(name, _listed_models(services))
    return _model_document(name)
