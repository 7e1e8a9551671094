"""PDF pages set for the purpose, with the strokes in no order, read back as articles."""

import datetime as dt
import io
import os
import random
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from rag.corpus import pdf_reader, scan_reader
from rag.corpus.normalisation import fold
from rag.corpus.pdf_fontless import FontlessReader
from rag.corpus.pdf_reader import read_geometry
from rag.corpus.readers import read_source
from rag.errors import SourceError
from rag.records import DraftArticle, SourceDocument

DATASETS = Path(os.environ.get("BAOWEN_DATASETS", "")).absolute()
"""A folder of public sets, which are not part of this project."""
SIZE, LEADING, COLUMN, GUTTER = 10.0, 15.0, 130.0, 14.0
WIDTH, HEIGHT = 640.0, 800.0

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


def story(name: str, sentences: int) -> list[str]:
    """Paragraphs nobody else's article has."""
    every = [
        f"{name}第{number}标段已完成投资{number * 37 % 90 + 10}万元，沿线{number * 13 % 40 + 3}户居民受益。"
        for number in range(1, sentences + 1)
    ]
    return ["".join(every[start : start + 3]) for start in range(0, sentences, 3)]


class Sheet:
    """One page being set; coordinates from the top left."""

    def __init__(self, seed: int = 1) -> None:
        self.strokes: list[tuple[str, float, float, float]] = []
        self.shapes: list[tuple[str, tuple[float, float, float, float]]] = []
        self.rng = random.Random(seed)

    def text(self, text: str, left: float, baseline: float, size: float = SIZE, step: float | None = None) -> None:
        x = left
        for character in text:
            self.strokes.append((character, x, baseline, size))
            x += step or (size if ord(character) > 127 else size / 2)

    def down(self, text: str, left: float, top: float, size: float) -> None:
        for index, character in enumerate(text):
            self.strokes.append((character, left, top + size * (0.88 + 1.1 * index), size))

    def columns(self, paragraphs: list[str], places: list[tuple[float, float, int]]) -> None:
        """Paragraphs poured into columns given as (left, top, lines)."""
        slots = [(left, top + SIZE + LEADING * row) for left, top, rows in places for row in range(rows)]
        number = 0
        for paragraph in paragraphs:
            rest, indent = paragraph, 2 * SIZE
            while rest:
                used, count = 0.0, 0
                while (
                    count < len(rest)
                    and used + (w := SIZE if ord(rest[count]) > 127 else SIZE / 2) <= COLUMN - indent
                ):
                    used, count = used + w, count + 1
                left, baseline = slots[number]
                spread = (COLUMN - indent - used) / max(1, count - 1) if count < len(rest) else 0.0
                x = left + indent
                for character in rest[:count]:
                    self.strokes.append((character, x, baseline, SIZE))
                    x += (SIZE if ord(character) > 127 else SIZE / 2) + spread
                rest, indent, number = rest[count:], 0.0, number + 1

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.shapes.append(("line", (x0, HEIGHT - y0, x1, HEIGHT - y1)))

    def frame(self, left: float, top: float, right: float, bottom: float) -> None:
        self.shapes.append(("rect", (left, HEIGHT - bottom, right - left, bottom - top)))

    def draw(self, canvas: Canvas) -> None:
        for kind, numbers in self.shapes:
            getattr(canvas, kind)(*numbers)
        self.rng.shuffle(self.strokes)
        for character, x, baseline, size in self.strokes:
            canvas.setFont(
                "STSong-Light" if ord(character) > 127 else "Courier", size if ord(character) > 127 else size / 1.2
            )
            canvas.drawString(x, HEIGHT - baseline, character)
        canvas.showPage()


def left_of(column: int) -> float:
    return 40 + column * (COLUMN + GUTTER)


def write(path: Path, *sheets: Sheet, **options: object) -> Path:
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), **options)
    for sheet in sheets:
        sheet.draw(canvas)
    canvas.save()
    return path


def by_title(document: SourceDocument) -> dict[str, DraftArticle]:
    return {article.title: article for article in document.articles}


def assert_mapped(document: SourceDocument) -> None:
    for article in document.articles:
        assert article.runs
        for run in article.runs:
            source = document.pages[run.source_page][run.source_start : run.source_start + run.length]
            assert article.text[run.start : run.start + run.length] == fold(source)


def test_articles_side_by_side_and_the_page_header(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text("青桐日报 2021年3月7日 星期日 第03版", 40, 30)
    north, south, east = story("北渠", 12), story("南渠", 9), story("东渠", 15)
    sheet.text("北渠清淤过半", left_of(0) + 30, 80, 22)
    sheet.columns(north, [(left_of(0), 100, 16), (left_of(1), 100, 16)])
    sheet.text("南渠开工", left_of(2) + 90, 80, 22)
    sheet.columns(south, [(left_of(2), 100, 12), (left_of(3), 100, 12)])
    sheet.rule(40, 360, 600, 360)
    sheet.text("东渠通水在即各村备足春灌用水", left_of(0) + 60, 400, 28)
    sheet.columns(east, [(left_of(column), 420, 10) for column in range(4)])
    document = read_source(write(tmp_path / "page.pdf", sheet))
    assert {title: article.text for title, article in by_title(document).items()} == {
        "北渠清淤过半": "\n".join(north),
        "南渠开工": "\n".join(south),
        "东渠通水在即各村备足春灌用水": "\n".join(east),
    }
    assert (document.date, document.date_basis, document.source) == (dt.date(2021, 3, 7), "page header", "青桐日报")
    assert {article.page for article in document.articles} == {"03"}
    assert_mapped(document)


def test_header_and_file_name_that_disagree_are_warned_of(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text("青桐日报 2021年3月7日 星期日 第03版", 40, 30)
    sheet.text("北渠清淤过半", left_of(0), 80, 22)
    sheet.columns(story("北渠", 6), [(left_of(0), 100, 30)])
    document = read_source(write(tmp_path / "20210308.pdf", sheet))
    assert (document.date, document.date_basis) == (dt.date(2021, 3, 8), "file name")
    assert any("2021-03-07" in warning and "2021-03-08" in warning for warning in document.warnings)


def test_columns_that_rise_beside_a_headline_belong_to_it(tmp_path: Path) -> None:
    sheet = Sheet()
    upper, lower = story("北渠", 24), story("南渠", 24)
    sheet.text("北渠清淤过半", left_of(1), 80, 24)
    sheet.columns(upper, [(left_of(column), 100, 14) for column in range(4)])
    sheet.text("南渠开工", left_of(0) + 90, 380, 24)
    sheet.columns(lower, [(left_of(0), 400, 12), (left_of(1), 400, 12), (left_of(2), 355, 15), (left_of(3), 355, 15)])
    found = by_title(read_source(write(tmp_path / "page.pdf", sheet)))
    assert found["北渠清淤过半"].text == "\n".join(upper)
    assert found["南渠开工"].text == "\n".join(lower)


def test_headline_set_downwards_and_article_in_a_frame(tmp_path: Path) -> None:
    sheet = Sheet()
    framed, other = story("北渠", 12), story("南渠", 18)
    sheet.frame(left_of(0) - 6, 50, left_of(1) + COLUMN + 6, 350)
    sheet.text("北渠清淤过半", left_of(0) + 60, 85, 22)
    sheet.columns(framed, [(left_of(0), 100, 15), (left_of(1), 100, 15)])
    sheet.down("南渠开工", left_of(2), 60, 22)
    sheet.columns(other, [(left_of(2) + 60, 60, 42), (left_of(2), 400, 20)])
    found = by_title(read_source(write(tmp_path / "page.pdf", sheet)))
    assert found["北渠清淤过半"].text == "\n".join(framed)
    assert found["南渠开工"].text.startswith(other[0])


def test_text_flows_around_a_picture(tmp_path: Path) -> None:
    sheet = Sheet()
    text = story("北渠", 24)
    sheet.text("北渠清淤过半", left_of(1), 80, 24)
    sheet.frame(left_of(1), 166, left_of(2) + COLUMN, 260)
    places = [(left_of(0), 100, 16), (left_of(1), 100, 4), (left_of(1), 265, 5), (left_of(2), 100, 4)]
    sheet.columns(text, [*places, (left_of(2), 265, 5), (left_of(3), 100, 30)])
    (article,) = read_source(write(tmp_path / "page.pdf", sheet)).articles
    assert (article.title, article.text) == ("北渠清淤过半", "\n".join(text))


def test_subtitle_byline_and_widely_spaced_headline(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.text("北渠清淤过半", left_of(0), 80, 24, step=38)
    sheet.text("沿线八个村春灌不误农时", left_of(0) + 20, 105, 15)
    sheet.text("本报记者 陈小禾", left_of(0) + 30, 125)
    text = story("北渠", 9)
    sheet.columns(text, [(left_of(0), 140, 12), (left_of(1), 140, 12)])
    (article,) = read_source(write(tmp_path / "page.pdf", sheet)).articles
    assert (article.title, article.subtitle, article.byline) == (
        "北渠清淤过半",
        "沿线八个村春灌不误农时",
        "本报记者 陈小禾",
    )
    assert article.text == "\n".join(text)


def test_an_article_goes_on_over_pages_and_a_list_of_contents_is_left_out(tmp_path: Path) -> None:
    contents, first, second = Sheet(), Sheet(), Sheet()
    titles = ["北渠清淤过半", *(f"第{number}村备足春灌用水" for number in range(1, 6))]
    for number, title in enumerate(titles, 1):
        contents.text(f"{number}. {title}", 40, 80 + 20 * number)
    text = story("北渠", 12)
    first.text(titles[0], left_of(0), 80, 24)
    first.columns(text[:2], [(left_of(0), 100, 40)])
    second.columns(text[2:], [(left_of(0), 40, 40)])
    others = []
    for title in titles[1:]:
        sheet = Sheet()
        sheet.text(title, left_of(0), 80, 24)
        sheet.columns(story(title[:3], 3), [(left_of(0), 100, 20)])
        others.append(sheet)
    document = read_source(write(tmp_path / "book.pdf", contents, first, second, *others))
    assert [article.title for article in document.articles] == titles
    assert document.articles[0].text == "\n".join(text)
    assert {run.source_page for run in document.articles[0].runs} == {1, 2}
    assert any("list of contents" in warning for warning in document.warnings)


def test_turned_and_cropped_pages_read_as_they_are_shown(tmp_path: Path) -> None:
    sheet = Sheet()
    text = story("北渠", 9)
    sheet.text("北渠清淤过半", left_of(0), 80, 24)
    sheet.columns(text, [(left_of(0), 100, 12), (left_of(1), 100, 12)])
    sheet.columns(story("邻版", 3), [(left_of(3), 100, 30)])
    document = pypdfium2.PdfDocument(str(write(tmp_path / "page.pdf", sheet)))
    document[0].set_cropbox(0, 0, left_of(2) + 10, HEIGHT)
    document.save(str(tmp_path / "cropped.pdf"))
    document.close()
    (article,) = read_source(tmp_path / "cropped.pdf").articles
    assert article.text == "\n".join(text)


def test_bold_made_by_printing_twice_reads_once(tmp_path: Path) -> None:
    sheet = Sheet()
    for shift in (0.0, 0.4):
        sheet.text("北渠清淤过半", left_of(0) + shift, 80, 24)
    text = story("北渠", 6)
    sheet.columns(text, [(left_of(0), 100, 30)])
    sheet.rng = SimpleNamespace(shuffle=lambda strokes: None)
    (article,) = read_source(write(tmp_path / "page.pdf", sheet)).articles
    assert (article.title, article.text) == ("北渠清淤过半", "\n".join(text))


def test_encrypted_and_damaged_files_are_refused(tmp_path: Path) -> None:
    sheet = Sheet()
    sheet.columns(story("北渠", 3), [(left_of(0), 100, 20)])
    with pytest.raises(SourceError, match=r"locked\.pdf is encrypted"):
        read_source(write(tmp_path / "locked.pdf", sheet, encrypt="secret"))
    (tmp_path / "damaged.pdf").write_bytes(b"%PDF-1.7\n" + b"\x00junk" * 50)
    with pytest.raises(SourceError, match=r"damaged\.pdf is a damaged PDF"):
        read_source(tmp_path / "damaged.pdf")


def blank_scan() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (400, 500), "white").save(stream, "PNG")
    return stream.getvalue()


def test_scans_without_recognition_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan_reader._recogniser.cache_clear()
    monkeypatch.setattr(scan_reader.importlib.util, "find_spec", lambda name: None)
    (tmp_path / "scan.png").write_bytes(blank_scan())
    with pytest.raises(SourceError, match=r"scan\.png is an image; .*pip install rapidocr onnxruntime"):
        read_source(tmp_path / "scan.png")
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=(WIDTH, HEIGHT))
    canvas.drawInlineImage(Image.new("RGB", (64, 80), "grey"), 0, 0, WIDTH, HEIGHT)
    canvas.showPage()
    canvas.save()
    with pytest.raises(
        SourceError, match=r"no text that can be read: page 1 is an image.*pip install rapidocr onnxruntime"
    ):
        read_source(tmp_path / "scan.pdf")
    scan_reader._recogniser.cache_clear()


def test_recognised_lines_are_laid_out_and_keep_their_confidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        ("北渠清淤过半", (60, 40, 180, 60), 0.99),
        ("北渠第一标段已完", (40, 80, 120, 90), 0.9),
        ("成投资十万元，受益三", (20, 95, 120, 105), 0.8),
        ("户，年底前完工。", (150, 80, 230, 90), 0.7),
        ("模糊", (20, 300, 60, 312), 0.2),
    ]

    def recognise(image: object, **parts: bool) -> SimpleNamespace:
        boxes = [[(x0, y0), (x1, y0), (x1, y1), (x0, y1)] for _, (x0, y0, x1, y1), _ in lines]
        return SimpleNamespace(boxes=boxes, txts=[line[0] for line in lines], scores=[line[2] for line in lines])

    monkeypatch.setattr(scan_reader, "_recogniser", lambda: recognise)
    (tmp_path / "scan.png").write_bytes(blank_scan())
    (article,) = read_source(tmp_path / "scan.png").articles
    assert (article.title, article.text) == ("北渠清淤过半", "北渠第一标段已完成投资十万元，受益三户，年底前完工。")
    assert 0.7 < article.confidence < 0.9


def test_a_damaged_image_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(blank_scan()[:60])
    with pytest.raises(SourceError, match=r"scan\.png is a damaged image"):
        read_source(tmp_path / "scan.png")


@pytest.mark.slow
@pytest.mark.skipif("BAOWEN_DATASETS" not in os.environ, reason="BAOWEN_DATASETS names no folder of public sets")
def test_a_real_edition_set_anew_gives_its_articles() -> None:
    document = read_source(DATASETS / "peoples_daily_20251020.pdf")
    assert (document.date, document.date_basis, document.source) == (dt.date(2025, 10, 20), "file name", "人民日报")
    assert 80 <= len(document.articles) <= 92
    assert sum(bool(article.title) for article in document.articles) >= len(document.articles) - 3
    assert sum(bool(article.page) for article in document.articles) >= len(document.articles) - 2
    assert max(len(article.text) for article in document.articles) > 9000
    assert_mapped(document)


def test_characters_are_placed_by_the_widths_in_the_file_alone(tmp_path: Path) -> None:
    """Whatever fonts this machine has: on one without Chinese fonts, every page of these tests is read this way."""
    sheet = Sheet()
    sheet.text("北渠清淤过半", 40, 80, 24)
    sheet.text("投资89万元", 40, 120, 10)
    sheet.rng = SimpleNamespace(shuffle=lambda strokes: None)
    path = write(tmp_path / "page.pdf", sheet)
    reader = FontlessReader(path.read_bytes())
    found = reader.characters(0)
    assert "".join(item[0] for item in found) == "北渠清淤过半投资89万元"
    assert [(round(left), round(HEIGHT - foot)) for _, left, _, _, _, foot in found[:2]] == [(40, 80), (64, 80)]
    assert [round(top - bottom) for _, _, bottom, _, top, _ in found[:7]] == [24] * 6 + [10]
    assert reader.characters(1) == []
    document = pypdfium2.PdfDocument(path)
    geometry = read_geometry(document[0])
    read_again = pdf_reader._with_characters(geometry, found, pdf_reader._View(document[0]))
    assert [glyph.character for glyph in read_again.glyphs] == list("北渠清淤过半投资89万元")
    assert pdf_reader._with_characters(read_again, [], pdf_reader._View(document[0])) is read_again
