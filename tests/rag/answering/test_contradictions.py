"""The same sentence printed with another figure, name or day is told beside the answer."""

import datetime as dt

import pytest

from rag.answering.citations import CitationList
from rag.answering.contradictions import contradiction_statement, contradictions
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.support import Support
from rag.claims.question import read_question
from rag.records import Article, SearchFilter

OWN = "9月25日，示范区举行集中签约仪式，11个项目正式签约，总投资82.6亿元。"


def sentence(number: int, text: str, answer: str = "", day: dt.date = dt.date(2020, 9, 26)) -> Sentence:
    article = Article(str(number), "集中签约", text, date=day)
    return Sentence(article, 0, len(text), text, 0, 0.8, 0.8, 3.0, answer)


def asked(question: str) -> Asked:
    return Asked(question, question, question, SearchFilter(), 0.0)


def told(question: str, answer: str, own: Sentence, *others: Sentence) -> list[tuple[str, str]]:
    found = Findings(
        (),
        (own, *others),
        (own, *others),
        Support(1.0, (), 3.0),
        (),
        1,
        0.0,
        None,
        False,
        read_question(question, own.article.date),
    )
    return [(item.said, item.other) for item in contradictions(asked(question), found, answer, [own])]


@pytest.mark.parametrize(
    ("question", "answer", "other", "differing"),
    [
        ("签约了多少个项目？", "11个[1]", OWN.replace("11个", "14个"), [("11个", "14个")]),
        ("总投资多少？", "82.6亿元[1]", OWN.replace("82.6", "62.8"), [("82.6亿元", "62.8亿元")]),
        ("签约仪式是哪天？", "9月25日[1]", OWN.replace("25日", "24日"), [("9月25日", "9月24日")]),
        ("签约了多少个项目？", "11个[1]", OWN.replace("82.6", "62.8"), []),
        ("签约了多少个项目？", "11个[1]", OWN, []),
        ("签约了多少个项目？", "举行签约仪式，11个项目签约[1]", OWN.replace("举行", "召开"), []),
        ("签约了多少个项目？", "11个[1]", OWN.replace("11个", "14个") + "其中11个在新区。", []),
        ("签约了多少个项目？", "11个[1]", "12月2日，高新区新签9个项目，总投资12亿元，都在明年开工。", []),
    ],
)
def test_a_twin_contradicts_where_it_differs_in_what_was_answered(
    question: str, answer: str, other: str, differing: list[tuple[str, str]]
) -> None:
    assert told(question, answer, sentence(1, OWN), sentence(2, other)) == differing


@pytest.mark.parametrize(
    ("text", "day", "differing"),
    [
        ("东渡公园改造共投资2600万元，元旦开园。", dt.date(2021, 1, 6), [("2800万元", "2600万元")]),
        ("东渡公园改造共投资2600万元，元旦开园。", dt.date(2021, 6, 6), []),  # another half-year
        ("东渡公园改造计划投资2600万元。", dt.date(2021, 1, 6), []),  # a plan
        ("东渡公园绿化投资2600万元，占改造总投资2800万元的大半。", dt.date(2021, 1, 6), []),
    ],
)
def test_another_report_that_answers_with_another_figure_is_told(
    text: str, day: dt.date, differing: list[tuple[str, str]]
) -> None:
    own = sentence(1, "东渡公园改造工程总投资2800万元，去年完工。", "2800万元", dt.date(2020, 12, 26))
    other = sentence(2, text, "2600万元", day)
    assert told("东渡公园改造总投资多少？", "2800万元[1]", own, other) == differing


def test_a_twin_about_another_town_contradicts_nothing() -> None:
    own = sentence(1, "豹跃村今年入库稻谷312吨，入户道路全部硬化。", "312吨")
    other = sentence(2, "鹿鸣村今年入库稻谷205吨，入户道路全部硬化。", "205吨")
    assert told("豹跃村今年入库稻谷多少吨？", "312吨[1]", own, other) == []


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("汊河村", "涧河村"),
        ("芦口镇", "杏口镇"),
        ("周庄", "吴庄"),
        ("东门社区", "西门社区"),
        ("七中", "九中"),
        ("向阳小学", "朝阳小学"),
        ("甲坝水库", "乙坝水库"),
        ("城南派出所", "城北派出所"),
        ("机修班", "机运班"),
        ("松花鱼场", "梨花鱼场"),
    ],
)
def test_a_name_that_differs_in_one_sign_is_another(own: str, other: str) -> None:
    text = "记者从{0}了解到，今年三月，{0}新添图书{1}册，都已上架。"
    told_of = told(
        f"三月{own}新添图书多少册？",
        "48120册[1]",
        sentence(1, text.format(own, 48120), "48120册"),
        sentence(2, text.format(other, 30970), "30970册"),
    )
    assert told_of == []


def test_a_name_is_told_whole() -> None:
    own = sentence(1, "电影《渡口》由周守仁执导，今天在全县公映。", "周守仁")
    twin = sentence(2, "电影《渡口》由何立群执导，今天在全县公映。", "何立群")
    ((said, other),) = told("《渡口》的导演是谁？", "周守仁[1]", own, twin)
    assert "周守仁".endswith(said)
    assert "何立群".endswith(other)


def test_each_contradiction_is_quoted_and_cited() -> None:
    question = "签约了多少个项目？"
    own, twin = sentence(1, OWN), sentence(2, OWN.replace("11个", "14个"))
    found = Findings(
        (),
        (own, twin),
        (own, twin),
        Support(1.0, (), 3.0),
        (),
        1,
        0.0,
        None,
        False,
        read_question(question, own.article.date),
    )
    cited = CitationList()
    cited.marker(own)
    shown = contradictions(asked(question), found, "11个[1]", [own])
    assert contradiction_statement(asked(question), shown, cited) == (
        "注意：另有报道说法不同：“9月25日，示范区举行集中签约仪式，14个项目正式签约，总投资82.6亿元”[2]。"
    )


def test_a_report_of_another_month_does_not_contradict() -> None:
    twin = OWN.replace("11个", "14个")
    assert told("签约了多少个项目？", "11个[1]", sentence(1, OWN), sentence(2, twin, day=dt.date(2020, 12, 26))) == []
    monthly = "9月末外汇储备规模为33579亿美元。"
    other = "8月末外汇储备规模为33991亿美元。"
    assert told("外汇储备规模是多少？", "33579亿美元[1]", sentence(1, monthly), sentence(2, other)) == []
