"""One matter is summed up from the sentences that tell figures of it, those of the time asked about alone."""

import datetime as dt

import pytest

from rag.answering.evidence import Sentence
from rag.answering.summary import asks_for_summary, summary, summary_of_one
from rag.chinese.sentences import split_sentences
from rag.claims.question import read_question
from rag.records import Article


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("总结一下今年的渔业生产情况", "今年的渔业生产"),
        ("帮我梳理下去年河道治理工作", "去年河道治理"),
        ("介绍下盐港二桥", "盐港二桥"),
        ("请简要概括2021年养老服务的进展", "2021年养老服务"),
        ("说说造船业的基本情况。", "造船业"),
        ("概括下盐港二桥那条", "盐港二桥"),
        ("总结一下敬老院那篇报道", "敬老院"),
        ("讲讲停电那件事", "停电"),
        ("盐港二桥这个工程归纳下", "盐港二桥这个工程"),
        ("把今年赛龙舟的成绩归拢几句", "今年赛龙舟"),
        ("敬老院改造弄得怎么样 捋一下", "敬老院改造"),
        ("谁来总结下", ""),
        ("谁来总结今年的渔业生产", ""),
        ("总结大会开了几天", "大会开了几天"),  # no summary is found of it: no sentence names it so
        ("总结一下上周的会议", ""),
        ("县长总结了什么经验", ""),
        ("今年渔业产量多少", ""),
    ],
)
def test_which_questions_want_a_summary(question: str, matter: str) -> None:
    assert asks_for_summary(question) == matter


def sentences(number: int, title: str, day: dt.date, text: str) -> list[Sentence]:
    article = Article(f"a{number}", title, text, date=day, source="盐港报")
    return [
        Sentence(article, span.start, span.end, text[span.start : span.end], 0, 0.5, 1.0)
        for span in split_sentences(text)
    ]


SENTENCES = [
    *sentences(
        1,
        "渔船更新过半",
        dt.date(2021, 9, 4),
        "9月2日，县里召开渔业生产调度会。会议通报，1至8月，全县更新渔船86艘，捕捞海产品3.1万吨。全县公路客运量增长4.2%。",
    ),
    *sentences(2, "休渔期结束", dt.date(2021, 8, 17), "8月16日，渔业生产恢复，首日出海212艘。船老大说，收成要看天。"),
    *sentences(3, "去年渔业生产成绩单", dt.date(2021, 1, 9), "2020年，全县渔业生产总值完成7.3亿元。"),
    *sentences(4, "渔业生产目标确定", dt.date(2021, 2, 1), "今年渔业生产力争完成产值8亿元。"),
]


def told(matter: str) -> list[str]:
    return [item.text for item in summary(read_question(matter, dt.date(2021, 9, 4)), SENTENCES)]


def test_newest_first_of_the_year_asked_about_and_no_plan() -> None:
    assert told("今年的渔业生产") == [
        "据2021年9月4日报道，会议通报，1至8月，全县更新渔船86艘，捕捞海产品3.1万吨。",
        "据2021年8月17日报道，8月16日，渔业生产恢复，首日出海212艘。",
    ]


def test_another_year_is_summed_up_from_its_own_figures() -> None:
    assert told("去年的渔业生产") == ["2020年，全县渔业生产总值完成7.3亿元。"]


def test_one_report_that_alone_tells_of_a_matter_is_told_whole() -> None:
    text = "敬老院添床40张。每月收费900元。值班护士6名。食堂每餐8元。院子种树20棵。"
    only = sentences(5, "敬老院扩建完成", dt.date(2021, 9, 6), text)
    found = [item.sentence.text for item in summary(read_question("敬老院", dt.date(2021, 9, 6)), only)]
    assert found == [item.text for item in only[:4]]


def test_what_no_sentence_names_is_not_summed_up() -> None:
    assert told("今年的林业生产") == []
    assert told("2018年的渔业生产") == []


def test_a_matter_that_no_sentence_names_so_is_told_by_the_article_that_has_its_words() -> None:
    question = read_question("渔船换新更新", dt.date(2021, 9, 4))
    assert told("渔船换新更新") == []
    assert [item.text for item in summary_of_one(question, SENTENCES)] == [
        "据2021年9月4日报道，会议通报，1至8月，全县更新渔船86艘，捕捞海产品3.1万吨。",
        "据2021年9月4日报道（1至8月），全县公路客运量增长4.2%。",
    ]
    assert summary_of_one(read_question("地铁建设", dt.date(2021, 9, 4)), SENTENCES) == []
