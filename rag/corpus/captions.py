"""Photo captions: where in their lines the photographer's name begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.corpus.line_shapes import MarkedLine

CAPTION_CHARACTERS = 260
"""A photo caption is not longer."""
_ROLE_ALONE = re.compile("[（(□]?(?:本报|本刊|新华社|中新社)?(?:全媒体|融媒体|见习|特约)?(?:记者|通讯员|摄影)$")


def credit_place(lines: Sequence[MarkedLine]) -> int:
    """The number of the first line that is nothing but the photographer's name and role; ``len(lines)`` if none is.

    One line at least is left to the caption.
    """
    if len(lines) < 2 or lines[-1].mark != "credit":
        return len(lines)
    alone = len(lines) > 2 and _ROLE_ALONE.match(lines[-2].text)
    return len(lines) - 2 if alone else len(lines) - 1
