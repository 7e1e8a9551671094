"""Tables said row by row: head, unit and name in one sentence, every word mapped to the source."""

import pytest

from rag.corpus.source_content import clean_paragraphs
from rag.corpus.table_rows import with_said_rows
from rag.records import DraftArticle


def said(text: str, title: str = "") -> list[str]:
    body = clean_paragraphs(text)
    article = with_said_rows(DraftArticle(title, body.text, runs=body.runs), (text,))
    for run in article.runs:
        place = slice(run.source_start, run.source_start + run.length)
        assert article.text[run.start : run.start + run.length] == text[place]
    lines = article.text.split("\n")
    kept = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    assert [line for line in lines if line.replace("\t", " ") in kept], "the rows as printed are kept"
    return [line for line in lines if "：" in line and line.endswith("。") and line not in kept]


def test_the_note_gives_the_unit_and_the_head_the_column() -> None:
    text = (
        "一季度渔获量统计（单位：吨）\n码头 渔获量 同比增长（%）\n望潮港 412 3.5\n鹿角湾 388 -1.2\n数据由渔政站提供。"
    )
    assert said(text) == [
        "一季度渔获量统计，望潮港：渔获量412吨，同比增长3.5%。",
        "一季度渔获量统计，鹿角湾：渔获量388吨，同比增长-1.2%。",
    ]


def test_a_rate_never_takes_the_unit_of_amounts() -> None:
    text = "各镇税收（单位：万元）\n镇 税收 增幅\n云栖镇 900 7\n竹海镇 800 6"
    assert said(text)[0] == "各镇税收，云栖镇：税收900万元，增幅7。"


def test_columns_that_count_something_else_do_not_take_the_note() -> None:
    text = "救助情况（单位：元）\n镇\t户数\t金额\n云栖镇\t12\t36000\n竹海镇\t9\t27000"
    assert said(text)[0] == "救助情况，云栖镇：户数12，金额36000元。"


def test_two_units_are_told_apart_and_an_open_choice_stays_open() -> None:
    both = "情况（单位：亿元、%）\n指标\t数额\t增长\n外贸\t31\t4\n内贸\t22\t3"
    assert said(both)[0] == "情况，外贸：数额31亿元，增长4%。"
    unclear = "情况（单位：亿元、万吨）\n指标\t数额\n外贸\t31\n内贸\t22"
    assert said(unclear)[0] == "情况，外贸：数额31。"


def test_cells_that_are_alike_or_empty_stay_in_their_columns() -> None:
    text = "村\t报名（人）\t体检（人）\t录取（人）\n上岭村\t7\t7\t2\n下岭村\t5\t\t1"
    assert said(text, "征兵进展") == [
        "征兵进展，上岭村：报名7人，体检7人，录取2人。",
        "征兵进展，下岭村：报名5人，录取1人。",
    ]


def test_a_group_and_its_members_name_a_row_together() -> None:
    text = "产业\t项目\t投资（万元）\n农业\t果园\t30\n农业\t鱼塘\t45\n工业\t冷库\t80"
    assert said(text, "投资")[1] == "投资，农业鱼塘：投资45万元。"


@pytest.mark.parametrize(
    "text",
    [
        "王丽 李强 赵敏\n周洁 吴涛 郑浩",
        "比赛 结果\n昨日 举行 的 比赛 结束",
        "下午 3 点开会。\n晚上 7 点散会。",
        "联系电话 0371 5550\n传真 0371 5551",
        "第一段写了 3 件事\n第二段写了 4 件事",
    ],
)
def test_what_only_looks_like_a_table_stays_as_it_is(text: str) -> None:
    body = clean_paragraphs(text)
    article = DraftArticle("", body.text, runs=body.runs)
    assert with_said_rows(article, (text,)) is article
