import datetime as dt

import pytest

from rag.records import Passage
from rag.retrieval.leading_sentence import leading_sentence

HARVEST = (
    "9月18日，平原县秋收现场会召开。全县共投入收割机640台，日收割能力3.2万亩。"
    "县长表示，要抢晴天、战雨天，确保颗粒归仓。"
)
SCHOOL = "平原县新建小学3所，改扩建幼儿园5所，新增学位2700个。家长们纷纷表示满意。"


def passage(text: str, start: int = 10) -> Passage:
    return Passage("id", "题", text, start, start + len(text), 1.0, dt.date(2022, 9, 19), "平原日报", "1")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("全县投入了多少台收割机？", "全县共投入收割机640台，日收割能力3.2万亩。"),
        ("新增学位多少个？", "平原县新建小学3所，改扩建幼儿园5所，新增学位2700个。"),
        ("县长要求怎样对待晴天？", "县长表示，要抢晴天、战雨天，确保颗粒归仓。"),
        ("秋收现场会哪天召开？", "9月18日，平原县秋收现场会召开。"),
    ],
)
def test_the_sentence_with_the_questions_words_leads(question: str, expected: str) -> None:
    found = leading_sentence(question, (passage(HARVEST), passage(SCHOOL)))
    assert found is not None
    assert found.quote == expected
    source = HARVEST if expected in HARVEST else SCHOOL
    assert source[found.start - 10 : found.end - 10] == expected


def test_nothing_leads_where_no_word_is_shared() -> None:
    assert leading_sentence("火星上有水吗？", (passage(SCHOOL),)) is None
    assert leading_sentence("新增学位多少个？", ()) is None
