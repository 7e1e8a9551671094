from __future__ import annotations

import pytest

from rag.corpus.captions import Caption, find_captions
from rag.corpus.line_shapes import line_marks
from rag.corpus.lines import split_lines
from rag.corpus.segmentation import segment_page

INSIDE = """本报讯（记者王明） 3月2日，区里召开春耕
备耕会，总投资12亿元的灌区改造项目同时开
工，预计年底前完成主体工程，新建渠道46公

图为青禾镇村
民在灌区新渠旁
查看水情。
何影 摄

里，明年春天全面通水，惠及6个乡镇的3.5万
亩农田。

全区春耕备耕会召开
"""

TWO_PARAGRAPHS = """全区春耕备耕会召开

3 月 4
日，市民在湖
边公园赏花。

公园今年新
栽樱花300株。

本 报 记 者
何 影 摄
"""


def captions_of(text: str) -> list[Caption]:
    lines = split_lines(text)
    return find_captions(lines, line_marks(lines, text))


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        (INSIDE, Caption(3, 6, 7)),
        (TWO_PARAGRAPHS, Caption(1, 6, 8)),
        ("全区春耕备耕会召开\n\n图为会议现场。（李芳 摄）\n", Caption(1, 2, 2)),
    ],
)
def test_a_caption_reaches_back_to_where_its_measure_begins(text: str, caption: Caption) -> None:
    assert captions_of(text) == [caption]


def test_a_long_credited_article_is_no_caption() -> None:
    text = "区里召开春耕备耕会，部署春管春种工作，要求不误农时。\n" * 12 + "何影 摄\n"
    assert captions_of(text) == []


def test_a_caption_in_the_middle_of_a_sentence_is_an_article_of_its_own() -> None:
    news, photo = segment_page("青石日报 2021年3月5日 第2版\n\n" + INSIDE).articles
    assert news.text == (
        "3月2日，区里召开春耕备耕会，总投资12亿元的灌区改造项目同时开工，预计年底前完成主体工程，新建渠道46公里，"
        "明年春天全面通水，惠及6个乡镇的3.5万亩农田。"
    )
    assert (news.title, news.byline, news.kind) == ("全区春耕备耕会召开", "本报讯（记者王明）", "news")
    assert (photo.title, photo.text, photo.byline, photo.kind) == (
        "",
        "图为青禾镇村民在灌区新渠旁查看水情。",
        "何影 摄",
        "photo",
    )


def test_a_caption_begins_at_its_first_line_not_at_the_headline_above() -> None:
    text = (
        "孩子们排队借书，最远的走了六里山路。\n\n流动书车又进山村\n"
        "这是在青石县\n马鞍村，孩子们围\n着书车挑选新书。\n何影 摄\n"
    )
    assert captions_of(text) == [Caption(2, 5, 6)]
