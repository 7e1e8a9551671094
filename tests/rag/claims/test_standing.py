import pytest
from claim_fakes import article

from rag.claims.assertions import read_assertions
from rag.claims.reading import SentenceReading
from rag.claims.standing import withdrawn_in


def standings(text: str) -> dict[str, str]:
    item = article("x", text)
    return {item.text[a.claim.start : a.claim.end]: a.standing for a in read_assertions(item) if a.sort == "figure"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本报昨日所刊“全县栽桑3400亩”有误，应为“4300亩”。", {"3400亩": "withdrawn", "4300亩": "stands"}),
        ("“渡口日均过车610辆”应为“渡口日均过车160辆”。", {"610辆": "withdrawn", "160辆": "stands"}),
        ("旅游收入由初步统计的7.4亿元修订为7.1亿元。", {"7.4亿元": "withdrawn", "7.1亿元": "stands"}),
        ("班车间隔由40分钟缩短到15分钟。", {"40分钟": "former", "15分钟": "stands"}),
        ("桑蚕户从260户增加到415户。", {"260户": "former", "415户": "stands"}),
        ("网传“石矶镇停水12天”，镇政府辟谣。", {"12天": "withdrawn"}),
        (
            "短信称：“您已中奖88万元。”民警提醒，内容纯属捏造，全县已有6人受骗。",
            {"88万元": "withdrawn", "6人": "stands"},
        ),
        ("市民说：“新路省了20分钟。”道路全长4公里。", {"20分钟": "stands", "4公里": "stands"}),
        ("由15名医生组成2支队伍。", {"15名": "stands", "2支": "stands"}),
        ("“全县栽桑3400亩”的目标已经实现。", {"3400亩": "stands"}),
    ],
)
def test_what_a_text_takes_back_or_tells_a_change_from(text: str, found: dict[str, str]) -> None:
    assert standings(text) == found


def test_a_correction_is_of_what_it_corrects() -> None:
    item = article("x", "“2021年全县栽桑3400亩”有误，经核实，应为“4300亩”。")
    new = next(a.claim for a in read_assertions(item) if item.text[a.claim.start : a.claim.end] == "4300亩")
    assert new.period is not None
    assert (new.period.first.year, new.places, "栽桑" in new.thing) == (2021, ("全县",), True)


def test_a_figure_of_an_earlier_time_stands_for_it() -> None:
    item = article("x", "今年，茶园由去年的880亩扩大到1200亩。")
    old, new = (a for a in read_assertions(item) if a.sort == "figure")
    assert (old.standing, old.claim.period is not None and old.claim.period.first.year) == ("stands", 2021)
    assert (new.standing, new.claim.period is not None and new.claim.period.first.year) == ("stands", 2022)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("“水田12万亩”应为“水田14万亩”。", ["水田12万亩", "12万亩"]),
        ("“水田12万亩”有误，应为“水田14万亩”。", ["水田12万亩", "12万亩"]),
        ("渡口投资由3.5亿元更正为2.5亿元。", ["3.5亿元"]),
        ("水田由12万亩扩大到14万亩。", []),
        ("水田12万亩，旱地应为梯田。", []),
    ],
)
def test_what_a_notice_puts_right_is_withdrawn(text: str, wrong: list[str]) -> None:
    claims = SentenceReading(text).claims()
    assert [text[begin:end] for begin, end in withdrawn_in(text, claims)] == wrong
