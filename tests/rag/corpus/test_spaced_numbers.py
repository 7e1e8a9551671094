"""Numbers that typesetting set with spaces, whole again, in a text and on a torn page."""

from pathlib import Path

import pytest

from rag.chinese.figures import find_figures
from rag.corpus.normalisation import normalise_line
from rag.corpus.readers import read_source
from rag.corpus.spaced_numbers import close_numbers

PAGE = (
    "农膜回收 2 418 公斤\n"
    "\n"
    "　　本报讯（记者苗青）截至9月底，\n"
    "全镇清理沟渠，已回收农膜 2 418 公\n"
    "斤，覆盖农户 1 206 户；建成渠\n"
    "道 7. 85 公里，总投资 12 . 6 万元。\n"
    "　　下一步将完成 1. 3 个方面的工作，共（2 040 余人）参加。\n"
)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("收割芦苇 6 305 吨，多 1 100 吨", "收割芦苇6305吨，多1100吨"),
        ("捐书 12 480 册（含旧书 3 009 册）", "捐书12480册（含旧书3009册）"),
        ("户均 2 060.5 元", "户均2060.5元"),
        ("坝高 43. 5 米，库容 1 .2 亿立方米", "坝高43.5米，库容1.2亿立方米"),
        ("惠及 3 400 多户", "惠及3400多户"),
        ("下洼 85 120 上洼 92 130", "下洼85 120上洼92 130"),  # columns of a table
        ("前三名 12 15 18", "前三名12 15 18"),
        ("任务1. 5个工程", "任务1. 5个工程"),  # may be the first of a list
        ("重点：1. 5公里渠道", "重点：1. 5公里渠道"),
        ("2024 120人", "2024 120人"),
        ("值班电话5226 107", "值班电话5226 107"),
    ],
)
def test_numbers_are_whole_where_a_unit_says_so(line: str, text: str) -> None:
    closed = close_numbers(normalise_line(line))
    assert closed.text == text
    assert all(line[closed.source_offset(place)] == character for place, character in enumerate(text))


def test_figures_of_a_torn_page_are_those_printed(tmp_path: Path) -> None:
    path = tmp_path / "晨报_20230911_01.txt"
    path.write_text(PAGE, encoding="utf-8")
    (article,) = read_source(path).articles
    values = [(str(figure.value), figure.unit) for figure in find_figures(article.text) if figure.kind != "date"]
    assert values[:4] == [("2418", "公斤"), ("1206", "户"), ("7.85", "公里"), ("126000.0", "元")]
    assert ("2040", "人") in values
    assert article.title == "农膜回收2418公斤"
    for run in article.runs:
        assert (
            PAGE[run.source_start : run.source_start + run.length] == article.text[run.start : run.start + run.length]
        )
