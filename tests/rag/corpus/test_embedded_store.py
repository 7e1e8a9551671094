import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder
from numpy.typing import NDArray

from embeddings.vector_index import VectorIndex
from rag.corpus.chunks import split_into_spans
from rag.corpus.embedded.schema import DATABASE_NAME, connect
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.embedded.writing import exclusive_writer
from rag.errors import (
    StoreError,
    StoreLockedError,
    StoreMismatchError,
    VectorIndexError,
)
from rag.records import Article
from rag.retrieval.retriever import Retriever

ENCODER = HashEncoder()


def open_store(folder: Path) -> EmbeddedStore:
    return EmbeddedStore.open(folder, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True)


def article(number: int, text: str, **fields: object) -> Article:
    return Article(id=f"a{number}", title=f"标题{number}", text=text, **fields)  # type: ignore[arg-type]


def put(store: EmbeddedStore, articles: Sequence[Article], longest: int = 40) -> None:
    with store.writing() as writer:
        for position, item in enumerate(articles):
            number = writer.put_source(f"/{item.id}", item.origin.path or f"/{item.id}", "00", None, None)
            spans = split_into_spans(item.text, longest)
            vectors = ENCODER.encode_passages([item.text[span.start : span.end] for span in spans])
            writer.put_article(item, number, position, spans, vectors)
            writer.seal_source(number, "sealed")


def found(store: EmbeddedStore, question: str) -> list[str]:
    return [passage.article_id for passage in Retriever(store, ENCODER).search(question, count=10)]


def stored_vectors(store: EmbeddedStore) -> dict[int, bytes]:
    return dict(store.connection().execute("SELECT id, vector FROM chunks").fetchall())


def assert_index_follows(store: EmbeddedStore) -> None:
    vectors = stored_vectors(store)
    index = store.vector_index
    assert sorted(index.ids.tolist()) == sorted(vectors)
    for chunk_id, blob in vectors.items():
        hit = index.search(np.frombuffer(blob, dtype="<f4")[None, :], 1)
        assert hit.scores[0, 0] == pytest.approx(1.0, abs=1e-5 if index.is_exact else 5e-3)
        assert blob == vectors[int(hit.ids[0, 0])], f"chunk {chunk_id} has the vector of another"


def test_the_vector_index_follows_both_stores(tmp_path: Path) -> None:
    with open_store(tmp_path) as one, EmbeddedStore.open(tmp_path) as two:
        for step in range(4):
            put(one, [article(10 * step + n, f"{step}月{n}日，第{step * n}座水库蓄水。") for n in range(3)])
            assert_index_follows(two)
            two.remove([f"a{10 * step + 1}"])
            assert_index_follows(one)
            assert_index_follows(two)
        # An article in place of one with the same id gets new chunks.
        put(one, [article(0, "完全不同的内容：图书馆开馆。")])
        assert_index_follows(two)
        assert len(two.vector_index) == 8


def test_the_saved_index_is_used_and_a_damaged_or_missing_one_is_rebuilt(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(n, f"第{n}号桥今年通车。") for n in range(4)])
        store.settle()
        put(store, [article(9, "图书馆开馆。")])
        store.settle()
    assert [path.name for path in tmp_path.glob("vectors-*")] == ["vectors-2.faiss"]
    saved = tmp_path / "vectors-2.faiss"
    whole = saved.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) - 40 * len(whole) // 100] ^= 0x55
    for damage in (whole[:100], b"", b"x" * len(whole), whole[: len(whole) // 2], bytes(flipped)):
        saved.write_bytes(damage)
        with EmbeddedStore.open(tmp_path) as store:
            assert_index_follows(store)
            assert "a9" in found(store, "图书馆开馆")
            store.settle()
        assert saved.stat().st_size == len(whole)
    saved.unlink()
    with EmbeddedStore.open(tmp_path) as store:
        assert_index_follows(store)


def test_an_index_of_an_older_generation_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(n, f"第{n}号桥今年通车。") for n in range(4)])
        store.settle()
        store.remove(["a2"])
        put(store, [article(9, "图书馆开馆。")])
    read: list[int] = []
    add = VectorIndex.add

    def counted(index: VectorIndex, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        read.extend(ids.tolist())
        add(index, ids, vectors)

    monkeypatch.setattr(VectorIndex, "add", counted)
    with EmbeddedStore.open(tmp_path) as store:
        assert_index_follows(store)
        assert "a9" in found(store, "图书馆开馆")
    assert read == [5]


def test_an_index_saved_before_removals_were_kept_is_compared_id_by_id(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(n, f"第{n}号桥今年通车。") for n in range(6)])
        store.settle()
        store.remove(["a2", "a4"])
        store.connection().execute("DELETE FROM removed_chunks")
    with EmbeddedStore.open(tmp_path) as store:
        assert_index_follows(store)
        assert len(store.vector_index) == 4


def test_an_index_is_written_again_only_once_much_has_changed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(n, f"第{n}号桥今年通车。") for n in range(50)])
        store.settle()
        for number in range(50, 55):
            put(store, [article(number, f"第{number}座图书馆开馆。")])
            store.settle()
            assert [path.name for path in tmp_path.glob("vectors-*")] == [
                "vectors-1.faiss" if number < 52 else "vectors-4.faiss"
            ]
    with EmbeddedStore.open(tmp_path) as store:
        assert_index_follows(store)
        assert len(store.vector_index) == 55


def test_a_database_put_back_to_an_earlier_copy_is_followed_back(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(n, f"第{n}号桥今年通车。") for n in range(3)])
        store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        earlier = sqlite3.connect(tmp_path / "copy")
        store.connection().backup(earlier)
        put(store, [article(9, "图书馆开馆。")])
        assert len(store.vector_index) == 4
        earlier.backup(store.connection())
        earlier.close()
        assert_index_follows(store)
        assert len(store.vector_index) == 3


def test_an_older_index_of_another_history_is_not_used(tmp_path: Path) -> None:
    with open_store(tmp_path / "a") as one, open_store(tmp_path / "b") as two:
        put(one, [article(n, f"第{n}号桥今年通车。") for n in range(3)])
        one.settle()
        put(two, [article(n, f"{n}座图书馆开馆迎客。") for n in range(3)])
        put(two, [article(9, "水库蓄水。")])
        (tmp_path / "b" / "vectors-1.faiss").write_bytes((tmp_path / "a" / "vectors-1.faiss").read_bytes())
        assert_index_follows(two)
        assert found(two, "水库蓄水")[0] == "a9"
        assert len(two.vector_index) == 4


def test_a_saved_index_with_other_vectors_of_the_same_ids_is_not_believed_blindly(tmp_path: Path) -> None:
    # A copy of another store's cache: ids differ, so it is filled from the database.
    with open_store(tmp_path / "a") as one, open_store(tmp_path / "b") as two:
        put(one, [article(n, f"第{n}号桥今年通车。") for n in range(3)])
        put(two, [article(n, "图书馆。" if n else "开馆。") for n in range(2)])
        one.settle()
        (tmp_path / "b" / "vectors-1.faiss").write_bytes((tmp_path / "a" / "vectors-1.faiss").read_bytes())
        assert_index_follows(two)
        assert len(two.vector_index) == 2
        assert found(two, "图书馆")[0] == "a1"


def test_an_index_that_cannot_be_saved_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(index: VectorIndex, path: Path) -> None:
        path.with_name(f"{path.name}.1.tmp").write_bytes(b"half")
        raise VectorIndexError("no space left on device")

    monkeypatch.setattr(VectorIndex, "save", fail)
    with open_store(tmp_path) as store:
        put(store, [article(1, "开工建设。")])
        store.settle()
        assert list(tmp_path.glob("vectors-*")) == []
        assert found(store, "开工") == ["a1"]


def test_a_store_of_another_model_or_layout_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path):
        pass
    with pytest.raises(StoreMismatchError, match="embedding model hash-encoder, but the one in use is other"):
        EmbeddedStore.open(tmp_path, embedding_model="other", dimension=64, create=True)
    with EmbeddedStore.open(tmp_path) as store, pytest.raises(StoreMismatchError, match="in use is other"):
        store.require_model("other")
    with connect(tmp_path) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'layout_version'")
    connection.close()
    with pytest.raises(StoreMismatchError, match="layout version 99, expected 3 or older"):
        EmbeddedStore.open(tmp_path)


def test_no_store_a_file_in_its_place_and_garbage_are_one_clear_line_each(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store in .* yet: run `baowen ingest PATH`"):
        EmbeddedStore.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot open a store in"):
        open_store(tmp_path / "file")
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage" / DATABASE_NAME).write_bytes(b"not a database at all, " * 100)
    with pytest.raises(StoreError, match="not a readable store"):
        EmbeddedStore.open(tmp_path / "garbage")


def test_a_damaged_page_is_a_problem_in_words(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(n, f"第{n}号桥今年通车。" * 200) for n in range(30)])
        store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / DATABASE_NAME
    data = bytearray(path.read_bytes())
    data[len(data) // 3 :] = b"\xff" * (len(data) - len(data) // 3)
    path.write_bytes(data)
    with EmbeddedStore.open(tmp_path) as store:
        assert store.check() != []
        with pytest.raises(StoreError, match="SQLite reports"):
            store.articles()


def test_check_finds_each_kind_of_inconsistency(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(1, "开工建设。"), article(2, "竣工投产。"), article(3, "\n　")])
        assert store.check() == []
        run = store.connection().execute
        run("PRAGMA foreign_keys = OFF")
        for damage, words in (
            ("UPDATE chunks SET end = 99 WHERE article_id = 'a1'", "1 chunks that reach past"),
            ("UPDATE chunks SET vector = x'00' WHERE article_id = 'a1'", "1 vectors of another dimension"),
            ("DELETE FROM chunks WHERE article_id = 'a1'", "1 articles without a chunk"),
            ("DELETE FROM articles WHERE id = 'a2'", "1 chunks without an article"),
            ("DELETE FROM lexical", "2 chunks without terms"),
            ("DELETE FROM sources", "3 articles without a file"),
        ):
            run("BEGIN")
            run(damage)
            assert any(problem.startswith(words) for problem in store.check()), words
            run("ROLLBACK")
        assert store.check() == []


def test_a_full_disk_is_one_clear_line_and_loses_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(1, "开工建设。")])
        pages = store.connection().execute("PRAGMA page_count").fetchone()[0]
        store.connection().execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(StoreError, match=r"database or disk is full.*safe: free some space"):
            put(store, [article(n, "很长的正文。" * 500) for n in range(2, 60)])
        assert [item.id for item in store.articles()] == ["a1"]
        assert (store.generation, store.check()) == (1, [])
        store.connection().execute("PRAGMA max_page_count = 1000000")
        put(store, [article(2, "竣工投产。")])
        assert store.article_count() == 2


def test_a_commit_that_fails_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(sqlite3.Connection):
        fail = False

        def execute(self, sql: str, *rest: object) -> sqlite3.Cursor:  # type: ignore[override]
            if sql == "COMMIT" and Failing.fail:
                raise sqlite3.OperationalError("disk I/O error")
            return super().execute(sql, *rest)  # type: ignore[arg-type]

    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kw: real(*args, **kw, factory=Failing))
    with open_store(tmp_path) as store:
        put(store, [article(1, "开工建设。")])
        connection = store.connection()
        Failing.fail = True
        with pytest.raises(StoreError, match="disk I/O error"):
            put(store, [article(2, "竣工投产。")])
        Failing.fail = False
        assert not connection.in_transaction
        assert [item.id for item in store.articles()] == ["a1"]


def test_a_second_writer_waits_and_then_is_refused_in_words(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        with (
            exclusive_writer(tmp_path, 1.0),
            pytest.raises(StoreLockedError, match="another process has been writing"),
            store.writing(wait_seconds=0.2),
        ):
            raise AssertionError("two writers at once")
        put(store, [article(1, "开工建设。")])


def test_a_waiting_writer_does_not_hold_up_readers(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(1, "开工建设。")])
        with exclusive_writer(tmp_path, 1.0):
            writer = threading.Thread(target=lambda: put(store, [article(2, "竣工投产。")]))
            writer.start()
            time.sleep(0.2)
            seen: list[int] = []
            reader = threading.Thread(target=lambda: seen.append(store.article_count()))
            reader.start()
            reader.join(5)
            assert seen == [1]
        writer.join()
        assert store.article_count() == 2


def test_connections_that_make_the_same_database_at_once_wait_for_each_other(tmp_path: Path) -> None:
    modes: list[str] = []

    def make(folder: Path, barrier: threading.Barrier) -> None:
        barrier.wait()
        connection = connect(folder)
        modes.append(connection.execute("PRAGMA journal_mode").fetchone()[0])
        connection.close()

    for number in range(60):
        folder, barrier = tmp_path / str(number), threading.Barrier(6)
        folder.mkdir()
        threads = [threading.Thread(target=make, args=(folder, barrier)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert modes == ["wal"] * 360


def test_connections_end_with_their_threads(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for _ in range(20):
            thread = threading.Thread(target=store.article_count)
            thread.start()
            thread.join()
        assert len(store._connections) <= 2


def test_one_reading_sees_one_generation(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        put(store, [article(1, "开工建设。")])
        with store.reading():
            before = store.generation
            thread = threading.Thread(target=lambda: store.remove(["a1"]))
            thread.start()
            thread.join()
            assert (store.generation, store.article_count()) == (before, 1)
        assert (store.generation, store.article_count()) == (before + 1, 0)


@pytest.fixture
def small_layouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexes are laid out in lists from 40 vectors on."""
    monkeypatch.setattr("rag.corpus.embedded.vectors.DEFAULT_EXACT_LIMIT", 40)
    empty, prepare = VectorIndex.empty, VectorIndex.prepare
    monkeypatch.setattr(VectorIndex, "empty", lambda dimension, **_: empty(dimension, exact_limit=40))
    monkeypatch.setattr(VectorIndex, "prepare", lambda sample, count, **_: prepare(sample, count, exact_limit=40))


@pytest.mark.usefixtures("small_layouts")
def test_an_outgrown_index_is_laid_out_anew_when_it_is_saved_and_taken_over_by_others(tmp_path: Path) -> None:
    with open_store(tmp_path) as one, EmbeddedStore.open(tmp_path) as two:
        put(one, [article(n, f"第{n}号桥今年通车。") for n in range(30)])
        one.settle()
        assert len(two.vector_index) == 30
        put(one, [article(n, f"第{n}座图书馆开馆。") for n in range(30, 60)])
        for store in (one, two):  # nobody who asks or stores waits for a layout
            assert store.vector_index.is_exact
            assert store.vector_index.is_outgrown
        assert one.settle() == ["vectors-2.faiss was written anew from the database"]
        one.remove(["a7"])
        for store in (one, two):
            assert (store.vector_index.is_exact, store.vector_index.is_outgrown) == (False, False)
            assert_index_follows(store)
            assert len(store.vector_index) == 59
    with EmbeddedStore.open(tmp_path) as store:
        assert not store.vector_index.is_exact
        assert_index_follows(store)
