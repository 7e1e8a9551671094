"""Lines of the page's editors, mastheads in Latin letters and page numbers, wherever they stand."""

from __future__ import annotations

import pytest

from rag.corpus.furniture import classify_furniture
from rag.corpus.lines import split_lines
from rag.corpus.page_headers import is_editors_line, is_folio, is_masthead
from rag.corpus.segmentation import segment_page

EDITORS = [
    "责任编辑：施雨",
    "责任编辑 施雨 版式 韩冬",
    "本版编辑 钱立 李芳",
    "本版责编：周全 美编：孙小雨",
    "编辑/施雨 版式/韩冬 校对/钱立",
    "（责任编辑：韩冬）",
    "一审：赵云 二审：李芳 三审：周全",
    "值班主编：陶然 编辑：施雨 电话：0315-2345678",
    "责编施雨校对韩冬",
    "本版编辑：钱立 邮箱：bianji@example.cn",
]
NO_EDITORS = [
    "总编辑走进校园讲故事",
    "责编评选结果揭晓",
    "校对工作会议召开",
    "主编刊物六种的老教师",
    "三审制度落到实处",
]
MASTHEADS = [
    "LUCHUAN WANBAO",
    "L U C H U A N  W A N B A O",
    "Qingshi Ribao",
    "YUNLING RI BAO",
    "CHENGXI CHENBAO",
    "Wangjiang Dushibao",
    "LUCHUAN EVENING NEWS",
    "Qingshi Daily",
    "YUNLING SHANGBAO",
    "CHENGXI XINWEN",
]
PAGES = [
    "第3版",
    "03版：要闻",
    "民生·04版",
    "A03版",
    "版次：03",
    "版面：A2 民生",
    "第三版 副刊",
    "B04版 视点",
    "02版 | 综合新闻",
    "第 6 版",
]

TITLES = ["养蜂人上了半山腰", "城南菜场重新开张", "山村书屋亮起灯"]
STORY = """日前，芦川县的养蜂人把蜂箱搬上了半山腰，山
上的槐花比往年早开了一周。老养蜂人说，今年雨
水匀，蜜也稠，头一茬就装满了四十只桶，比去年
多出一半还不止。收蜜的商贩已经订到了下个月。
　　养蜂合作社给每家发了防雨布，请来技术员讲怎
样防治蜂螨。合作社还打算盖一间取蜜房，让蜂蜜
当天取、当天封，养蜂人不必再赶夜路下山。
"""


@pytest.mark.parametrize("line", EDITORS)
def test_editors(line: str) -> None:
    assert is_editors_line(line)
    assert _titles_with(line) == TITLES


@pytest.mark.parametrize("line", NO_EDITORS)
def test_headlines_that_begin_like_editors(line: str) -> None:
    assert not is_editors_line(line)


@pytest.mark.parametrize("line", MASTHEADS)
def test_mastheads(line: str) -> None:
    assert is_masthead(line, edge=False)
    assert _titles_with(line) == TITLES


@pytest.mark.parametrize(("line", "edge"), [("GDP", True), ("NEW ENERGY", False), ("iPhone", True), ("AI", True)])
def test_latin_words_that_are_no_masthead(line: str, edge: bool) -> None:
    assert not is_masthead(line, edge=edge)


@pytest.mark.parametrize("line", PAGES)
def test_page_lines(line: str) -> None:
    assert is_folio(line, edge=False)
    assert _titles_with(line) == TITLES


@pytest.mark.parametrize("line", ["第3版审议稿公布", "省级出版", "这本书出了三版", "再版两次", "3"])
def test_lines_that_are_no_page(line: str) -> None:
    assert not is_folio(line, edge=False)


@pytest.mark.parametrize("number", ["8", "500", "2021年6月3日"])
def test_the_rest_of_a_sentence_is_no_page_number(number: str) -> None:
    source = f"芦川县今年新增蜂箱数量，截至昨天已经达到，\n{number}\n"
    assert classify_furniture(split_lines(source)) == [None, None]


def _titles_with(line: str) -> list[str]:
    """The titles of a page on which ``line`` stands above the second headline, far from the page's edges."""
    other = """城南菜场改造昨天完工，摊位宽了，地面也不再积水。
买菜的老人说，如今下雨天也敢来了。菜场里添了电
子秤和冷柜，缺斤短两的事没有了，鱼虾也养在活水
里。经营户们陆续搬回，摊位费和改造以前一样。
"""
    third = """云岭村的农家书屋上周开到了夜里九点，放学的孩
子和收工的大人都来看书。管理员说，借书的人比从
前多了三成，书架又添了两排。
"""
    source = (
        f"芦川晚报 2022年8月9日 星期二\n\n养蜂人上了半山腰\n\n本报讯（记者周全） {STORY}\n{line}\n\n"
        f"城南菜场重新开张\n\n本报讯（记者李芳） {other}　　下一步，街道还将改造两处老菜场。\n\n"
        f"山村书屋亮起灯\n\n本报讯（记者韩冬） {third}"
    )
    return [article.title for article in segment_page(source).articles]
