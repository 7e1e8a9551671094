"""Mending articles over HTTP: what they say of themselves, where they were cut; each mend can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from rag.corpus.article_edits import Correction
from rag.records import JsonObject
from ui.serialisation import article_json
from ui.undo_list import Undo
from ui.web.articles import ArticleId
from ui.web.mend_schemas import CorrectionRequest, DivideRequest, JoinRequest, MendedDocument, UndoRequest
from ui.web.problems import Problem, ProblemError
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["articles"])

GivenServices = Annotated[Services, Depends(services_of)]


@router.patch("/articles/{article_id}", response_model=MendedDocument, summary="Correct title, day, paper or page")
def correct_article(
    article_id: ArticleId, body: CorrectionRequest, request: Request, services: GivenServices
) -> JsonObject:
    """What is not given stays; the id and the text always do, so that citations hold."""
    workspace = services.workspace
    found = workspace.store.article(article_id)
    given = body.model_dump(exclude_none=True, exclude_unset=True)
    correction = replace(Correction(found.title, found.date, found.source, found.page), **given)
    kept = workspace.correct_article(article_id, correction)
    undo = Undo(lambda: workspace.put_article_back(kept), kept.article)
    return _mended(services, request, "correct", [article_id], undo)


@router.post("/articles/{article_id}/divide", response_model=MendedDocument, summary="Make two articles of one")
def divide_article(
    article_id: ArticleId, body: DivideRequest, request: Request, services: GivenServices
) -> JsonObject:
    """The article ends before `line` of its text (from 1); the rest becomes the article that follows it."""
    workspace = services.workspace
    mend = workspace.mender.divide(article_id, body.line, body.title)
    undo = Undo(lambda: workspace.undo_mend(mend), mend.before[0].article)
    return _mended(services, request, "divide", [item.article.id for item in mend.after], undo)


@router.post("/articles/{article_id}/join", response_model=MendedDocument, summary="Make one article of two")
def join_articles(article_id: ArticleId, body: JoinRequest, request: Request, services: GivenServices) -> JsonObject:
    """The article `next`, headline and all, goes on where this one ends, and is no article of its own any more."""
    workspace = services.workspace
    mend = workspace.mender.join(article_id, body.next)
    undo = Undo(lambda: workspace.undo_mend(mend), mend.before[0].article)
    return _mended(services, request, "join", [item.article.id for item in mend.after], undo)


@router.post("/mends/undo", response_model=MendedDocument, summary="Take a mend back")
def undo_mend(body: UndoRequest, request: Request, services: GivenServices) -> JsonObject:
    """Once, while the service runs; a token is told by what it takes back."""
    article = services.undo.take_back(body.undo)
    if article is None:
        raise ProblemError(Problem(404, "nothing is kept under this token; a mend is taken back once, and soon"))
    return _mended(services, request, "undo", [article.id], None)


def _mended(services: Services, request: Request, what: str, ids: list[str], undo: Undo | None) -> JsonObject:
    services.audit.write(what, request.scope, articles=ids)
    store = services.workspace.store
    return {
        "articles": [article_json(store.article(article_id), with_text=False) for article_id in ids],
        "undo": services.undo.keep(undo) if undo is not None else "",
        "generation": store.generation,
    }
