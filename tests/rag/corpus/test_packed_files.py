"""Workbooks, electronic books, OFD and archives of pages."""

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from rag.corpus.readers import read_source
from rag.errors import SourceError

SPACE = "xmlns:ofd='http://www.ofdspec.org/2016'"


def packed(path: Path, members: dict[str, str | bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", options.get("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_sheet_is_shown_as_the_program_shows_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["柳林镇惠民补贴发放表（单位：元）"])
    sheet.merge_cells("A1:D1")
    sheet.append(["村", "发放额", "完成率", "到账日"])
    sheet.append(["上柳村", 40250.5, 0.061, dt.date(2022, 3, 4)])
    sheet.append(["下柳村", 98000, 0.875, dt.date(2022, 3, 5)])
    for row in (3, 4):
        sheet.cell(row, 3).number_format = "0.0%"
        sheet.cell(row, 4).number_format = "yyyy/m/d"
    hidden = book.create_sheet("底稿")
    hidden.append(["旧", 1])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    document = read_source(tmp_path / "a.xlsx")
    (article,) = document.articles
    assert "上柳村 40250.5 6.1% 2022-03-04" in article.text
    assert "柳林镇惠民补贴发放表，下柳村：发放额98000元，完成率87.5%，到账日：2022-03-05。" in article.text
    assert [(item.reason, "旧" in item.text) for item in document.left_out] == [("a hidden sheet", True)]


def test_a_sheet_of_articles_gives_an_article_a_row(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["题目", "刊发日期", "版次", "报刊名称", "正文", "备注"])
    book.active.append(["水车重转", dt.datetime(2022, 3, 4), "第2版", "柳林报", "老水车重新转动。", "已核"])
    book.save(tmp_path / "a.xlsx")
    document = read_source(tmp_path / "a.xlsx")
    (article,) = document.articles
    assert (article.title, article.date, article.page, article.source) == (
        "水车重转", dt.date(2022, 3, 4), "02", "柳林报",
    )  # fmt: skip
    assert [item.text for item in document.left_out] == ["备注: 已核"]


def test_a_csv_of_figures_is_one_article(tmp_path: Path) -> None:
    table = "码头,吞吐量（万吨）,靠泊（艘次）\r\n东港,31,31\r\n西港,28,40\r\n"
    (tmp_path / "柳林港20220304.csv").write_bytes(table.encode("gbk"))
    document = read_source(tmp_path / "柳林港20220304.csv")
    assert document.date == dt.date(2022, 3, 4)
    assert document.articles[0].text.endswith("西港：吞吐量28万吨，靠泊40艘次。")


def test_a_book_is_read_in_its_own_order(tmp_path: Path) -> None:
    page = "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{}</h1><p>{}</p></body></html>"
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<container><rootfiles><rootfile full-path='b/p.opf'/></rootfiles></container>",
        "b/p.opf": "<package xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata>"
        "<dc:title>柳林报 2022年3月4日</dc:title>"
        "</metadata><manifest><item id='n' href='nav.html' media-type='text/html' properties='nav'/>"
        "<item id='x' href='x.html' media-type='text/html'/><item id='y' href='y.html' media-type='text/html'/>"
        "</manifest><spine><itemref idref='n'/><itemref idref='y'/><itemref idref='x'/></spine></package>",
        "b/nav.html": "<html><body><a href='x'>目录</a></body></html>",
        "b/x.html": page.format("水车重转", "老水车重新转动。"),
        "b/y.html": page.format("石桥加宽", "石桥加宽2米。"),
    }
    document = read_source(packed(tmp_path / "a.epub", members))
    assert [(article.title, article.text) for article in document.articles] == [
        ("石桥加宽", "石桥加宽2米。"),
        ("水车重转", "老水车重新转动。"),
    ]
    assert (document.date, document.source) == (dt.date(2022, 3, 4), "柳林报")


def test_an_archive_gives_each_member_its_own_day(tmp_path: Path) -> None:
    record = json.dumps({"title": "水车重转", "text": "老水车重新转动。"})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in (("柳林报_20220304_02.json", record), ("20220305/石桥.txt", "石桥加宽\n石桥加宽2米。")):
            archive.writestr(name, data)
        archive.writestr("说明.exe", b"MZ")
        archive.writestr("inner.zip", packed(tmp_path / "inner.zip", {"a.txt": "甲"}).read_bytes())
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    document = read_source(tmp_path / "a.zip")
    found = {article.title: (article.date, article.date_basis, article.source) for article in document.articles}
    assert found == {
        "水车重转": (dt.date(2022, 3, 4), "file name", "柳林报"),
        "石桥加宽": (dt.date(2022, 3, 5), "file name", ""),
    }
    assert sorted(warning.partition(" ")[0] for warning in document.warnings) == ["inner.zip", "说明.exe"]
    for article in document.articles:
        for run in article.runs:
            source = document.pages[run.source_page][run.source_start : run.source_start + run.length]
            assert article.text[run.start : run.start + run.length] == source


def test_names_in_the_old_encoding_are_read(tmp_path: Path) -> None:
    name = "柳林报_20220304_03.txt".encode("gbk").decode("cp437")
    raw = packed(tmp_path / "x.zip", {"PLACE.txt": "石桥加宽\n石桥加宽2米。"}).read_bytes()
    written = name.encode("cp437")
    entry = zipfile.ZipInfo("n" * len(written))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, "石桥加宽\n石桥加宽2米。")
    raw = stream.getvalue().replace(b"n" * len(written), written)
    (tmp_path / "a.zip").write_bytes(raw)
    (article,) = read_source(tmp_path / "a.zip").articles
    assert (article.date, article.page, article.source) == (dt.date(2022, 3, 4), "03", "柳林报")


def test_a_member_without_a_name_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    page = "苇塘清淤\n苇塘清淤昨日完工，共清淤300米，投入12万元。"
    path = packed(tmp_path / "报纸.zip", {"NAME": "没有名字的一份。", "苇塘日报_20210506_01.txt": page})
    path.write_bytes(path.read_bytes().replace(b"NAME", b"\0\0\0\0"))
    found = read_source(path)
    assert [article.title for article in found.articles] == ["苇塘清淤"]
    assert [warning.partition(" ")[0] for warning in found.warnings] == ["（无名）"]


def test_an_archive_that_swells_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": b"0" * 30_000_000})
    with pytest.raises(SourceError, match="unpacks to 30000000 bytes"):
        read_source(path)


def fixed_page(lines: list[tuple[str, float, float, float]]) -> dict[str, str | bytes]:
    objects = "".join(
        f"<ofd:TextObject ID='{n}' Boundary='{x} {y} 150 {size}' Size='{size}'><ofd:TextCode X='0' Y='{size * 0.9}' "
        f"DeltaX='g {max(len(text) - 1, 1)} {size}'>{text}</ofd:TextCode></ofd:TextObject>"
        for n, (text, x, y, size) in enumerate(lines)
    )
    return {
        "OFD.xml": f"<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>/D/Document.xml"
        f"</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "D/Document.xml": f"<ofd:Document {SPACE}><ofd:Pages><ofd:Page ID='1' BaseLoc='P/C.xml'/></ofd:Pages>"
        "</ofd:Document>",
        "D/P/C.xml": f"<ofd:Page {SPACE}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>",
    }


def test_an_ofd_is_laid_out_by_its_text_layer(tmp_path: Path) -> None:
    lines = [("水车重转", 60.0, 30.0, 9.0)] + [
        (f"老水车第{number}次转动，提水灌田，村民都说这水来得正是时候。", 20.0, 50.0 + 6 * number, 4.0)
        for number in range(1, 5)
    ]
    (article,) = read_source(packed(tmp_path / "柳林报_20220304_02.ofd", fixed_page(lines))).articles
    assert article.title == "水车重转"
    assert article.text.replace("\n", "") == "".join(line[0] for line in lines[1:])


def test_an_ofd_of_pictures_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"OFD without a text layer; .*save it as PDF"):
        read_source(packed(tmp_path / "a.ofd", fixed_page([])))


def test_a_document_of_another_program_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"save it as \.docx"):
        read_source(packed(tmp_path / "a.zip", {"ppt/presentation.xml": "<a/>"}))
