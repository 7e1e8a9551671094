"""Word documents, workbooks and CSV as offices hand them over: articles, tables, tracked changes."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from benchmarks.made_files import PLACES, Draw, MadeFile, Story


def table_of(draw: Draw) -> tuple[list[list[str]], tuple[str, ...]]:
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
            rows, said = table_of(draw)
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
        rows, said = table_of(draw)
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
        rows, said = table_of(draw)
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
