"""Spoken words of a question in the paper's wording: 签了多少个项目 is printed as 签约.

A word of one character is no term to search by, and a paper seldom prints it. Only verbs that mean one thing beside
what they count are here.
"""

from __future__ import annotations

import re
from functools import cache

from rag.chinese.lexicon import lexicon

_COUNTED = r"(?=(?:多少|几)(?:[万亿]|[个项份家亩笔]|钱|资金|项目))"
_PRINTED = (
    (re.compile(r"(?:到底|究竟)(?=[是有多几谁哪什怎])(?![^，。？?]*还是)"), ""),
    (re.compile(r"好多(?=(?:个|元|钱|人|[万亿]元?|[吨亩户家次]|公里)?[了的]?(?:[？?。，,\s]|$))"), "多少"),
    (re.compile(rf"(?<!续)签(?:下|成)?了?{_COUNTED}"), "签约了"),
    (re.compile(rf"(?<![播栽点])种(?:下)?了?{_COUNTED}"), "种植了"),
    (re.compile(rf"(?<=[^资入])投了{_COUNTED}"), "投资了"),
)

_TWO_DIGITS = re.compile(
    r"(?<![\d.第近过这那共整满约])(?:(1[89]|2\d)年(?![来前后期间内里级代龄多]|以[上来内后]|义务|左右)|"
    r"(1\d)年(?=[上下]半年|[一二三四]季度|全年|年?[底初]|\d{1,2}月))"
)
"""22年上半年 means 2022, 20年来 does not mean 2020."""
_YEARS = re.compile(
    r"(?<![\d.])(?P<years>(?:1[5-9]|2\d)年?(?:[\s、,，和]+(?:1[5-9]|2\d)年?)+)(?P<counted>[两二三四五]年|年)?"
)
_SHORT = {
    "GDP": "生产总值（GDP）",
    "CPI": "居民消费价格指数（CPI）",
    "PPI": "工业生产者出厂价格指数（PPI）",
    "PMI": "采购经理指数（PMI）",
    "社零": "社会消费品零售总额",
    "固投": "固定资产投资",
}
"""Short names of statistics that papers print in full."""


def _whole_years(match: re.Match[str]) -> str:
    """21 22 23三年 as 2021年、2022年、2023年."""
    if not match["counted"] and "年" not in match["years"]:
        return match.group()
    return "、".join(f"20{year}年" for year in re.findall(r"\d\d", match["years"]))


@cache
def _separable() -> re.Pattern[str]:
    """通的车 at the end of a clause; 开通的车站 is none."""
    pairs = "|".join(f"{verb}的{thing}" for verb, thing in lexicon("separable_verbs"))
    return re.compile(rf"(?<!开)(?:{pairs})(?=[了吗呢啊呀？?，,。\s]|$)")


def _together(match: re.Match[str]) -> str:
    verb, _, thing = match.group().partition("的")
    return f"{verb}{thing}的"


def as_printed(question: str) -> str:
    """The Chinese question with such words as a newspaper prints them; any other question as it is.

    >>> as_printed("示范区今年签了多少个项目？")
    '示范区今年签约了多少个项目？'
    >>> as_printed("停水是为啥")
    '停水是为什么'
    >>> as_printed("渡槽啥时候通的水")
    '渡槽什么时候通水的'
    """
    for word, written in lexicon("spoken"):
        question = question.replace(word, written)
    question = _separable().sub(_together, question)
    question = _TWO_DIGITS.sub(lambda found: f"20{found[1] or found[2]}年", _YEARS.sub(_whole_years, question))
    for short, full in _SHORT.items():
        found = re.search(f"(?<![A-Za-z（(]){short}(?![A-Za-z])", question, re.IGNORECASE)
        if found and full.split("（")[0] not in question:
            question = question[: found.start()] + full + question[found.end() :]
    for spoken, printed in _PRINTED:
        question = spoken.sub(printed, question)
    return question
