"""``POST /v1/packets/replay``: whether a saved answer still holds."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from ui.answer_queue import Inquiry
from ui.packets import packet_of
from ui.replaying import replayed, with_answer
from ui.web.answers import CallerGoneError, finished_answer
from ui.web.callers import asker_of
from ui.web.packet_schemas import ReplayDocument, ReplayRequest
from ui.web.services import Services, services_of

router = APIRouter(prefix="/v1", tags=["answers"])


@router.post("/packets/replay", response_model=ReplayDocument, summary="Whether a saved answer still holds")
async def replay_packet(
    body: ReplayRequest, request: Request, services: Annotated[Services, Depends(services_of)]
) -> Response:
    """Each quote of a packet against the archive of today; ``ask`` has the question answered anew and compared."""
    packet = packet_of(body.packet)
    found = await anyio.to_thread.run_sync(replayed, packet, services.workspace.store)
    if body.ask:
        services.audit.write("ask", request.scope, question=packet.question)
        asker = asker_of(request.scope)
        asked = Inquiry(packet.question, packet.search_filter, asker=asker, prose=packet.prose)
        stream = await anyio.to_thread.run_sync(services.answers.ask, asked)
        try:
            found = with_answer(found, await finished_answer(stream, request))
        except CallerGoneError:
            return Response(status_code=499)
    return JSONResponse(found.to_json())
