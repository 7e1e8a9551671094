"""Headline lines to title and subtitle."""

from __future__ import annotations

import pytest

from rag.corpus.headlines import compose_headline
from rag.corpus.lines import split_lines


@pytest.mark.parametrize(
    ("lines", "title", "subtitle"),
    [
        # A figure or a longer line after a whole statement; a dash.
        (["九个项目落户云岭新区", "总投资36亿元"], "九个项目落户云岭新区", "总投资36亿元"),
        (["青石镇", "扎实推进河道清淤"], "青石镇扎实推进河道清淤", ""),
        (["云岭新区召开", "河湖长制工作会议"], "云岭新区召开河湖长制工作会议", ""),
        (["老街添新景", "——澄溪古渡口修缮见闻"], "老街添新景", "——澄溪古渡口修缮见闻"),
        # The day on which it was, and what the title said already.
        (["顾春江在青石调研", "市长顾春江6月3日在青石县调研"], "顾春江在青石调研", "市长顾春江6月3日在青石县调研"),
        (
            ["澄溪书市开幕", "昨天下午，第九届澄溪书市在老城墙下拉开帷幕"],
            "澄溪书市开幕",
            "昨天下午，第九届澄溪书市在老城墙下拉开帷幕",
        ),
        (
            ["澄溪大桥维修提前完工", "双向通行恢复", "澄溪大桥维修工程提前完工通车"],
            "澄溪大桥维修提前完工双向通行恢复",
            "澄溪大桥维修工程提前完工通车",
        ),
        # A sentence that must go on; the rest of a clause; a counted thing; an open quotation mark.
        (
            ["云岭小麦单产创下新高 一季度", "农资供应同比增长4.8%"],
            "云岭小麦单产创下新高一季度农资供应同比增长4.8%",
            "",
        ),
        (["专家组赴青石指导", "防汛 各村连夜转移群众"], "专家组赴青石指导防汛各村连夜转移群众", ""),
        (["青石县修复", "3.6万亩"], "青石县修复3.6万亩", ""),
        (["澄溪市各校开展“节约用水", "日”活动 倡导循环利用"], "澄溪市各校开展“节约用水日”活动倡导循环利用", ""),
        (["顾春江在植树现场强调", "人人动手添绿 共建美丽云岭"], "顾春江在植树现场强调人人动手添绿共建美丽云岭", ""),
        # A word broken over two lines.
        (["青石县老茶馆三百张竹", "椅全部换新，共添置380把"], "青石县老茶馆三百张竹椅全部换新，共添置380把", ""),
        (["云岭果农今年卖出脐", "橙4.6万箱，比去年多一成"], "云岭果农今年卖出脐橙4.6万箱，比去年多一成", ""),
        # A kicker, even one whose words come again, is the beginning of the title.
        (["【春耕一线】", "机手进村3月2日起排满"], "【春耕一线】机手进村3月2日起排满", ""),
    ],
)
def test_title_and_subtitle(lines: list[str], title: str, subtitle: str) -> None:
    source = "\n".join(lines)
    headline = compose_headline([line.text for line in split_lines(source)], [0.5] * len(lines), source)
    assert (headline.title.text, headline.subtitle.text) == (title, subtitle)


@pytest.mark.parametrize(
    ("lines", "told", "subtitle"),
    [
        # What the lines do not tell by themselves, the page does.
        (["老城墙下开书市", "旧书摊排出半里"], [0.01, 0.99], "旧书摊排出半里"),
        (["老城墙下开书市", "旧书摊排出半里"], [0.01, 0.01], ""),
        # Another clause that the page holds for title; never so a sum after a whole statement.
        (["柳泉县改造老旧小区", "楼道装灯，院里种树，住户不花钱"], [0.01, 0.5], "楼道装灯，院里种树，住户不花钱"),
        (["柳泉县改造老旧小区", "住户自己选图纸"], [0.01, 0.05], ""),
        (["柳泉县改造老旧小区", "惠及居民1.2万户"], [0.01, 0.01], "惠及居民1.2万户"),
        (["云岭新区新签六个合同", "总金额62亿元"], [0.01, 0.01], "总金额62亿元"),
        # A dash is surer than any page.
        (["柳岸村修起祠堂", "——一座村庄的十年"], [0.0, 0.001], "——一座村庄的十年"),
        # A subtitle of two lines begins with its first, of which the page is less sure.
        (
            ["石桥渡口复航", "停了六年的渡船昨天重新下水，两岸", "居民过江不必再绕行"],
            [0.01, 0.8, 0.99],
            "停了六年的渡船昨天重新下水，两岸居民过江不必再绕行",
        ),
    ],
)
def test_what_the_page_tells_counts_beside_what_the_lines_say(
    lines: list[str], told: list[float], subtitle: str
) -> None:
    source = "\n".join(lines)
    headline = compose_headline([line.text for line in split_lines(source)], told, source)
    assert headline.subtitle.text == subtitle
    assert headline.title.text + headline.subtitle.text == "".join(lines)
