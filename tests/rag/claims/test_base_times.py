"""Times that a sentence compares with belong to the figure right after them, and to no other."""

import datetime as dt

import pytest

from rag.claims.reading import SentenceReading


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("今年，茶园由去年的1620亩扩大到1850亩。", {"1620亩": "去年", "1850亩": "今年"}),
        (
            "今年游客455万人次，比去年的610万人次下降25.4%。",
            {"455万人次": "今年", "610万人次": "去年", "25.4%": "今年"},
        ),
        ("果园从2019年的3200亩增加到5600亩。", {"3200亩": "2019年", "5600亩": None}),
        ("从去年10月起，已办理120件。", {"120件": "去年10月起"}),
        ("比去年增长5.2%，总量达610亿元。", {"5.2%": None, "610亿元": None}),
        ("标准从去年每人每月95元提高到105元。", {"95元": "去年", "105元": None}),
        ("与去年的88家相比，今年新增企业102家。", {"88家": "去年", "102家": "今年"}),
        ("比2021年多投12万元，共投入60万元。", {"12万元": None, "60万元": None}),
    ],
)
def test_the_time_compared_with_is_of_its_own_figure(text: str, periods: dict[str, str | None]) -> None:
    claims = SentenceReading(text, dt.date(2023, 6, 1)).claims()
    found = {claim.figure.text: claim.period and claim.period.text for claim in claims if claim.figure is not None}
    assert found == periods
