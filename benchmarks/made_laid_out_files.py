"""Pages that keep their layout: a PDF set downwards, an OFD in two columns."""

from __future__ import annotations

import io
from dataclasses import replace
from html import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from benchmarks.made_files import Draw, MadeFile, zipped

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


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
    data = zipped({name: text.encode() for name, text in members.items()})
    return MadeFile("fixed page", "版面.ofd", data, (story,), draw.day, draw.paper)
