"""Pages set downwards, right to left: whole pages, bands, parts of a page; and pages that only look so."""

import datetime as dt
import time
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from rag.corpus.normalisation import fold
from rag.corpus.page_geometry import Glyph, PageGeometry
from rag.corpus.readers import read_source
from rag.corpus.vertical_pages import split_directions, turn
from rag.records import SourceDocument

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
HEIGHT = 700.0
FIRST = [
    "本报讯　雁门区各渔队到十月二日止，共起网四百余次，得鲜鱼七万斤，超过原计划二成。",
    "渔民都说，今年水好，人勤，网密，所以鱼也多，下月还要再添新船六只。",
]
SECOND = [
    "柳林乡自改用新式步犁以来，每日每犁多耕田一亩半，全乡节省人工三千个，农会已将经验写成小册。",
    "各村互助组正争相仿效，预计年内可推广到邻近五乡。",
]


def down(canvas: Canvas, text: str, x: float, top: float, size: float) -> None:
    canvas.setFont("STSong-Light", size)
    for number, character in enumerate(text):
        if character != "　":
            canvas.drawString(x, top - size * (1 + 1.1 * number), character)


def band(canvas: Canvas, title: str, paragraphs: list[str], right: float, top: float, rows: int) -> float:
    down(canvas, title, right, top, 20)
    x = right - 30
    for paragraph in paragraphs:
        rest = "　　" + paragraph
        while rest:
            down(canvas, rest[:rows], x, top, 12)
            rest, x = rest[rows:], x - 21
    return x


def read(path: Path, canvas: Canvas) -> SourceDocument:
    canvas.save()
    document = read_source(path)
    for article in document.articles:
        for run in article.runs:
            source = document.pages[run.source_page][run.source_start : run.source_start + run.length]
            assert article.text[run.start : run.start + run.length] == fold(source)
    return document


def whole(paragraphs: list[str]) -> str:
    return "".join(paragraphs).replace("　", "").removeprefix("本报讯")


def test_a_page_is_read_from_the_right_and_downwards(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(520, HEIGHT))
    canvas.setFont("STSong-Light", 11)
    canvas.drawString(40, 680, "雁门晚报 一九五四年十月五日 第一版")
    band(canvas, "雁门渔汛丰收", FIRST, 460, 640, 34)
    document = read(tmp_path / "a.pdf", canvas)
    (article,) = document.articles
    assert (article.title, article.text.replace("\n", "")) == ("雁门渔汛丰收", whole(FIRST))
    assert (document.date, document.source, article.page) == (dt.date(1954, 10, 5), "雁门晚报", "01")
    assert "竖排" in document.warnings[0]


def test_bands_are_read_from_top_to_bottom(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(520, HEIGHT))
    band(canvas, "雁门渔汛丰收", FIRST, 460, 680, 22)
    band(canvas, "新犁省工三千", SECOND, 460, 320, 22)
    found = {article.title: article.text.replace("\n", "") for article in read(tmp_path / "a.pdf", canvas).articles}
    assert found == {"雁门渔汛丰收": whole(FIRST), "新犁省工三千": whole(SECOND)}


def test_a_vertical_article_in_a_page_of_rows(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(620, HEIGHT))
    canvas.setFont("STSong-Light", 22)
    canvas.drawString(60, 640, "石桥加宽通车")
    canvas.setFont("STSong-Light", 11)
    text = "".join(f"石桥第{number}孔加宽两米，护栏换新，过往车辆不再等候。" for number in "一二三四五六七八")
    for number in range(0, len(text), 22):
        canvas.drawString(40, 610 - 17 * (number // 22), text[number : number + 22])
    band(canvas, "新犁省工三千", SECOND, 560, 640, 24)
    found = {article.title: article.text.replace("\n", "") for article in read(tmp_path / "a.pdf", canvas).articles}
    assert found == {"石桥加宽通车": text, "新犁省工三千": whole(SECOND)}


def test_vertical_punctuation_is_read_as_the_common_one(tmp_path: Path) -> None:
    assert fold("渔汛丰收︐得鱼七万斤︒﹁好水﹂︵见图︶") == "渔汛丰收，得鱼七万斤。「好水」（见图）"


def grid(across: float, downwards: float, columns: int = 12, rows: int = 12, text: str = "渔") -> PageGeometry:
    glyphs = tuple(
        Glyph(text, row * columns + column, 40 + across * column, 50 + across * column, 60 + downwards * row, 10.0)
        for row in range(rows)
        for column in range(columns)
    )
    return PageGeometry(600, 600, text * len(glyphs), glyphs)


@pytest.mark.parametrize(
    ("page", "vertical"),
    [
        (grid(10, 15), False),
        (grid(16, 11), True),
        (grid(12, 12), False),
        (grid(30, 13, text="7"), False),
    ],
)
def test_the_nearer_neighbour_tells_the_direction(page: PageGeometry, vertical: bool) -> None:
    directed = split_directions(page)
    assert (directed.turned is not None) == vertical
    assert (directed.rows is None) == vertical


def test_who_insists_is_obeyed_where_the_shape_leaves_it_open() -> None:
    page = grid(12, 12)
    file_order_is_downwards = PageGeometry(
        page.width, page.height, page.text,
        tuple(
            Glyph(g.character, (g.index % 12) * 12 + g.index // 12, g.left, g.right, g.baseline, g.size)
            for g in page.glyphs
        ),
    )  # fmt: skip
    assert split_directions(file_order_is_downwards, "vertical").turned is not None


def test_turning_keeps_places_and_order() -> None:
    right, left = Glyph("甲", 0, 500, 510, 100, 10.0), Glyph("乙", 1, 480, 490, 100, 10.0)
    below = Glyph("丙", 2, 500, 510, 111, 10.0)
    turned = turn(PageGeometry(600, 400, "甲乙丙", (right, left, below)))
    first, second, third = turned.glyphs
    assert (turned.width, turned.height) == (400, 600)
    assert first.baseline < second.baseline
    assert (first.baseline, first.left < third.left) == (third.baseline, True)


def test_a_character_of_a_senseless_size_hangs_nothing() -> None:
    page = grid(10, 15)
    huge = Glyph("大", len(page.glyphs), 0, 5e7, 2e7, 5e7)
    began = time.monotonic()
    directed = split_directions(PageGeometry(600, 600, page.text + "大", (*page.glyphs, huge)))
    assert time.monotonic() - began < 2.0
    assert directed.turned is None
    assert directed.rows is not None
    assert len(directed.rows.glyphs) == len(page.glyphs) + 1
