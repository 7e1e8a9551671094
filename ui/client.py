"""A typed client of the HTTP service, plain and async; results are the documents that ``/openapi.json`` describes.

    with BaowenClient("http://127.0.0.1:7860") as baowen:
        answer = baowen.ask("今年签约引进多少个项目？")
        print(answer.answer, [citation.quote for citation in answer.citations])

``AsyncBaowenClient`` has the same methods, to be awaited. Nothing of the service is imported, only its schemas.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx
from pydantic import BaseModel

from rag.errors import BaowenError
from ui.client_calls import Call, articles_call, ask_call, connection_settings, search_call, upload_call
from ui.web.schemas import (
    AnswerDocument,
    ArticleDocument,
    ArticleListDocument,
    ArticleSummary,
    CitationDocument,
    IngestDocument,
    PassageDocument,
    RemovedDocument,
    SearchDocument,
)

__all__ = ["AsyncBaowenClient", "BaowenClient", "Evidence", "InLine", "ServiceError", "TextPiece"]

Document = TypeVar("Document", bound=BaseModel)
_DEFAULT_TIMEOUT_SECONDS = 180.0


class ServiceError(BaowenError):
    """The service answered with a problem; ``name`` is the last part of its type, such as ``busy``."""

    def __init__(self, response: httpx.Response) -> None:
        try:
            document = response.json()
        except ValueError:
            document = {}
        document = document if isinstance(document, dict) else {}
        self.status = response.status_code
        self.name = str(document.get("type", "")).rpartition("/")[2]
        self.detail = str(document.get("detail", response.reason_phrase))
        self.request_id = response.headers.get("x-request-id", "")
        retry_after = response.headers.get("retry-after", "")
        self.retry_after_seconds = int(retry_after) if retry_after.isdigit() else None
        super().__init__(f"{self.status} {self.name}: {self.detail} (request {self.request_id})")


class Evidence(BaseModel):
    """The passages, before the model writes, and the sentence of a paper nearest to the question.

    Where ``answers`` is true, the sentence would be the answer without prose.
    """

    passages: list[PassageDocument]
    standalone_question: str
    notes: list[str]
    sentence: CitationDocument | None = None
    answers: bool = False


class TextPiece(BaseModel):
    """A piece of checked text; all pieces joined are the answer."""

    text: str


class InLine(BaseModel):
    """Before the first text: how many questions come to the model before this one; 0 once its turn has come."""

    ahead: int


AnswerPart = InLine | Evidence | TextPiece | AnswerDocument
_PARTS: dict[str, type[InLine] | type[Evidence] | type[TextPiece] | type[AnswerDocument]] = {
    "queue": InLine,
    "evidence": Evidence,
    "delta": TextPiece,
    "answer": AnswerDocument,
}


class _EventLines:
    """Server-sent events, line by line."""

    def __init__(self) -> None:
        self._name = ""

    def take(self, line: str, response: httpx.Response) -> AnswerPart | None:
        """The event that ``line`` completes, if any.

        Raises:
            ServiceError: the event is a problem.
        """
        name, _, value = line.partition(": ")
        if name == "event":
            self._name = value
        if name != "data":
            return None
        if self._name == "error":
            problem = json.loads(value)
            raise ServiceError(httpx.Response(problem["status"], json=problem, headers=response.headers))
        kind = _PARTS.get(self._name)  # a later release may say more
        return kind.model_validate_json(value) if kind else None


class BaowenClient:
    """A client of the service at ``address``; ``key`` is one of ``baowen keys``. Close it, or use it as a context."""

    def __init__(
        self,
        address: str = "http://127.0.0.1:7860",
        *,
        key: str = "",
        timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS,
        http: httpx.Client | None = None,
    ) -> None:
        self._http = http or httpx.Client(**connection_settings(address, key, timeout_seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), prose: bool = True, **filters: str
    ) -> AnswerDocument:
        """A checked, cited answer; ``filters`` are date_from, date_to (YYYY-MM-DD) and source.

        Without ``prose`` a sentence of a paper answers at once, unwritten by any model, or the answer is refused.

        Raises:
            ServiceError: the service refused; ``busy`` says after how many seconds to come back.
        """
        return self._send(ask_call(question, history, filters, stream=False, prose=prose), AnswerDocument)

    def stream(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), prose: bool = True, **filters: str
    ) -> Iterator[AnswerPart]:
        """The evidence, then pieces of text, then the whole answer; leaving early stops the model.

        Whoever waits for others is told his place in line before the text begins.

        Raises:
            ServiceError: as for ``ask``.
        """
        call = ask_call(question, history, filters, stream=True, prose=prose)
        with self._http.stream(call.method, call.path, **call.options) as response:
            if response.is_error:
                response.read()
                raise ServiceError(response)
            lines = _EventLines()
            for line in response.iter_lines():
                if (part := lines.take(line, response)) is not None:
                    yield part

    def search(self, question: str, *, count: int | None = None, **filters: str) -> SearchDocument:
        """Passages, best first, without an answer."""
        return self._send(search_call(question, count, filters), SearchDocument)

    def article(self, article_id: str) -> ArticleDocument:
        """One article, whole."""
        return self._send(Call("GET", f"/v1/articles/{article_id}"), ArticleDocument)

    def articles(self, **filters: str) -> Iterator[ArticleSummary]:
        """Every article's summary, newest first, page by page."""
        offset = 0
        while (page := self._send(articles_call(offset, filters), ArticleListDocument)).articles:
            yield from page.articles
            offset += len(page.articles)

    def upload(self, *paths: Path, date: str = "", source: str = "", idempotency_key: str = "") -> IngestDocument:
        """Import files; a repeated ``idempotency_key`` gives the first result again."""
        return self._send(upload_call(paths, date, source, idempotency_key), IngestDocument)

    def remove(self, article_id: str) -> RemovedDocument:
        """Remove an article, at once."""
        return self._send(Call("DELETE", f"/v1/articles/{article_id}"), RemovedDocument)

    def _send(self, call: Call, kind: type[Document]) -> Document:
        response = self._http.request(call.method, call.path, **call.options)
        if response.is_error:
            raise ServiceError(response)
        return kind.model_validate_json(response.content)


class AsyncBaowenClient:
    """As ``BaowenClient``, with methods to be awaited."""

    def __init__(
        self,
        address: str = "http://127.0.0.1:7860",
        *,
        key: str = "",
        timeout_seconds: float = _DEFAULT_TIMEOUT_SECONDS,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._http = http or httpx.AsyncClient(**connection_settings(address, key, timeout_seconds))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ask(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), prose: bool = True, **filters: str
    ) -> AnswerDocument:
        """See ``BaowenClient.ask``."""
        return await self._send(ask_call(question, history, filters, stream=False, prose=prose), AnswerDocument)

    async def stream(
        self, question: str, *, history: Sequence[tuple[str, str]] = (), prose: bool = True, **filters: str
    ) -> AsyncIterator[AnswerPart]:
        """See ``BaowenClient.stream``."""
        call = ask_call(question, history, filters, stream=True, prose=prose)
        async with self._http.stream(call.method, call.path, **call.options) as response:
            if response.is_error:
                await response.aread()
                raise ServiceError(response)
            lines = _EventLines()
            async for line in response.aiter_lines():
                if (part := lines.take(line, response)) is not None:
                    yield part

    async def search(self, question: str, *, count: int | None = None, **filters: str) -> SearchDocument:
        """See ``BaowenClient.search``."""
        return await self._send(search_call(question, count, filters), SearchDocument)

    async def article(self, article_id: str) -> ArticleDocument:
        """See ``BaowenClient.article``."""
        return await self._send(Call("GET", f"/v1/articles/{article_id}"), ArticleDocument)

    async def articles(self, **filters: str) -> AsyncIterator[ArticleSummary]:
        """See ``BaowenClient.articles``."""
        offset = 0
        while (page := await self._send(articles_call(offset, filters), ArticleListDocument)).articles:
            for summary in page.articles:
                yield summary
            offset += len(page.articles)

    async def upload(
        self, *paths: Path, date: str = "", source: str = "", idempotency_key: str = ""
    ) -> IngestDocument:
        """See ``BaowenClient.upload``."""
        return await self._send(upload_call(paths, date, source, idempotency_key), IngestDocument)

    async def remove(self, article_id: str) -> RemovedDocument:
        """See ``BaowenClient.remove``."""
        return await self._send(Call("DELETE", f"/v1/articles/{article_id}"), RemovedDocument)

    async def _send(self, call: Call, kind: type[Document]) -> Document:
        response = await self._http.request(call.method, call.path, **call.options)
        if response.is_error:
            raise ServiceError(response)
        return kind.model_validate_json(response.content)
