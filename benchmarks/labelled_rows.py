"""The lines of a page with their labels, and the states that a model of lines is to find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gold_pages import FURNITURE, GoldPage

from rag.corpus.line_model import LineLabel, LineState


@dataclass(frozen=True, slots=True)
class LabelledPage(GoldPage):
    """A page with the state of each printed line, by the line's number in the text (blank ones counted)."""

    states: dict[int, LineState] = field(default_factory=dict)
    subtitles: frozenset[int] = frozenset()
    """Numbers of the lines that are subtitle."""


@dataclass(slots=True)
class Row:
    """A line to print; ``label`` None for a blank one."""

    text: str
    label: LineLabel | None
    owner: int = FURNITURE
    body: bool = False
    first: bool = False
    subtitle: bool = False
    inside: int = FURNITURE
    """The article it stands in if it is not of it, as a jump line."""


BLANK = Row("", None)
"""Between lines."""


def states_of(rows: Sequence[Row]) -> dict[int, LineState]:
    """By its number the state of each row that is not blank."""
    states: dict[int, LineState] = {}
    headed: set[int] = set()
    around = FURNITURE
    for number, row in enumerate(rows):
        if row.label is None:
            continue
        owner = row.owner if row.inside == FURNITURE else row.inside
        if row.label in ("above", "below", "inset"):
            headed.add(owner)
            states[number] = LineState(row.label, True)
        elif row.label == "other":
            states[number] = LineState(row.label, False)
        elif row.label in ("caption start", "caption"):
            states[number] = LineState(row.label, owner in headed or around in headed)
            continue
        else:
            states[number] = LineState(row.label, owner in headed)
        around = owner
    return states
