import datetime as dt

import pytest

from rag.answering.evidence import Sentence
from rag.answering.gathering import CountedQuestion, counted_question, gather, item_statement
from rag.answering.totals import answering_figure, total_of
from rag.records import Article

JULY, SEPTEMBER = "7月10日签约总投资多少亿元？", "9月16日签约总投资多少亿元？"


def test_the_program_adds_what_answers_each_part_and_shows_what_it_added() -> None:
    parts = [(JULY, "7月10日签约8个项目，总投资58.3亿元[1]。"), (SEPTEMBER, "9月16日签约项目总投资30亿元[2]。")]
    found = total_of("两次总投资合计多少？", parts)
    assert found is not None
    assert found.statement == "合计88.3亿元（58.3＋30＝88.3亿元）"
    english = total_of("What is the total?", parts)
    assert english is not None
    assert english.statement == "Total: 88.3亿元 (58.3＋30＝88.3亿元)"
    counted = total_of(
        "一共几个？", [("7月签了多少个项目？", "签约8个项目。"), ("9月签了多少个项目？", "签约11个。")]
    )
    assert counted is not None
    assert counted.statement == "合计19个（8＋11＝19个）"


@pytest.mark.parametrize(
    "parts",
    [
        [(JULY, "总投资58.3亿元。"), (SEPTEMBER, "签约11个项目。")],  # no money in the second
        [(JULY, "总投资近58亿元。"), (SEPTEMBER, "总投资30亿元。")],  # not exact
        [(JULY, "总投资58亿元。"), (SEPTEMBER, "总投资3亿美元。")],  # another currency
        [(JULY, "总投资58亿元。")],
    ],
)
def test_what_cannot_be_added_is_not(parts: list[tuple[str, str]]) -> None:
    assert total_of("合计多少？", parts) is None


def test_the_figure_that_answers_is_of_the_kind_asked_for_and_near_in_subject() -> None:
    text = "签约8个项目，总投资58.3亿元，设备投资3亿元，同比增长12%。"
    for question, expected in [
        ("总投资多少？", "58.3亿元"),
        ("设备投资多少钱？", "3亿元"),
        ("多少个项目？", "8个"),
        ("增长百分之多少？", "12%"),
    ]:
        found = answering_figure(question, text)
        assert found is not None
        assert found.text == expected
    assert answering_figure("多少家企业？", text) is None


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("财政收入增幅全省第几？", "财政收入增幅列全省14个市第6位。", "第6位"),
        ("女排最后是第几名", "8支队伍参赛，女排获第三名。", "第三名"),
        ("空气质量在各县中的位次？", "空气优良天数286天，在7个县中排第二。", "第二"),
        ("拨款几个镇，总量排第几？", "拨款惠及5个镇。", "5个"),
    ],
)
def test_a_rank_is_no_count_of_those_that_are_ranked(question: str, text: str, expected: str) -> None:
    found = answering_figure(question, text)
    assert found is not None
    assert found.text.startswith(expected)


def test_as_many_events_as_the_question_says_are_gathered() -> None:
    counted = counted_question("石岭镇两次签约总投资合计多少亿元？")
    assert counted == CountedQuestion(2, "石岭镇签约总投资多少亿元？")
    assert counted_question("石岭镇三期项目一共投资多少？") == CountedQuestion(3, "石岭镇项目投资多少？")
    for other in ("石岭镇签约总投资合计多少？", "石岭镇两次签约总投资多少？", "一共99次签约多少？", ""):
        assert counted_question(other) is None

    def said(text: str, day: int, presence: float | None) -> Sentence:
        return Sentence(
            Article(text, "", text, date=dt.date(2020, 7, day)), 0, len(text), text, 0, 1.0, 1.0, presence
        )

    found = gather(
        counted.single,
        [
            said("石岭镇第二次签约总投资30亿元。", 16, 3.0),
            said("石岭镇签约项目总投资58.3亿元。", 10, 2.6),
            said("石岭镇两次签约，总投资30亿元。", 20, 3.0),  # the same figure again
            said("石岭镇谋划项目，总投资77亿元。", 10, 3.0),  # no signing
            said("石岭镇签约8个项目，投资者众。", 10, 3.0),  # no money
            said("石岭镇签约，设备投资1亿元。", 10, -3.0),  # no answer
            said("石岭镇签约，总投资9亿元。", 10, None),  # not read
        ],
    )
    assert [item.figure.text for item in found] == ["58.3亿元", "30亿元"]
    assert item_statement(found[0], 4) == "2020年7月10日：石岭镇签约项目总投资58.3亿元[4]"


def test_a_multiple_and_a_span_of_time_are_counted_in_their_own_units() -> None:
    multiple = answering_figure("概率是白人的几倍？", "监禁概率是白人的5.9倍。")
    days = answering_figure("用时压缩到多少天？", "用时由3天压缩到0.5天。")
    assert multiple is not None
    assert days is not None
    assert (multiple.text, days.unit) == ("5.9倍", "天")
