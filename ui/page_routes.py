"""What the page has beside its components: files to save, and addresses that people type."""

from __future__ import annotations

import datetime as dt
import re
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi import Path as PathParameter
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from rag.records import Answer
from ui.conversation import Conversation, Exchange, cited_articles, title_of
from ui.conversation_store import ConversationStore
from ui.exports import export_blocks, markdown_text
from ui.messages import TEXTS, Language
from ui.original_page import OriginalPages
from ui.packets import packet_json
from ui.web.callers import caller_of
from ui.word import word_bytes

if TYPE_CHECKING:
    from rag.workspace import Workspace

OWNER_COOKIE = "baowen-browser"
"""The name of the cookie that holds a browser's secret; the page makes it."""
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Suffix = Literal["docx", "md", "json"]


def owner_of(request: Any) -> str:
    """Whose conversations are shown (``request`` is Starlette's or Gradio's own).

    Where people log in, a user's own, whichever browser he sits at; else the browser's secret; for a browser that
    keeps no cookies the name of this visit, empty for a request without one. No cookie can hold a line break, so that
    no secret is a user's name.
    """
    caller = caller_of(request)
    if caller.kind in ("user", "proxy"):
        return f"{caller.kind}\n{caller.name}"
    return str(request.cookies.get(OWNER_COOKIE, "")) or str(getattr(request, "session_hash", "") or "")


def page_router(conversations: ConversationStore, originals: OriginalPages, workspace: Workspace) -> APIRouter:
    """Routes that must stand before the page itself, which takes every address."""
    router = APIRouter(include_in_schema=False)

    @router.get("/en")
    def to_english(request: Request) -> RedirectResponse:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{request.scope.get('root_path', '')}/en/{query}", status_code=307)

    @router.get("/page/conversations/{conversation_id}/export.{suffix}")
    def export(
        conversation_id: str,
        suffix: Suffix,
        request: Request,
        language: Annotated[Language, Query()] = "zh",
        turn: Annotated[int | None, Query(ge=1)] = None,
    ) -> Response:
        owner = owner_of(request)
        found = conversations.conversation(owner, conversation_id) if owner else None
        if found is None:
            raise HTTPException(404, "this browser has no such conversation; open it from the list and save it there")
        exchanges = _chosen(found, turn)
        if not exchanges:
            raise HTTPException(404, "nothing is answered there; expected the number of an answered question")
        title = title_of(exchanges[0].question) if turn is not None else found.title
        if suffix == "json":
            return _download(_packet(exchanges[-1], workspace), "application/json", title, suffix)
        return _file([item.answer for item in exchanges if item.answer], title, suffix, language)

    @router.get("/page/articles/{article_id}/original", response_class=HTMLResponse)
    def original(
        article_id: Annotated[str, PathParameter(max_length=200)],
        language: Annotated[Language, Query()] = "zh",
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
    ) -> HTMLResponse:
        shown = originals.html(article_id, start, end, TEXTS[language])
        return HTMLResponse(shown, headers={"Cache-Control": "no-store"})

    return router


def _chosen(conversation: Conversation, turn: int | None) -> list[Exchange]:
    items = conversation.exchanges if turn is None else conversation.exchanges[turn - 1 : turn]
    return [item for item in items if item.answer is not None]


def _packet(exchange: Exchange, workspace: Workspace) -> bytes:
    answer = exchange.answer
    assert answer is not None  # noqa: S101 - only answered ones are chosen
    articles = cited_articles(workspace.store, (), answer)
    made = dt.datetime.now().astimezone()
    return packet_json(answer, exchange.search_filter, articles, made=made, release=version("baowen")).encode()


def _file(answers: list[Answer], title: str, suffix: Suffix, language: Language) -> Response:
    texts, made = TEXTS[language], dt.datetime.now().astimezone()
    blocks = export_blocks(answers, title, texts, made)
    if suffix == "docx":
        return _download(word_bytes(blocks, texts.html_language), _WORD, title, suffix)
    return _download(markdown_text(blocks).encode(), "text/markdown; charset=utf-8", title, suffix)


def _download(body: bytes, kind: str, title: str, suffix: Suffix) -> Response:
    name = f"{_NOT_IN_NAMES.sub(' ', title).strip(' .') or 'baowen'}.{suffix}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
    return Response(body, media_type=kind, headers=headers)
