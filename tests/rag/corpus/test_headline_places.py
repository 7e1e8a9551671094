"""Whose headline a line is: set into its article, below it, broken over two lines, or no headline at all."""

from __future__ import annotations

import pytest

from rag.corpus.bylines import line_mark
from rag.corpus.furniture import classify_furniture
from rag.corpus.line_shapes import split_cost
from rag.corpus.lines import split_lines
from rag.corpus.segmentation import segment_page

INSET = """本报讯（记者周全） 六月的澄溪渡口，青石码头边
停满了新造的木船。老船工韩守河说，今年手艺人回乡，
渡口木船作坊从三家增加到十一家，订单排到明年春

渡口木船作坊重现生机

天。镇里腾出旧粮站给作坊作工棚，又请来师傅教年轻
人刨板、捻缝。

本报讯（记者李芳） 云岭茶农今年试种的紫芽茶开采，
头茬鲜叶每斤卖到六十元。县茶站派人住进茶农家里，
教他们控温、摇青，夜里守着炉子记下每一道工序的时

云岭茶农试种紫芽茶开采

辰。茶站说，秋后还要再育苗三万株，供邻近五个村使
用。
"""

SIGNED = """青石日报 2021年3月5日 星期五 第3版

青石县图书馆的流动书车上月走进九个山村，孩子
们在晒谷场上排队借书，最远的走了六里山路。馆
长说，下半年书车还要添两辆。
（周全）

青石县流动书车走进山村

城南菜场改造昨天完工，摊位宽了，地面也不再积
水。经营户陆续搬回，买菜的老人说，如今下雨天
也敢来了。
（李芳）

城南菜场改造完工
"""


def test_headlines_inside_their_articles() -> None:
    page = segment_page(INSET)
    assert [article.title for article in page.articles] == ["渡口木船作坊重现生机", "云岭茶农试种紫芽茶开采"]
    assert "订单排到明年春天。镇里腾出" in page.articles[0].text
    assert "每一道工序的时辰。茶站说" in page.articles[1].text


def test_headlines_below_signed_articles() -> None:
    page = segment_page(SIGNED)
    assert [article.title for article in page.articles] == ["青石县流动书车走进山村", "城南菜场改造完工"]
    assert [article.byline for article in page.articles] == ["（周全）", "（李芳）"]
    assert page.articles[1].text.startswith("城南菜场改造昨天完工")


def test_a_lead_goes_on_with_its_date() -> None:
    assert split_cost("第九届澄溪书市今天", "（6月3日）开幕") == 5.0
    assert split_cost("澄溪书市今天开幕", "（第九届）") == 0.0


def test_prose_is_no_furniture() -> None:
    weather = "市气象台预计，周末还有两次降\n雨，最低气温降到-2℃，东北风4级，\n请出行的人留意路面。\n"
    page = "云岭茶农抢收春茶。\n" * 9 + "\n" + weather
    assert set(classify_furniture(split_lines(page))) == {None}
    rules = "云岭茶农抢收春茶。\n" * 9 + "新规写明主管部门的责任。各镇按分\n工检查。\n"
    assert set(classify_furniture(split_lines(rules))) == {None}


def test_letter_spaced_names() -> None:
    assert line_mark("本 报 记 者 周 全") == "byline"
    assert line_mark("（ 韩 守 河 ）") == "signature"


PAIR = """本报讯（记者王明） 3月2日，青石县图书馆的流动书
车又进山村，孩子们在晒谷场上排队借书，最远的走了
六里山路。馆长说，下半年书车还要添两辆，借书的日子
也从每月一次改成每半月一次。
流动书车添两辆
城南菜场改造完工
本报讯（记者李芳） 城南菜场改造昨天完工，摊位宽了，
地面也不再积水。经营户陆续搬回，买菜的老人说，如今
下雨天也敢来了。菜场还添了电子秤，缺斤短两的事没有
了。
"""


@pytest.mark.xfail(strict=True, reason="two headlines together without a blank line are read as one: docs, Weak")
def test_two_headlines_together_go_to_the_articles_that_say_the_same() -> None:
    page = segment_page(PAIR)
    assert [article.title for article in page.articles] == ["流动书车添两辆", "城南菜场改造完工"]
    assert page.articles[1].text.startswith("城南菜场改造昨天完工")


def test_every_article_and_every_cut_has_a_probability() -> None:
    page = segment_page(SIGNED)
    articles = [SIGNED.index(words) for words in ("青石县图书馆", "城南菜场改造昨天")]
    assert all(0.5 < article.confidence <= 1 for article in page.articles)
    assert [start for start, cut in page.edges.items() if cut > 0.5] == articles
