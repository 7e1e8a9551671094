"""Records of crawlers: one article under many spellings, nothing dropped in silence."""

import datetime as dt
import json
from pathlib import Path

import pytest

from rag.corpus.readers import read_source
from rag.corpus.records_reader import page_of

BODY = "老磨坊修缮后重新开磨，日磨麦面400斤。"
PARTS = (
    "老手艺新生意",
    "老磨坊开磨",
    "游客排队买面",
    BODY,
    "2022-03-04 07:30",
    "B06：乡土",
    "雁门晚报",
    "夏知秋",
    "图为磨坊外景。",
)


@pytest.mark.parametrize(
    "keys",
    [
        ("leadtitle", "title", "subtitle", "content", "publish_time", "banner", "paper", "author", "images_desc"),
        ("Lead_Title", "Article-Title", "Sub Title", "articleContent", "PublishDate", "page_number", "newspaper",
         "writer", "imageDesc"),
        ("引题", "标题", "副标题", "正文", "发布时间", "版面", "报纸名称", "作者", "图片说明"),
        ("肩题", "主标题", "副题", "文章内容：", "见报日期", "版次", "来源", "记者", "图说"),
        ("kicker", "headline", "deck", "body", "datePublished", "Edition", "publication", "byline", "photo_caption"),
    ],
)  # fmt: skip
def test_any_spelling_gives_the_same_article(tmp_path: Path, keys: tuple[str, ...]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([dict(zip(keys, PARTS, strict=True))], ensure_ascii=False), encoding="utf-8")
    document = read_source(path)
    (article,) = document.articles
    assert (article.title, article.subtitle, article.byline) == ("老磨坊开磨", "老手艺新生意 游客排队买面", "夏知秋")
    assert (article.date, article.page, article.source) == (dt.date(2022, 3, 4), "B06", "雁门晚报")
    assert article.text == f"{BODY}\n图为磨坊外景。"
    assert (document.left_out, document.warnings) == ((), ())


def test_an_edition_lends_its_day_to_its_records(tmp_path: Path) -> None:
    edition = {"date": "2022-03-04", "paper": "雁门晚报", "pages": [
        {"page": "01", "articles": [{"title": "老磨坊开磨", "content": BODY}]},
        {"page": "02", "articles": [{"title": "渡口复航", "content": "渡口复航。", "date": "2022-03-05"}]},
    ]}  # fmt: skip
    path = tmp_path / "a.json"
    path.write_text(json.dumps(edition, ensure_ascii=False), encoding="utf-8")
    mill, ferry = read_source(path).articles
    assert (mill.date, mill.source, mill.page) == (dt.date(2022, 3, 4), "雁门晚报", "01")
    assert (ferry.date, ferry.page) == (dt.date(2022, 3, 5), "02")


def test_a_field_of_no_known_name_is_told(tmp_path: Path) -> None:
    strange = (
        "磨坊主人说，明年还要再添一盘石磨，让更多游客亲手磨一回面，也让孩子们知道粮食从哪里来，一粥一饭当思来处不易。"
    )
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "老磨坊开磨", "text": BODY, "extra": strange, "hits": 12}), encoding="utf-8")
    document = read_source(path)
    assert [item.text for item in document.left_out] == [f"extra: {strange}", "hits: 12"]
    assert ["extra" in warning for warning in document.warnings] == [True]


def test_marked_up_text_is_read_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    text = "<p>老磨坊开磨。</p><p>日磨&nbsp;400斤<br/>供不应求。</p>"
    path.write_text(json.dumps({"title": "磨", "content": text}), encoding="utf-8")
    assert read_source(path).articles[0].text == "老磨坊开磨。\n日磨\xa0400斤\n供不应求。"


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (1646352000, dt.date(2022, 3, 4)),
        ("1646352000000", dt.date(2022, 3, 4)),
        ("2022-03-03T22:30:00Z", dt.date(2022, 3, 4)),
        ("2022年3月4日 星期五", dt.date(2022, 3, 4)),
        ("20220304", dt.date(2022, 3, 4)),
        ("第8123期", None),
    ],
)
def test_days_in_records(tmp_path: Path, value: object, date: dt.date | None) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": "磨", "content": BODY, "date": value}), encoding="utf-8")
    document = read_source(path)
    assert document.articles[0].date == date
    assert bool(document.warnings) == (date is None)


@pytest.mark.parametrize(
    ("value", "page"),
    [
        ("A03：要闻", "A03"),
        ("第3版 要闻", "03"),
        (7, "07"),
        ("b6", "B06"),
        ("乡土副刊", "乡土副刊"),
        ("2022年特刊第一辑", "2022年特刊第一辑"),
    ],
)
def test_pages_in_records(value: object, page: str) -> None:
    assert page_of(value) == page
