import pytest

from rag.answering.indicators import is_of_another_indicator, is_per_head
from rag.records import Article


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("一季度社会消费品零售总额增长多少？", "1—4月份，服务零售额同比增长5.6%。", True),
        ("一季度社会消费品零售总额增长多少？", "一季度，社會消費品零售總額同比增长4.6%。", False),
        ("全区GDP增长多少？", "全区地区生产总值同比增长16.9%。", False),
        ("全区GDP增长多少？", "全区固定资产投资增长8%。", True),
        ("固定资产投资增长多少？", "全区投资同比增长8%。", False),
        ("服务零售额是多少？", "社会消费品零售总额1.2亿元。", True),
        ("签约了多少个项目？", "签约12个项目。", False),
    ],
)
def test_a_figure_of_one_indicator_is_none_of_another(question: str, text: str, other: bool) -> None:
    assert is_of_another_indicator(question, Article("a1", "会议召开", text)) is other


@pytest.mark.parametrize(
    ("question", "text", "by_head"),
    [
        ("去年GDP增长多少？", "人均GDP达到99665元，增长5.1%。", True),
        ("去年GDP增长多少？", "人均GDP达到99665元，全市GDP增长5.1%。", False),
        ("去年人均GDP增长多少？", "人均GDP达到99665元，增长5.1%。", False),
        ("去年签约多少个项目？", "人均GDP达到99665元。", False),
    ],
)
def test_what_falls_to_each_head_is_not_the_whole(question: str, text: str, by_head: bool) -> None:
    assert is_per_head(question, text) is by_head
