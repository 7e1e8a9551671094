"""Statistical indicators: a figure of one is no figure of another, however alike their names.

服务零售额 is no 社会消费品零售总额. Names as official statistics and papers write them.
"""

from __future__ import annotations

import re

from rag.chinese.terms import fold
from rag.records import Article

_INDICATORS = tuple(
    (re.compile(asked), re.compile(f"{asked}|{short}" if short else asked))
    for asked, short in (
        ("(?:地区|国内|农林牧渔业?)?生产总值|gdp", "经济总量|经济(?:同比)?增长|经济增速|经济运行"),
        ("社会消费品零售(?:总)?额|社零", "消费品零售|消费市场"),
        ("服务零售额", ""),
        ("固定资产投资|固投", "投资(?:同比)?[增下]|投资完成|完成投资"),
        ("(?:一般)?公共(?:财政)?预算收入|财政(?:总)?收入", "财政|预算收入"),
        ("(?:一般)?公共(?:财政)?预算支出|财政支出", "财政|预算支出"),
        ("税收(?:总)?收入", "税收|财政|税务"),
        ("(?:规模以上)?工业增加值", "规上工业|规模以上工业|工业生产|工业经济"),
        ("进出口(?:总[额值])?|外贸", "出口|进口"),
        ("可支配收入", "人均收入|居民收入|人均纯收入"),
        ("居民消费价格(?:指数)?|cpi", "物价"),
        ("工业生产者出厂价格|ppi", "出厂价格"),
        ("采购经理指数|pmi", ""),
        ("失业率", ""),
        ("社会融资规模", "社融"),
        ("外汇储备", ""),
        ("用电量", "用电"),
        ("发电量", "发电"),
        ("货物吞吐量", "吞吐量"),
        ("粮食(?:总)?产量", "产粮|粮食"),
        ("常住人口", "人口"),
        ("户籍人口", "人口"),
        ("城镇化率", "城镇化"),
        ("森林覆盖率", ""),
    )
)
"""What a question says, and what an article on it says."""


_PER = re.compile("人均|户均|亩均|每亩|单位")


def is_per_head(question: str, text: str) -> bool:
    """Whether an indicator is asked about, and ``text`` has it only by the head: 人均GDP for GDP."""
    asked = fold(question)
    if _PER.search(asked):
        return False
    said = fold(text)
    for name, names in _INDICATORS:
        if name.search(asked):
            starts = [found.start() for found in names.finditer(said)]
            if starts and all(_PER.search(said, max(0, start - 3), start) for start in starts):
                return True
    return False


def is_of_another_indicator(question: str, article: Article) -> bool:
    """Whether the question asks for an indicator that the article never mentions, under any of its names."""
    asked = fold(question)
    said = fold(f"{article.title}\n{article.subtitle}\n{article.text}")
    return any(name.search(asked) and not names.search(said) for name, names in _INDICATORS)
