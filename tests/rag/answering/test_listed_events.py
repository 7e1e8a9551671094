"""What there was of one kind of event is listed from the reports that begin with it."""

import datetime as dt

import pytest

from rag.answering.listed_events import asks_for_events, held_events, listed
from rag.records import Article


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("最近有哪些重要会议？", "会议"),
        ("上个月开了什么会", "会"),
        ("今年办了啥大型活动", "活动"),
        ("10月举办了哪些比赛？", "比赛"),
        ("会议研究了哪些问题？", ""),
        ("最近有哪些种茶的活动", ""),  # of one thing: not every event
        ("谁出席了会议", ""),
        ("社会活动有什么意义", ""),
        ("上周县里都开了哪些会", "会"),
        ("去年12月我市有哪些会议", "会议"),
        ("左青禾最近有哪些活动", ""),  # what one person did
        ("盐商大会有哪些活动", ""),
        ("石盐镇办了什么比赛", ""),
    ],
)
def test_which_questions_want_a_list(question: str, kind: str) -> None:
    assert asks_for_events(question) == kind


def report(number: int, text: str, day: dt.date | None) -> Article:
    return Article(f"a{number}", "", text, date=day, source="盐港报")


REPORTS = [
    report(1, "3月2日，盐港县召开渡船安全会议。县长讲话。", dt.date(2021, 3, 3)),
    report(2, "3月9日，盐港县盐商大会在县城举行，到会80人。", dt.date(2021, 3, 10)),
    report(3, "盐港县茶厂开工。会议室里有人说，明天召开会议。", dt.date(2021, 3, 11)),
    report(4, "去冬盐价不高。渔民说，会多。5日，县里召开会议。", dt.date(2021, 3, 12)),  # not how it begins
    report(5, "1月5日，盐港县召开盐价座谈会。", dt.date(2020, 1, 6)),
    report(6, "3月2日，盐港县召开渡船安全会议。", dt.date(2021, 3, 4)),  # the same in a later paper
    report(7, "盐港县举办赛船活动。", None),
]


def test_events_are_listed_newest_first_each_once() -> None:
    found = held_events("今年开了哪些会", "会", REPORTS, (dt.date(2021, 1, 1), dt.date(2021, 12, 31)))
    assert [event.text for event in found] == [
        "3月9日，盐港县盐商大会在县城举行",
        "3月2日，盐港县召开渡船安全会议",
    ]


def test_lately_reaches_back_from_the_newest() -> None:
    found = held_events("最近有哪些会议", "会议", [REPORTS[0], REPORTS[4]], None)
    assert [event.text for event in found] == ["3月2日，盐港县召开渡船安全会议"]
    found = held_events("有哪些会议", "会议", [REPORTS[0], REPORTS[4]], None)
    assert [event.day.year for event in found] == [2021, 2020]
    assert listed(found[1], 2) == "据2020年1月6日报道，1月5日，盐港县召开盐价座谈会[2]"
    assert held_events("有哪些活动", "活动", REPORTS[6:], None) == []  # a report without a day has no place in time
