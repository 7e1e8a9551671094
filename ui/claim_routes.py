"""Files of the page that come from claims: a marked draft, the figures of a series."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import Response

from rag.claims.finding import ClaimQuery
from ui.checked_drafts import CheckedDrafts
from ui.claim_documents import claims_csv, write_claims_xlsx
from ui.figure_series import find_series
from ui.filters import make_filter
from ui.web.callers import caller_of
from ui.web.services import Services, services_of

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def claim_router(drafts: CheckedDrafts) -> APIRouter:
    """Routes that must stand before the page itself, which takes every address."""
    router = APIRouter(include_in_schema=False)

    @router.get("/page/drafts/{token}.docx")
    def marked_draft(token: str, request: Request) -> Response:
        found = drafts.find(token, caller_of(request).label)
        if found is None:
            raise HTTPException(404, "this checked draft is not kept any more; check it again and save it then")
        return file_response(found.data, found.name, WORD_TYPE)

    @router.get("/page/figures.{suffix}")
    def figures(
        suffix: Literal["csv", "xlsx"],
        services: Annotated[Services, Depends(services_of)],
        words: Annotated[str, Query(max_length=200)],
        place: Annotated[str, Query(max_length=100)] = "",
        date_from: Annotated[str, Query(alias="from", max_length=40)] = "",
        date_to: Annotated[str, Query(alias="to", max_length=40)] = "",
        series: Annotated[str, Query(max_length=500, description="The key of one series; all claims without.")] = "",
    ) -> Response:
        days = make_filter(date_from, date_to)
        query = ClaimQuery(words, place.strip(), days.date_from, days.date_to)
        found, made = find_series(services.workspace.claims, query)
        chosen = next((item.claims for item in made if item.key == series), list(found.claims))
        if suffix == "csv":
            return file_response(claims_csv(chosen).encode(), f"{words}.csv", "text/csv; charset=utf-8")
        with tempfile.TemporaryDirectory(prefix="baowen-figures-") as folder:
            path = Path(folder) / "figures.xlsx"
            write_claims_xlsx(path, chosen)
            return file_response(path.read_bytes(), f"{words}.xlsx", _EXCEL_TYPE)

    return router


def file_response(body: bytes, name: str, kind: str) -> Response:
    """A file to save under ``name``, kept by nobody on the way."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(body, media_type=kind, headers={**headers, "Cache-Control": "no-store"})
