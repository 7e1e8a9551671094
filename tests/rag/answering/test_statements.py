import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.statements import statements_of, with_markers, without_markers


def test_statements_come_as_soon_as_they_are_whole() -> None:
    sent: list[str] = []

    def pieces():  # noqa: ANN202
        for piece in ("签约102个，总投", "资350亿元。其", "他内容"):
            sent.append(piece)
            yield piece

    found = statements_of(pieces())
    assert next(found) == "签约102个，总投资350亿元。"
    assert len(sent) == 2
    assert list(found) == ["其他内容"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("签约102个[7]。", ["签约102个。"]),
        ("签约102个 [1][2]，总投资350亿元【3】。", ["签约102个，总投资350亿元。"]),
        ("签约102个[1, 2、3]。", ["签约102个。"]),
        ("签约102个[123]。", ["签约102个。"]),
        ("签约102个[1-3]。", ["签约102个。"]),
        ("签约102个［7］。", ["签约102个。"]),
        ("签约102个[7[8]]。", ["签约102个。"]),
        ("签约102个[ 7 ]（2）。", ["签约102个。"]),
        ("根据资料显示，签约102个。", ["签约102个。"]),
        ("答案：102个", ["102个"]),
        ("According to the article, 102 were signed.", ["102 were signed."]),
        ("他说：“已开工。”\n第二句", ["他说：“已开工。”", "第二句"]),
        ("[1]。\n……！", []),
        ("", []),
        ("增长3.5%，达2020年来最高", ["增长3.5%，达2020年来最高"]),
    ],
)
def test_a_reply_is_freed_of_the_marks_only_the_program_sets(reply: str, expected: list[str]) -> None:
    assert list(statements_of([reply])) == expected
    assert list(statements_of(reply)) == expected


@pytest.mark.parametrize(
    ("statement", "markers", "expected"),
    [
        ("签约102个。", [1], "签约102个[1]。"),
        ("签约102个", [1, 3], "签约102个[1][3]"),
        ("他说：“已开工。”", [2], "他说：“已开工。”[2]"),
        ("Signed 102.", [1], "Signed 102[1]."),
        ("签约102个；", [1], "签约102个[1]"),
        ("明年投产；。", [1], "明年投产[1]。"),
        ("要求如下：", [2], "要求如下[2]"),
    ],
)
def test_markers_stand_before_the_last_punctuation(statement: str, markers: list[int], expected: str) -> None:
    assert with_markers(statement, markers) == expected


def test_a_marker_printed_in_the_paper_is_no_citation() -> None:
    assert without_markers("服务项目[3]和企业[ 12 ]。") == "服务项目和企业。"


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("签约[]【】（）()［］0127 ,、。\n"), max_size=40))
def test_no_reply_smuggles_a_marker_in(reply: str) -> None:
    for statement in statements_of(reply):
        assert not re.search(r"\[\s*\d+\s*\]", statement), statement


def test_the_number_of_a_list_item_is_no_part_of_a_statement() -> None:
    assert list(statements_of(["1. 先到窗口登记。2.填表。", "3、公示七天。3.5万元封顶。"])) == [
        "先到窗口登记。",
        "填表。",
        "公示七天。",
        "3.5万元封顶。",
    ]
