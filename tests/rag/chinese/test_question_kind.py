"""What a question asks for."""

from __future__ import annotations

import pytest

from rag.chinese.question_kind import QuestionKind, is_chinese, question_kind


@pytest.mark.parametrize(
    ("question", "kind", "unit"),
    [
        ("签约引进各类项目多少个？", "count", "个"),
        ("有多少家企业参加？", "count", "家"),
        ("有多少人受伤", "count", "人"),
        ("最大年龄是多少岁？", "count", "岁"),
        ("全长多少公里", "count", "公里"),
        ("新增就业多少万人", "count", "万人"),
        ("新建了几所學校", "count", "所"),
        ("总投资多少亿元？", "money", "亿元"),
        ("涉及金额是多少", "money", ""),
        ("摊位月租多少", "money", ""),
        ("茶叶收购价一斤多少？", "money", ""),
        ("学费现在多少一年", "money", ""),
        ("补助了多少户", "count", "户"),
        ("租金比去年高多少", "count", ""),
        ("工业增加值增长了百分之几", "percentage", ""),
        ("修路款占预算几成", "percentage", ""),
        ("同比增幅是多少", "percentage", ""),
        ("大桥何时通车", "date", ""),
        ("外贸增速在全市排第几", "count", ""),
        ("出口增幅排第几 增速是多少", "percentage", ""),
        ("谁主持了会议", "person", ""),
        ("仪式在哪里举行", "place", ""),
        ("2022年县排球赛在哪举办", "place", ""),
        ("最后一次演出在哪天", "date", ""),
        ("这一目标在哪份文件中提出", "other", ""),
        ("这起事故在哪发生", "place", ""),
        ("会议传达了什么精神", "other", ""),
        ("How many people attended?", "count", ""),
        ("How much was invested?", "money", ""),
        ("When did it open?", "date", ""),
        ("Who chaired the meeting?", "person", ""),
    ],
)
def test_kind_and_unit(question: str, kind: str, unit: str) -> None:
    found = question_kind(question)
    assert (found.kind, found.unit) == (kind, unit)


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("引进项目多少个", "引进项目102个", True),
        ("引进项目多少个", "引进项目一百零二个", True),
        ("引进项目多少个", "总投资350亿元", False),
        ("总投资多少亿元", "总投资350亿元", True),
        ("总投资多少亿元", "引进项目102个", False),
        ("增长了百分之几", "同比增长6.5%", True),
        ("增长了百分之几", "新增650人", False),
        ("何时通车", "12月25日通车", True),
    ],
)
def test_the_form_of_an_answer(question: str, text: str, fits: bool) -> None:
    form = question_kind(question).answer_form()
    assert form is not None
    assert bool(form.search(text)) is fits


def test_a_question_of_no_kind_has_no_form() -> None:
    assert question_kind("会议传达了什么精神").answer_form() is None


@pytest.mark.parametrize(
    ("question", "chinese"),
    [
        ("GDP是多少", True),
        ("COVID-19疫苗接种多少剂", True),
        ("861", True),
        ("What is GDP?", False),
        ("Who is 王小明 in the report?", False),
        ("Combien de projets ?", False),
    ],
)
def test_the_language_of_a_question(question: str, chinese: bool) -> None:
    assert is_chinese(question) is chinese


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("还有哪几位获奖？", "person"),
        ("哪些教师获得二等奖？", "person"),
        ("出席会议的区领导有哪些？", "person"),
        ("会议是在哪几天召开的？", "date"),
        ("固定资产投资增长了多少？", "percentage"),
        ("有哪几个村完成了？", "other"),
        ("有几个村完成了？", "count"),
    ],
)
def test_which_of_several_is_no_count(question: str, kind: str) -> None:
    assert question_kind(question).kind == kind


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("抓获多少犯罪嫌疑人", ""),
        ("签约多少项目", ""),
        ("导致多少警察受伤", ""),
        ("签约多少个项目", "个"),
        ("投入几架飞机", "架"),
        ("被射中几枪", "枪"),
        ("建成多少万亩", "万亩"),
        ("有多少人次参观", "人次"),
    ],
)
def test_a_measure_word_is_no_beginning_of_a_noun(question: str, unit: str) -> None:
    assert question_kind(question) == QuestionKind("count", unit)


def test_young_people_are_no_date() -> None:
    assert question_kind("多少年轻人返乡创业").kind == "count"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("2021年人口出生率", "percentage"),
        ("小麦一类苗占多少？", "percentage"),
        ("每年把收入的多少投入研发？", "percentage"),
        ("高考出分时间", "date"),
        ("几点开始？", "date"),
        ("花了多长时间？", "count"),
        ("参赛运动员数量", "count"),
        ("全年营收", "money"),
        ("生产效率是多少？", "count"),
    ],
)
def test_a_heading_asks_by_its_last_word(question: str, kind: str) -> None:
    assert question_kind(question).kind == kind


def test_a_time_that_is_only_told_is_not_what_is_asked() -> None:
    assert question_kind("案发前几小时举行了什么活动？").kind == "other"
    assert question_kind("近几年签约了多少个项目？") == QuestionKind("count", "个")
    assert question_kind("工期比计划提前几天？") == QuestionKind("count", "天")


def test_a_bare_magnitude_is_no_unit() -> None:
    assert question_kind("病例已经超过了多少万？") == QuestionKind("count")
    assert question_kind("服完刑期的多少，才可能获释？").kind == "percentage"
