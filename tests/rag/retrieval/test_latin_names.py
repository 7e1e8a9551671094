"""Names of other languages in Chinese."""

from __future__ import annotations

import pytest

from rag.chinese.terms import question_terms
from rag.retrieval.latin_names import (
    known_names,
    read_names,
    spelled_names,
    with_chinese_names,
    with_names,
    with_names_in_chinese,
)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many pupils from Saudi Arabia visited Iran?", ("沙特阿拉伯", "伊朗")),
        ("Did the Iranian and the Sudanese team play in Moscow?", ("伊朗", "苏丹", "莫斯科")),
        ("What did the American guest say in Hong Kong?", ("美国", "香港")),
        ("How many trees were planted in Africa?", ("非洲",)),
        ("Did Xi'an, Inner Mongolia, Shaanxi or Shanxi lead?", ("西安", "内蒙古", "陕西", "山西")),
        ("How large are Chengxi, Hunanshi and Suzhou's lake?", ("苏州",)),
        ("How many trees did China and Chinese children plant?", ()),
        ("Does turkey meat sell in china shops?", ()),
        ("How much grain?", ()),
    ],
)
def test_countries_and_cities_are_known(question: str, names: tuple[str, ...]) -> None:
    assert known_names(question) == names


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many projects did Shiling District sign in June?", (("shi", "ling"),)),
        ("Who is Wang Xiaopeng, and who is Li Xin?", (("wang", "xiao", "peng"), ("li", "xin"))),
        ("Was Xi'ang or Lu's village named?", (("xi", "ang"),)),
        ("Can Chinese Women see the Iran Forum?", (("can",), ("wo", "men"))[1:]),
        ("what does shiling mean?", ()),
    ],
)
def test_names_in_pinyin_are_cut_into_syllables(question: str, names: tuple[tuple[str, ...], ...]) -> None:
    assert spelled_names(question) == names


def test_the_most_frequent_writing_of_a_sound_is_read() -> None:
    texts = ["石岭区签约102个项目", "石嶺区委书记王小鹏", "失灵的路灯修好了"]
    assert read_names("How many projects did Shiling sign, Wang Xiaopeng?", texts) == ("石岭", "王小鹏")


def test_the_end_of_one_word_and_the_beginning_of_the_next_are_no_name_unless_frequent() -> None:
    torn = "犯罪嫌疑人被警方逮捕，这里将举行会议，总理李强出席"
    assert read_names("Whom did Li Qiang greet in Bei Jing?", [torn]) == ("李强",)
    assert read_names("Who was in Bei Jing?", [torn] * 3) == ("被警",)


def test_a_sound_that_nobody_writes_is_no_name() -> None:
    assert read_names("Who is Wang Xiaopeng?", ["柳湾村修路"]) == ()
    assert read_names("How many roads?", ["柳湾村修路"]) == ()


def test_names_become_words_and_bigrams() -> None:
    terms = with_names(question_terms("Who is Wang Xiaopeng, 861?"), ["王小鹏"])
    assert (terms.words, terms.bigrams) == (("王小鹏",), ("王小", "小鹏"))
    assert "861" in terms.exacts


@pytest.mark.parametrize(
    ("question", "chinese"),
    [
        ("2020年底， Chengxi示范区签了多少个项目？", "2020年底，澄溪示范区签了多少个项目？"),
        ("Chengxi Lin 是谁？", "Chengxi Lin 是谁？"),  # no article writes such a name
        ("Apple发布了什么？", "Apple发布了什么？"),
        ("示范区签了多少个项目？", "示范区签了多少个项目？"),
    ],
)
def test_a_translated_question_gets_its_names_in_chinese(question: str, chinese: str) -> None:
    assert with_chinese_names(question, ["澄溪示范区签约", "澄溪大桥", "成西村"]) == chinese


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Whom from Bhutan did Vice President Han Zheng meet?", "Whom from 不丹 did Vice President 韩正 meet?"),
        ("How many projects did Chengxi's new district sign?", "How many projects did 澄溪 new district sign?"),
        ("Which Iranian embassy in Saudi Arabia reopened?", "Which 伊朗 embassy in 沙特阿拉伯 reopened?"),
        ("Where is the China-Africa Expo?", "Where is the 中国-非洲 Expo?"),
        ("Whom did Wang Huning meet?", "Whom did Wang Huning meet?"),  # no text writes the name
    ],
)
def test_names_of_an_english_question_are_given_in_chinese(question: str, named: str) -> None:
    assert with_names_in_chinese(question, ["韩正会见外宾", "澄溪示范区签约"]) == named


def test_a_known_name_that_could_be_pinyin_is_told_once() -> None:
    named = with_names_in_chinese("How many trips from Hong Kong to Macao were made?", ["红空与红空", "澳门"])
    assert named == "How many trips from 香港 to 澳门 were made?"
