"""Rows of timetables and lists of figures stay rows, their cells apart."""

from __future__ import annotations

import pytest

from rag.corpus.lines import split_lines
from rag.corpus.row_lines import find_rows, row_cells
from rag.corpus.segmentation import segment_page

TABLES = [
    ["线路  首班  末班", "3路  6:10  21:00", "17路  6:30  20:15", "旅游专线  8:00  17:30"],
    ["车次 始发 开车 终到", "K4407 芦川 7:12 望江", "G2981 芦川 9:40 省城", "D3306 云岭 13:05 望江"],
    ["乡镇 面积 产量", "石桥镇 3200 1.8", "北岭乡 1750 0.9"],
    ["班次 时间 地点", "上午班 9:00 文化馆", "下午班 14:30 图书馆"],
    ["航线　起飞　到达", "芦川至海口　10:20　13:45", "芦川至成都　16:05　18:10"],
    ["日期 潮高 潮时", "3日 412 6:31", "4日 398 7:15", "5日 371 8:02"],
    ["队名 胜 负 积分", "青川队 11 3 33", "柳泉队 9 5 27", "云台队 6 8 18"],
    ["品名 昨日价 今日价", "白菜 1.2元 1.3元", "土豆 2.0元 1.9元", "鸡蛋 4.8元 4.8元"],
    ["年份 招生 毕业", "2019年 512 488", "2020年 530 501", "2021年 545 517"],
    ["窗口 周一 周六", "户籍 8:30-17:00 9:00-12:00", "社保 8:30-17:00 9:00-11:30"],
]


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_found_with_their_head(table: list[str]) -> None:
    source = "节日期间安排有变，请留意。\n" + "\n".join(table) + "\n以上安排到月底为止。\n"
    lines = split_lines(source)
    assert [line.is_row for line in lines] == [False, *[True] * len(table), False]
    assert [line.text.text for line in lines[1:-1]] == [" ".join(row.split()) for row in table]


@pytest.mark.parametrize("table", TABLES)
def test_rows_stay_rows_in_an_article_of_a_page(table: list[str]) -> None:
    source = (
        "芦川晚报 2022年8月9日 星期二 第2版\n\n节日安排公布\n\n本报讯（记者周全） 记者昨日获悉，节日期间服务时间\n"
        "有所调整，具体安排如下。\n" + "\n".join(table) + "\n"
    )
    text = "\n".join(article.text for article in segment_page(source).articles)
    assert [row for row in table if " ".join(row.split()) not in text.split("\n")] == []


@pytest.mark.parametrize(
    "lines",
    [
        ["全 县 建 成 5 条 路", "今 年 再 修 3 条 桥"],
        ["去年 建成 5 条，", "今年 建成 7 条，"],
        ["共 12 人 参加", "大家 都 说 好"],
        ["山 前 有 7 户", "山 后 有 9 户"],
        ["新建 12 座水窖 ，解决 了", "全村 310 人 ，饮水 难"],
    ],
)
def test_prose_set_apart_is_no_table(lines: list[str]) -> None:
    assert find_rows([row_cells(line) for line in lines]) == [False] * len(lines)
