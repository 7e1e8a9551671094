import time

import pytest

from rag.answering.counted_things import is_of_a_sort, is_of_one_kind
from rag.answering.inquiry import Asked
from rag.records import SearchFilter


@pytest.mark.parametrize(
    ("question", "statement", "text", "one_kind"),
    [
        ("移动电话用户有多少户？", "6.95亿户", "5G移动电话用户达6.95亿户，占移动电话用户总数的40.6%。", True),
        ("5G移动电话用户有多少户？", "6.95亿户", "5G移动电话用户达6.95亿户。", False),
        ("移动电话用户有多少户？", "17.1亿户", "移动电话用户达17.1亿户，其中5G移动电话用户6.95亿户。", False),
        ("全市景区一共有多少家？", "A级景区20家", "全市建成A级景区20家。", True),
        ("全市景区一共有多少家？", "46家", "全市景区46家，其中A级景区20家。", False),
        ("PM2.5浓度是多少？", "30微克", "PM2.5浓度为30微克。", False),
        ("签约了多少个项目？", "12个项目", "5G项目签约12个。", False),
    ],
)
def test_a_kind_told_by_a_letter_or_number_is_not_all(
    question: str, statement: str, text: str, one_kind: bool
) -> None:
    asked = Asked(question, question, question, SearchFilter(), time.monotonic())
    assert is_of_one_kind(asked, statement, text) is one_kind


@pytest.mark.parametrize(
    ("question", "text", "sort"),
    [
        ("去年汽车出口多少辆？", "新能源汽车出口28.2万辆。", True),
        ("去年汽车出口多少辆？", "汽车出口700万辆，其中新能源汽车200万辆。", False),
        ("去年新能源汽车出口多少辆？", "新能源汽车出口28.2万辆。", False),
    ],
)
def test_a_sort_of_a_thing_is_not_all_of_it(question: str, text: str, sort: bool) -> None:
    assert is_of_a_sort(question, text) is sort
