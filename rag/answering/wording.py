"""The paper in the question's own words: 在江城倒塌5间房屋 for 在江城倒塌多少间房屋.

Of two figures that fit what is asked, the one that stands where the question has 多少 is the one asked for.
"""

from __future__ import annotations

import re

from rag.chinese.figures import Figure
from rag.chinese.question_kind import question_kind
from rag.chinese.terms import fold

CLOSER = 4
"""By how many characters more the words around one figure must be the question's to outdo another's."""
LEAST_BEFORE, LEAST_AFTER = 4, 6
"""How many of them must stand before it, or else after it."""
LITERAL = 12
"""From how many on the sentence is the question with the figure in it."""
LEAST_AROUND = 10
"""How many characters of the question must stand around what answers its 什么 or 谁."""

_ASKED = re.compile(r"多少|几")
_ASKED_WORD = re.compile(r"什么|谁|哪[一-鿿]?[里儿个些位]|何[时地]")
_GAP = 30
"""The most characters that what answers may have."""
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


def words_around_answer(question: str, text: str) -> int:
    """How many characters of the question stand in ``text`` right before and after what may answer its 什么 or 谁.

    举行“江河安澜”宣传活动 for 举行什么宣传活动 has all of them; 0 where it has none on either side.
    """
    asked = _ASKED_WORD.search(question)
    if asked is None:
        return 0
    before, after = _SIGNS.sub("", fold(question[: asked.start()])), _SIGNS.sub("", fold(question[asked.end() :]))
    plain = _SIGNS.sub("", fold(text))
    length = next((n for n in range(len(before), 1, -1) if before[-n:] in plain), 0)
    if not length:
        return 0
    start = plain.index(before[-length:]) + length
    rest = plain[start : start + _GAP + len(after)]
    longest = next((n for n in range(len(after), 1, -1) if after[:n] in rest), 0)
    return length + longest if longest or not after else 0


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
