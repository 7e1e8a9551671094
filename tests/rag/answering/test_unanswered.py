"""Which clauses of a question an answer leaves open."""

import pytest

from rag.answering.parts import asked_clauses
from rag.answering.unanswered import unanswered_clauses

THREE = "2020年示范区签约了多少个项目？总投资多少？谁出席了会议？"


def test_each_clause_comes_with_itself_completed() -> None:
    assert asked_clauses(THREE)[1:] == (
        ("总投资多少", "2020年示范区签约了项目总投资多少"),
        ("谁出席了会议", "2020年示范区签约了项目谁出席了会议"),
    )
    assert asked_clauses("示范区签约了多少个项目？") == ()


@pytest.mark.parametrize(
    ("question", "answer", "left"),
    [
        (THREE, "全年共签约项目102个，总投资350亿元。", (2,)),
        (THREE, "签约102个项目，总投资350亿元，区领导沈墨川、顾长青出席会议。", ()),
        (THREE, "区领导沈墨川、顾长青出席会议。", (0, 1)),
        ("多少学生受伤？多少学生遇难？", "3人受伤。", (1,)),
        ("多少学生受伤？多少学生遇难？", "3人受伤，1人遇难。", ()),
        ("活动哪天举行？多少人参加？", "300余人参加。", (0,)),
        ("参会企业有多少家？签约额多少？", "46家企业参会。", (1,)),
        ("装机容量多少？其中风电占比多少？", "装机容量40亿千瓦，是2012年的2.6倍。", (1,)),
        ("装机容量多少？其中风电占比多少？", "装机容量40亿千瓦，风电占四分之一。", ()),
        ("大会有多少人参加，谁致辞？", "企业和商协会代表等约3000人参加。", (1,)),
        ("手机的芯片是什么，起售价多少元", "起售价3499元。", (0,)),
        ("庙会几号开始，灯会几号开始", "庙会3月2日开始。", (1,)),
        ("渡船哪天停的，为什么", "渡船3月2日停航。", (1,)),
        ("渡船哪天停的，为啥停", "因大雾，渡船3月2日停航。", ()),
        ("庙会几号开始，灯会几号开始", "庙会3月2日开始，灯会3月5日开始。", ()),
    ],
)  # fmt: skip
def test_what_the_answer_leaves_open(question: str, answer: str, left: tuple[int, ...]) -> None:
    assert unanswered_clauses([clause for clause, _ in asked_clauses(question)], answer) == left
