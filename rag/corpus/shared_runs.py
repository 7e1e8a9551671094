"""The longest run of characters that each line shares with the text above and below it, line breaks or not.

A headline takes whole names from its own article (``流动书车``), and from no other; a name that a column's end broke
in two counts as well. Knows lines as text, nothing of pages.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_NO_WORD = re.compile(r"[\W_]+")
REACHES = (10, 60)
"""Lines above and below in which runs are looked for: beside the line, and as far as a headline is from its lead."""
_SHORTEST, _LONGEST = 3, 12
"""Characters of the runs that count; two characters are most words, and no evidence."""
_COMMON = 12
"""Three characters that a page has more often tell no article from another; also bounds the work."""


def shared_runs(texts: Sequence[str]) -> NDArray[np.float32]:
    """(n_lines, 6) float32: for each of ``REACHES`` the run above, the run below and their difference.

    In units of 4 characters; 0.0 where nothing of three characters or more is shared.
    """
    bare = [_NO_WORD.sub("", text) for text in texts]
    whole = "".join(bare)
    line_of = [line for line, text in enumerate(bare) for _ in text]
    ends = list(itertools.accumulate(map(len, bare)))
    found = np.zeros((len(bare), 3 * len(REACHES)), np.float32)
    for places in _repeated(whole):
        for own, other in itertools.permutations(places, 2):
            line = line_of[own]
            distance = line - line_of[other]
            if not distance or abs(distance) > REACHES[-1] or own + _SHORTEST > ends[line]:
                continue
            start = ends[line] - len(bare[line])
            room = min(_LONGEST, ends[line] - own, (start if distance > 0 else len(whole)) - other)
            length = _run(whole, own, other, room) / 4
            for column, reach in enumerate(REACHES):
                side = 3 * column + (distance < 0)
                if abs(distance) <= reach and length > found[line, side]:
                    found[line, side] = length
    found[:, 2::3] = found[:, 0::3] - found[:, 1::3]
    return found


def _repeated(whole: str) -> list[list[int]]:
    """Where each run of ``_SHORTEST`` characters stands that the text has twice or more, but not everywhere."""
    runs = [whole[start : start + _SHORTEST] for start in range(len(whole) - _SHORTEST + 1)]
    places: dict[str, list[int]] = {run: [] for run, count in Counter(runs).items() if 1 < count <= _COMMON}
    for start, run in enumerate(runs):
        if run in places:
            places[run].append(start)
    return list(places.values())


def _run(whole: str, own: int, other: int, room: int) -> int:
    """How many characters from ``own`` and from ``other`` on are the same, up to ``room``; 0 below ``_SHORTEST``."""
    if room < _SHORTEST:
        return 0
    length = _SHORTEST
    while length < room and whole[own + length] == whole[other + length]:
        length += 1
    return length
