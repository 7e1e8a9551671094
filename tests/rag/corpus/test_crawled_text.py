"""Crawlers' text files: articles told apart, headlines told from subtitles; pages left to the segmentation."""

import datetime as dt
from pathlib import Path

import pytest

from rag.corpus.crawled_text import read_crawled
from rag.corpus.readers import read_source
from rag.records import SourceDocument

MILL = "老磨坊修缮后重新开磨，日磨麦面400斤。\n磨坊始建于清代，现存石磨3盘。"
FERRY = "渡口复航，日运客900人次。\n另有货船3艘。"


def read(path: Path, text: str) -> SourceDocument:
    path.write_text(text, encoding="utf-8")
    document = read_source(path)
    for article in document.articles:
        for run in article.runs:
            source = document.pages[run.source_page][run.source_start : run.source_start + run.length]
            assert article.text[run.start : run.start + run.length] == source
    return document


@pytest.mark.parametrize("rule", ["=" * 40, "-" * 12, "* * * * * *", "～".replace("～", "~") * 9, "＝" * 20])
@pytest.mark.parametrize(
    "style", ["【{}】\n\n{}\n\n{rule}\n\n", "{}\n\n{}\n{rule}\n", "标题：{}\n正文：{}\n{rule}\n"]
)
def test_articles_set_apart_by_rules(tmp_path: Path, rule: str, style: str) -> None:
    text = "".join(
        style.format(title, body, rule=rule) for title, body in (("老磨坊开磨", MILL), ("渡口复航", FERRY))
    )
    document = read(tmp_path / "day_20220304.txt", text)
    assert [(article.title, article.text) for article in document.articles] == [
        ("老磨坊开磨", MILL),
        ("渡口复航", FERRY),
    ]
    assert document.date == dt.date(2022, 3, 4)
    assert sum(item.reason == "a dividing line" for item in document.left_out) == 2


def test_headlines_in_brackets_need_no_rules(tmp_path: Path) -> None:
    document = read(tmp_path / "a.txt", f"【老磨坊开磨】\n{MILL}\n【渡口复航】\n{FERRY}\n")
    assert [article.title for article in document.articles] == ["老磨坊开磨", "渡口复航"]


def test_a_rule_under_a_headline_belongs_to_it(tmp_path: Path) -> None:
    document = read(tmp_path / "a.txt", f"老磨坊开磨\n==========\n{MILL}\n\n渡口复航\n==========\n{FERRY}\n")
    assert document.articles[0].title == "老磨坊开磨"
    assert "=" not in "".join(article.text for article in document.articles)


def test_labels_give_each_part(tmp_path: Path) -> None:
    text = (
        f"引题：老手艺新生意\n标题：老磨坊开磨\n副题：游客排队买面\n作者：夏知秋\n日期：2022年3月4日\n版次：A02\n报纸名称：雁门晚报\n正文：{MILL}\n"
        f"标题：渡口复航\n日期：2022年3月5日\n正文：{FERRY}\n"
    )
    mill, ferry = read(tmp_path / "a.txt", text).articles
    assert (mill.title, mill.subtitle, mill.byline) == ("老磨坊开磨", "老手艺新生意 游客排队买面", "夏知秋")
    assert (mill.date, mill.page, mill.source, mill.text) == (dt.date(2022, 3, 4), "A02", "雁门晚报", MILL)
    assert (ferry.title, ferry.date, ferry.text) == ("渡口复航", dt.date(2022, 3, 5), FERRY)


@pytest.mark.parametrize(
    ("head", "title", "deck"),
    [
        ("老手艺新生意\n老磨坊开磨\n——游客排队买面\n\n", "老磨坊开磨", "老手艺新生意 游客排队买面"),
        ("老手艺新生意\n老磨坊开磨\n\n", "老磨坊开磨", "老手艺新生意"),
        ("\n老磨坊开磨\n游客排队买面\n", "老磨坊开磨", "游客排队买面"),
        ("\n老磨坊开磨\n\n", "老磨坊开磨", ""),
    ],
)
def test_one_article_named_by_day_page_and_number(tmp_path: Path, head: str, title: str, deck: str) -> None:
    document = read(tmp_path / "20220304-03-11.txt", head + MILL)
    (article,) = document.articles
    assert (article.title, article.subtitle, article.page) == (title, deck, "03")
    assert article.text == MILL
    assert document.date == dt.date(2022, 3, 4)


def test_a_dash_tells_a_subtitle_in_any_file(tmp_path: Path) -> None:
    (article,) = read(tmp_path / "a.txt", f"老磨坊开磨\n——记一门老手艺\n{MILL}").articles
    assert (article.title, article.subtitle) == ("老磨坊开磨", "记一门老手艺")


@pytest.mark.parametrize(
    "text",
    [
        MILL,
        "会议强调，要做到：\n一是抓早；\n二是抓实。",
        f"雁门晚报 第3版\n------\n本报讯（记者 夏知秋）{MILL}\n本报讯（记者 何青禾）{FERRY}",
        "要闻\n------\n" + "\n".join(f"老磨坊第{n}次修缮，历时数月之久，共用去" for n in range(9)) + "石料三方。",
        "电话：0371-555\n地址：长街5号",
    ],
)
def test_what_no_crawler_wrote_is_left_to_the_segmentation(text: str) -> None:
    assert read_crawled(text) is None
