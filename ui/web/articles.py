"""``/v1/articles`` and ``/v1/feedback``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, File, Form, Header, HTTPException, Query, Request, UploadFile
from fastapi import Path as PathParameter
from fastapi.responses import JSONResponse
from starlette.responses import Response

from rag.records import JsonObject
from ui.filters import make_filter, parse_date
from ui.serialisation import article_json
from ui.uploads import label_of, server_name
from ui.web.callers import caller_of
from ui.web.conditional import etag_of, names
from ui.web.problems import Problem, ProblemError
from ui.web.schemas import (
    ArticleDocument,
    ArticleListDocument,
    FeedbackDocument,
    FeedbackRequest,
    IngestDocument,
    RemovedDocument,
)
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["articles"])

ArticleId = Annotated[str, PathParameter(max_length=200, description="An article's id.")]
DayText = Annotated[str, Query(max_length=20, description="A day as YYYY-MM-DD, included.")]
_PIECE_BYTES = 1 << 20
_MAX_FILES = 100


@router.get("/articles", response_model=ArticleListDocument, summary="List articles, newest first")
def list_articles(
    request: Request,
    response: Response,
    services: Annotated[Services, Depends(services_of)],
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    date_from: Annotated[str, Query(alias="from", max_length=20)] = "",
    date_to: Annotated[str, Query(alias="to", max_length=20)] = "",
    source: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[str, Query(max_length=20, description="The page of the paper: 3, 03 and 3版 are one.")] = "",
) -> JsonObject:
    """A page of the list; bodies are left out. ``Link`` leads to the next and the previous page."""
    store, search_filter = services.workspace.store, make_filter(date_from, date_to, source)
    found = store.articles(search_filter, limit=limit, offset=offset, page=page)
    total = store.article_count(search_filter, page=page)
    if links := _links(request, limit, offset, total):
        response.headers["Link"] = links
    return {
        "articles": [article_json(article, with_text=False) for article in found],
        "total": total,
        "limit": limit,
        "offset": offset,
        "generation": store.generation,
    }


def _links(request: Request, limit: int, offset: int, total: int) -> str:
    """RFC 8288: the pages beside this one, with the same filter."""
    places = {"next": offset + limit if offset + limit < total else None, "prev": max(0, offset - limit)}
    if offset == 0:
        places["prev"] = None
    return ", ".join(
        f'<{request.url.include_query_params(limit=limit, offset=place)}>; rel="{name}"'
        for name, place in places.items()
        if place is not None
    )


@router.get(
    "/articles/{article_id}",
    response_model=ArticleDocument,
    summary="One article, whole",
    responses={304: {"description": "It is the one that If-None-Match names."}},
)
def get_article(
    article_id: ArticleId,
    services: Annotated[Services, Depends(services_of)],
    if_none_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> Response:
    """``text[start:end]`` is the quote of every citation into it. ``ETag`` changes when anything of it does."""
    document = article_json(services.workspace.store.article(article_id))
    headers = {"ETag": etag_of(document), "Cache-Control": "private, no-cache"}
    if names(if_none_match, headers["ETag"], weak=True):
        return Response(status_code=304, headers=headers)
    return JSONResponse(document, headers=headers)


@router.delete(
    "/articles/{article_id}",
    response_model=RemovedDocument,
    summary="Remove an article, at once",
    responses={412: {"description": "It is not the one that If-Match names; nothing was removed."}},
)
def delete_article(
    article_id: ArticleId,
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    if_match: Annotated[str | None, Header(max_length=1000)] = None,
) -> JsonObject:
    """Gone from every answer from now on."""
    store = services.workspace.store
    if if_match is not None and not names(if_match, etag_of(article_json(store.article(article_id))), weak=False):
        raise ProblemError(
            Problem(412, "the article is not the one that If-Match names; read it again", name="changed-meanwhile")
        )
    removed = store.remove([article_id])
    services.audit.write("remove", request.scope, articles=[article_id])
    return {"removed": removed, "id": article_id, "generation": store.generation}


@router.post("/articles", response_model=IngestDocument, summary="Upload newspaper files")
async def upload_articles(
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    files: Annotated[
        list[UploadFile],
        File(description="txt, pdf, html, mhtml, docx, xlsx, ofd, epub, md, json, csv, zip", max_length=_MAX_FILES),
    ],
    date: Annotated[str, Form(max_length=20, description="Day of publication, where a file names none.")] = "",
    source: Annotated[str, Form(max_length=200, description="The paper's name.")] = "",
    idempotency_key: Annotated[
        str | None, Header(description="The same key and files again: the same result, done once.")
    ] = None,
) -> JsonObject:
    """A file of the same name as an earlier one updates its articles; the same file again changes nothing."""
    day = parse_date(date, "date")

    def receive_and_ingest() -> JsonObject:
        with _received(files, services.settings.max_upload_bytes) as labels:

            def ingest() -> JsonObject:
                report = services.workspace.ingest(list(labels), date=day, source=source or None, labels=labels)
                services.audit.import_done(request.scope, list(labels.values()), report)
                return report.to_json()

            if not idempotency_key:
                return ingest()
            sent = _fingerprint(labels, date, source)
            return services.uploads.once(caller_of(request).label, idempotency_key, sent, ingest)

    # Not in the threads that serve everybody: forty long imports would keep searches waiting.
    return await anyio.to_thread.run_sync(receive_and_ingest, limiter=services.importing)


def _fingerprint(labels: Mapping[Path, str], *fields: str) -> str:
    found = hashlib.sha256("\0".join([*fields, *labels.values()]).encode("utf-8", "surrogatepass"))
    for path in labels:
        with path.open("rb") as file:
            found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()


@contextmanager
def _received(files: Sequence[UploadFile], max_bytes: int) -> Iterator[dict[Path, str]]:
    """The uploaded files in a folder of their own under names made here, with what their senders call them."""
    with TemporaryDirectory(prefix="baowen-upload-") as folder:
        labels: dict[Path, str] = {}
        for number, upload in enumerate(files):
            path = Path(folder) / server_name(number, upload.filename or "")
            _write(upload, path, max_bytes)
            labels[path] = label_of(upload.filename or "")
        yield labels


def _write(upload: UploadFile, path: Path, max_bytes: int) -> None:
    left = max_bytes
    with path.open("wb") as target:
        while piece := upload.file.read(_PIECE_BYTES):
            left -= len(piece)
            if left < 0:
                name = PurePath(label_of(upload.filename or "")).name
                raise HTTPException(413, f"the file {name!r} is larger than {max_bytes} bytes; send a smaller one")
            target.write(piece)


@router.post("/feedback", response_model=FeedbackDocument, status_code=201, summary="Say whether an answer was good")
def post_feedback(body: FeedbackRequest, services: Annotated[Services, Depends(services_of)]) -> dict[str, Any]:
    """Kept in the store, beside what it is about."""
    services.workspace.store.add_feedback(body.model_dump())
    return {"stored": True}
