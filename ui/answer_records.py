"""An answer as JSON that can be read back, for what is kept of a conversation; pure, no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rag.records import Answer, AnswerFigure, Citation, ClaimSlots, JsonObject, Passage, Reading, Timings
from ui.serialisation import answer_json


def kept_json(answer: Answer) -> JsonObject:
    """The answer as the API gives it, with what only the page wants beside it."""
    return {**answer_json(answer), "asked_back": answer.asked_back}


def answer_of(document: Mapping[str, Any]) -> Answer:
    """The answer that ``kept_json`` made ``document`` of."""
    return Answer(
        question=document["question"],
        answer=document["answer"],
        refused=document["refused"],
        refusal_reason=document["refusal_reason"],
        asked_back=document["asked_back"],
        citations=tuple(_citation(item) for item in document["citations"]),
        figures=tuple(AnswerFigure(**{**item, "claim": _slots(item.get("claim"))}) for item in document["figures"]),
        other_readings=tuple(_reading(item) for item in document["other_readings"]),
        notes=tuple(document["notes"]),
        standalone_question=document["standalone_question"],
        passages=tuple(_passage(item) for item in document["passages"]),
        model=document["model"],
        generation=document["generation"],
        timings=Timings(**document["timings"]),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _citation(item: Mapping[str, Any]) -> Citation:
    return Citation(**{**item, "date": _day(item["date"])})


def _reading(item: Mapping[str, Any]) -> Reading:
    claim, apart = _slots(item.get("claim")), tuple(item.get("differs_in", ()))
    return Reading(**{**item, "citation": _citation(item["citation"]), "claim": claim, "differs_in": apart})


def _slots(item: Mapping[str, Any] | None) -> ClaimSlots | None:
    if item is None:
        return None
    period = item["period"] or {}
    return ClaimSlots(
        subject=item["subject"] or "",
        act=item["act"] or "",
        thing=item["thing"] or "",
        measure=item["measure"] or "",
        period_first=_day(period.get("first")),
        period_last=_day(period.get("last")),
        period_text=period.get("text", ""),
        mood=item["mood"],
        member=item["member"] or "",
    )


def _passage(item: Mapping[str, Any]) -> Passage:
    return Passage(**{**item, "date": _day(item["date"])})
