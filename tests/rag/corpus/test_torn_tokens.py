"""Numbers, dates and signs broken by the end of a line, in every way in which text of several lines is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.corpus.lines import is_closed, split_lines
from rag.corpus.readers import read_source
from rag.corpus.source_content import Piece, body_of, clean_paragraphs
from rag.corpus.torn_tokens import glue, is_torn

TORN = [
    ("竹编合作社全年卖出竹器17.", "6万件，带动周边四个村", "17.6万件"),
    ("芦川县油菜种植面积扩大了5.", "3%，春天引来不少游客", "5.3%"),
    ("水厂改造后每天多供水11,", "200吨，城东不再停水", "11,200吨"),
    ("老桥拆除重建，工期从2022年", "9月起，预计十四个月", "2022年9月"),
    ("一座新的养老院投入运营，床位达到38", "4.5张标准折算床位", "384.5张"),
    ("夜市每晚开到23:", "30，周末延长一小时", "23:30"),
    ("护河志愿服务队由最初的9", "6人扩大，如今覆盖全域", "96人"),
    ("化肥用量减少14", ".2%，农药用量也在下降", "14.2%"),
    ("预计亩产在520—", "560公斤之间，好于往年", "520—560公斤"),
    ("全县新栽果树达到4", ",700亩，多是早熟品种", "4,700亩"),
    ("城区细颗粒物PM", "2.5均值再次下降，蓝天增多", "PM2.5"),
    ("新开行的G", "8214次列车停靠芦川北站，每天一班", "G8214次"),
]
"""A line, the next one, and what must stand in the text."""

WHOLE = [
    ("会议部署了三项工作：1.", "2023年底前完成排查"),
    ("3.", "2024年的任务"),
    ("附件共有两份", "12月报送"),
    ("12", "-3.5"),
    ("2021", "2022"),
    ("本场比赛结束。", "3日再战"),
    ("全县今年计划完成投资", "28亿元项目开工"),
    ("第一名", "第二名"),
    ("总额", "46.8"),
    ("联系人王明", "13000000000"),
]
"""Pairs of lines over which no number goes on."""


@pytest.mark.parametrize(("before", "after", "token"), TORN)
def test_torn_tokens_are_whole_in_a_page(before: str, after: str, token: str) -> None:
    lines = split_lines(f"{before}\n{after}\n")
    assert not lines[0].closed
    page = f"芦川晚报 2022年8月9日 星期二 第2版\n\n日子越过越好\n\n本报讯（记者周全） {before}\n{after}。\n"
    assert token in _text_of(page, "page.txt")


@pytest.mark.parametrize(("before", "after", "token"), TORN)
def test_torn_tokens_are_whole_in_plain_text(before: str, after: str, token: str) -> None:
    assert token in _text_of(f"日子越过越好\n　　{before}\n{after}。\n", "text.txt")
    assert token in _text_of(f"　　{before}\n{after}。\n", "no_title.txt")


@pytest.mark.parametrize(("before", "after", "token"), [row for row in TORN if is_torn(row[0], row[1])])
def test_torn_tokens_are_whole_in_lines_of_other_formats(before: str, after: str, token: str) -> None:
    assert token in clean_paragraphs(f"{before}\n{after}。").text
    assert token in body_of([Piece(before, 0), Piece(after, len(before) + 1)]).text
    record = json.dumps([{"title": "日子越过越好", "text": f"{before}\n{after}。", "date": "2022-08-09"}])
    assert token in _text_of(record, "records.json")
    body = f"<h1>日子越过越好</h1><div id='content'><p>{before}<br>{after}，乡亲们都说好。</p></div>"
    html = f"<html><body>{body}</body></html>"
    assert token in _text_of(html, "page.html")


def test_most_kinds_are_torn_whatever_the_widths_say() -> None:
    assert sum(is_torn(before, after) for before, after, _ in TORN) == 10


@pytest.mark.parametrize(("before", "after"), WHOLE)
def test_lines_that_are_not_torn(before: str, after: str) -> None:
    assert not is_torn(before, after)
    assert clean_paragraphs(f"{before}\n{after}").text == f"{before}\n{after}"


def test_rows_of_a_table_are_never_joined() -> None:
    assert clean_paragraphs("北岭乡\t2021年\n6月\t18").text == "北岭乡\t2021年\n6月\t18"


@pytest.mark.parametrize(
    ("text", "closed"),
    [("产值达到17.", False), ("产值达到17。", True), ("It rose to 17.", True), ("他说：“好！”", True), ("3.", True)],
)
def test_a_point_behind_a_digit_ends_no_chinese_sentence(text: str, closed: bool) -> None:
    assert is_closed(text) is closed


def test_a_half_width_stop_behind_a_digit_ends_a_sentence_where_words_follow() -> None:
    lines = split_lines("今年累计接待游客87.\n乡里还将修步道.\n")
    assert [line.closed for line in lines] == [True, True]


@pytest.mark.parametrize(
    ("before", "after", "between"),
    [("加入W", "TO以来", ""), ("发布5G", "手机", ""), ("新型iPhone", "13上市", " "), ("the old", "town", " ")],
)
def test_what_stands_between_latin_words(before: str, after: str, between: str) -> None:
    assert glue(before, after) == between


@pytest.mark.parametrize("width", range(8, 24))
@pytest.mark.parametrize("shape", ["page", "plain"])
def test_every_figure_is_whole_at_every_width(width: int, shape: str) -> None:
    text = (
        "　　芦川县去年粮食总产量达到38.6万吨，增长4.2%，其中外销12,900吨；自2020年11月以来，粮库扩容3.75万吨，"
        "每天8:30至17:00收粮，入库价格在2.36元上下，最远的农户从126.5公里外赶来。"
    )
    rows = "\n".join(text[start : start + width] for start in range(0, len(text), width))
    head = "芦川晚报 2022年8月9日 星期二 第2版\n\n" if shape == "page" else ""
    more = (
        "\n\n护林员换上新装备\n\n本报讯（记者李芳） 护林员昨日领到新的巡山装备，山里信号也好了。\n" if head else "\n"
    )
    found = _text_of(f"{head}粮仓里的好年景\n\n{rows}{more}", "any.txt")
    figures = ("38.6万吨", "4.2%", "12,900吨", "2020年11月", "3.75万吨", "8:30", "17:00", "2.36元", "126.5公里")
    assert [figure for figure in figures if figure not in found] == []


def _text_of(source: str, name: str) -> str:
    path = Path(_text_of.folder) / name  # type: ignore[attr-defined]
    path.write_text(source, "utf-8")
    return "\n".join(article.text for article in read_source(path).articles)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    _text_of.folder = tmp_path  # type: ignore[attr-defined]
