"""Text to search terms."""

from __future__ import annotations

import pytest

from rag.chinese.terms import (
    add_local_words,
    extract_terms,
    fold,
    index_terms,
    query_terms,
    question_terms,
    strip_question_words,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺灣後裡", "台湾后里"),
        ("ＧＤＰ增长６．５％", "gdp增长6.5%"),
        ("Covid－19", "covid-19"),
        ("第十二屆　會議", "第十二届 会议"),
    ],
)
def test_folding_changes_spelling_only(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize("text", ["İstanbul 臺北ＡＢ", "ǅ ẞ ﬁ 〔２０２０〕", "", "\U00020000漢"])
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年签约项目102个", {"102", "102个"}),
        ("总投资43.44亿元", {"43.44", "43.44亿元"}),
        ("按照豫政〔2020〕12号文件", {"〔2020〕12号"}),
        ("按照豫政［２０２０］12号文件", {"〔2020〕12号"}),
        ("乘861路公交车", {"861", "861路"}),
        ("到场1,234人", {"1234", "1234人"}),
        ("引进一百零二个项目", {"102", "102个"}),
        ("三家企业", {"3家"}),
        ("三点五亿元", {"3.5", "3.5亿元"}),
        ("三千万元", {"3000", "3000万元"}),
        ("千方百计，万一", set()),
        ("二〇二〇年", {"2020", "2020年"}),
        ("COVID-19疫苗", {"covid-19", "covid", "19"}),
        ("5G基站", {"5g"}),
    ],
)
def test_numbers_and_codes_stay_whole(text: str, expected: set[str]) -> None:
    assert set(extract_terms(text).exacts) == expected


def test_a_name_is_found_by_its_bigrams_in_any_spelling() -> None:
    assert {"王小", "小鹏"} <= set(index_terms("书记王小鹏主持")) & set(query_terms("王小鵬是谁"))


def test_a_bigram_that_is_a_word_is_indexed_once() -> None:
    assert index_terms("项目").count("项目") == 1
    assert index_terms("项目，项目").count("项目") == 2


def test_question_words_are_dropped_and_leave_no_bigrams() -> None:
    terms = question_terms("请问示范区有多少家企业？")
    assert terms.words == ("示范", "示范区", "企业")
    assert set(terms.bigrams) == {"示范", "范区", "家企", "企业"}


def test_english_stop_words_are_dropped() -> None:
    assert query_terms("How many people were vaccinated in Wuhan?") == ["people", "vaccinated", "wuhan"]


def test_every_query_term_can_be_found_in_the_text_it_came_from() -> None:
    text = "沁园镇引进一百零二个项目，总投资43.44亿元，见〔2021〕7号文件和COVID-19公告"
    assert set(query_terms(text)) <= set(index_terms(text))


def test_local_words_are_cut_whole() -> None:
    assert "槐荫碧水湾" not in extract_terms("来到槐荫碧水湾参观").words
    assert add_local_words(["# 地名", "槐荫碧水湾", "", "字"]) == 1
    assert "槐荫碧水湾" in extract_terms("来到槐荫碧水湾参观").words


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("签约多少个项目", "签约 个项目"), ("预约多少人", "预约 人"), ("拥有多少学生", "拥有 学生"),
        ("到会约多少人", "到会 人"), ("共有多少学生", " 学生"),
    ],
)  # fmt: skip
def test_words_that_end_like_a_question_phrase_stay_whole(question: str, rest: str) -> None:
    assert strip_question_words(question) == rest
