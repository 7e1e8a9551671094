"""Kept files and the printed page of an article: the box stands where its sentence is printed."""

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from claim_fakes import open_store
from fakes import HashEncoder
from PIL import Image
from printed_page import BASELINES, HEIGHT, LEFT, SIZE, WIDTH, write_page

from rag.corpus.ingest_records import IngestOptions
from rag.corpus.ingestion import ingest
from rag.corpus.isolated_reading import IsolatedReader
from rag.corpus.original_pages import line_boxes, page_picture, source_spans
from rag.corpus.originals import Originals
from rag.corpus.page_geometry import Glyph
from rag.corpus.store import ArticleStore
from rag.errors import SourceError
from rag.records import SourceRun


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with open_store(tmp_path / "store") as opened:
        yield opened


@pytest.fixture
def kept(tmp_path: Path) -> Originals:
    return Originals(tmp_path / "store", 10_000_000)


def bring_in(store: ArticleStore, path: Path, kept: Originals) -> list[str]:
    return list(ingest(store, HashEncoder(), [path], IngestOptions(originals=kept)).warnings)


def test_the_box_is_round_the_printed_sentence(store: ArticleStore, kept: Originals, tmp_path: Path) -> None:
    bring_in(store, write_page(tmp_path / "榆林日报_2022-05-06_01.pdf"), kept)
    (article,) = store.articles()
    quote = "榆林坪水库总库容2.4亿立方米，可灌溉农田31万亩。"
    start = article.text.index(quote)
    spans = source_spans(article.origin.runs, start, start + len(quote))
    path = kept.path(article.origin.sha256)
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


def test_a_sentence_over_two_lines_has_two_boxes(store: ArticleStore, kept: Originals, tmp_path: Path) -> None:
    path = write_page(tmp_path / "榆林日报_2022-05-06_01.pdf")
    bring_in(store, path, kept)
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


def test_each_content_is_kept_once_and_within_the_bound(store: ArticleStore, kept: Originals, tmp_path: Path) -> None:
    first = write_page(tmp_path / "榆林日报_2022-05-06_01.pdf")
    folder = tmp_path / "store" / "originals"
    assert bring_in(store, first, Originals(tmp_path / "store", 0)) == []
    assert not folder.exists()
    assert bring_in(store, first, kept) == []  # brought in again, it is kept though nothing changed
    assert [path.read_bytes() for path in folder.iterdir()] == [first.read_bytes()]
    (tmp_path / "copy.pdf").write_bytes(first.read_bytes())
    bring_in(store, tmp_path / "copy.pdf", kept)
    assert len(list(folder.iterdir())) == 1
    other = write_page(tmp_path / "榆林日报_2022-05-07_01.pdf", shift=40)
    (warning,) = bring_in(store, other, Originals(tmp_path / "store", first.stat().st_size + 10))
    assert "raise originals_bytes" in warning
    assert len(list(folder.iterdir())) == 1
    assert store.counts().articles == 2
    text = tmp_path / "榆林日报_2022-05-08_01.txt"
    text.write_text("短讯\n\n今日有雨，气温下降八度，请注意添衣保暖。\n", encoding="utf-8")
    bring_in(store, text, kept)
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted([first.read_bytes(), text.read_bytes()])
    records = tmp_path / "榆林日报.json"
    records.write_text('{"title": "短讯", "text": "今日有雨。"}', encoding="utf-8")
    bring_in(store, records, kept)
    assert len(list(folder.iterdir())) == 2  # nothing to look at in records


def test_a_file_without_articles_is_forgotten_after_a_while(
    store: ArticleStore, kept: Originals, tmp_path: Path
) -> None:
    pages = [write_page(tmp_path / f"榆林日报_2022-05-0{day}_01.pdf", shift=day) for day in (6, 7)]
    for page in pages:
        bring_in(store, page, kept)
    before = [article.origin.sha256 for article in store.articles()]
    write_page(pages[0], shift=20)  # printed anew: the earlier file has no article left
    bring_in(store, pages[0], kept)
    assert len(list((tmp_path / "store" / "originals").iterdir())) == 3
    for path in (tmp_path / "store" / "originals").iterdir():
        os.utime(path, (1, 1))
    with store.reading() as reading:
        used = reading.digests_in_use(kept.digests())
    assert used == {article.origin.sha256 for article in store.articles()}
    kept.forget_all_but(used)
    assert sum(kept.path(digest) is not None for digest in before) == 1
    assert all(kept.path(article.origin.sha256) for article in store.articles())


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
