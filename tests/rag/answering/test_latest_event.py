"""The last of several events is told by the days of the papers."""

import datetime as dt

import pytest

from rag.answering.latest_event import (
    asks_what_someone_did,
    event_words,
    latest_articles,
    latest_note,
    latest_question,
)
from rag.records import Article


def article(number: int, day: str | None, title: str, text: str) -> Article:
    return Article(str(number), title, text, date=dt.date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("最近一次常务会议研究了什么？", "常务会议研究了什么？"),
        ("县政府上一次常务会议是哪天开的？", "县政府常务会议是哪天开的？"),
        ("何立群最近会见了谁？", "何立群会见了谁？"),
        ("最近三年签约了哪些项目？", None),
        ("最近签约了多少个项目？", None),
        ("常务会议研究了什么？", None),
    ],
)
def test_a_question_for_the_last_event(question: str, rest: str | None) -> None:
    assert latest_question(question) == rest


def test_an_event_is_called_by_its_words_without_those_that_ask() -> None:
    assert event_words("县政府常务会议是什么时候召开的？") == ("县政府", "常务会议")


def test_the_newest_report_answers_with_those_of_the_same_days() -> None:
    reports = [
        article(1, "2021-03-02", "常务会议", "3月1日，县政府召开常务会议，研究春耕。"),
        article(2, "2021-05-02", "常务会议部署防汛", "5月1日，县政府召开常务会议，研究防汛。"),
        article(3, "2021-05-03", "防汛", "根据5月1日县政府常务会议的部署，各镇备好物资。"),
        article(4, "2021-06-03", "观察", "去年10月，县政府常务会议定下目标。今年已经完成。"),
        article(5, None, "常务会议", "县政府召开常务会议。"),
    ]
    assert [item.id for item in latest_articles(("县政府", "常务会议"), reports)] == ["3", "2"]
    assert latest_articles(("县政府", "招聘会"), reports) == []


def test_the_reader_is_told_which_report_was_taken() -> None:
    report = article(1, "2021-03-02", "常务会议", "")
    assert latest_note("最近一次常务会议？", report) == "“最近”按库中最新的一次报道理解：2021年3月2日"
    assert (
        latest_note("The latest meeting?", report)
        == "“latest” was read as the newest report in the store, of 2021-03-02"
    )


@pytest.mark.parametrize(
    ("question", "words", "asked"),
    [
        ("何立群最近忙什么", ("何立群",), True),
        ("桂望舒最近忙些什么", ("桂望舒",), True),
        ("连晓岚最近一次活动是什么", ("连晓岚",), True),
        ("连队最近忙什么", ("连队",), False),
        ("县长最近会见了谁", ("县长", "会见"), False),
    ],
)
def test_a_person_of_any_surname_is_asked_about_by_name(question: str, words: tuple[str, ...], asked: bool) -> None:
    rest = latest_question(question)
    assert rest is not None
    assert event_words(rest, question) == words
    assert asks_what_someone_did(question, words) is asked


def test_of_two_reports_in_one_paper_the_one_of_the_later_day_is_the_last() -> None:
    reports = [
        article(1, "2021-03-12", "恳谈", "3月7日，县委书记何立群与企业负责人座谈。"),
        article(2, "2021-03-12", "防火", "3月11日，县委书记何立群督导防火。去年3月他也来过。"),
        article(3, "2021-03-12", "旧事", "何立群说，2020年1月1日起实行新办法。"),
    ]
    assert [item.id for item in latest_articles(("何立群",), reports)] == ["2", "1"]
