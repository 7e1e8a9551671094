"""Headline lines of one article → its title and subtitle. Knows neither the page nor the body."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.lines import em_width
from rag.corpus.normalisation import NOTHING, MappedText, join

_DASH = re.compile("^[—–-]{1,2}")


@dataclass(frozen=True, slots=True)
class Headline:
    """Title and subtitle, each with the way back to its characters."""

    title: MappedText = NOTHING
    subtitle: MappedText = NOTHING


def compose_headline(lines: Sequence[MappedText]) -> Headline:
    """The lines of a headline as title and subtitle.

    A kicker or a broken headline goes on in the title (``示范区：`` + ``为…谱新篇``); a line that starts with a dash,
    or that is much longer or more of a sentence than the whole line before it, begins the subtitle.
    """
    lines = [line for line in lines if line.text]
    if not lines:
        return Headline()
    cut = next((index for index in range(1, len(lines)) if _begins_subtitle(lines, index)), len(lines))
    return Headline(join(lines[:cut]), join(lines[cut:]))


def _begins_subtitle(lines: Sequence[MappedText], index: int) -> bool:
    line, before = lines[index].text, "".join(piece.text for piece in lines[:index])
    if _DASH.match(line):
        return True
    if before.endswith(("：", ":", "，", "、")) or em_width(before) < 8:
        return False
    wider = em_width(line) / em_width(lines[index - 1].text)
    clauses = line.count("，") - before.count("，")
    return wider >= 1.5 or (clauses > 0 and wider >= 1.1)
