"""``GET /v1/claims``, what the archive asserts, and ``POST /v1/check``, a draft against it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from rag.claims.checking import check_draft
from rag.claims.corrections import with_corrections
from rag.claims.finding import ClaimQuery, find_claims
from rag.claims.record import Mood
from rag.claims.series import series_of
from rag.records import JsonObject
from ui.check_documents import check_json
from ui.claim_documents import claims_json
from ui.filters import checked_filter, parse_date
from ui.web.claim_schemas import CheckDocument, CheckRequest, ClaimsDocument
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["claims"])


@router.get("/claims", response_model=ClaimsDocument, summary="What the archive asserts: figures over time")
def get_claims(
    services: Annotated[Services, Depends(services_of)],
    words: Annotated[str, Query(alias="q", max_length=500, description="What the figure is of.")] = "",
    subject: Annotated[str, Query(max_length=100, description="A place or body that must be named.")] = "",
    date_from: Annotated[str, Query(alias="from", max_length=20, description="Period not before this day.")] = "",
    date_to: Annotated[str, Query(alias="to", max_length=20, description="Period not after this day.")] = "",
    kind: Annotated[Mood | Literal[""], Query(description="Facts, plans, forecasts … only.")] = "",
    unit: Annotated[str, Query(max_length=20, description="Any unit of the same base: 万元 finds 亿元, too.")] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> JsonObject:
    """Claims, best first, each with its sentence; ``series`` groups them by thing, place and measure."""
    days = checked_filter(parse_date(date_from, "from"), parse_date(date_to, "to"), None)
    query = ClaimQuery(words, subject, days.date_from, days.date_to, kind or None, unit)
    return claims_document(services, query, limit)


@router.post("/check", response_model=CheckDocument, summary="Check a draft against the archive")
def post_check(body: CheckRequest, services: Annotated[Services, Depends(services_of)]) -> JsonObject:
    """Each figure, day and holder of an office in the text, with its status and the sentences that say so."""
    return check_document(services, body.text, body.date)


def claims_document(services: Services, query: ClaimQuery, limit: int) -> JsonObject:
    """At most ``limit`` claims that fit, best first, with their corrections and series."""
    store = services.workspace.claims
    found = find_claims(store, query, limit=limit)
    found = replace(found, claims=with_corrections(store, found.claims))
    return claims_json(found, series_of(found.claims)) | {"generation": store.generation}


def check_document(services: Services, text: str, date: dt.date | None) -> JsonObject:
    """What a draft says, item by item, against the archive."""
    store = services.workspace.claims
    return check_json(check_draft(store, text, date)) | {"generation": store.generation}
