"""The shapes of OpenAI's replies: one completion, or the chunks of a stream; pure.

The answer's markers become ``url_citation`` annotations: ``start_index`` and ``end_index`` are offsets of the marker
in the content as the client shows it, and the extension ``baowen`` beside them gives the quote with its own offsets
in the article.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from rag.chinese.question_kind import is_chinese
from rag.records import Answer, Citation, JsonObject
from ui.serialisation import answer_json, citation_json

_MARKER = re.compile(r"\[(\d+)\]")


def annotations_of(answer: Answer, base_url: str, content: str | None = None) -> list[JsonObject]:
    """One ``url_citation`` for each marker in the answer, in order, at its place in ``content``.

    ``content`` is the answer in the form that is shown (None: as it is); it begins with the answer's text.
    """
    cited = {citation.marker: citation for citation in answer.citations}
    number = len(_MARKER.findall(answer.answer))
    places = list(_MARKER.finditer(answer.answer if content is None else content))[:number]
    return [
        _annotation(cited[int(found[1])], found.start(), found.end(), base_url)
        for found in places
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


def usage_of(prompt: int, completion: int) -> JsonObject:
    """Token counts, estimated at one token a character: the runtimes do not report their own."""
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def notes_of(answer: Answer) -> str:
    """What the reader must know of the answer, after its text: many clients show nothing but the content."""
    if not answer.notes or answer.refused:
        return ""
    heading = "注：" if is_chinese(answer.question) else "Note: "
    return "\n\n" + "\n".join(heading + note for note in answer.notes)


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply in the making: what every chunk of it repeats. ``as_json``: the content is a JSON object."""

    id: str
    created: int
    model: str
    question: str
    base_url: str
    as_json: bool = False

    def content(self, answer: Answer) -> str:
        """What the client shows."""
        if self.as_json:
            found = {"answer": answer.answer, "refused": answer.refused, "notes": list(answer.notes)}
            return json.dumps(found, ensure_ascii=False)
        return answer.answer + notes_of(answer)

    def completion(self, answer: Answer) -> JsonObject:
        """The whole reply to a question."""
        content = self.content(answer)
        message: JsonObject = {
            "role": "assistant",
            "content": content,
            "refusal": answer.refusal_reason if answer.refused else None,
            "annotations": annotations_of(answer, self.base_url, content),
        }
        return {**self._completion(message, self._usage(answer)), "baowen": answer_json(answer)}

    def plain_completion(self, content: str) -> JsonObject:
        """A reply that is no answer to a question."""
        message: JsonObject = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
        return self._completion(message, usage_of(len(self.question), len(content)))

    def _completion(self, message: JsonObject, usage: JsonObject) -> JsonObject:
        return {
            "id": self.id,
            "object": "chat.completion",
            "created": self.created,
            "model": self.model,
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": usage,
        }

    def chunk(self, delta: JsonObject, finish_reason: str | None = None, **more: Any) -> str:
        """A piece of a streamed reply."""
        choices = [{"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}]
        return self._data({"choices": choices, **more})

    def last_chunk(self, answer: Answer) -> str:
        """The end of a streamed answer: its citations, which index the pieces joined."""
        delta: JsonObject = {"annotations": annotations_of(answer, self.base_url, self.content(answer))}
        if answer.refused:
            delta["refusal"] = answer.refusal_reason
        return self.chunk(delta, "stop", baowen=answer_json(answer))

    def usage_chunk(self, answer: Answer) -> str:
        """What follows the end where the client asked for usage."""
        return self._data({"choices": [], "usage": self._usage(answer)})

    def plain_chunks(self, content: str, *, with_usage: bool) -> list[str]:
        """The whole stream of a reply that is no answer."""
        chunks = [self.chunk({"role": "assistant", "content": content}), self.chunk({}, "stop")]
        if with_usage:
            usage = usage_of(len(self.question), len(content))
            chunks.append(self._data({"choices": [], "usage": usage}))
        return [*chunks, "data: [DONE]\n\n"]

    def _usage(self, answer: Answer) -> JsonObject:
        prompt = len(self.question) + sum(len(passage.text) for passage in answer.passages)
        return usage_of(prompt, len(self.content(answer)))

    def _data(self, more: JsonObject) -> str:
        head = {"id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model}
        return f"data: {json.dumps({**head, **more}, ensure_ascii=False)}\n\n"
