"""Plain text broken at a width is joined; lists, verses and texts of a paragraph a line stay in lines."""

from __future__ import annotations

import pytest

from rag.corpus.segmentation import segment_page

WRAPPED = [
    (
        "山谷里的小学上月装上了暖气，孩\n子们不再裹着棉衣听课。",
        "山谷里的小学上月装上了暖气，孩子们不再裹着棉衣听课。",
    ),
    (
        "老街的茶馆重新开张，掌柜把旧桌\n椅都修好了，茶价还是两块钱一壶。",
        "老街的茶馆重新开张，掌柜把旧桌椅都修好了，茶价还是两块钱一壶。",
    ),
    (
        "护林员每天要走二十里山路，沿途记录林木的长势和病虫害情\n况，手机信号弱的地方就写在本子上。",
        "护林员每天要走二十里山路，沿途记录林木的长势和病虫害情况，手机信号弱的地方就写在本子上。",
    ),
]

KEPT = [
    "石桥镇中心小学\n柳泉镇中心小学\n云台镇中心小学\n黄龙镇中心小学",
    "山下桃花一片红，\n溪边杨柳几丝风，\n谁家燕子衔泥过，\n飞入寻常巷陌中。",
    "三组组长周全\n宣传委员李芳\n老船工韩守河",
    "项目名称\n建设单位\n计划工期\n完成情况",
    "第一幕：归来\n第二幕：重逢\n第三幕：远行",
]


@pytest.mark.parametrize(("source", "text"), WRAPPED)
def test_wrapped_lines_are_one_paragraph(source: str, text: str) -> None:
    assert [article.text for article in segment_page("小城新事\n" + source + "\n").articles] == [text]


@pytest.mark.parametrize("source", KEPT)
def test_lines_that_stand_for_themselves_stay(source: str) -> None:
    articles = segment_page("名单公布如下。\n" + source + "\n").articles
    assert [article.text for article in articles] == ["名单公布如下。\n" + source]


def test_the_first_line_of_a_broken_sentence_is_no_title() -> None:
    article = segment_page("去年全县新修水渠48.\n6公里，灌溉条件改善，村民把旱地改成了水田。\n").articles[0]
    assert (article.title, article.text[:16]) == ("", "去年全县新修水渠48.6公里，灌")
