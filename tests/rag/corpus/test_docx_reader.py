"""Word documents: cells, tracked changes, notes, boxes, headers; nothing lost."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from rag.corpus.readers import read_source
from rag.errors import SourceError
from rag.records import SourceDocument


def save(path: Path, document: docx.document.Document) -> SourceDocument:
    document.save(str(path))
    return read_source(path)


def tracked(paragraph: docx.text.paragraph.Paragraph, kind: str, text: str) -> None:
    change, run = OxmlElement(f"w:{kind}"), OxmlElement("w:r")
    content = OxmlElement("w:delText" if kind in ("del", "moveFrom") else "w:t")
    content.text = text
    run.append(content)
    change.append(run)
    paragraph._p.append(change)


def test_a_row_keeps_every_cell_and_spans_fill_their_places(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("林场抚育进度", 1)
    table = document.add_table(4, 4)
    rows = [["林场", "完成（亩）", "完成（亩）", "在岗（人）"], ["林场", "春季", "秋季", "在岗（人）"],
            ["青杉林场", "60", "60", "6"], ["红枫林场", "75", "40", "6"]]  # fmt: skip
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            if (number, column) not in ((0, 2), (1, 0), (1, 3)):
                table.cell(number, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 3).merge(table.cell(1, 3))
    (article,) = save(tmp_path / "a.docx", document).articles
    assert article.title == "林场抚育进度"
    assert "青杉林场 60 60 6" in article.text
    assert "林场抚育进度，红枫林场：完成春季75亩，完成秋季40亩，在岗6人。" in article.text


def test_insertions_count_and_deletions_are_reported(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("全县新栽油茶")
    tracked(paragraph, "del", "310亩")
    tracked(paragraph, "ins", "470亩")
    tracked(paragraph, "moveFrom", "（移走）")
    tracked(paragraph, "moveTo", "，成活率九成。")
    found = save(tmp_path / "a.docx", document)
    assert found.articles[0].text == "全县新栽油茶470亩，成活率九成。"
    assert [(item.text, item.reason) for item in found.left_out] == [("310亩（移走）", "deleted by a tracked change")]


def test_a_box_stands_once_and_a_header_gives_paper_and_day(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "雁门晚报 2022年3月4日 第05版"
    document.add_heading("渡口复航", 1)
    host = document.add_paragraph("渡口昨日复航，日运客900人次。")
    box = "<w:txbxContent><w:p><w:r><w:t>另有货船3艘。</w:t></w:r></w:p></w:txbxContent>"
    xml = (
        f"<w:r {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    host._p.append(parse_xml(xml))
    found = save(tmp_path / "a.docx", document)
    assert found.articles[0].text == "渡口昨日复航，日运客900人次。\n另有货船3艘。"
    assert (found.source, str(found.date), found.articles[0].page) == ("雁门晚报", "2022-03-04", "05")
    assert found.left_out[0].reason == "page header or footer"


def test_footnotes_end_the_article(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("全年产茶81吨。")
    reference, run = OxmlElement("w:footnoteReference"), OxmlElement("w:r")
    reference.set(qn("w:id"), "2")
    run.append(reference)
    paragraph._p.append(run)
    document.add_paragraph("茶农增收。")
    stream = io.BytesIO()
    document.save(stream)
    path = tmp_path / "a.docx"
    path.write_bytes(stream.getvalue())
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'><w:p><w:r><w:t>不含秋茶。</w:t></w:r></w:p></w:footnote>"
        "</w:footnotes>"
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    assert read_source(path).articles[0].text == "全年产茶81吨。\n茶农增收。\n注：不含秋茶。"


def test_one_article_without_headings_has_its_headlines(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("古桥修缮完工", "——投入76万元", "本报记者 何青禾", "修缮历时五个月，更换石板210块。"):
        document.add_paragraph(text)
    (article,) = save(tmp_path / "a.docx", document).articles
    assert (article.title, article.subtitle, article.byline) == ("古桥修缮完工", "投入76万元", "本报记者 何青禾")
    assert article.text == "修缮历时五个月，更换石板210块。"


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    lol = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10 if n else 'ha' * 10}'>" for n in range(9))
    xml = (
        f"<!DOCTYPE w:document [{lol}]><w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>甲&l8;乙</w:t></w:r></w:p>"
        "</w:body></w:document>"
    )
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", xml)
    try:
        text = "".join(article.text for article in read_source(tmp_path / "a.docx").articles)
    except SourceError as error:
        text = str(error)
    assert "hahaha" not in text
    assert len(text) < 400


def test_a_locked_or_damaged_document_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04" + b"\0" * 300)
    with pytest.raises(SourceError, match=r"a\.docx is a damaged ZIP archive or Office document") as refusal:
        read_source(tmp_path / "a.docx")
    assert "\n" not in str(refusal.value)
