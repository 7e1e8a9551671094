"""Electronic pages of newspapers and pages of sites, by their structure."""

import datetime as dt
import quopri
from pathlib import Path

import pytest

from rag.corpus.readers import read_source
from rag.corpus.text_decoding import decode_declared
from rag.errors import SourceError
from rag.records import SourceDocument

PARAGRAPHS = (
    "本报讯（记者 夏知秋）自2016年动工以来，横塘渠已衬砌渠段31公里。",
    "据介绍，2015年8月3日首期通水，如今日供水2.6万立方米，沿线镕山、堃水两村受益。",
)
BODY = "".join(f"<p>　　{text}</p>" for text in PARAGRAPHS)
NAVIGATION = "<a href='n1'>第01版：头条</a> <a href='n2'>第02版：专题</a> <a href='n3'>第06版：乡村</a>"
HEADER = "雁门晚报 2022年3月4日 星期五 第06版：乡村"
FOOT = "雁门晚报社版权所有，未经许可不得转载 地址：雁门市长街5号"


def read(path: Path, page: str, encoding: str = "gb18030") -> SourceDocument:
    path.write_bytes(page.encode(encoding))
    return read_source(path)


def page_of(head: str, body: str) -> str:
    return (
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=gb2312'>"
        "<title>雁门晚报数字报</title>"
        f"</head><body><table><tr><td>{NAVIGATION}</td></tr><tr><td>2022年3月4日 <a href='#'>上一期</a></td></tr>"
        f"<tr><td>{HEADER}</td></tr>{head}{body}<tr><td>{FOOT}</td></tr></table></body></html>"
    )


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<tr><td><founder-title>横塘渠清水到田</founder-title><p class='x'>（引题）十里长渠解渴</p></td></tr>",
         f"<tr><td><founder-content>{BODY}</founder-content></td></tr>"),
        ("<tr><td class='font02'>十里长渠解渴</td></tr><tr><td class='font01'><b>横塘渠清水到田</b></td></tr>",
         f"<tr><td><div><!--enpcontent-->{BODY}<!--/enpcontent--></div></td></tr>"),
        ("<tr><td><h2 class='yinti'>十里长渠解渴</h2><h1>横塘渠清水到田</h1></td></tr>",
         f"<tr><td><div id='ozoom'>{BODY}</div></td></tr>"),
        ("<tr><td><p>十里长渠解渴</p><p><strong>横塘渠清水到田</strong></p></td></tr>", f"<tr><td>{BODY}</td></tr>"),
    ],
)  # fmt: skip
def test_an_electronic_page_gives_headlines_page_paper_and_day(tmp_path: Path, head: str, body: str) -> None:
    found = read(tmp_path / "content_17.htm", page_of(head, body))
    (article,) = found.articles
    assert (article.title, article.subtitle, article.page) == ("横塘渠清水到田", "十里长渠解渴", "06")
    assert article.text == "\n".join(PARAGRAPHS)
    assert (found.date, found.date_basis, found.source) == (dt.date(2022, 3, 4), "page header", "雁门晚报")
    assert {"navigation", "copyright", "page header"} == {item.reason for item in found.left_out}
    everything = found.pages[0]
    for run in article.runs:
        place = slice(run.source_start, run.source_start + run.length)
        assert article.text[run.start : run.start + run.length] == everything[place]


def test_each_visible_line_is_in_the_article_its_headlines_or_left_out(tmp_path: Path) -> None:
    head = "<tr><td><founder-title>横塘渠清水到田</founder-title></td></tr>"
    found = read(tmp_path / "a.htm", page_of(head, f"<tr><td><founder-content>{BODY}</founder-content></td></tr>"))
    (article,) = found.articles
    held = [article.title, *article.text.split("\n"), *(item.text for item in found.left_out)]
    assert sorted(found.pages[0].split("\n")) == sorted(held)


def test_what_the_program_noted_in_a_comment_fills_what_no_line_shows(tmp_path: Path) -> None:
    note = (
        "<!--enpproperty <articleid>17</articleid><date>2022-03-04 02:00:00.0</date><author>夏知秋</author>"
        "<title>横塘渠清水到田</title><introtitle>十里长渠解渴</introtitle><subtitle></subtitle>/enpproperty-->"
    )
    page = f"<html><body>{note}<p>横塘渠清水到田</p><founder-content>{BODY}</founder-content></body></html>"
    found = read(tmp_path / "a.htm", page, "utf-8")
    (article,) = found.articles
    assert (article.title, article.subtitle, article.byline) == ("横塘渠清水到田", "十里长渠解渴", "夏知秋")
    assert (found.date, found.date_basis) == (dt.date(2022, 3, 4), "metadata")


@pytest.mark.parametrize(
    ("line", "meta", "date", "basis"),
    [
        ("<p>发布时间：2022-03-05 10:01 来源：雁门晚报</p>", "", dt.date(2022, 3, 5), "page header"),
        ("", "<meta name='publishdate' content='2022-03-05'>", dt.date(2022, 3, 5), "metadata"),
        ("", "<link rel='canonical' href='http://a.example/2022-03/05/c9.html'>", dt.date(2022, 3, 5), "metadata"),
        ("", "<script type='application/ld+json'>{\"datePublished\": \"2022-03-05T08:00:00\"}</script>",
         dt.date(2022, 3, 5), "metadata"),
        ("", "", None, "unknown"),
        ("<p>今天是2024年1月2日 星期二，欢迎光临</p>", "", None, "unknown"),
    ],
)  # fmt: skip
def test_a_year_in_the_text_is_no_day_of_publication(
    tmp_path: Path, line: str, meta: str, date: dt.date | None, basis: str
) -> None:
    page = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>{meta}<title>横塘渠清水到田_雁门网</title></head><body>"
        f"<ul><li><a href='/'>首页</a></li></ul><div class='main'><h1>横塘渠清水到田</h1>{line}"
        f"<div class='content'>{BODY}</div></div></body></html>"
    )
    found = read(tmp_path / "a.html", page, "utf-8")
    assert (found.date, found.date_basis) == (date, basis)
    assert found.articles[0].title == "横塘渠清水到田"
    assert found.articles[0].text == "\n".join(PARAGRAPHS)


def test_the_file_name_stands_over_the_page_and_a_disagreement_is_told(tmp_path: Path) -> None:
    head = "<tr><td><founder-title>横塘渠清水到田</founder-title></td></tr>"
    page = page_of(head, f"<tr><td><founder-content>{BODY}</founder-content></td></tr>")
    found = read(tmp_path / "20220305_06.htm", page)
    assert (found.date, found.date_basis) == (dt.date(2022, 3, 5), "file name")
    assert ["2022-03-05" in w and "2022-03-04" in w for w in found.warnings] == [True]


def test_tables_of_data_are_rows_and_tables_of_layout_are_looked_through(tmp_path: Path) -> None:
    table = (
        "<table><tr><th rowspan='2'>渠段</th><th colspan='2'>长度（公里）"
        "</th></tr><tr><th>已修</th><th>待修</th></tr>"
        "<tr><td>上游</td><td>12</td><td>12</td></tr><tr><td>下游</td><td>19</td><td>4</td></tr></table>"
    )
    page = page_of(
        "<tr><td><h1>横塘渠清水到田</h1></td></tr>", f"<tr><td><div id='ozoom'>{BODY}{table}</div></td></tr>"
    )
    (article,) = read(tmp_path / "a.htm", page).articles
    assert "上游 12 12" in article.text
    assert "横塘渠清水到田，下游：长度已修19公里，长度待修4公里。" in article.text.replace("长度（公里）", "长度")


def test_a_page_without_any_telling_name_is_read_by_its_shape(tmp_path: Path) -> None:
    page = (
        "<html><head><title>雁门晚报电子版</title></head><body><table>"
        "<tr><td>雁门晚报</td><td>2022年3月4日 星期五</td>"
        f"<td>第B02版：乡村</td></tr><tr><td><a href=1>B01版</a></td></tr><tr>"
        f"<td><table><tr><td class=c2>十里长渠解渴</td>"
        "</tr><tr><td class=c1>横塘渠清水到田</td></tr><tr><td class=c2>两村率先受益"
        "</td></tr><tr><td>本报记者 夏知秋</td></tr>"
        f"<tr><td>　　{PARAGRAPHS[0]}<br><br>　　{PARAGRAPHS[1]}</td></tr></table></td></tr><tr><td>{FOOT}</td></tr>"
        "</table></body></html>"
    )
    found = read(tmp_path / "a.htm", page)
    (article,) = found.articles
    assert (article.title, article.subtitle) == ("横塘渠清水到田", "十里长渠解渴 两村率先受益")
    assert (article.byline, article.page, found.source) == ("本报记者 夏知秋", "B02", "雁门晚报")
    assert article.text == "\n".join(PARAGRAPHS)


def test_trail_imprint_and_hidden_text_stay_out_and_captions_in(tmp_path: Path) -> None:
    page = (
        "<html><body><div style='display: none'>隐藏的推广文字。</div>"
        "<div>当前位置：<a href=1>首页</a> &gt; 乡村</div>"
        f"<center><b>横塘渠清水到田</b></center><center>（记者 夏知秋）</center><p>图为横塘渠首。 夏知秋 摄</p>{BODY}"
        "<div>上一篇：<a href=1>别处的一篇报道</a></div><div>雁门晚报社主办 地址：长街5号 邮编：450001"
        "</div></body></html>"
    )
    (article,) = read(tmp_path / "a.htm", page).articles
    assert (article.title, article.byline) == ("横塘渠清水到田", "（记者 夏知秋）")
    assert article.text == "\n".join(["图为横塘渠首。 夏知秋 摄", *PARAGRAPHS])


def test_two_articles_in_a_page_are_two(tmp_path: Path) -> None:
    page = "<html><body><p>雁门晚报 2022年3月4日 第6版</p>" + "".join(
        f"<founder-title>{title}</founder-title><founder-content><p>{text}</p></founder-content>"
        for title, text in zip(("横塘渠动工", "横塘渠通水"), PARAGRAPHS, strict=True)
    )
    found = read(tmp_path / "a.htm", f"{page}</body></html>")
    assert [(a.title, a.text, a.page) for a in found.articles] == [
        ("横塘渠动工", PARAGRAPHS[0], "06"),
        ("横塘渠通水", PARAGRAPHS[1], "06"),
    ]


def test_a_page_saved_whole_is_decoded(tmp_path: Path) -> None:
    page = page_of("<tr><td><h1>横塘渠清水到田</h1></td></tr>", f"<tr><td><div id='ozoom'>{BODY}</div></td></tr>")
    body = quopri.encodestring(page.replace("gb2312", "utf-8").encode()).decode()
    text = (
        "From: "
        '<Saved by Blink>\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\tboundary="b--b"\n\n'
        f"--b--b\nContent-Type: text/css\n\np {{}}\n--b--b\nContent-Type: text/html\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n{body}\n--b--b--\n"
    )
    (tmp_path / "a.mht").write_text(text, encoding="ascii")
    found = read_source(tmp_path / "a.mht")
    assert (found.articles[0].text, found.source, found.articles[0].page) == ("\n".join(PARAGRAPHS), "雁门晚报", "06")


def test_a_list_of_links_is_no_article(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no article text"):
        read(tmp_path / "node_1.htm", f"<html><body>{NAVIGATION}<p>{FOOT}</p></body></html>")


@pytest.mark.parametrize("declared", ["gb2312", "x-unknown-8", "idna", "ascii", "undefined", "hex"])
def test_a_page_that_declares_another_encoding_is_read_by_its_bytes(declared: str) -> None:
    text = "芦川县的养蜂人把蜂箱搬上了半山腰，山上的槐花比往年早开了一周。" * 3
    assert decode_declared(text.encode(), declared, "page.html") == text


def test_a_page_in_no_encoding_is_refused_by_name() -> None:
    with pytest.raises(SourceError, match=r"^odd\.html is in no accepted encoding"):
        decode_declared(b"\x81\xfa\xff" * 20, "utf-8", "odd.html")
