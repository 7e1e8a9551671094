"""What mending articles takes and gives, as typed models."""

from __future__ import annotations

from pydantic import BaseModel, Field

from ui.web.field_types import DayText, Whole
from ui.web.schemas import ArticleSummary, Closed


class CorrectionRequest(Closed):
    """What an article is to say of itself; what is not given stays as it is."""

    title: str | None = Field(None, max_length=300)
    date: DayText = None
    source: str | None = Field(None, max_length=300)
    page: str | None = Field(None, max_length=300)


class DivideRequest(Closed):
    """Where to divide; where the rest's first line is its headline, that line leaves the text."""

    line: Whole = Field(ge=2, le=10**9, description="The line that the second article begins with, from 1.")
    title: str = Field("", max_length=300, description="The headline of the second article.")


class JoinRequest(Closed):
    """What goes on where the article ends."""

    next: str = Field(min_length=1, max_length=200, description="The id of the article that is its continuation.")


class UndoRequest(Closed):
    """Which mend to take back."""

    undo: str = Field(min_length=1, max_length=100, description="The token that the mend gave.")


class MendedDocument(BaseModel):
    """The articles as they are now, and the token that takes the mend back."""

    articles: list[ArticleSummary]
    undo: str
    generation: int
