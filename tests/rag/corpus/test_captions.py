from __future__ import annotations

import pytest

from rag.corpus.captions import credit_place
from rag.corpus.line_shapes import line_marks, mark_lines
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


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("图为会议现场。\n何影 摄\n", 1),
        ("图为会\n议现场。\n本报记者\n何影 摄\n", 2),
        ("图为会议现场。（李芳 摄）\n", 1),
        ("本报记者\n何影 摄\n", 1),
        ("何影 摄\n", 1),
    ],
)
def test_the_photographers_name_in_lines_of_its_own(text: str, place: int) -> None:
    lines = split_lines(text)
    assert credit_place(mark_lines(lines, line_marks(lines, text))) == place


def test_a_long_credited_article_is_no_caption() -> None:
    text = "区里召开春耕备耕会，部署春管春种工作，要求不误农时。\n" * 12 + "何影 摄\n"
    assert [article.kind for article in segment_page(text).articles] == ["news"]


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
