"""The order of witnesses to a day, and that no inferred day comes without its doubt."""

import datetime as dt
import json
from pathlib import Path

import pytest
from fakes import HashEncoder

from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingest_records import IngestOptions
from rag.corpus.ingestion import ingest
from rag.corpus.look_alikes import doubtful_figures, warning_of
from rag.corpus.readers import read_source
from rag.corpus.source_content import SourceContent
from rag.corpus.source_dates import decide_date
from rag.records import DraftArticle

NAME, HEADER, META = dt.date(2022, 3, 4), dt.date(2022, 3, 5), dt.date(2022, 3, 6)


@pytest.mark.parametrize(
    ("named", "header", "meta", "date", "basis", "told"),
    [
        (NAME, HEADER, META, NAME, "file name", 2),
        (NAME, NAME, NAME, NAME, "file name", 0),
        (None, HEADER, META, HEADER, "page header", 0),
        (None, None, META, META, "metadata", 0),
        (None, None, None, None, "unknown", 0),
    ],
)
def test_the_order_of_witnesses(
    named: dt.date | None, header: dt.date | None, meta: dt.date | None, date: dt.date | None, basis: str, told: int
) -> None:
    warnings: list[str] = []
    content = SourceContent((DraftArticle("题", "文。"),), ("文。",), date=header, metadata_date=meta)
    assert decide_date(content, named, warnings) == (date, basis)
    assert len(warnings) == told


@pytest.mark.parametrize(
    ("text", "date", "basis", "word"),
    [
        ("本报3月4日讯 渡口2022年1月9日动工。", dt.date(2022, 3, 4), "text", "certainty 70%"),
        ("雁门晚报 2022年3月4日 星期五\n渡口复航。", dt.date(2022, 3, 4), "page header", ""),
        ("渡口2021年8月3日动工，2019年立项。", None, "unknown", "2021-08-03, which proves nothing"),
        ("会议定于2022年3月4日（星期五）召开，渡口复航。", None, "unknown", "proves nothing"),
        ("渡口将于2099年8月3日完工。", None, "unknown", ""),
    ],
)
def test_what_the_text_shows_comes_with_its_doubt(text: str, date: dt.date | None, basis: str, word: str) -> None:
    warnings: list[str] = []
    assert decide_date(SourceContent((DraftArticle("题", text),), (text,)), None, warnings) == (date, basis)
    assert [word in warning for warning in warnings] == ([True] if word else [])


def test_the_option_stands_over_name_header_and_metadata_but_not_over_a_record(tmp_path: Path) -> None:
    encoder = HashEncoder()
    page = (
        "<html><body><p>雁门晚报 2022年3月5日 第02版</p><h1>渡口复航</h1>"
        "<p>渡口复航，日运客900人次。</p></body></html>"
    )
    (tmp_path / "20220304.html").write_text(page, encoding="utf-8")
    record = {"title": "水车重转", "text": "水车转动。", "date": "2022-03-07"}
    (tmp_path / "a.json").write_text(json.dumps(record), encoding="utf-8")
    with EmbeddedStore.open(
        tmp_path / "store", embedding_model=encoder.name, dimension=encoder.dimension, create=True
    ) as store:
        ingest(
            store, encoder, [tmp_path / "20220304.html", tmp_path / "a.json"], IngestOptions(date=dt.date(2022, 3, 9))
        )
        found = {article.title: (str(article.date), article.date_basis) for article in store.articles()}
    assert found == {"渡口复航": ("2022-03-09", "option"), "水车重转": ("2022-03-07", "record")}


def test_what_is_left_out_stands_in_the_report(tmp_path: Path) -> None:
    encoder = HashEncoder()
    page = (
        "<html><body><p><a href='/'>首页</a></p><h1>渡口复航</h1><p>渡口复航，"
        "日运客900人次。</p><p>版权所有</p></body></html>"
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    with EmbeddedStore.open(
        tmp_path / "store", embedding_model=encoder.name, dimension=encoder.dimension, create=True
    ) as store:
        report = ingest(store, encoder, [tmp_path / "a.html"], IngestOptions())
    told = [(item["text"], item["reason"]) for item in report.to_json()["left_out"]]
    assert told == [("首页", "navigation"), ("版权所有", "copyright")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("共种树l5O棵、育苗3O2亩", ["3O2亩"]),
        ("新增床位lO张，投资5.O亿元，增长l2%", ["5.O亿", "l2%"]),
        ("I8个村受益，铺路2I公里", ["I8个", "2I公"]),
        ("A1楼、5G基站、B2层、PM2.5、3D打印、O型血、第1O1中学", []),
        ("ＧＤＰ增长，OTO模式，10个亿", []),
    ],
)
def test_letters_for_digits_are_found_before_what_is_counted(text: str, found: list[str]) -> None:
    assert list(doubtful_figures(text)) == found


def test_a_doubtful_figure_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("渡口复航\n本报讯 渡口复航，日运客9OO人，票价l2元。\n", encoding="utf-8")
    document = read_source(path)
    assert "9OO人" in document.articles[0].text
    assert ["9OO人、l2元" in warning for warning in document.warnings] == [True]
    assert warning_of([DraftArticle("题", "日运客900人。")]) == ""
