"""Files as newspapers, their crawlers and offices hand them over, made with what must be read out of them.

Places, people and figures are drawn at random; a file's text also names days that are not its day of publication.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import quopri
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

PLACES = [
    "檀溪县",
    "玉屏区",
    "白芷镇",
    "苍耳乡",
    "丹枫市",
    "雾灵县",
    "栖霞镇",
    "枕河街道",
    "碧落县",
    "松声镇",
    "芦荻乡",
]
WORKS = ["灌区改造", "粮库扩建", "河道清淤", "校舍加固", "公交换新", "茶园提质", "管网更新", "冷链仓储", "卫生院迁建"]
PAPERS = ["檀溪日报", "丹枫晚报", "雾灵日报", "碧落商报", "玉屏时报"]
NAMES = ["闻人越", "钟离安", "宋知微", "何青禾", "林沐阳", "陆远舟"]
UNITS = ["万元", "亩", "户", "吨", "公里", "平方米"]


@dataclass(frozen=True)
class Story:
    """One article as it must be read. ``said`` are rows of a table that must be said in a sentence."""

    title: str
    paragraphs: tuple[str, ...]
    deck: str = ""
    page: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeFile:
    """A file with what must be read of it; ``date`` None where nothing in it tells a day of publication."""

    kind: str
    name: str
    data: bytes
    stories: tuple[Story, ...]
    date: dt.date | None
    paper: str = ""
    foreign: tuple[str, ...] = ()
    """Words of the file that must stand in no article."""


@dataclass
class Draw:
    """Everything drawn at random for one file."""

    rng: random.Random
    day: dt.date = field(init=False)
    paper: str = field(init=False)
    page: str = field(init=False)

    def __post_init__(self) -> None:
        self.day = dt.date(2018, 1, 1) + dt.timedelta(days=self.rng.randrange(2200))
        self.paper = self.rng.choice(PAPERS)
        self.page = self.rng.choice(["01", "02", "03", "04", "07", "A02", "B05", "12"])

    def figure(self) -> str:
        """A figure with its unit."""
        number = self.rng.choice([str(self.rng.randrange(3, 9800)), f"{self.rng.uniform(0.5, 90):.1f}"])
        return number + self.rng.choice(UNITS)

    def story(self) -> Story:
        """An article whose text also names other days than that of its publication."""
        place, work = self.rng.choice(PLACES), self.rng.choice(WORKS)
        other = self.rng.choice(["2016年", "2015年8月3日", "2017年11月", "2014年3月9日"])
        paragraphs = [f"本报讯（记者{self.rng.choice(NAMES)}）{place}{work}工程近日完工，总投入{self.figure()}。"]
        paragraphs += [
            f"{self.rng.choice(PLACES)}{work}第{number + 1}期{other}动工，"
            f"惠及{self.figure()}，比计划多{self.figure()}。"
            f"负责人{self.rng.choice(NAMES)}说，下一步将再投入{self.figure()}。"
            for number in range(self.rng.randrange(2, 6))
        ]
        title = f"{place}{work}见成效{self.rng.choice(['', f'惠及{self.rng.randrange(20, 90)}村', '百姓得实惠'])}"
        return Story(title, tuple(paragraphs), page=self.page)

    def deck(self) -> str:
        """A kicker or a subtitle."""
        return self.rng.choice(["抓项目促发展", "真抓实干解民忧", "全年目标提前完成", "一线见闻"]) + self.rng.choice(
            PLACES
        )

    def stamp(self, style: str = "%Y年%m月%d日") -> str:
        """The day of publication in one of the ways of writing it, with or without leading zeros."""
        if self.rng.random() < 0.5 and style == "%Y年%m月%d日":
            return f"{self.day.year}年{self.day.month}月{self.day.day}日"
        return self.day.strftime(style)

    def weekday(self) -> str:
        """The weekday of the day of publication."""
        return "星期" + "一二三四五六日"[self.day.weekday()]


COPYRIGHT = "{}社版权所有，未经书面授权不得转载或建立镜像"
LINKS = "<a href='n1.htm'>第01版：要闻</a> <a href='n2.htm'>第02版：综合</a> <a href='n3.htm'>第03版：民生</a>"


def epaper(draw: Draw) -> MadeFile:
    """A page of an electronic newspaper: founder's elements, its comments, or classes; GBK or UTF-8."""
    rng, story = draw.rng, draw.story()
    kicker, subtitle = draw.deck(), draw.deck()
    body = "".join(f"<p>　　{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    header = f"{draw.paper} {draw.stamp()} {draw.weekday()} 第{draw.page}版：{rng.choice(['民生', '经济', '要闻'])}"
    style = rng.choice(["founder", "comment", "class", "zoom"])
    parts = {
        "founder": (
            f"<tr><td><p class='yt'>（引题）{kicker}</p><founder-title>"
            f"<p class='bt1'>{story.title}</p></founder-title>"
            f"<p class='ft'>（副题）{subtitle}</p></td></tr>",
            f"<tr><td><founder-content>{body}</founder-content></td></tr>",
        ),
        "comment": (
            f"<tr><td class='font02'>{kicker}</td></tr><tr><td class='font01'>"
            f"<strong>{story.title}</strong></td></tr>"
            f"<tr><td class='font02'>——{subtitle}</td></tr>",
            f"<tr><td><div id='ozoom'><!--enpcontent-->{body}<!--/enpcontent--></div></td></tr>",
        ),
        "class": (
            f"<tr><td><div class='intro-title'>{kicker}</div><h1>{story.title}</h1>"
            f"<div class='sub-title'>{subtitle}</div></td></tr>",
            f"<tr><td><div class='article-content'>{body}</div></td></tr>",
        ),
        "zoom": (
            f"<tr><td><h3>{kicker}</h3><h1>{story.title}</h1><h2>{subtitle}</h2><h4></h4></td></tr>",
            f"<tr><td><div id='ozoom'>{body}</div></td></tr>",
        ),
    }  # fmt: skip
    head, main = parts[style]
    charset = rng.choice(["gb2312", "gbk", "utf-8"])
    notice = COPYRIGHT.format(draw.paper)
    page = (
        f"<html><head><meta http-equiv='Content-Type' content='text/html; charset={charset}'>"
        f"<title>{draw.paper}{rng.choice(['数字报', '多媒体数字版', '电子版'])}</title></head><body><table>"
        f"<tr><td>{LINKS}</td></tr><tr><td>{draw.stamp()} <a href='#'>上一期</a> <a href='#'>下一期</a></td></tr>"
        f"<tr><td><span class='default'>{header}</span></td></tr>{head}{main}"
        f"<tr><td><a href='x'>上一篇</a> <a href='y'>下一篇</a></td></tr><tr>"
        f"<td>{notice}</td></tr></table></body></html>"
    )
    data = page.encode("gb18030" if charset != "utf-8" else "utf-8")
    story = replace(story, deck=f"{kicker} {subtitle}")
    return MadeFile(f"epaper {style}", f"content_{rng.randrange(10**6)}.htm", data, (story,), draw.day, draw.paper,
                    (notice, "上一期", "综合"))  # fmt: skip


def mhtml(draw: Draw) -> MadeFile:
    """The same page saved whole by a browser."""
    made = epaper(draw)
    page = made.data.decode("gb18030" if b"gb" in made.data[:120] else "utf-8")
    page = page.replace("charset=gb2312", "charset=utf-8").replace("charset=gbk", "charset=utf-8")
    body = quopri.encodestring(page.encode()).decode("ascii")
    text = (
        "From: "
        "<Saved by Blink>\r\nSnapshot-Content-Location: http://paper.example/content.htm\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----Part--x--"\r\n\r\n\r\n'
        "------Part--x--\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Location: http://paper.example/content.htm\r\n\r\n{body}\r\n------Part--x----\r\n"
    )
    return replace(made, kind="mhtml", name=made.name.replace(".htm", ".mhtml"), data=text.encode())


def site(draw: Draw) -> MadeFile:
    """An article of a news site, its day told in a line, in metadata or in its address; or not at all."""
    rng, story = draw.rng, draw.story()
    told = rng.choice(["line", "meta", "address", "nowhere"])
    line = f"<div class='info'>{draw.stamp('%Y-%m-%d')} 09:12　来源：{draw.paper}</div>" if told == "line" else ""
    meta = f"<meta name='PubDate' content='{draw.day} 08:00'>" if told == "meta" else ""
    link = f"<link rel='canonical' href='http://www.example.cn/{draw.day:%Y%m/%d}/c1.html'>"
    link = link.replace(f"{draw.day:%Y%m/%d}", f"{draw.day:%Y-%m/%d}") if told == "address" else ""
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    page = (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'>"
        f"<title>{story.title}_{draw.paper}网</title>{meta}{link}</head>"
        f"<body><div class='nav'><a href='/'>首页</a><a href='/a'>时政</a></div>"
        f"<div class='main'><h1>{story.title}</h1>"
        f"{line}<div class='content'>{body}</div></div><div class='hot'><ul>"
        f"<li><a href='1'>热点新闻一二三四</a></li></ul></div>"
        f"<div class='footer'>{COPYRIGHT.format(draw.paper)} ICP备{rng.randrange(10**7)}号</div></body></html>"
    )
    date = None if told == "nowhere" else draw.day
    return MadeFile(f"site {told}", "page.html", page.encode(), (replace(story, page=""),), date, "",
                    ("ICP备", "热点新闻", "首页"))  # fmt: skip


def _table(draw: Draw) -> tuple[list[list[str]], tuple[str, ...]]:
    """A table of figures and the sentences that say its rows; two cells of a row are often the same."""
    rng = draw.rng
    rows = [["乡镇", "签约（个）", "开工（个）", "投资（万元）"]]
    said = []
    for place in rng.sample(PLACES, rng.randrange(3, 6)):
        same = str(rng.randrange(2, 40))
        cells = [
            place,
            same,
            same if rng.random() < 0.6 else str(rng.randrange(2, 40)),
            str(rng.randrange(100, 9000)),
        ]
        rows.append(cells)
        said.append(f"{place}：签约{cells[1]}个，开工{cells[2]}个，投资{cells[3]}万元。")
    return rows, tuple(said)


def word(draw: Draw) -> MadeFile:
    """A Word document: headings, a table, a tracked change, a footnote or a text box."""
    rng, document = draw.rng, docx.Document()
    stories, foreign = [], []
    for _ in range(rng.randrange(1, 3)):
        story = draw.story()
        document.add_heading(story.title, rng.choice([1, 2]))
        paragraphs = list(story.paragraphs)
        for text in paragraphs:
            document.add_paragraph(text)
        if rng.random() < 0.6:
            rows, said = _table(draw)
            table = document.add_table(len(rows), len(rows[0]))
            for number, row in enumerate(rows):
                for column, text in enumerate(row):
                    table.cell(number, column).text = text
            paragraphs += [" ".join(row) for row in rows]
            story = replace(story, said=said)
        if rng.random() < 0.6:
            old, new = draw.figure(), draw.figure()
            _track(document.add_paragraph("全年完成"), old, new)
            paragraphs.append(f"全年完成{new}。")
            foreign += [old] if f"完成{old}" not in "".join(paragraphs) else []
            foreign[-1:] = [f"完成{item}" for item in foreign[-1:]]
        stories.append(replace(story, paragraphs=tuple(paragraphs), page=""))
    stream = io.BytesIO()
    document.save(stream)
    name = f"{draw.paper}_{draw.day:%Y%m%d}.docx"
    return MadeFile("word", name, stream.getvalue(), tuple(stories), draw.day, draw.paper, tuple(foreign))


def _track(paragraph: docx.text.paragraph.Paragraph, old: str, new: str) -> None:
    for tag, text_tag, text in (("w:del", "w:delText", old), ("w:ins", "w:t", f"{new}。")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        change.set(qn("w:author"), "甲")
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)


def workbook(draw: Draw) -> MadeFile:
    """A workbook with one table of figures under a merged title, or with one article a row."""
    rng, book = draw.rng, openpyxl.Workbook()
    sheet = book.create_sheet("统计", 0)
    name = f"{draw.day.isoformat()} 统计.xlsx"
    if rng.random() < 0.5:
        rows, said = _table(draw)
        title = f"{rng.choice(PLACES)}项目推进情况表"
        sheet.append([title])
        sheet.merge_cells("A1:D1")
        for row in rows:
            sheet.append([int(cell) if cell.isdigit() else cell for cell in row])
        stories = (Story(title, tuple(" ".join(row) for row in rows), said=said),)
    else:
        sheet.append(["标题", "见报日期", "版次", "报纸名称", "正文"])
        made = [draw.story() for _ in range(rng.randrange(2, 4))]
        for story in made:
            sheet.append([story.title, draw.day, f"{draw.page}版", draw.paper, "\n".join(story.paragraphs)])
        stories = tuple(made)
    stream = io.BytesIO()
    book.save(stream)
    return MadeFile("workbook", name, stream.getvalue(), stories, draw.day)


def sheet_text(draw: Draw) -> MadeFile:
    """CSV as Chinese Excel saves it: articles or a table, GBK or UTF-8 with a mark."""
    rng, stream = draw.rng, io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    if rng.random() < 0.5:
        rows, said = _table(draw)
        writer.writerows(rows)
        stem = f"{rng.choice(PLACES)}项目进度{draw.day:%Y%m%d}"
        stories = (Story(stem, tuple(" ".join(row) for row in rows), said=said),)
    else:
        writer.writerow(["文章标题", "发布日期", "版面", "来源", "文章内容"])
        made = [draw.story() for _ in range(2)]
        for story in made:
            day = f"{draw.day.year}/{draw.day.month}/{draw.day.day}"
            writer.writerow([story.title, day, draw.page, draw.paper, "\n".join(story.paragraphs)])
        stem, stories = "导出", tuple(made)
    data = stream.getvalue().encode(rng.choice(["gbk", "utf-8-sig"]))
    return MadeFile("csv", f"{stem}.csv", data, stories, draw.day)


def crawled(draw: Draw) -> MadeFile:
    """A crawler's text file: brackets and rules, labels, or one article named by day, page and number."""
    rng = draw.rng
    style = rng.choice(["brackets", "labels", "rules", "single"])
    made = [replace(draw.story(), page="") for _ in range(1 if style == "single" else rng.randrange(2, 5))]
    rule = rng.choice("=-*_") * rng.randrange(20, 70)
    if style == "brackets":
        text = "".join(f"【{s.title}】\n\n" + "\n".join(s.paragraphs) + f"\n\n{rule}\n\n" for s in made)
    elif style == "labels":
        made = [replace(s, page=draw.page) for s in made]
        text = "".join(
            f"标题：{s.title}\n日期：{draw.stamp('%Y-%m-%d')}\n版次：第{draw.page}版\n来源：{draw.paper}\n正文：\n"
            + "\n".join(s.paragraphs) + f"\n{rule}\n" for s in made
        )  # fmt: skip
        return MadeFile("crawled labels", "全部.txt", text.encode(), tuple(made), draw.day, draw.paper, (rule,))
    elif style == "rules":
        text = f"\n{rule}\n".join(f"{s.title}\n\n" + "\n".join(s.paragraphs) for s in made)
    else:
        kicker, subtitle = draw.deck(), draw.deck()
        number = int(draw.page.lstrip("AB")) % 9 + 1
        made = [replace(made[0], deck=f"{kicker} {subtitle}", page=f"{number:02d}")]
        text = f"{kicker}\n{made[0].title}\n——{subtitle}\n\n" + "\n".join(f"　　{p}" for p in made[0].paragraphs)
        name = f"{draw.day:%Y%m%d}-{number:02d}-{rng.randrange(1, 20):02d}.txt"
        return MadeFile("crawled single", name, text.encode(), tuple(made), draw.day)
    return MadeFile(
        f"crawled {style}", f"day_{draw.day:%Y%m%d}.txt", text.encode(), tuple(made), draw.day, "", (rule,)
    )


SPELLINGS = (
    ("leadTitle", "Title", "subTitle", "article-content", "publish_time", "pageNumber", "paperName", "images_desc"),
    ("引题", "标题", "副题", "正文", "见报日期", "版次", "报纸名称", "图片说明"),
    ("pre_title", "headline", "deck", "fullText", "pubDate", "Page No.", "newspaper", "photoCaption"),
    ("introtitle", "news_title", "subtitle", "newsContent", "releaseTime", "banner", "publication", "imgDesc"),
)


def records(draw: Draw) -> MadeFile:
    """Records of a crawler under one of many spellings, in a list, in lines, or in pages of an edition."""
    rng, keys = draw.rng, draw.rng.choice(SPELLINGS)
    stories, items = [], []
    for _ in range(rng.randrange(2, 5)):
        story, kicker, subtitle = draw.story(), draw.deck(), draw.deck()
        caption = f"图为{rng.choice(PLACES)}{rng.choice(WORKS)}现场。"
        page = rng.choice([draw.page, f"{draw.page}：要闻", f"第{draw.page}版"])
        values = (
            kicker,
            story.title,
            subtitle,
            "\n".join(story.paragraphs),
            f"{draw.day} 06:00:00",
            page,
            draw.paper,
        )
        items.append(dict(zip(keys, (*values, caption), strict=True)) | {"url": "http://paper.example/1.htm"})
        stories.append(replace(story, deck=f"{kicker} {subtitle}", paragraphs=(*story.paragraphs, caption)))
    if rng.random() < 0.3:
        text, suffix = "\n".join(json.dumps(item, ensure_ascii=False) for item in items), "jsonl"
    else:
        whole = items if rng.random() < 0.5 else {"code": 0, "data": {"list": items}}
        text, suffix = json.dumps(whole, ensure_ascii=False), "json"
    data = text.encode(rng.choice(["utf-8", "gb18030"]))
    return MadeFile("records", f"抓取.{suffix}", data, tuple(stories), draw.day, draw.paper)


def _zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def book(draw: Draw) -> MadeFile:
    """An edition as an electronic book: a document an article."""
    made = [replace(draw.story(), page="") for _ in range(draw.rng.randrange(2, 5))]
    documents = {
        f"OEBPS/a{number}.xhtml": (
            f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>"
            f"<h1>{s.title}</h1>" + "".join(f"<p>{escape(p)}</p>" for p in s.paragraphs) + "</body></html>"
        ).encode()
        for number, s in enumerate(made)
    }
    items = "".join(
        f"<item id='i{n}' href='{path[6:]}' media-type='application/xhtml+xml'/>" for n, path in enumerate(documents)
    )
    package = (
        "<package xmlns='http://www.idpf.org/2007/opf' xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata>"
        f"<dc:title>{draw.paper} {draw.stamp()}</dc:title><dc:date>{draw.day}</dc:date></metadata><manifest>{items}"
        f"</manifest><spine>{''.join(f'<itemref idref=&quot;i{n}&quot;/>' for n in range(len(made)))}"
        f"</spine></package>"
    ).replace("&quot;", '"')
    container = "<container><rootfiles><rootfile full-path='OEBPS/p.opf'/></rootfiles></container>"
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": container.encode(),
               "OEBPS/p.opf": package.encode(), **documents}  # fmt: skip
    return MadeFile("book", "edition.epub", _zipped(members), tuple(made), draw.day, draw.paper)


def archive(draw: Draw) -> MadeFile:
    """An archive of pages of one day: web pages and crawlers' text."""
    parts = []
    for number in range(draw.rng.randrange(2, 4)):
        part = crawled(replace_page(draw)) if number % 2 else epaper(draw)
        parts.append((f"{draw.day:%Y%m%d}/{number}_{part.name}", part))
    members = {name: part.data for name, part in parts}
    stories = tuple(story for _, part in parts for story in part.stories)
    foreign = tuple(word for _, part in parts for word in part.foreign)
    return MadeFile("archive", "打包.zip", _zipped(members), stories, draw.day, "", foreign)


def replace_page(draw: Draw) -> Draw:
    """The same draw; a crawler's file takes a new page of it."""
    draw.page = draw.rng.choice(["02", "03", "05"])
    return draw


def vertical(draw: Draw) -> MadeFile:
    """A page set downwards from right to left, in one band or in two, its headline in the first column."""
    made = [draw.story() for _ in range(draw.rng.choice([1, 2]))]
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(720, 860))
    canvas.setFont("STSong-Light", 11)
    header = f"{draw.paper} {draw.day.year}年{draw.day.month}月{draw.day.day}日 {draw.weekday()} 第{draw.page}版"
    for number, character in enumerate(header):
        canvas.drawString(40 + 11 * number, 835, character)
    height = 760 / len(made)
    stories = []
    for band, story in enumerate(made):
        top, x, paragraphs = 800 - band * height, 640.0, story.paragraphs[:3]
        canvas.setFont("STSong-Light", 22)
        for number, character in enumerate(story.title):
            canvas.drawString(x, top - 22 * (number + 1), character)
        canvas.setFont("STSong-Light", 12)
        x, rows = x - 28, int((height - 30) // 13.2)
        for paragraph in paragraphs:
            column = "　　" + paragraph
            while column:
                for number, character in enumerate(column[:rows]):
                    if character != "　":
                        canvas.drawString(x, top - 13.2 * (number + 1), character)
                column, x = column[rows:], x - 20
        stories.append(replace(story, paragraphs=paragraphs))
    canvas.save()
    return MadeFile("vertical", "扫描件.pdf", stream.getvalue(), tuple(stories), draw.day, draw.paper)


def fixed_page(draw: Draw) -> MadeFile:
    """An OFD with two columns of text under a headline."""
    story = draw.story()
    objects = [
        (f"{draw.paper} {draw.day.year}年{draw.day.month}月{draw.day.day}日 第{draw.page}版", 15.0, 12.0, 4.0),
        (story.title, 40.0, 30.0, 8.0),
    ]
    lines: list[str] = []
    for paragraph in story.paragraphs:
        text = "　　" + paragraph
        lines += [text[start : start + 20] for start in range(0, len(text), 20)]
    half = (len(lines) + 1) // 2
    for number, line in enumerate(lines):
        left, row = (15.0, number) if number < half else (110.0, number - half)
        objects.append((line, left, 45.0 + 6.0 * row, 4.0))
    texts = "".join(
        f"<ofd:TextObject ID='{n + 10}' Boundary='{x} {y} 180 {size * 1.2}' Font='1' Size='{size}'>"
        f"<ofd:TextCode X='0' Y='{size * 0.88}' DeltaX='g {max(len(t) - 1, 1)} {size}'>{escape(t)}"
        "</ofd:TextCode></ofd:TextObject>"
        for n, (t, x, y, size) in enumerate(objects)
    )
    space = "xmlns:ofd='http://www.ofdspec.org/2016'"
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml"
        f"</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        "<ofd:Page ID='1' BaseLoc='Pages/Page_0/Content.xml'/>"
        "</ofd:Pages></ofd:Document>",
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer ID='2'>{texts}</ofd:Layer>"
        "</ofd:Content></ofd:Page>",
    }
    data = _zipped({name: text.encode() for name, text in members.items()})
    return MadeFile("fixed page", "版面.ofd", data, (story,), draw.day, draw.paper)


KINDS: tuple[Callable[[Draw], MadeFile], ...] = (
    epaper, epaper, mhtml, site, word, word, workbook, sheet_text, crawled, crawled, records, records, book, archive,
    vertical, fixed_page,
)  # fmt: skip


def make_files(count: int, seed: int, kind: str | None = None) -> list[MadeFile]:
    """``count`` files of all kinds in turn, or of one, by its function's name."""
    rng = random.Random(seed)
    makers = KINDS if kind is None else [maker for maker in KINDS if maker.__name__ == kind]
    return [makers[number % len(makers)](Draw(random.Random(rng.randrange(2**32)))) for number in range(count)]
