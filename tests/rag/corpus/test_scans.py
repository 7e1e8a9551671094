"""Pictures of Chinese text, made here, read by the real recogniser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from rag.corpus.readers import read_source

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
TITLE = "芦川县新修水渠通水"
LINES = [
    "　　本报讯（记者周全）8月9日，芦川县新修水渠",
    "通水，全长48.6公里，灌溉良田3.2万亩，总投资",
    "1.75亿元。水利局负责人说，水渠比原计划提前",
    "42天完工，下游17个村的群众不再为春灌发愁。",
]
FIGURES = ("48.6公里", "3.2万亩", "1.75亿元", "42天", "17个村")

pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(not FONT.exists(), reason="the Noto CJK type is not on this machine"),
]


def picture() -> Any:
    page = Image.new("L", (1250, 620), 252)
    pen = ImageDraw.Draw(page)
    pen.text((250, 60), TITLE, fill=0, font=ImageFont.truetype(str(FONT), 72, index=2))
    body = ImageFont.truetype(str(FONT), 40, index=2)
    for number, line in enumerate(LINES):
        pen.text((100, 210 + number * 74), line, fill=0, font=body)
    return page


def as_scanned(page: Any) -> Any:
    return page


def askew(page: Any) -> Any:
    return page.rotate(1.2, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def on_grey_paper(page: Any) -> Any:
    return page.point(lambda value: 95 + value * 45 // 100)


def on_its_left_side(page: Any) -> Any:
    return page.transpose(Image.Transpose.ROTATE_90)


def on_its_right_side(page: Any) -> Any:
    return page.transpose(Image.Transpose.ROTATE_270)


@pytest.mark.parametrize("spoil", [as_scanned, askew, on_grey_paper, on_its_left_side, on_its_right_side])
def test_a_scan_is_read_with_its_headline_and_figures(tmp_path: Path, spoil: Callable[[Any], Any]) -> None:
    path = tmp_path / "芦川晚报_20220809_02.png"
    spoil(picture()).convert("RGB").save(path)
    (article,) = read_source(path).articles
    assert article.title == TITLE
    assert [figure for figure in FIGURES if figure not in article.text] == []
    assert 0.8 < article.confidence <= 1


def test_a_page_set_downwards_is_not_turned(tmp_path: Path) -> None:
    text = [
        "山间书屋亮起灯火",
        "老船工韩守河说今年回乡的手艺人多了",
        "渡口的木船作坊从三家增加到十一家",
        "订单排到明年春天镇里腾出旧粮站",
    ]
    page = Image.new("L", (760, 1250), 252)
    pen = ImageDraw.Draw(page)
    for number, line in enumerate(text):
        size = 72 if number == 0 else 44
        type_ = ImageFont.truetype(str(FONT), size, index=2)
        for place, character in enumerate(line):
            pen.text((620 - number * 130, 60 + place * (size + 8)), character, fill=0, font=type_)
    path = tmp_path / "旧报_19530410_01.png"
    page.convert("RGB").save(path)
    (article,) = read_source(path).articles
    assert article.title == text[0]
    assert "".join(text[1:]) == article.text
