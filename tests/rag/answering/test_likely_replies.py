import datetime as dt

import pytest

from rag.answering.evidence import Sentence
from rag.answering.likely_replies import likely_replies, restated
from rag.generation.prompts import REFUSAL_ZH
from rag.records import Article


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("全区新建公园多少个？", "12个", "全区新建公园12个。"),
        ("二期工程总投资是多少？", "3.5亿元", "二期工程总投资为3.5亿元。"),
        ("参会人数达到多少", "190余人", "参会人数达到190余人。"),
        ("谁主持会议", "镇长", "镇长主持会议。"),
        ("新桥的设计者是谁？", "市政院", "新桥的设计者为市政院。"),
        ("新桥长度", "320米", "新桥长度为320米。"),
    ],
)
def test_restated(question: str, answer: str, expected: str) -> None:
    assert restated(question, answer) == expected


def sentence(text: str, presence: float, answer: str) -> Sentence:
    article = Article(id="a", title="", text=text, source="报", date=dt.date(2020, 1, 1))
    return Sentence(article, 0, len(text), text, 0, 1.0, 1.0, presence, answer)


def test_the_surest_answers_come_first_then_the_restated_one_and_the_refusal() -> None:
    evidence = [
        sentence("签约14个。", 0.5, "14个"),
        sentence("签约102个。", 3.0, "102个"),
        sentence("会议召开。", -2.0, ""),
        sentence("共签约102个项目。", 1.0, "102个"),
    ]
    assert likely_replies("签约项目多少个？", evidence) == ("102个", "14个", "签约项目102个。", REFUSAL_ZH)
    assert likely_replies("签约项目多少个？", []) == (REFUSAL_ZH,)
