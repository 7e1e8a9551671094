"""The time that a question asks about, and times it only compares with."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.chinese.times.question_times import question_interval

DAY = dt.date(2019, 8, 2)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("出口额同去年上半年比多了吗", ""),
        ("这次汛情跟2013年那次比哪个大", ""),
        ("今年招生和2017年相比少了多少", "今年"),
        ("去年和今年的产量各多少", "去年"),
        ("去年上半年出口额多少", "去年上半年"),
    ],
)
def test_a_time_compared_with_is_not_the_one_asked_about(question: str, asked: str) -> None:
    found = question_interval(question, DAY)
    assert ("" if found is None else found.text) == asked
