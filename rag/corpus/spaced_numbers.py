"""A number that typesetting set with spaces, whole again: 收购4 120吨, 完成34. 21亿元, 全长18 .6公里.

A figure read from half of such a number is wrong by a thousand times, so it must not reach the figures' grammar. Only
within Chinese, and only before a unit, is it one number: columns of a table have none between two. ``任务1. 5个``
may be the first of a list and stays as it is: what is counted has no point, what is measured has.
"""

from __future__ import annotations

import itertools
import re

from rag.chinese.figures.units import ANY_UNIT, MEASURED_UNIT
from rag.corpus.normalisation import MappedText, join

_HAN = "\u3400-\u9fff"
_SCALE = "[余多]?[万亿]"
_GROUPS = rf"(?<=[{_HAN}，、；：（“《])[1-9]\d{{0,2}}(?: \d{{3}})+(?=(?:\.\d+)?(?:{_SCALE}|[余多]?(?:{ANY_UNIT})))"
_POINT = rf"(?<=[{_HAN}])\d{{1,4}}(?: \. ?|\. )\d{{1,3}}(?=[万亿]|{MEASURED_UNIT})"
_SPACED = re.compile(f"{_GROUPS}|{_POINT}")


def close_numbers(text: MappedText) -> MappedText:
    """The text without the spaces inside numbers; every other character stays, and keeps its place in the source.

    >>> close_numbers(MappedText("收购早稻4 120吨，完成34. 21亿元")).text
    '收购早稻4120吨，完成34.21亿元'
    """
    spaces = [
        found.start() + place
        for found in _SPACED.finditer(text.text)
        for place, character in enumerate(found.group())
        if character == " "
    ]
    if not spaces:
        return text
    cuts = [-1, *spaces, len(text)]
    return join(text.part(begin + 1, end) for begin, end in itertools.pairwise(cuts))
