import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder

from rag.chinese.sentences import Span
from rag.corpus.embedded.chunk_places import PLACES_NAME
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


def filled(folder: Path) -> EmbeddedStore:
    store = EmbeddedStore.open(folder, embedding_model="x", dimension=64, create=True)
    for number in range(12):
        put(store, f"n{number}", dt.date(2018, 3, 1 + number) if number % 5 else None, f"川江报{number % 3}")
    return store


FILTERS = [SearchFilter(source="川江报1"), SearchFilter(dt.date(2018, 3, 4), dt.date(2018, 3, 20)), SearchFilter()]


def test_places_are_read_from_their_file_and_what_came_since_from_the_database(tmp_path: Path) -> None:
    with filled(tmp_path) as store:
        store.settle()
        put(store, "later", dt.date(2018, 3, 15), "新报")
        store.remove(["n7"])
        expected = [within(store, search_filter) for search_filter in FILTERS]
        assert within(store, SearchFilter(source="新报")) == [13]
    with EmbeddedStore.open(tmp_path) as again:
        asked: list[str] = []
        again.connection().set_trace_callback(asked.append)
        found = [within(again, search_filter) for search_filter in FILTERS]
        assert found == expected
        assert sum("WHERE id >= " in statement for statement in asked) == len(FILTERS)
        assert "WHERE id >= 13" in asked[-1] or "WHERE id >= 14" in asked[-1]
        assert not any("WHERE id >= 0" in statement for statement in asked)


def _swap_papers(path: Path) -> None:
    with np.load(path) as file:
        places, papers = file["places"], file["papers"]
    np.savez(path, places=places, papers=papers[::-1])


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:100]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"x" * 400),
        lambda path: np.savez(path, places=np.zeros(4, np.int32), papers=np.array(["a"])),
        lambda path: np.savez(path, other=np.zeros(4)),
        _swap_papers,
    ],
)
def test_a_file_of_places_that_is_damaged_or_anothers_is_passed_over(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    with filled(tmp_path) as store:
        store.settle()
        expected = [within(store, search_filter) for search_filter in FILTERS]
    damage(tmp_path / PLACES_NAME)
    with EmbeddedStore.open(tmp_path) as again:
        assert [within(again, search_filter) for search_filter in FILTERS] == expected


def test_places_are_written_again_only_once_many_came(tmp_path: Path) -> None:
    with filled(tmp_path) as store:
        store.settle()
        written = (tmp_path / PLACES_NAME).read_bytes()
        for number in range(30):
            put(store, f"m{number}", None, "川江报0")
        (tmp_path / PLACES_NAME).unlink()
        store.settle()
        first = (tmp_path / PLACES_NAME).read_bytes()
        assert len(first) > len(written)
        put(store, "one", None, "川江报0")
        store.settle()
        assert (tmp_path / PLACES_NAME).read_bytes() == first
    assert list(tmp_path.glob("*.partial")) == []
