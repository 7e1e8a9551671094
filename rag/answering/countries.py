"""Other countries in a text: a paper writes of its own without naming it, and of others by name."""

from __future__ import annotations

import re

_FOREIGN = re.compile(
    "[美英法德韩泰]国|日本|俄罗斯|乌克兰|白俄罗斯|朝鲜|蒙古国|越南|老挝|柬埔寨|缅甸|菲律宾|印度|印尼|马来西亚|新加坡|巴基斯坦|"
    "伊朗|伊拉克|以色列|巴勒斯坦|叙利亚|黎巴嫩|土耳其|沙特|埃及|阿富汗|哈萨克斯坦|乌兹别克斯坦|意大利|西班牙|葡萄牙|荷兰|比利时|"
    "瑞士|瑞典|挪威|芬兰|丹麦|波兰|匈牙利|塞尔维亚|希腊|加拿大|墨西哥|巴西|阿根廷|智利|古巴|澳大利亚|新西兰|南非|尼日利亚|"
    "埃塞俄比亚|肯尼亚|欧盟|欧元区|欧洲|北约"
)
_OWN = re.compile("我国|中国|全国|[中两]方|国家统计局|海关总署")
_OF_THE_COUNTRY = re.compile(
    "gdp|cpi|ppi|pmi|国[内民]生产总值|生产总值|经济增[长速]|物价|通胀|失业率|城镇新增就业|进出口|外贸|社会消费品零售|"
    "固定资产投资|工业增加值|粮食|[夏秋早]粮|公共预算|财政收入|外汇储备|人口",
    re.IGNORECASE,
)
"""What a country counts; asked about without a place, the paper's own is meant."""


def names_foreign_country(text: str) -> bool:
    """Whether ``text`` names a country other than the paper's own."""
    return _FOREIGN.search(text) is not None


def is_of_another_country(question: str, text: str) -> bool:
    """Whether a figure of the own country is asked about, as in 一季度GDP多少, and ``text`` tells of another's."""
    if not _OF_THE_COUNTRY.search(question) or names_foreign_country(question):
        return False
    return names_foreign_country(text) and not _OWN.search(text)
