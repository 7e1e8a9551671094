"""``/v1/chat/completions`` and ``/v1/models`` in the shape of OpenAI's API.

The last user message is the question, the exchanges before it are its history. The answer's markers become
``url_citation`` annotations: ``start_index`` and ``end_index`` are offsets of the marker in the content, and the
extension ``baowen`` beside them gives the quote with its own offsets in the article.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from rag.answering.events import AnswerReady, TextDelta
from rag.chinese.question_kind import is_chinese
from rag.errors import QuestionError
from rag.records import Answer, Citation, JsonObject, SearchFilter, Turn
from ui.answer_queue import AnswerStream, Inquiry
from ui.filters import make_filter
from ui.serialisation import answer_json, citation_json
from ui.web.answers import EVENT_STREAM_HEADERS, CallerGoneError, events_of, finished_answer
from ui.web.problems import log_error, problem_of
from ui.web.schemas import ChatMessage, ChatRequest
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

MODEL_NAME = "baowen"
_MARKER = re.compile(r"\[(\d+)\]")
_FILTER_NAMES = ("date_from", "date_to", "source")


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


def annotations_of(answer: Answer, base_url: str) -> list[JsonObject]:
    """One ``url_citation`` for each marker in the answer, in order."""
    cited = {citation.marker: citation for citation in answer.citations}
    return [
        _annotation(cited[int(found[1])], found.start(), found.end(), base_url)
        for found in _MARKER.finditer(answer.answer)
        if int(found[1]) in cited
    ]


def _annotation(citation: Citation, start: int, end: int, base_url: str) -> JsonObject:
    # The fragment is RFC 5147's: a range of characters of a text.
    url = f"{base_url}v1/articles/{citation.article_id}#char={citation.start},{citation.end}"
    return {
        "type": "url_citation",
        "url_citation": {"url": url, "title": citation.title, "start_index": start, "end_index": end},
        "baowen": citation_json(citation),
    }


def usage_of(question: str, answer: Answer) -> JsonObject:
    """Token counts, estimated at one token a character: the runtimes do not report their own."""
    prompt = len(question) + sum(len(passage.text) for passage in answer.passages)
    completion = len(answer.answer)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def notes_of(answer: Answer) -> str:
    """What the reader must know of the answer, after its text: many clients show nothing but the content."""
    if not answer.notes or answer.refused:
        return ""
    heading = "注：" if is_chinese(answer.question) else "Note: "
    return "\n\n" + "\n".join(heading + note for note in answer.notes)


@dataclass(frozen=True, slots=True)
class _Reply:
    """One reply in the making: what every chunk of it repeats."""

    id: str
    created: int
    model: str
    question: str
    base_url: str

    def completion(self, answer: Answer) -> JsonObject:
        message = {
            "role": "assistant",
            "content": answer.answer + notes_of(answer),
            "refusal": answer.refusal_reason if answer.refused else None,
            "annotations": annotations_of(answer, self.base_url),
        }
        return {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self.model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": usage_of(self.question, answer),
            "baowen": answer_json(answer),
        }

    def chunk(self, delta: JsonObject, finish_reason: str | None = None, **more: Any) -> str:
        choices = [{"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}]
        return self._data({"choices": choices, **more})

    def usage_chunk(self, answer: Answer) -> str:
        return self._data({"choices": [], "usage": usage_of(self.question, answer)})

    def last_chunk(self, answer: Answer) -> str:
        delta: JsonObject = {"annotations": annotations_of(answer, self.base_url)}
        if answer.refused:
            delta["refusal"] = answer.refusal_reason
        return self.chunk(delta, "stop", baowen=answer_json(answer))

    def _data(self, more: JsonObject) -> str:
        head = {"id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model}
        return f"data: {json.dumps({**head, **more}, ensure_ascii=False)}\n\n"


async def _chunks(reply: _Reply, stream: AnswerStream, services: Services, *, with_usage: bool) -> AsyncIterator[str]:
    yield reply.chunk({"role": "assistant", "content": ""})
    try:
        async for event in events_of(stream):
            if isinstance(event, TextDelta):
                yield reply.chunk({"content": event.text})
            elif isinstance(event, AnswerReady):
                services.metrics.observe_answer(event.answer)
                if notes := notes_of(event.answer):
                    yield reply.chunk({"content": notes})
                yield reply.last_chunk(event.answer)
                if with_usage:
                    yield reply.usage_chunk(event.answer)
    except Exception as error:
        log_error(error)
        yield f"data: {json.dumps(problem_of(error).to_json(), ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def _filter_of(body: ChatRequest) -> SearchFilter:
    given = body.baowen or {}
    unknown = sorted(set(given) - set(_FILTER_NAMES))
    if unknown or not all(isinstance(value, str) for value in given.values()):
        found = ", ".join(unknown) or "a value that is no text"
        raise QuestionError(f"baowen holds {found}; expected texts named date_from, date_to, source")
    return make_filter(**given)


def known_models(services: Services) -> list[str]:
    """What ``model`` may say: the product's name, or the configured model's."""
    return [MODEL_NAME, services.settings.generation_model]


@router.post("/chat/completions", summary="Ask through an OpenAI client", response_model=None)
async def post_chat_completion(
    body: ChatRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Streaming and not; a refused answer has its reason in ``refusal`` and its words in ``content``.

    Notes (how 今年 was read, a quote of another year) end the content.
    """
    if body.model not in known_models(services):
        known = ", ".join(known_models(services))
        raise HTTPException(404, f"the model {body.model[:80]!r} is not served here; known are {known}")
    question, history = read_messages(body.messages)
    stream = services.answers.ask(Inquiry(question, _filter_of(body), history))
    identity = f"chatcmpl-{uuid.uuid4().hex}"
    reply = _Reply(identity, int(time.time()), body.model, question, str(request.base_url))
    if body.stream:
        with_usage = bool(body.stream_options and body.stream_options.include_usage)
        chunks = _chunks(reply, stream, services, with_usage=with_usage)
        return StreamingResponse(chunks, media_type="text/event-stream", headers=EVENT_STREAM_HEADERS)
    try:
        answer = await finished_answer(stream, request)
    except CallerGoneError:
        return Response(status_code=499)
    services.metrics.observe_answer(answer)
    return JSONResponse(reply.completion(answer))


def _model_document(name: str) -> JsonObject:
    return {"id": name, "object": "model", "created": 0, "owned_by": "baowen"}


@router.get("/models", summary="The models that may be asked for")
def list_models(services: Annotated[Services, Depends(services_of)]) -> JsonObject:
    """Two names for the one assistant."""
    return {"object": "list", "data": [_model_document(name) for name in known_models(services)]}


@router.get("/models/{name:path}", summary="One of them")
def get_model(name: str, services: Annotated[Services, Depends(services_of)]) -> JsonObject:
    """Its entry."""
    if name not in known_models(services):
        raise HTTPException(404, f"no such model; known are {', '.join(known_models(services))}")
    return _model_document(name)
