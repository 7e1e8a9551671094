"""Kept files and the printed page of an article: the box stands where its sentence is printed."""

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEncoder
from PIL import Image
from printed_page import BASELINES, HEIGHT, LEFT, SIZE, WIDTH, write_page

from rag.corpus.ingestion import IngestOptions, ingest
from rag.corpus.isolated_reading import IsolatedReader
from rag.corpus.original_pages import line_boxes, page_picture, source_spans
from rag.corpus.originals import Originals
from rag.corpus.page_geometry import Glyph
from rag.corpus.store import ArticleStore
from rag.errors import SourceError
from rag.records import SourceRun


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    encoder = HashEncoder()
    folder = tmp_path / "store"
    with ArticleStore.open(folder, embedding_model=encoder.name, dimension=encoder.dimension, create=True) as opened:
        yield opened


def bring_in(store: ArticleStore, path: Path, most: int = 10_000_000) -> list[str]:
    return list(ingest(store, HashEncoder(), [path], IngestOptions(originals_bytes=most)).warnings)


def test_the_box_is_round_the_printed_sentence(store: ArticleStore, tmp_path: Path) -> None:
    bring_in(store, write_page(tmp_path / "榆林日报_2022-05-06_01.pdf"))
    (article,) = store.articles()
    quote = "榆林坪水库总库容2.4亿立方米，可灌溉农田31万亩。"
    start = article.text.index(quote)
    spans = source_spans(article.origin.runs, start, start + len(quote))
    path = Originals(store.directory, 1).path(article.origin.sha256)
    assert path is not None
    with IsolatedReader() as reader:
        picture = reader.picture(path, label="榆林坪", page=0, spans=spans[0])
    (box,) = picture.boxes
    assert box.left * WIDTH == pytest.approx(LEFT, abs=2)
    assert box.top * HEIGHT < BASELINES[1] - 0.7 * SIZE
    assert BASELINES[1] <= box.bottom * HEIGHT < BASELINES[2] - SIZE
    with Image.open(io.BytesIO(base64.b64decode(picture.image))) as image:
        assert (image.width, image.height) == (picture.width, picture.height) == (1650, 2200)
        across = (int(box.left * 1650), int(box.top * 2200), int(box.right * 1650), int(box.bottom * 2200))
        inked = image.convert("L").crop(across).getextrema()
        assert inked[0] < 120  # something is printed in it


def test_a_sentence_over_two_lines_has_two_boxes(store: ArticleStore, tmp_path: Path) -> None:
    path = write_page(tmp_path / "榆林日报_2022-05-06_01.pdf")
    bring_in(store, path)
    (article,) = store.articles()
    start, end = article.text.index("顺利封顶"), article.text.index("2.4亿立方米")
    spans = source_spans(article.origin.runs, start, end)[0]
    upper, lower = page_picture(path.read_bytes(), "榆林坪", 0, spans).boxes
    assert upper.left * WIDTH > 300  # it begins within its line
    assert lower.left * WIDTH == pytest.approx(LEFT, abs=2)
    assert upper.bottom < lower.top


def test_columns_have_boxes_of_their_own_whatever_the_order() -> None:
    def row(left: float, baseline: float) -> list[Glyph]:
        return [Glyph("字", place, left + 10 * place, left + 10 * place + 10, baseline, 10) for place in range(3)]

    glyphs = [*row(200, 50), *row(10, 80), *row(10, 50)]
    boxes = [(box.left, box.right, round(box.top)) for box in line_boxes(reversed(glyphs))]
    assert boxes == [(10, 40, 41), (200, 230, 41), (10, 40, 71)]


def test_spans_follow_an_article_over_its_pages() -> None:
    runs = [SourceRun(0, 10, 100, 0), SourceRun(11, 5, 7, 2)]
    assert source_spans(runs, 4, 13) == {0: [(104, 110)], 2: [(7, 9)]}
    assert source_spans(runs, 10, 11) == {}


def test_each_content_is_kept_once_and_within_the_bound(store: ArticleStore, tmp_path: Path) -> None:
    first = write_page(tmp_path / "榆林日报_2022-05-06_01.pdf")
    assert bring_in(store, first, most=0) == []
    kept = store.directory / "originals"
    assert not kept.exists()
    assert bring_in(store, first) == []  # brought in again, it is kept though nothing changed
    assert [path.read_bytes() for path in kept.iterdir()] == [first.read_bytes()]
    (tmp_path / "copy.pdf").write_bytes(first.read_bytes())
    bring_in(store, tmp_path / "copy.pdf")
    assert len(list(kept.iterdir())) == 1
    other = write_page(tmp_path / "榆林日报_2022-05-07_01.pdf", shift=40)
    (warning,) = bring_in(store, other, most=first.stat().st_size + 10)
    assert "raise originals_bytes" in warning
    assert len(list(kept.iterdir())) == 1
    assert store.counts().articles == 2
    text = tmp_path / "榆林日报_2022-05-08_01.txt"
    text.write_text("短讯\n\n今日有雨，气温下降八度，请注意添衣保暖。\n", encoding="utf-8")
    bring_in(store, text)
    assert len(list(kept.iterdir())) == 1


def test_a_file_without_articles_is_forgotten_after_a_while(store: ArticleStore, tmp_path: Path) -> None:
    first = write_page(tmp_path / "榆林日报_2022-05-06_01.pdf")
    bring_in(store, first)
    (article,) = store.articles()
    store.remove([article.id])
    originals = Originals(store.directory, 1)
    with store.reading() as connection:
        originals.forget_unused(connection)
    path = originals.path(article.origin.sha256)
    assert path is not None
    os.utime(path, (1, 1))
    with store.reading() as connection:
        originals.forget_unused(connection)
    assert originals.path(article.origin.sha256) is None


@pytest.mark.parametrize("name", ["../baowen.sqlite3", "", "0" * 63, "/etc/passwd", "0" * 64])
def test_a_name_that_is_no_digest_is_no_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "originals").mkdir()
    (tmp_path / "baowen.sqlite3").write_bytes(b"x")
    assert Originals(tmp_path, 1).path(name) is None


def test_what_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    path = write_page(tmp_path / "a.pdf")
    with pytest.raises(SourceError, match="has 1 pages; expected page 3"):
        page_picture(path.read_bytes(), "榆林坪", 2, [])
    with pytest.raises(SourceError, match="no PDF and no scan"):
        page_picture(b"text", "榆林坪", 0, [])
    path.write_bytes(path.read_bytes()[:300])
    with IsolatedReader() as reader, pytest.raises(SourceError, match="damaged"):
        reader.picture(path, label="榆林坪", page=0, spans=[])
