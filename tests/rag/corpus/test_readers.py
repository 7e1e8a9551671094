"""Files of every kind through ``read_source`` and ``iter_source_files``."""

import datetime as dt
import gzip
import hashlib
import io
import json
import os
import time
import zipfile
from pathlib import Path

import docx
import pytest

from rag.corpus.readers import read_source
from rag.corpus.source_files import SkippedFile, iter_source_files
from rag.errors import SourceError
from rag.records import SourceDocument

PAGE = (
    "　　本报讯（记者陈小禾）3月6日，青桐镇召开春季植树动员会，全镇计划新增造林3200亩。\n"
    "　　会议要求，各村要在月底前完成整地，确保苗木成活率达到95%以上。\n"
)
DATASETS = Path(os.environ.get("BAOWEN_DATASETS", "")).absolute()
"""A folder of public sets, which are not part of this project."""


def write(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def check_runs(document: SourceDocument) -> None:
    """Every mapped character stands at its place in the source."""
    for article in document.articles:
        assert article.runs
        for run in article.runs:
            source = document.pages[run.source_page][run.source_start : run.source_start + run.length]
            assert article.text[run.start : run.start + run.length] == source


def body(document: SourceDocument) -> str:
    return "".join(article.text for article in document.articles)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_text_in_any_chinese_encoding_reads_the_same(tmp_path: Path, encoding: str) -> None:
    document = read_source(write(tmp_path / "a.txt", PAGE.encode(encoding)))
    assert "全镇计划新增造林3200亩" in body(document)
    assert document.sha256 == hashlib.sha256(PAGE.encode(encoding)).hexdigest()
    check_runs(document)


def test_big5_reads_as_traditional_text(tmp_path: Path) -> None:
    page = "　　本報訊（記者陳小禾）3月6日，青桐鎮召開春季植樹動員會，全鎮計劃新增造林3200畝。\n"
    document = read_source(write(tmp_path / "a.txt", page.encode("big5")))
    assert "全鎮計劃新增造林3200畝" in body(document)


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("binary.txt", b"\x01\x02\0\0\x03abc", "NUL"),
        ("japanese.txt", "これは日本語のテキストです。新聞記事".encode("shift_jis"), "no sensible Chinese"),
        ("twice.txt", PAGE.encode().decode("latin-1").encode(), "mojibake"),
        ("lost.txt", "市政府\ufffd\ufffd\ufffd会议\ufffd召开\ufffd", "replacement characters"),
        ("fake.pdf", "这不是一份 PDF", "named .pdf"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 50, "old Office file"),
        ("table.xlsx", b"PK\x03\x04", "damaged"),
        ("short.gz", b"\x1f\x8b\x08\0", "damaged gzip"),
        ("fields.csv", '乡镇,"签约\n（个）,投资\r\n苇塘镇,36,4260", 备注 备注', "found fields 乡镇, 签约"),
        ("program.xyz", "echo 你好", ".xyz"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes | str, found: str
) -> None:
    with pytest.raises(SourceError, match=found) as refusal:
        read_source(write(tmp_path / name, content))
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_missing_path_folder_and_locked_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.txt does not exist"):
        read_source(tmp_path / "nowhere.txt")
    with pytest.raises(SourceError, match="is a folder"):
        read_source(tmp_path)
    locked = write(tmp_path / "locked.txt", PAGE)
    locked.chmod(0)
    if not os.access(locked, os.R_OK):
        with pytest.raises(SourceError, match="cannot be read"):
            read_source(locked)


def test_utf8_cut_off_within_its_last_character_still_reads(tmp_path: Path) -> None:
    document = read_source(write(tmp_path / "a.txt", (PAGE + "　　下一步，镇里将").encode()[:-1]))
    assert "苗木成活率达到95%以上" in body(document)


def test_file_name_gives_date_source_and_page(tmp_path: Path) -> None:
    document = read_source(write(tmp_path / "青桐日报_20210307_02.txt", PAGE))
    assert (document.date, document.date_basis, document.source) == (dt.date(2021, 3, 7), "file name", "青桐日报")
    assert {article.page for article in document.articles} == {"02"}


def test_record_dates_stay_with_their_articles(tmp_path: Path) -> None:
    records = [
        {
            "标题": "甲",
            "正文": "第一段３．５％。\n\n  第二段。 ",
            "日期": "2021年3月5日",
            "来源": "青桐日报",
            "版次": "第3版",
        },
        {
            "title": "乙",
            "content": ["一段。", "二段。"],
            "pubdate": "2021-03-06T08:00:00",
            "author": ["陈小禾", "吴大海"],
            "id": 7,
        },
    ]
    document = read_source(write(tmp_path / "20200101.json", json.dumps({"articles": records})))
    first, second = document.articles
    assert (first.title, first.text, first.date) == ("甲", "第一段3.5%。\n第二段。", dt.date(2021, 3, 5))
    assert (first.source, first.page) == ("青桐日报", "03")
    assert (second.text, second.date, second.byline, second.key) == (
        "一段。\n二段。",
        dt.date(2021, 3, 6),
        "陈小禾、吴大海",
        "7",
    )
    assert (document.date, document.date_basis) == (dt.date(2020, 1, 1), "file name")


def test_a_bad_json_line_costs_only_itself(tmp_path: Path) -> None:
    lines = [
        '{"title": "甲", "text": "全文甲。"}',
        '{"title": "乙", "text": ',
        '{"title": "丙", "text": "全文丙。"}',
        "",
    ]
    document = read_source(write(tmp_path / "a.jsonl", "\n".join(lines)))
    assert [article.title for article in document.articles] == ["甲", "丙"]
    assert len(document.warnings) == 1
    assert "line 2" in document.warnings[0]
    check_runs(document)


def test_json_of_unknown_shape_names_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"found fields nimi, sisu.*expected text") as refusal:
        read_source(write(tmp_path / "a.json", '[{"nimi": "x", "sisu": "y"}]'))
    assert "正文" in str(refusal.value)
    with pytest.raises(SourceError, match="not valid JSON"):
        read_source(write(tmp_path / "b.json", '{"text": '))
    with pytest.raises(SourceError, match="not valid JSON"):
        read_source(write(tmp_path / "deep.json", "[" * 200_000))


def test_an_impossible_record_date_is_warned_of_and_left_out(tmp_path: Path) -> None:
    document = read_source(write(tmp_path / "a.jsonl", '{"text": "全文。", "date": "2020-13-45"}'))
    assert document.articles[0].date is None
    assert "2020-13-45" in document.warnings[0]


def test_csv_in_gbk_with_chinese_headings(tmp_path: Path) -> None:
    table = '标题,日期,正文\n水库开工,2021/3/8,"我市的新水库在这个月开工，总投资1.2亿元。\n工期两年。"\n'
    document = read_source(write(tmp_path / "a.csv", table.encode("gbk")))
    (article,) = document.articles
    assert (article.title, article.date) == ("水库开工", dt.date(2021, 3, 8))
    assert article.text == "我市的新水库在这个月开工，总投资1.2亿元。\n工期两年。"


def test_json_lines_may_be_packed_and_large(tmp_path: Path) -> None:
    line = json.dumps(
        {"title": "题", "text": "河道治理完成投资2.6亿元。" * 30, "date": "2021-03-08"}, ensure_ascii=False
    )
    started = time.process_time()
    document = read_source(write(tmp_path / "a.jsonl.gz", gzip.compress("\n".join([line] * 5000).encode())))
    assert len(document.articles) == 5000
    assert time.process_time() - started < 5


def test_markdown_headings_divide_articles(tmp_path: Path) -> None:
    text = (
        "---\ndate: x\n---\n# 青桐日报\n\n## 水库**开工**\n\n新水库[今日](http://a.example/b)开工，\n总投资**1.2亿元**。\n\n"
        "- 工期两年\n- 库容300万立方米\n\n### 背景\n\n去年获批。\n\n## 学校开学\n\n新生420人。\n"
    )
    document = read_source(write(tmp_path / "a.md", text))
    assert [(article.title, article.text) for article in document.articles] == [
        ("水库开工", "新水库今日开工，总投资1.2亿元。\n工期两年\n库容300万立方米\n背景\n去年获批。"),
        ("学校开学", "新生420人。"),
    ]
    check_runs(document)


def test_html_gives_title_date_and_text_without_its_menus(tmp_path: Path) -> None:
    paragraphs = "".join(
        f"<p>第{n}段：全区新开工项目{n + 10}个，总投资{n}.5亿元，比上年同期增长{n}%。</p>" for n in range(1, 9)
    )
    page = (
        "<html><head><meta charset='gbk'><title>项目开工</title>"
        "<meta property='article:published_time' content='2021-03-09T10:00:00'/></head>"
        f"<body><nav><a href='/'>首页</a><a href='/b'>财经</a></nav><script>document.write('坏')</script>"
        f"<article><h1>项目开工</h1>{paragraphs}</article><footer>版权所有</footer></body></html>"
    )
    document = read_source(write(tmp_path / "a.html", page.encode("gbk")))
    (article,) = document.articles
    assert (article.title, document.date, document.date_basis) == ("项目开工", dt.date(2021, 3, 9), "metadata")
    assert "第8段：全区新开工项目18个" in article.text
    assert "首页" not in article.text
    assert "坏" not in article.text
    check_runs(document)


def word_document(path: Path, blocks: list[tuple[str, str]]) -> Path:
    document = docx.Document()
    for style, text in blocks:
        document.add_paragraph(text, style=style or None)
    document.save(str(path))
    return path


def test_word_headings_divide_articles(tmp_path: Path) -> None:
    path = word_document(
        tmp_path / "a.docx",
        [("Heading 1", "水库开工"), ("", "　　总投资1.2亿元。"), ("Heading 3", "背景"), ("", "去年获批。"),
         ("Heading 2", "学校开学"), ("", "新生420人。")],
    )  # fmt: skip
    document = read_source(path)
    assert [(article.title, article.text) for article in document.articles] == [
        ("水库开工", "总投资1.2亿元。\n背景\n去年获批。"),
        ("学校开学", "新生420人。"),
    ]
    check_runs(document)


def test_word_without_headings_is_one_article_and_a_bomb_is_refused(tmp_path: Path) -> None:
    document = read_source(word_document(tmp_path / "a.docx", [("", "第一段。"), ("", "第二段。")]))
    assert [article.text for article in document.articles] == ["第一段。\n第二段。"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 30_000_000)
    with pytest.raises(SourceError, match="unpacks to 30000000 bytes"):
        read_source(write(tmp_path / "bomb.docx", packed.getvalue()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data.bin", "x")
    with pytest.raises(SourceError, match=r"ZIP archive.*\.bin is no kind that is read"):
        read_source(write(tmp_path / "other.docx", packed.getvalue()))


def test_folders_are_searched_in_order_and_nothing_is_passed_over_in_silence(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    for name in ("b.txt", "a.txt", "sub/c.md", ".hidden/d.txt", ".e.txt", "table.xls"):
        write(inside / name, PAGE)
    write(outside / "f.txt", PAGE)
    (inside / "linked").symlink_to(outside)
    (inside / "g.txt").symlink_to(outside / "f.txt")
    (inside / "sub" / "loop").symlink_to(inside)
    found = list(iter_source_files([inside, inside / "a.txt"]))
    assert [path for path in found if isinstance(path, Path)] == [
        inside / "a.txt",
        inside / "b.txt",
        inside / "sub/c.md",
    ]
    skipped = {item.path.name: item.reason for item in found if isinstance(item, SkippedFile)}
    assert set(skipped) == {"g.txt", "table.xls"}
    assert "outside" in skipped["g.txt"]
    assert ".xls is no kind that is read" in skipped["table.xls"]
    with pytest.raises(SourceError, match="nothing here does not exist"):
        list(iter_source_files([inside / "nothing here"]))


@pytest.mark.skipif("BAOWEN_DATASETS" not in os.environ, reason="BAOWEN_DATASETS names no folder of public sets")
def test_twenty_thousand_real_records_read_whole() -> None:
    document = read_source(DATASETS / "xwlb_articles.jsonl.gz")
    assert len(document.articles) == 19_876
    assert document.warnings == ()
    assert document.articles[0].date == dt.date(2022, 9, 24)
