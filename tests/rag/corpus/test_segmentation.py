from __future__ import annotations

import datetime as dt
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.corpus.normalisation import fold
from rag.corpus.segmentation import PageSegmentation, segment_page, segment_pages

SEED_PAGE = Path(__file__).parents[4] / "shared" / "seed" / "newspaper_page.txt"

BELOW = """ 本报讯（记者王明） 3月2
日，区里召开春耕备耕会，总投资
12 亿元的灌区改造项目同时开
工，预计年底前完成主体工程，明

年春天全面通水，惠及6个乡镇的
3.5万亩农田。

全区春耕备耕会召开

 本报讯（记者李芳 通讯员周
全） 青禾镇近日建成
“一刻钟便民圈”，新增便民网点26
个，居民出门十来分钟就能买到新
鲜蔬菜。

青禾镇

建成便民服务圈

3月4日，
市民在湖边公
园赏花。

本 报 记 者
何影 摄
"""


def own_counts(text: str, page: PageSegmentation) -> list[int]:
    """How many parts or furniture lines own each character."""
    counts = [0] * len(text)
    for part in page.parts:
        for mapped in (part.title, part.subtitle, part.byline, part.text):
            for run in mapped.runs:
                for place in range(run.source_start, run.source_start + run.length):
                    counts[place] += not text[place].isspace()
    for line in page.furniture:
        for place in range(line.start, line.end):
            counts[place] += not text[place].isspace()
    return counts


def lost_or_doubled(text: str) -> list[tuple[int, str, int]]:
    """The characters of a page that are not in exactly one place of what is made of it, with how often they are."""
    counts = own_counts(text, segment_page(text))
    return [(place, text[place], count) for place, count in enumerate(counts) if count != (not text[place].isspace())]


def test_headlines_below_their_articles() -> None:
    page = segment_page(BELOW)
    assert [article.title for article in page.articles] == ["全区春耕备耕会召开", "青禾镇建成便民服务圈", ""]
    assert [article.byline for article in page.articles] == [
        "本报讯（记者王明）",
        "本报讯（记者李芳 通讯员周全）",
        "本报记者 何影 摄",
    ]
    assert [article.kind for article in page.articles] == ["news", "news", "photo"]
    assert page.articles[0].text == (
        "3月2日，区里召开春耕备耕会，总投资12亿元的灌区改造项目同时开工，预计年底前完成主体工程，"
        "明年春天全面通水，惠及6个乡镇的3.5万亩农田。"
    )
    assert page.articles[1].text.startswith("青禾镇近日建成“一刻钟便民圈”，新增便民网点26个")
    assert page.articles[2].text == "3月4日，市民在湖边公园赏花。"


def test_headlines_above_their_articles() -> None:
    page = segment_page(
        "青石日报 2021年3月5日 星期五 第3版\n\n"
        "全区春耕备耕会召开\n\n本报讯（记者王明） 3月2\n日，区里召开春耕备耕会，部署春\n管春种工作。\n\n"
        "11个项目落户青禾镇\n总投资58亿元\n本报记者 李芳\n\n"
        "记者从青禾镇获悉，今年以来\n已有11个项目落户该镇，其中超\n"
        "10亿元的3个。\n"
    )
    assert [(article.title, article.subtitle) for article in page.articles] == [
        ("全区春耕备耕会召开", ""),
        ("11个项目落户青禾镇", "总投资58亿元"),
    ]
    assert page.articles[1].byline == "本报记者 李芳"
    assert (page.date, page.source, page.page) == (dt.date(2021, 3, 5), "青石日报", "03")
    assert [line.kind for line in page.furniture] == ["page header"]


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("一张便条。", "", "一张便条。"),
        ("# 周末安排\n\n上午读书。\n\n下午跑步。", "周末安排", "上午读书。\n下午跑步。"),
        (
            "读书笔记\n这本书讲述了一座小城的变迁。作者笔触细腻。",
            "读书笔记",
            "这本书讲述了一座小城的变迁。作者笔触细腻。",
        ),
        ("- 米\n- 面\n- 油", "", "-米\n-面\n-油"),
        ("", None, None),
        (" \n\t\n", None, None),
    ],
)
def test_text_that_is_no_newspaper_page_is_one_article(text: str, title: str | None, body: str | None) -> None:
    articles = segment_page(text).articles
    assert [(article.title, article.text) for article in articles] == ([] if title is None else [(title, body)])


BETWEEN_COLUMNS = """本报讯（记者王明） 3月2日，青禾镇便民
网点全部开门营业，新增便民网点26个，居
民出门十来分钟就能买到新鲜蔬菜，还能缴

青禾镇便民网点开门营业

费、取快递、修家电。

镇里说，年底前便民网点要办到每一个村，
老人可以打电话请人送菜上门。
"""

HALF_WIDTH = """青石日报 2021年3月5日 第2版

青禾镇便民网点开门营业
本报讯(记者王明) 3月2日,青禾镇便民
网点开门营业,新增便民网点26个(含村
级网点9个).

区里召开春耕备耕会
本报讯(记者李芳) 3月3日,区里召开春
耕备耕会,部署春管春种.
"""

LIST = """本报讯（记者王明） 3月2日，区里公布春
耕示范户名单，共有四户入选：

赵春生 青禾镇12号
钱满仓 白杨镇7号
孙有田 柳河镇31号
李望收 青禾镇5号

春耕示范户名单公布

本报讯（记者李芳） 3月3日，区里召开春
耕备耕会，部署春管春种。

区里召开春耕备耕会
"""

BROKEN_NAMES = """3月2日，青禾镇便民网点开门营业，新增
便民网点26个，居民买菜方便了。（记者

王明 通讯员李芳）

青禾镇便民网点开门营业

3月3日，区里召开春耕备耕会，部署春管
春种，要求不误农时。（周全）

区里召开春耕备耕会
"""


def test_a_headline_between_the_columns_of_its_article() -> None:
    (article,) = segment_page("青石日报 2021年3月5日 第2版\n\n" + BETWEEN_COLUMNS).articles
    assert article.title == "青禾镇便民网点开门营业"
    assert "还能缴费、取快递、修家电。" in article.text
    assert article.title not in article.text


def test_half_width_punctuation_of_chinese_is_read_as_full_width() -> None:
    first, second = segment_page(HALF_WIDTH).articles
    assert (first.title, first.byline) == ("青禾镇便民网点开门营业", "本报讯（记者王明）")
    assert first.text == "3月2日，青禾镇便民网点开门营业，新增便民网点26个（含村级网点9个）。"
    assert second.text == "3月3日，区里召开春耕备耕会，部署春管春种。"


def test_entries_of_a_list_are_no_headlines() -> None:
    first, second = segment_page(LIST).articles
    assert (first.title, second.title) == ("春耕示范户名单公布", "区里召开春耕备耕会")
    assert first.text.split("\n")[1:] == [
        "赵春生青禾镇12号",
        "钱满仓白杨镇7号",
        "孙有田柳河镇31号",
        "李望收青禾镇5号",
    ]


def test_names_in_brackets_over_two_lines_end_their_article() -> None:
    first, second = segment_page("青石日报 2021年3月5日 第2版\n\n" + BROKEN_NAMES).articles
    assert [first.title, second.title] == ["青禾镇便民网点开门营业", "区里召开春耕备耕会"]
    assert first.text.endswith("居民买菜方便了。")
    assert first.byline == "（记者王明 通讯员李芳）"


def test_an_article_that_jumps_is_joined_over_pages() -> None:
    text = (
        "青石日报 2021年3月5日 第1版\n\n灌区改造开工\n本报讯（记者王明） 3月2日，灌区改造项\n目开工，计划投资12亿元，"
        "新建\n（下转第2版）\n\f青石日报 2021年3月5日 第2版\n\n灌区改造开工\n（上接第1版）渠道46公里，明年春天\n"
        "通水。\n\n"
        "青禾镇新增便民网点\n本报讯（记者李芳） 青禾镇新增便民网点\n26个。\n"
    )
    first, second = segment_pages(text)
    assert [article.title for article in first.articles] == ["灌区改造开工"]
    assert first.articles[0].text == "3月2日，灌区改造项目开工，计划投资12亿元，新建渠道46公里，明年春天通水。"
    assert {run.source_page for run in first.articles[0].runs} == {0, 1}
    assert [article.title for article in second.articles] == ["青禾镇新增便民网点"]
    assert [(line.text, line.kind) for line in second.furniture[1:]] == [
        ("灌区改造开工", "other"),
        ("（上接第1版）", "jump line"),
    ]


FRAGMENTS = [
    *(
        "\n",
        "\n",
        "\n\n",
        " ",
        "　",
        "。",
        "，",
        "本报讯",
        "（记者王明）",
        "本报记者 ",
        "李芳",
        "摄",
        "（下转第3版）",
        "（上接第1版）",
    ),
    *(
        "广告",
        "今日天气",
        "晴",
        "5℃",
        "电话13912345678",
        "——",
        "：",
        "“",
        "”",
        "\u200b",
        "\ufeff",
        "\r\n",
        "\f",
        "\x00",
    ),
    *(
        "新华社北京",
        "12月5日电",
        "ABC ",
        "１２",
        "%",
        "第3版",
        "2020年12月25日",
        "星期五",
        "青石日报",
        "会议强调，全区上下",
        "# ",
        "-",
    ),
    *("𠀀", "⽔", "．", "（", "）", "通车典礼举行", "全年完成投资12亿元，增长8.5%。", "\x85", "\u2028"),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60))
def test_nothing_is_lost_or_doubled_on_a_page(pieces: list[str]) -> None:
    assert lost_or_doubled("".join(pieces)) == []


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_nothing_is_lost_or_doubled_in_any_text(text: str) -> None:
    assert lost_or_doubled(text) == []


@pytest.mark.skipif(not SEED_PAGE.exists(), reason="the shared page is not here")
def test_the_real_page() -> None:
    source = SEED_PAGE.read_text("utf-8")
    page = segment_page(source)
    assert len(page.articles) == 10
    assert [article.title for article in page.articles].count("") == 2
    assert [article.kind for article in page.articles] == ["news"] * 8 + ["photo", "news"]
    assert [bool(article.subtitle) for article in page.articles] == [True] + [False] * 9
    assert all(re.search("记者", article.byline) for article in page.articles)
    assert not any("本报" in article.text for article in page.articles)
    assert lost_or_doubled(source) == []


@pytest.mark.skipif(not SEED_PAGE.exists(), reason="the shared page is not here")
def test_ten_thousand_spans_of_the_real_page_map_back() -> None:
    source = SEED_PAGE.read_text("utf-8")
    folded = fold(source)
    page = segment_page(source)
    choice = random.Random(7)
    for _ in range(10_000):
        article = choice.choice(page.parts)
        start = choice.randrange(len(article.text))
        span = article.text.part(start, start + choice.randint(1, 60))
        for run in span.runs:
            assert (
                span.text[run.start : run.start + run.length]
                == folded[run.source_start : run.source_start + run.length]
            )
        inserted = len(span) - sum(run.length for run in span.runs)
        assert inserted == span.text.count("\n")


UNHEADED = """柏坡晚报 2022年9月14日 星期三 第3版

本报讯（记者汪小川） 9月12日，城东的两座
人行天桥装上了电梯，推婴儿车、坐轮椅的市民
过街不再绕路。市政处说，今年还要给另外三座
天桥装电梯，预计十一月底全部投用。

城东两座人行天桥装上电梯

眼下，临泽湖的大闸蟹陆续上市。养殖户孟大海的塘口有四
十亩水面，每天出蟹三百多斤，收购商的冷藏车就等在塘埂上。
今年雨水足，水草长得密，蟹个头比去年大，每斤卖到七十元，
比去年同期贵了六元。

本报讯（记者路遥远） 从9月10日起，市图书
馆的自习室夜间开放到十点。馆里添了一百二十
个座位，读者凭身份证就能进馆，不用预约。

市图书馆夜间开放到十点
"""


def test_an_unsigned_article_without_headline_between_two_others() -> None:
    first, second, third = segment_page(UNHEADED).articles
    assert [article.title for article in (first, second, third)] == [
        "城东两座人行天桥装上电梯",
        "",
        "市图书馆夜间开放到十点",
    ]
    assert first.text.endswith("预计十一月底全部投用。")
    assert second.text.startswith("眼下，临泽湖的大闸蟹陆续上市。")
    assert second.text.endswith("比去年同期贵了六元。")
    assert second.byline == ""
    assert third.byline == "本报讯（记者路遥远）"


@pytest.mark.parametrize(
    ("header", "source"),
    [
        ("02　民生·社会　　　青石日报　２０２１年３月５日　星期五", "青石日报"),
        ("青　石　日　报　2021年3月5日 第2版", "青石日报"),
        ("云　岭日报　2021年3月5日 第2版", "云岭日报"),  # 岭日报 is no name
        ("青石　日报　2021年3月5日", "青石日报"),
        ("3 文化  白水晚报  2021年3月5日", "白水晚报"),
    ],
)
def test_a_headers_paper_is_told_from_the_section_beside_it(header: str, source: str) -> None:
    page = segment_page(f"{header}\n\n本报讯 青禾镇便民网点昨日开门营业，新增摊位46个。\n")
    assert page.source == source
