from __future__ import annotations

import datetime as dt

import pytest

from rag.corpus.furniture import FurnitureLine, classify_furniture, lines_of
from rag.corpus.lines import split_lines
from rag.corpus.page_headers import PageHeading, find_date, heading_of, is_folio, page_name
from rag.records import SourceRun


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        (["青石日报 2021年3月5日 星期五 第3版 责任编辑 林夏"], PageHeading(dt.date(2021, 3, 5), "青石日报", "03")),
        (["A2", "青石晚报", "二〇二一年三月十五日"], PageHeading(dt.date(2021, 3, 15), "青石晚报", "A02")),
        (["责任编辑：林夏"], PageHeading()),
        (["2021年2月30日 第四版"], PageHeading(None, "", "04")),
        (["沙浦新闻 2022年4月6日 星期三", "第二版 田野"], PageHeading(dt.date(2022, 4, 6), "沙浦新闻", "02")),
        (["沙浦新闻2022年4月6日星期三"], PageHeading(dt.date(2022, 4, 6), "沙浦新闻", "")),
        (["沙浦新闻 2版"], PageHeading(None, "沙浦新闻", "02")),
        (["沙浦新闻发布会2022年4月6日举行"], PageHeading(dt.date(2022, 4, 6), "", "")),
        (["民生新闻 2022年4月6日"], PageHeading(dt.date(2022, 4, 6), "", "")),
        (["星期三农历三月初六青石晚报 2022年4月6日"], PageHeading(dt.date(2022, 4, 6), "青石晚报", "")),
        (["2022年4月6日壬寅年三月初六沙浦周报 4版"], PageHeading(dt.date(2022, 4, 6), "沙浦周报", "04")),
        (["夏历闰二月廿三 青石日报"], PageHeading(None, "青石日报", "")),
    ],
)
def test_heading(lines: list[str], heading: PageHeading) -> None:
    assert heading_of(lines) == heading


@pytest.mark.parametrize(("text", "name"), [("3", "03"), ("十二", "12"), ("B 7", "B07"), ("二", "02")])
def test_page_name(text: str, name: str) -> None:
    assert page_name(text) == name


def test_no_date_in_a_line_without_one() -> None:
    assert find_date("全年完成投资2021.5亿元") is None


def test_boxes_are_told_from_news() -> None:
    page = (
        "青石日报 2021年3月5日 星期五 第3版\n\n"
        "今日天气\n多云转晴 西北风3到4级\n最高气温9℃ 最低气温-2℃\n\n"
        "旺铺招租\n湖滨路临街商铺两间\n联系电话：13900000000\n\n"
        "本报讯（记者王明） 昨日，全区最高气\n温达到35℃，区里开放了12个纳凉点。\n"
    )
    kinds = classify_furniture(split_lines(page))
    assert kinds == ["page header", *["weather"] * 3, *["advertisement"] * 3, None, None]


@pytest.mark.parametrize(
    "notice",
    [
        "关于东闸大桥封闭施工\n的通告\n因更换支座，东闸大桥5月6日至20日封闭，\n车辆绕行西闸。咨询电话：6618023。\n市公路中心\n",
        "市图书馆暑期开放须知\n7月起每日8时30分至21时开放，持证免\n费。六岁以下儿童须有人陪同。预约电话：\n5580231。\n",
        "疫苗接种点增至9处\n新增城西两处，地址在西街社区和柳巷社区，\n免费接种，先报名。热线：7712306。\n",
    ],
)
def test_what_an_office_lets_the_public_know_is_no_advertisement(notice: str) -> None:
    head = "青石日报 2021年3月5日 星期五 第3版\n\n昨日，全区开放了12个纳凉点。\n\n"
    page = f"{head}{notice}\n旺铺出租，电话13900000000，价格面议。\n"
    kinds = classify_furniture(split_lines(page))
    assert kinds == ["page header", None, *[None] * (notice.count("\n")), "advertisement"]


@pytest.mark.parametrize("name", ["田野", "海岛资讯", "社区故事"])
def test_a_page_number_with_any_sections_name_is_the_pages_at_its_edge(name: str) -> None:
    assert is_folio(f"第三版 {name}", edge=True)
    assert not is_folio(f"第三版 {name}", edge=False)
    assert not is_folio(f"{name}第三版", edge=True)


def test_a_jump_line_does_not_span_the_headline_set_between_its_parts() -> None:
    text = "下转4版 %"
    runs = (SourceRun(0, 2, 0), SourceRun(2, 2, 3), SourceRun(5, 1, 22))
    assert lines_of(text, runs, "jump line") == (
        FurnitureLine("下转4版", "jump line", 0, 5),
        FurnitureLine("%", "jump line", 22, 23),
    )
    assert lines_of("", (), "other") == ()
