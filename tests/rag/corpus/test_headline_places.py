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


WAITING_ROOM = """本报讯（记者顾平） 东关车站的候车厅昨天重新开放，
座椅换成木条的，添了母婴室和热水间。站长说，春节前
每天要接送八千人，改造只能分三段做，前后花了七十天。
候车厅重新开放
志愿者教老人用手机
本报讯（记者顾平） 每个星期三下午，和平社区的活动室
里都坐满了老人，大学生志愿者一个一个教他们用手机挂
号、缴费。七十八岁的吴大爷学会了视频通话，当场给外地
的女儿打了一个。
本报讯（记者林秀） 城北水厂的第二条管线上月通水，高
层住户夜里也有水了。
城北水厂二线通水
"""

WELLS = """本报讯（记者江帆） 县里把十二口老井的水质查了一遍，
九口能喝，三口只能浇地，井边都立了牌子。疾控中心的
人说，往后每个季度查一次，结果贴在村务栏里。
十二口老井查清水质
戏台修好 社戏开锣
本报讯（记者江帆） 桐木村的老戏台塌了半边檐，木匠修
了三个月，上元节那天社戏开锣，十里八乡的人都赶来看。
村主任说，修戏台的木料是村民一家一根凑的。
"""

NIGHT_CLINIC = """县医院昨天开出夜间门诊，儿科、内科到晚上九点还能挂
号。院长说，夜间门诊先试三个月，看病的人多就一直开
下去。附近的药房也跟着把关门的时间推后了一个钟头。
（周全）
县医院开出夜间门诊
老粮站变成社区书吧
废弃了十二年的老粮站如今成了社区书吧，粮仓的圆顶留
着，墙上嵌进书架。居民陈阿姨每天下午带孙女来看绘本，
她说这里凉快又清静。书吧周末还请人来讲古。
（韩梅）
"""


@pytest.mark.parametrize(
    ("source", "titles", "starts"),
    [
        (PAIR, ["流动书车添两辆", "城南菜场改造完工"], ["3月2日", "城南菜场改造昨天完工"]),
        (
            WAITING_ROOM,
            ["候车厅重新开放", "志愿者教老人用手机", "城北水厂二线通水"],
            ["东关车站", "每个星期三", "城北水厂的第二条"],
        ),
        (WELLS, ["十二口老井查清水质", "戏台修好 社戏开锣"], ["县里把", "桐木村"]),
        (NIGHT_CLINIC, ["县医院开出夜间门诊", "老粮站变成社区书吧"], ["县医院昨天", "废弃了十二年"]),
    ],
)
def test_two_headlines_together_go_to_the_articles_that_say_the_same(
    source: str, titles: list[str], starts: list[str]
) -> None:
    page = segment_page(source)
    assert [article.title for article in page.articles] == titles
    assert [article.text[: len(start)] for article, start in zip(page.articles, starts, strict=True)] == starts


def test_every_article_and_every_cut_has_a_probability() -> None:
    page = segment_page(SIGNED)
    articles = [SIGNED.index(words) for words in ("青石县图书馆", "城南菜场改造昨天")]
    assert all(0.5 < article.confidence <= 1 for article in page.articles)
    assert [start for start, cut in page.edges.items() if cut > 0.5] == articles
