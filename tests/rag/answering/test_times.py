import datetime as dt

import pytest

from rag.answering.support import mentions
from rag.answering.times import is_of_other_year, names_other_years
from rag.records import Article

TEXT = "石岭镇种植面积达1620亩，比去年增加120亩。"
DATED = Article("a", "种植忙", TEXT, date=dt.date(2020, 9, 3))


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("石岭镇2018年的种植面积是多少？", True),
        ("石岭镇2021年的种植面积是多少？", True),
        ("石岭镇2020年的种植面积是多少？", False),
        ("石岭镇2019年的种植面积是多少？", False),  # 去年
        ("2018年和2020年的种植面积各是多少？", False),
        ("石岭镇今年的种植面积是多少？", False),
        ("石岭镇的种植面积是多少？", False),
    ],
)
def test_a_sentence_is_of_the_years_its_article_names_or_was_printed_in(question: str, other: bool) -> None:
    assert is_of_other_year(question, DATED, TEXT) is other


def test_an_undated_text_is_of_another_year_only_where_it_says_so() -> None:
    undated = Article("b", "", "2020年种植1620亩。种植面积扩大。")
    assert is_of_other_year("2018年种植多少亩？", undated, "2020年种植1620亩。")
    assert not is_of_other_year("2018年种植多少亩？", undated, "种植面积扩大。")
    assert names_other_years("2018年种植多少？", "2020年种植1620亩。")
    assert not names_other_years("2018年种植多少？", "2018年至2020年种植1620亩。")


def test_the_country_is_mentioned_by_any_of_its_names() -> None:
    assert mentions(Article("a", "", "我国粮食产量增加。"), "中国")
    assert not mentions(Article("a", "", "石岭镇粮食产量增加。"), "中国")
