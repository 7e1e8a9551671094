import datetime as dt

import pytest

from rag.answering.whose_office import asked_of_somebody, latest_office, office_statement
from rag.records import Article


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("何田现在还是主任吗", ("何田", "主任")),
        ("叶知秋是渡口镇镇长吗？", ("叶知秋", "渡口镇镇长")),
        ("何田还当局长不", ("何田", "局长")),
        ("沈岩是不是县委书记", ("沈岩", "县委书记")),
        ("闻笛调哪里去了", ("闻笛", "")),
        ("闻笛后来调到哪个局了", ("闻笛", "")),
        ("闻笛被调去什么部门了？", ("闻笛", "")),
        ("闻笛升到哪个岗位了", ("闻笛", "")),
        ("闻笛现在在哪个单位上班", ("闻笛", "")),
        ("闻笛在哪个镇任职", ("闻笛", "")),
        ("闻笛现在是什么职务了", ("闻笛", "")),
        ("闻笛现在做什么呢", ("闻笛", "")),
        ("闻笛后来去哪了", ("闻笛", "")),
        ("闻笛去哪里了", None),
        ("闻笛调研了哪里", None),
        ("闻笛在哪里讲话", None),
        ("闻笛升旗了吗", None),
        ("县长是谁", None),
        ("书记是何田吗", None),
        ("何田参加会议了吗", None),
    ],
)
def test_whose_office_is_asked_about(question: str, asked: tuple[str, str] | None) -> None:
    assert asked_of_somebody(question) == asked


def report(identity: str, day: dt.date, text: str) -> Article:
    return Article(identity, "", text, date=day)


def test_the_newest_report_tells_the_office() -> None:
    held = latest_office(
        "何田",
        [
            report("a", dt.date(2021, 3, 1), "区水务局局长何田介绍，今年修渠12公里。"),
            report("b", dt.date(2021, 9, 1), "会议开始。区农业农村局局长何田介绍，秋收过半。"),
            report("c", dt.date(2021, 10, 1), "叶知秋介绍，何田到过村里。"),
        ],
    )
    assert held is not None
    assert office_statement(held, 1) == "最近一次报道（2021年9月1日）中，何田是区农业农村局局长[1]。"
    assert held.sentence.text == "区农业农村局局长何田介绍，秋收过半。"
    assert latest_office("叶知秋", [report("c", dt.date(2021, 10, 1), "叶知秋介绍，何田到过村里。")]) is None
