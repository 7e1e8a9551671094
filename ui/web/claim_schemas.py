"""What ``/v1/claims`` and ``/v1/check`` take and give, as typed and documented models."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.web.field_types import DayText


class PeriodDocument(BaseModel):
    """The days that something is said of, both included, and the words that say so."""

    first: str
    last: str
    text: str


class ClaimSlotsDocument(BaseModel):
    """What a claim says, slot by slot; null where it says nothing."""

    subject: str | None
    act: str | None
    thing: str | None
    measure: str | None
    period: PeriodDocument | None
    mood: str
    member: str | None
    event: str | None
    corrected_by: str | None


class ClaimDocument(BaseModel):
    """A claim: ``article.text[quote_start:quote_end] == quote``, and ``[start, end)`` is the figure in it."""

    text: str
    value: float | None
    unit: str | None
    standing: str = Field(
        description="stands; former (what it changed from); withdrawn (the paper corrects it, or calls it false)."
    )
    claim: ClaimSlotsDocument
    article_id: str
    title: str
    date: str | None
    source: str
    page: str
    quote: str
    start: int
    end: int
    quote_start: int
    quote_end: int


class SeriesPointDocument(BaseModel):
    """A period's value; the newest report holds."""

    first: str
    last: str
    claim: ClaimDocument
    revised: list[ClaimDocument]
    contradicting: list[ClaimDocument]


class SeriesDocument(BaseModel):
    """One thing of one place over its periods."""

    thing: str
    subject: str | None
    unit: str
    measure: str
    mood: str
    points: list[SeriesPointDocument]


class ClaimsDocument(BaseModel):
    """Claims, best first, out of ``looked_at`` of ``total``."""

    claims: list[ClaimDocument]
    series: list[SeriesDocument]
    count: int
    looked_at: int
    total: int
    generation: int


class CheckRequest(BaseModel):
    """A draft; ``date`` is the day by which 今年 in it is read."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=100_000, examples=["1至5月，全区签约项目41个。"])
    date: DayText = None


class DifferenceDocument(BaseModel):
    """A slot with the words of draft and paper; empty where one says nothing."""

    slot: str
    drafted: str
    printed: str


class CheckedDocument(BaseModel):
    """A part of the draft: ``text[start:end]`` is its ``text``."""

    text: str
    start: int
    end: int
    sort: Literal["figure", "day", "office"]
    status: Literal["supported", "contradicted", "differs", "not_found"]
    differences: list[DifferenceDocument]
    unsaid: list[DifferenceDocument] = Field(description="What the paper says and the draft leaves open.")
    advice: str
    quotes: list[ClaimDocument]


class CheckDocument(BaseModel):
    """A checked draft, in its order."""

    items: list[CheckedDocument]
    counts: dict[str, int]
    generation: int
