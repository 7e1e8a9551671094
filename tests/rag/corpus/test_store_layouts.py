import datetime as dt
import gzip
import sqlite3
import threading
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder

from rag.chinese.sentences import Span
from rag.corpus.claim_columns import CLAIM_COLUMNS
from rag.corpus.embedded import layouts as store_layouts
from rag.corpus.embedded import lexical
from rag.corpus.embedded.layouts import LAYOUT_VERSION, MIGRATIONS
from rag.corpus.embedded.schema import DATABASE_NAME, connect
from rag.corpus.embedded.store import EmbeddedStore
from rag.errors import StoreMismatchError
from rag.records import Article, SearchFilter
from rag.retrieval.retriever import Retriever

FIRST_LAYOUT = Path(__file__).parents[2] / "data" / "store-layout-1.sqlite3.gz"
"""Written by a program of layout 1: five articles of two papers, one of them removed again."""
ENCODER = HashEncoder()


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / DATABASE_NAME).write_bytes(gzip.decompress(FIRST_LAYOUT.read_bytes()))
    return folder


def layout_of(folder: Path) -> str:
    connection = sqlite3.connect(folder / DATABASE_NAME)
    found: str = connection.execute("SELECT value FROM meta WHERE key = 'layout_version'").fetchone()[0]
    connection.close()
    return found


def schema_of(folder: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(folder / DATABASE_NAME)
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    connection.close()
    return [(name, " ".join(sql.split())) for name, sql in rows]


def test_a_store_of_the_first_layout_opens_with_all_it_held(old_store: Path) -> None:
    assert layout_of(old_store) == "1"
    with EmbeddedStore.open(old_store, embedding_model=ENCODER.name) as store:
        assert layout_of(old_store) == str(LAYOUT_VERSION)
        assert store.check() == []
        assert store.generation == 2
        assert [article.id for article in store.articles()] == ["old0", "old1", "old2", "old3"]
        counts = store.counts()
        assert (counts.articles, counts.chunks) == (4, 6)
        assert counts.sources == {"北湖日报": 2, "青石晚报": 2}
        assert (counts.first_date, counts.last_date) == (dt.date(2020, 10, 9), dt.date(2021, 3, 4))
        found = Retriever(store, ENCODER).search("口袋公园投资多少", count=2)
        assert found[0].text.startswith("北湖区今年投资2600万元")
        store.remove(["old0"])
        assert (store.check(), store.counts().chunks) == ([], 4)
    with EmbeddedStore.open(old_store) as again:
        assert again.article_count() == 3


def test_a_migrated_store_has_the_tables_of_a_new_one(old_store: Path, tmp_path: Path) -> None:
    EmbeddedStore.open(old_store).close()
    EmbeddedStore.open(
        tmp_path / "new", embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True
    ).close()
    assert schema_of(old_store) == schema_of(tmp_path / "new")
    assert len(MIGRATIONS) == LAYOUT_VERSION - 1


def test_a_migration_that_fails_leaves_the_store_as_it_was(old_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema_of(old_store)

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half_done (id INTEGER)")
        raise ZeroDivisionError

    monkeypatch.setattr(store_layouts, "MIGRATIONS", (MIGRATIONS[0], half))
    with pytest.raises(ZeroDivisionError):
        EmbeddedStore.open(old_store)
    assert (schema_of(old_store), layout_of(old_store)) == (before, "1")
    monkeypatch.undo()
    with EmbeddedStore.open(old_store) as store:
        assert store.check() == []


def test_migrations_run_in_order_from_the_layout_found(old_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    added = (lambda connection: ran.append("second"), lambda connection: ran.append("third"))
    monkeypatch.setattr(store_layouts, "MIGRATIONS", (lambda connection: ran.append("first"), *added))
    connection = connect(old_store)
    store_layouts.migrate_tables(connection, 2)
    assert ran == ["second", "third"]
    store_layouts.migrate_tables(connection, 1)
    assert ran == ["second", "third", "first", "second", "third"]
    connection.close()


def test_two_that_open_an_old_store_at_once_migrate_it_once(old_store: Path) -> None:
    failures: list[BaseException] = []
    barrier = threading.Barrier(4)

    def opened() -> None:
        barrier.wait()
        try:
            EmbeddedStore.open(old_store).close()
        except BaseException as error:  # handed to the main thread
            failures.append(error)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with EmbeddedStore.open(old_store) as store:
        assert store.check() == []


@pytest.mark.parametrize("layout", ["0", "-1", str(LAYOUT_VERSION + 1), "x"])
def test_a_layout_from_elsewhere_is_refused_and_left_alone(old_store: Path, layout: str) -> None:
    connection = connect(old_store)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'layout_version'", (layout,))
    connection.close()
    with pytest.raises(StoreMismatchError, match=f"layout version {layout}, expected {LAYOUT_VERSION} or older"):
        EmbeddedStore.open(old_store)
    assert layout_of(old_store) == layout


def test_tallies_follow_every_change(tmp_path: Path) -> None:
    with EmbeddedStore.open(
        tmp_path, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True
    ) as store:

        def put(identifier: str, day: str, paper: str) -> None:
            article = Article(
                identifier, "标题", "正文。", date=dt.date.fromisoformat(day) if day else None, source=paper
            )
            with store.writing() as writer:
                source = writer.put_source(identifier, identifier, "", None, None)
                writer.put_article(article, source, 0, [Span(0, 3)], np.ones((1, ENCODER.dimension), np.float32))

        put("a", "2022-01-01", "甲报")
        put("b", "2022-01-01", "乙报")
        put("c", "", "乙报")
        put("a", "2022-02-02", "乙报")  # the same article, moved to another day and paper
        store.remove(["b"])
        rows = store.connection().execute("SELECT * FROM tallies ORDER BY date").fetchall()
        assert rows == [("", "乙报", 1), ("2022-02-02", "乙报", 1)]
        assert store.connection().execute("SELECT * FROM papers").fetchall() == [("乙报", 2)]
        assert store.connection().execute("SELECT * FROM removed_chunks").fetchall() == [(4, 1), (5, 2)]
        assert (store.counts().chunks, store.check()) == (2, [])
        assert store.article_count(SearchFilter(date_to=dt.date(2023, 1, 1))) == 1
        store.connection().execute("UPDATE tallies SET articles = 7 WHERE date = ''")
        assert store.check() == [
            "1 days whose number of articles is kept wrong",
            "1 papers whose number of articles is kept wrong",
        ]


def test_check_sees_a_wrong_count_of_chunks(old_store: Path) -> None:
    with EmbeddedStore.open(old_store) as store:
        store.connection().execute("UPDATE meta SET value = 5 WHERE key = 'chunks'")
        assert store.check() == ["1 wrong counts of chunks"]


_CLAIMS_OF_LAYOUT_2 = (
    "CREATE TABLE claims (id INTEGER PRIMARY KEY, {columns}, "
    "FOREIGN KEY (article_id) REFERENCES articles (id) ON DELETE CASCADE)",
    "CREATE INDEX claims_by_article ON claims (article_id, start)",
    "CREATE INDEX claims_by_value ON claims (base_value, base_unit)",
    "CREATE INDEX claims_by_title ON claims (act, thing) WHERE sort = 'office'",
    "CREATE INDEX claims_by_day ON claims (period_first) WHERE sort = 'day'",
    "CREATE TABLE claims_read (article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('claims_version', '1')",
    "CREATE TABLE corrections (notice_id TEXT, article_id TEXT)",
)


def test_claims_kept_in_the_second_layout_have_their_day_and_number_in_the_third(
    old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``old0`` has a claim that was read, ``old1`` none and was read, the others are still to be."""
    connection = connect(old_store)
    monkeypatch.setattr(store_layouts, "MIGRATIONS", MIGRATIONS[:1])
    monkeypatch.setattr(store_layouts, "LAYOUT_VERSION", 2)
    store_layouts.migrate_tables(connection, 1)
    monkeypatch.undo()
    columns = ", ".join(f"{name} {kind.split()[0]}" for name, kind in CLAIM_COLUMNS)
    for statement in _CLAIMS_OF_LAYOUT_2:
        connection.execute(statement.format(columns=columns))
    values = {"article_id": "old0", "sort": "figure", "start": 3, "base_unit": "元", "base_value": "26000000"}
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO claims ({names}) VALUES ({marks})", list(values.values()))
    connection.executemany("INSERT INTO claims_read VALUES (?)", [("old0",), ("old1",)])
    connection.close()
    assert layout_of(old_store) == "2"
    with EmbeddedStore.open(old_store) as store:
        assert layout_of(old_store) == str(LAYOUT_VERSION)
        with store.reading() as reading:
            assert reading.claim_count() == 1
            assert sorted(reading.articles_without_claims()) == ["old2", "old3"]
            assert reading.last_untied() > 0
        day = store.article("old0").date
        found = store.connection().execute("SELECT day FROM claims").fetchall()
        assert found == [(day.isoformat() if day else "",)]
        store.remove(["old0"])
        with store.reading() as reading:
            assert reading.claim_count() == 0
        assert store.check() == []


def test_terms_that_are_common_when_a_store_is_brought_up_are_kept(
    old_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "COMMON_CHUNKS", 2)
    with EmbeddedStore.open(old_store) as store:
        kept = dict(store.connection().execute("SELECT term, chunks FROM common_terms").fetchall())
        counted = dict(store.connection().execute("SELECT term, doc FROM lexical_terms WHERE doc >= 2").fetchall())
        assert kept == counted
        assert len(kept) > 0
        assert store.check() == []
