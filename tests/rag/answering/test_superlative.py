import datetime as dt

import pytest

from rag.answering.evidence import Sentence
from rag.answering.superlative import asks_for_leader, leader, leader_statement
from rag.chinese.sentences import split_sentences
from rag.claims.question import read_question
from rag.records import Article


def sentences(text: str) -> list[Sentence]:
    article = Article("a", "", text, date=dt.date(2022, 4, 1))
    spans = split_sentences(text)
    return [Sentence(article, s.start, s.end, text[s.start : s.end], 0, 1.0, 1.0) for s in spans]


def told(question: str, text: str) -> str:
    found = leader(read_question(question, dt.date(2022, 12, 1)), sentences(text))
    return leader_statement(found, 1) if found else ""


@pytest.mark.parametrize(
    ("question", "text", "end"),
    [
        (
            "一季度哪个区增速最高",
            "一季度，东城区生产总值增长9.2%，西城区增长7.5%，南山区增长10.4%。全市生产总值增长12%。",
            "南山区增长10.4%[1]；报道列出3个区，南山区最高。",
        ),
        ("哪个镇签约最多", "石岭镇签约12个，清溪镇签约8个，东岭镇签约5个。", "；报道列出3个镇，石岭镇最多。"),
        ("哪个镇收粮最少", "石岭镇收粮12万吨，清溪镇收粮8万吨，东岭镇收粮9000吨。", "；报道列出3个镇，东岭镇最少。"),
        ("两个镇哪个收粮多", "石岭镇收粮12万吨，清溪镇收粮8万吨。", "；报道列出2个镇，石岭镇最多。"),
        ("哪个镇收粮最少", "石岭镇收粮12万吨。", ""),  # one is no list
        ("哪个镇收粮最多", "石岭镇收粮12万吨，清溪镇收粮12万吨，东岭镇收粮5万吨。", ""),  # a tie
        ("哪个镇收粮最多", "石岭镇计划收粮12万吨，清溪镇计划收粮9万吨，东岭镇计划收粮5万吨。", ""),  # plans
        ("哪个镇收粮最多", "石岭镇修路12公里，清溪镇修路9公里，东岭镇修路5公里。", ""),
    ],
)
def test_the_place_that_leads_is_read_off_a_list(question: str, text: str, end: str) -> None:
    assert told(question, text).endswith(end)
    assert bool(told(question, text)) is bool(end)


def test_only_places_are_compared() -> None:
    assert asks_for_leader("哪个县2021年产量最高？")
    assert not asks_for_leader("哪个项目投资最多？")
    assert not asks_for_leader("哪个镇签约12个？")
