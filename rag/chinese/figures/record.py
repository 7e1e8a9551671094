"""The record of one figure in running text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rag.chinese.figures.units import Kind

Bound = Literal["exact", "about", "over", "under", "near", "at_least", "at_most", "several"]
Direction = Literal["", "up", "down", "up_to", "down_to"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it measures, at ``[start, end)`` of the text it was found in.

    ``text`` holds the whole expression with the words that bound it: ``近190人``, ``500万元以上``. ``value`` has the
    scale applied (``350亿元`` is 35,000,000,000 元); ``upper`` is the other end of a range. ``written_value`` and
    ``measure_text`` are the same as written (350, ``亿元``). ``bound`` is ``several`` for 几十, 数百 (value 10, 100).
    ``direction`` is what the clause says the figure is: a rise (``up``), a fall, or the level risen or fallen to
    (``up_to``). A date's value is the number yyyymmdd with zeros for what is not said, its unit the parts said
    (``年月日``, ``月日``, ``年`` …). ``indefinite`` marks 一个, 一家: often just an article.
    """

    text: str
    start: int
    end: int
    value: Decimal
    upper: Decimal | None
    unit: str
    measure_text: str
    kind: Kind
    bound: Bound = "exact"
    direction: Direction = ""
    subject: str = ""
    period: str = ""
    written_value: Decimal = Decimal(0)
    indefinite: bool = False
