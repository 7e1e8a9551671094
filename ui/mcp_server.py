"""The papers as tools of the Model Context Protocol: ask, search, article, claims, check. The only import of ``mcp``.

One server serves ``/mcp`` (streamable HTTP, behind the same gate as ``/v1``) and ``baowen mcp`` (standard input and
output). Errors reach the client as the words that the API would give.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated, Any, Protocol

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from starlette.routing import BaseRoute

from rag.answering.events import AnswerReady
from rag.claims.finding import ClaimQuery
from rag.errors import BaowenError
from rag.records import Answer, JsonObject
from ui.answer_queue import Inquiry
from ui.filters import make_filter, parse_date
from ui.serialisation import answer_json, article_json, search_json
from ui.terminal import after_answer_text, search_text
from ui.web.answers import events_of
from ui.web.callers import asker_of
from ui.web.claims import check_document, claims_document
from ui.web.field_types import Truth
from ui.web.problems import log_error, problem_of
from ui.web.services import Services

_INSTRUCTIONS = (
    "报问 Baowen answers from an archive of local newspapers. Quote figures only as an answer gives them, with their "
    "citations; an answer that says the papers do not tell is final: do not fill it from elsewhere."
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_Day = Annotated[str, Field(description="YYYY-MM-DD, included; empty: no limit", max_length=20)]
_Paper = Annotated[str, Field(description="The name of a paper; empty: all", max_length=200)]
_Prose = Annotated[
    Truth,
    Field(description="false: at once, in a sentence of a paper as it stands, or a refusal; no model writes"),
]
_Question = Annotated[str, Field(description="A question, best in Chinese", min_length=1, max_length=20_000)]


class _Asked(Protocol):
    """What a tool's context is used for: the HTTP request behind the call, if there is one."""

    @property
    def request_context(self) -> Any: ...


def make_mcp_server(services: Services) -> MCPServer[Any]:
    """The tools over ``services``."""
    server: MCPServer[Any] = MCPServer(
        "baowen", title="报问 Baowen", instructions=_INSTRUCTIONS, version=version("baowen"), log_level="WARNING"
    )

    @server.tool(title="问报纸", annotations=_READS, structured_output=False)
    async def ask(
        question: _Question,
        context: Context,
        date_from: _Day = "",
        date_to: _Day = "",
        source: _Paper = "",
        prose: _Prose = True,
    ) -> CallToolResult:
        """Ask the newspapers; the answer is checked and cited sentence by sentence, or says that they do not tell."""
        with _told_errors():
            chosen = make_filter(date_from, date_to, source)
            inquiry = Inquiry(question, chosen, asker=_asker(context), prose=prose)
            _note(services, context, "ask", question)
            answer = await _answered(services, inquiry)
        text = f"{answer.answer}\n\n{after_answer_text(answer)}".strip()
        return _result(text, answer_json(answer))

    @server.tool(title="查报纸", annotations=_READS, structured_output=False)
    async def search(
        question: _Question,
        context: Context,
        count: Annotated[int, Field(ge=1, le=100, description="How many passages at most")] = 8,
        date_from: _Day = "",
        date_to: _Day = "",
        source: _Paper = "",
    ) -> CallToolResult:
        """Find passages for a question or some words, best first, without an answer; fast."""
        with _told_errors():
            search_filter = make_filter(date_from, date_to, source)
            _note(services, context, "search", question)
            found = await anyio.to_thread.run_sync(
                lambda: services.workspace.search(question, count, search_filter, translate=False)
            )
        return _result(search_text(found), search_json(found))

    @server.tool(title="读报道", annotations=_READS, structured_output=False)
    async def article(
        article_id: Annotated[str, Field(description="An article_id of a citation or passage", max_length=200)],
    ) -> CallToolResult:
        """Read one article whole; ``text[start:end]`` is the quote of every citation into it."""
        with _told_errors():
            found = await anyio.to_thread.run_sync(lambda: services.workspace.store.article(article_id))
        document = article_json(found)
        return _result(json.dumps(document, ensure_ascii=False), document)

    _add_claim_tools(server, services)
    return server


def _add_claim_tools(server: MCPServer[Any], services: Services) -> None:
    @server.tool(title="查数字", annotations=_READS, structured_output=False)
    async def claims(
        words: Annotated[str, Field(description="What the figure is of: 固定资产投资", max_length=500)] = "",
        subject: Annotated[str, Field(description="A place or body that must be named", max_length=100)] = "",
        date_from: _Day = "",
        date_to: _Day = "",
        count: Annotated[int, Field(ge=1, le=200, description="How many claims at most")] = 30,
    ) -> CallToolResult:
        """Figures of the whole archive over time, each with its sentence: periods, revisions and contradictions."""
        with _told_errors():
            days = make_filter(date_from, date_to, "")
            query = ClaimQuery(words, subject, days.date_from, days.date_to)
            document = await anyio.to_thread.run_sync(claims_document, services, query, count)
        return _result(json.dumps(document, ensure_ascii=False), document)

    @server.tool(title="核对文稿", annotations=_READS, structured_output=False)
    async def check(
        text: Annotated[str, Field(description="A draft, in Chinese", min_length=1, max_length=100_000)],
        date: Annotated[str, Field(description="Its day, YYYY-MM-DD, by which 今年 is read", max_length=20)] = "",
    ) -> CallToolResult:
        """Hold a draft against the archive: each figure, day and office holder, with the sentences that say so."""
        with _told_errors():
            day = parse_date(date, "date")
            document = await anyio.to_thread.run_sync(check_document, services, text, day)
        return _result(json.dumps(document, ensure_ascii=False), document)


def http_routes(server: MCPServer[Any]) -> list[BaseRoute]:
    """``/mcp``; hosts and origins are judged by the guards before it."""
    trusted = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(stateless_http=True, json_response=True, transport_security=trusted)
    return list(app.routes)


async def _answered(services: Services, inquiry: Inquiry) -> Answer:
    """The answer; a call that is cancelled stops the model.

    Raises:
        BaowenError: answering failed.
    """
    stream = services.answers.ask(inquiry)
    async for event in events_of(stream):
        if isinstance(event, AnswerReady):
            services.metrics.observe_answer(event.answer, stream)
            return event.answer
    raise BaowenError("the service is ending; ask again when it is up")


def _note(services: Services, context: _Asked, action: str, question: str) -> None:
    services.audit.write(action, _scope(context), question=question, through="mcp")


def _asker(context: _Asked) -> str:
    return asker_of(_scope(context))


def _scope(context: _Asked) -> dict[str, Any]:
    """Of the HTTP request behind a call; empty where it came through standard input."""
    found: dict[str, Any] = getattr(context.request_context.request, "scope", {})
    return found


def _result(text: str, document: JsonObject) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=document)


@contextmanager
def _told_errors() -> Iterator[None]:
    """Errors in the words that the API would give."""
    try:
        yield
    except BaowenError as error:
        log_error(error)
        raise ToolError(problem_of(error).detail) from error
