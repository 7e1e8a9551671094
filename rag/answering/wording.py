"""The paper in the question's own words: 在江城倒塌5间房屋 for 在江城倒塌多少间房屋.

Of two figures that fit what is asked, the one that stands where the question has 多少 is the one asked for.
"""

from __future__ import annotations

import re

from rag.chinese.figures import Figure
from rag.chinese.question_kind import question_kind
from rag.chinese.terms import fold

_ASKED = re.compile(r"多少|几")
_SIGNS = re.compile(r"[^\w]|_")
_AT_FIGURE = re.compile(r"(?:至少|大约|超过|[了约近超达到有为是])+$|一共|总共|共计|共|已经?")
"""What the paper may have before a figure and the question not, or the other way round."""


def words_in_common(question: str, text: str, figure: Figure) -> tuple[int, int]:
    """How many characters right before and right after a figure of ``text`` are those before and after 多少."""
    asked = _ASKED.search(question)
    if asked is None:
        return 0, 0
    unit = len(question_kind(question).unit)
    before = _common(_plain(question[: asked.start()])[::-1], _plain(text[: figure.start])[::-1])
    after = _common(_SIGNS.sub("", fold(question[asked.end() + unit :])), _SIGNS.sub("", fold(text[figure.end :])))
    return before, after


def _plain(text: str) -> str:
    return _AT_FIGURE.sub("", _SIGNS.sub("", fold(text)))


def _common(first: str, second: str) -> int:
    """The length of the beginning that both have."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length
