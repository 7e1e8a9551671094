"""The record of one assertion: whose, what, how much, when, and whether it is a fact at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from rag.chinese.figures import Figure

Mood = Literal["fact", "plan", "forecast", "denied", "cancelled", "hearsay"]
Measure = Literal["level", "rise", "fall", "share", "rank"]
Slot = Literal["period", "mood", "place", "thing", "act", "measure", "member", "whole", "event"]


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included, that something is said of, and the words that say so.

    ``year_said`` is False where the year was guessed (第三季度 in a text without a day): then only month and day
    count. ``is_end`` marks 截至9月底, which counts from the year's beginning up to it.
    """

    first: dt.date
    last: dt.date
    text: str
    year_said: bool
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What a text says at one place, read slot by slot; a slot that is not said is empty or None.

    ``[start, end)`` are the characters that answer (a figure, a name), ``[clause_start, clause_end)`` those of the
    words about them, all in the text that was read. ``figure`` is None where a name was read. ``places`` are the
    places it holds for, nearest first; ``members`` pairs of class and member (``("prize", "一等")``). ``words`` are
    the words that say what is told: those of the clause, then those it goes on from.
    """

    start: int
    end: int
    clause_start: int
    clause_end: int
    text: str
    figure: Figure | None
    period: Period | None
    mood: Mood
    mood_word: str
    places: tuple[str, ...]
    act: str
    thing: str
    measure: Measure
    members: frozenset[tuple[str, str]]
    is_part: bool
    words: tuple[str, ...]
