"""The shapes of ``/v1/responses``: a response, and the events of a streamed one, in the order OpenAI has; pure.

The text is part 0 of the one message. A refused answer has its words there, as every client shows them, and its
reason in a part of type ``refusal`` beside it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.records import Answer, JsonObject
from ui.serialisation import answer_json
from ui.web.chat_replies import Reply, annotations_of
from ui.web.problems import Problem


@dataclass(slots=True)
class ResponseDocument:
    """One response in the making. ``reply`` says what the content is; ``echoed`` are the request's own fields."""

    id: str
    message_id: str
    reply: Reply
    echoed: JsonObject
    _sent: int = field(default=0, init=False)
    _shown: str = field(default="", init=False)

    # The whole

    def whole(self, answer: Answer) -> JsonObject:
        """The finished response to a question."""
        found = self._response("completed", [self._message(self._parts(answer))], self._usage(answer))
        return {**found, "baowen": answer_json(answer)}

    def plain(self, content: str) -> JsonObject:
        """A finished response that is no answer to a question."""
        usage = _usage(len(self.reply.question), len(content))
        return self._response("completed", [self._message([_text_part(content, [])])], usage)

    def _response(self, status: str, output: list[JsonObject], usage: JsonObject | None) -> JsonObject:
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.reply.created,
            "completed_at": int(time.time()) if status == "completed" else None,
            "status": status,
            "error": None,
            "incomplete_details": None,
            "model": self.reply.model,
            "output": output,
            "usage": usage,
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "background": False,
            "store": False,
            "truncation": "disabled",
            **self.echoed,
        }

    def _message(self, parts: list[JsonObject], status: str = "completed") -> JsonObject:
        return {"id": self.message_id, "type": "message", "role": "assistant", "status": status, "content": parts}

    def _parts(self, answer: Answer) -> list[JsonObject]:
        content = self.reply.content(answer)
        parts = [_text_part(content, _annotations(answer, self.reply, content))]
        if answer.refused and answer.refusal_reason:
            parts.append({"type": "refusal", "refusal": answer.refusal_reason})
        return parts

    def _usage(self, answer: Answer) -> JsonObject:
        read = len(self.reply.question) + sum(len(passage.text) for passage in answer.passages)
        return _usage(read, len(self.reply.content(answer)))

    # The stream

    def begin(self) -> Iterator[str]:
        """What is sent before anything is known."""
        for kind in ("response.created", "response.in_progress"):
            yield self._event(kind, response=self._response("in_progress", [], None))

    def queued(self, ahead: int) -> str:
        """The place in line."""
        found = {**self._response("queued", [], None), "baowen": {"ahead": ahead}}
        return self._event("response.queued", response=found)

    def text(self, piece: str) -> Iterator[str]:
        """A piece of text; the first one opens the message."""
        if not self._shown:
            yield self._event("response.output_item.added", output_index=0, item=self._message([], "in_progress"))
            yield self._of_part("response.content_part.added", 0, part=_text_part("", []))
        self._shown += piece
        yield self._of_part("response.output_text.delta", 0, delta=piece, logprobs=[])

    def end(self, answer: Answer) -> Iterator[str]:
        """The rest of the text, and what closes the stream."""
        yield from self._end(self._parts(answer), self.whole(answer))

    def end_plain(self, content: str) -> Iterator[str]:
        """The same for what is no answer."""
        yield from self._end([_text_part(content, [])], self.plain(content))

    def failed(self, problem: Problem) -> str:
        """The last event of a stream that could not be finished."""
        error = {"code": "server_error", "message": problem.detail}
        found = {**self._response("failed", [], None), "error": error, "baowen": problem.to_json()}
        return self._event("response.failed", response=found)

    def _end(self, parts: list[JsonObject], whole: JsonObject) -> Iterator[str]:
        text, *refusals = parts
        rest = text["text"][len(self._shown) :]
        if rest or not self._shown:
            yield from self.text(rest)
        for number, annotation in enumerate(text["annotations"]):
            yield self._of_part(
                "response.output_text.annotation.added", 0, annotation_index=number, annotation=annotation
            )
        yield self._of_part("response.output_text.done", 0, text=text["text"], logprobs=[])
        yield self._of_part("response.content_part.done", 0, part=text)
        for number, part in enumerate(refusals, start=1):
            words = part["refusal"]
            yield self._of_part("response.content_part.added", number, part={**part, "refusal": ""})
            yield self._of_part("response.refusal.delta", number, delta=words)
            yield self._of_part("response.refusal.done", number, refusal=words)
            yield self._of_part("response.content_part.done", number, part=part)
        yield self._event("response.output_item.done", output_index=0, item=self._message(parts))
        yield self._event("response.completed", response=whole)

    def _of_part(self, kind: str, number: int, **more: Any) -> str:
        return self._event(kind, item_id=self.message_id, output_index=0, content_index=number, **more)

    def _event(self, kind: str, **more: Any) -> str:
        document = {"type": kind, "sequence_number": self._sent, **more}
        self._sent += 1
        return f"event: {kind}\ndata: {json.dumps(document, ensure_ascii=False)}\n\n"


def _text_part(text: str, annotations: list[JsonObject]) -> JsonObject:
    return {"type": "output_text", "text": text, "annotations": annotations, "logprobs": []}


def _annotations(answer: Answer, reply: Reply, content: str) -> list[JsonObject]:
    """As in a chat completion, with the citation's fields beside its type."""
    found = annotations_of(answer, reply.base_url, content)
    return [{"type": item["type"], **item["url_citation"], "baowen": item["baowen"]} for item in found]


def _usage(read: int, written: int) -> JsonObject:
    """Token counts, estimated at one token a character."""
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": written,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + written,
    }
