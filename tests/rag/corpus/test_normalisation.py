from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.normalisation import MappedText, fold, glue, join, join_wrapped, normalise_line, spaced
from rag.records import SourceRun


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("村 民 们 一 边 看", "村民们一边看"),
        ("全年签约 58 个，投资 96.5 亿元", "全年签约58个，投资96.5亿元"),
        ("镇党委 （扩大） 会议", "镇党委（扩大）会议"),
        ("２０２１年增长３．５％", "2021年增长3.5%"),
        ("ＣＯＶＩＤ－１９ vaccine", "COVID-19 vaccine"),
        ("推广 Hello World 项目", "推广Hello World项目"),
        ("共 1 0 2 个 项 目", "共102个项目"),
        ("1 月至 11 月增长 9 %", "1月至11月增长9%"),
        ("比分是 3 2", "比分是3 2"),
        ("\u3000\u3000镇里说。\ufeff", "镇里说。"),
        ("⽔⻓⻋", "水长车"),
        ("，。：；！？（）", "，。：；！？（）"),
    ],
)
def test_normalise_line(line: str, expected: str) -> None:
    assert normalise_line(line).text == expected


@given(st.text(max_size=80))
def test_every_character_of_a_line_maps_to_its_own_source_character(line: str) -> None:
    mapped = normalise_line(line)
    folded = fold(line)
    assert len(folded) == len(line)
    for index, character in enumerate(mapped.text):
        source = folded[mapped.source_offset(index)]
        assert source == character or (source.isspace() and character == " ")


def test_part_and_join_keep_the_map() -> None:
    source = "甲 乙丙\n丁"
    first, second = normalise_line(source, 0, 4), normalise_line(source, 5, 6)
    joined = join([first.part(1), second], "\n")
    assert joined.text == "乙丙\n丁"
    assert joined.runs == (SourceRun(0, 2, 2, 0), SourceRun(3, 1, 5, 0))
    assert joined.source_offset(2) == -1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("总投资", "350亿元", ""),
        ("总投资3", "50亿元", ""),
        ("a new", "vaccine", " "),
        ("Windows", "11", " "),
        ("5", "G", ""),
    ],
)
def test_glue(before: str, after: str, expected: str) -> None:
    assert glue(before, after) == expected


def test_wrapped_lines_become_the_sentence() -> None:
    lines = [MappedText("总投资"), MappedText("350亿元，采用Hello"), MappedText("World系统")]
    assert join_wrapped(lines).text == "总投资350亿元，采用Hello World系统"


def test_spaced_puts_the_sources_spaces_back_but_not_line_breaks() -> None:
    source = "记者王明 通\n讯员李芳"
    text = join([normalise_line(source, 0, 6), normalise_line(source, 7, 11)])
    assert text.text == "记者王明通讯员李芳"
    assert spaced(text, source) == "记者王明 通讯员李芳"


def test_a_number_torn_at_its_point_is_whole_again() -> None:
    assert normalise_line("PM2. 5 平均浓度为每立方米 52 微克").text == "PM2.5平均浓度为每立方米52微克"
    assert normalise_line("同比增长3. 5%").text == "同比增长3.5%"
    assert normalise_line("1. 5 项工作").text == "1. 5项工作"
    # A numbered list is no number.
    assert normalise_line("任务1. 5 个项目开工").text == "任务1. 5个项目开工"
    assert normalise_line("共有10. 2020年").text == "共有10. 2020年"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("码头改造，计划1 2月8日完工", "码头改造，计划12月8日完工"),
        ("捕捞海产5 3.6万吨", "捕捞海产53.6万吨"),
        ("受理来信104 7件", "受理来信1047件"),
        ("每户分担0.6 4万元", "每户分担0.64万元"),
        ("值班电话5226 107转3", "值班电话5226 107转3"),  # whichever it is
        ("前三名 12 15 18", "前三名12 15 18"),
        ("2012 2013年度", "2012 2013年度"),
    ],
)
def test_a_number_torn_within_chinese_is_whole_again(line: str, text: str) -> None:
    assert normalise_line(line).text == text
