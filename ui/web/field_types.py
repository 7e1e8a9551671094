"""Types of fields that take what they say and nothing that could be read as it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BeforeValidator, Field


def _only_text(given: Any) -> Any:
    if given is None or isinstance(given, str | dt.date):
        return given
    raise ValueError("expected a day as YYYY-MM-DD")


DayText = Annotated[dt.date | None, BeforeValidator(_only_text)]
"""A number is no day, though it could be seconds since 1970."""
Whole = Annotated[int, Field(strict=True)]
"""A whole number: neither ``"5"`` nor ``true`` is one."""
Truth = Annotated[bool, Field(strict=True)]
