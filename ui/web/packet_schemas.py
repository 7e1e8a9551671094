"""The answer packet as a typed model, for files and for the API; and what is said of one that is given back."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from ui.web.field_types import Truth
from ui.web.schemas import AnswerDocument, Closed

PACKET_KIND = "baowen answer packet"
PACKET_VERSION = 2

ReplayState = Literal["same", "changed", "gone"]


class PacketArticle(BaseModel):
    """A quoted article as it was; ``sha256`` is that of its text."""

    id: str = Field(max_length=200)
    title: str
    date: str | None
    source: str
    page: str
    sha256: str


class PacketFilter(BaseModel):
    """The filter under which was asked."""

    date_from: str | None = None
    date_to: str | None = None
    source: str | None = None


class PacketDocument(AnswerDocument):
    """An answer as it was saved; packets of version 1 hold neither filter nor articles."""

    kind: Literal["baowen answer packet"]
    packet_version: int = Field(ge=1, le=PACKET_VERSION)
    made: str = ""
    search_filter: PacketFilter = Field(default_factory=PacketFilter, alias="filter")
    articles: list[PacketArticle] = Field(default_factory=list)
    prose: bool = Field(True, description="False: asked so that no model might write, and asked so again.")


def _strictly(given: Any) -> Any:
    """The packet, where every field has its own type: what is answered to, a program may rely on."""
    if not isinstance(given, dict):
        return given
    return PacketDocument.model_validate_json(json.dumps(given), strict=True)


class ReplayRequest(Closed):
    """A saved packet, to be held against the archive of today."""

    packet: Annotated[PacketDocument, BeforeValidator(_strictly)]
    ask: Truth = Field(False, description="Ask the question again, too, and compare the answers.")


class ReplayedQuoteDocument(BaseModel):
    """One quote: ``changes`` names what differs (text, title, date, source, page, quote, corrected)."""

    marker: int
    article_id: str
    title: str
    quote: str
    state: ReplayState
    changes: list[str]


class ReplayDocument(BaseModel):
    """Whether a saved answer still holds; ``answer`` is the new one where it was asked for."""

    state: ReplayState
    quotes: list[ReplayedQuoteDocument]
    answer_changes: list[str] = Field(description="refused, figures, quotes: in what the new answer differs.")
    answer: AnswerDocument | None
    generation: int
