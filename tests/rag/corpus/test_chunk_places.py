import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder

from rag.chinese.sentences import Span
from rag.corpus.embedded.store import EmbeddedStore
from rag.records import Article, SearchFilter

ENCODER = HashEncoder()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.open(tmp_path, embedding_model="x", dimension=64, create=True) as opened:
        yield opened


def put(store: EmbeddedStore, identifier: str, day: dt.date | None, paper: str) -> int:
    """Store an article of one chunk; says the chunk's id."""
    with store.writing() as writer:
        source = writer.put_source(identifier, identifier, "", None, None)
        article = Article(identifier, "", "动工。", date=day, source=paper)
        writer.put_article(article, source, 0, [Span(0, 3)], ENCODER.encode_passages(["动工。"]))
    found = store.connection().execute("SELECT id FROM chunks WHERE article_id = ?", (identifier,))
    return int(found.fetchone()[0])


def within(store: EmbeddedStore, search_filter: SearchFilter) -> list[int]:
    return [int(chunk_id) for chunk_id in np.flatnonzero(store._places.within(store.connection(), search_filter))]


def test_day_and_paper_of_each_chunk_decide(store: EmbeddedStore) -> None:
    first = put(store, "a", dt.date(2019, 5, 1), "山城报")
    second = put(store, "b", dt.date(2019, 5, 2), "江城报")
    undated = put(store, "c", None, "山城报")
    nameless = put(store, "d", dt.date(2020, 1, 1), "")
    assert within(store, SearchFilter()) == [first, second, undated, nameless]
    assert within(store, SearchFilter(source="山城报")) == [first, undated]
    assert within(store, SearchFilter(source="")) == [nameless]
    assert within(store, SearchFilter(source="没有的报")) == []
    assert within(store, SearchFilter(dt.date(2019, 5, 2))) == [second, nameless]
    assert within(store, SearchFilter(None, dt.date(2019, 5, 2))) == [first, second]
    assert within(store, SearchFilter(dt.date(2019, 5, 1), dt.date(2019, 5, 1), "江城报")) == []


def test_places_follow_what_is_added_and_moved(store: EmbeddedStore) -> None:
    assert within(store, SearchFilter(source="山城报")) == []
    first = put(store, "a", dt.date(2019, 5, 1), "山城报")
    assert within(store, SearchFilter(source="山城报")) == [first]
    again = put(store, "a", dt.date(2021, 8, 8), "江城报")  # the same article, its day and paper corrected
    assert again > first
    assert again in within(store, SearchFilter(source="江城报"))
    assert within(store, SearchFilter(dt.date(2021, 1, 1))) == [again]
