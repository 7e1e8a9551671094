"""What is PostgreSQL's own: layout and migrations, the lists of vectors, a server that goes away and comes back."""

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import psycopg
import pytest
from fakes import HashEncoder
from postgresql_server import PostgresqlServer

from rag.corpus.chunks import split_into_spans
from rag.corpus.open_store import open_store, require_folder, store_exists
from rag.corpus.postgresql import migrations, reading, vector_lists
from rag.corpus.postgresql.checks import problems as problems_of
from rag.corpus.postgresql.connections import Connection
from rag.corpus.postgresql.layout import migrate
from rag.corpus.postgresql.store import PostgresqlStore
from rag.corpus.postgresql.writing import array_text
from rag.errors import StoreError, StoreMismatchError
from rag.records import Article, SearchFilter
from rag.retrieval.retriever import Retriever

ENCODER = HashEncoder()
PARTS = 2
"""Of each large table in the databases that the fixtures lay out."""


def lay_out(url: str) -> PostgresqlStore:
    return PostgresqlStore.open(url, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True)


def put(store: PostgresqlStore, texts: dict[str, str], source: str = "晨报") -> None:
    with store.writing() as writer:
        number = writer.put_source("/p", "/p", "00", None, None)
        for position, (name, text) in enumerate(texts.items()):
            spans = split_into_spans(text, 40)
            vectors = ENCODER.encode_passages([text[span.start : span.end] for span in spans])
            writer.put_article(Article(name, name, text, source=source), number, position, spans, vectors)
        writer.seal_source(number, "sealed")


def test_a_store_is_laid_out_once_and_found_again(empty_database: str) -> None:
    assert not store_exists(empty_database)
    with pytest.raises(StoreError, match=r"there is no store in postgresql://.*run `baowen ingest PATH`"):
        open_store(empty_database)
    with lay_out(empty_database) as store:
        assert (store.generation, store.check(), store.counts().articles) == (0, [], 0)
    assert store_exists(empty_database)
    with open_store(empty_database) as again:
        assert (again.embedding_model, again.dimension) == ("hash-encoder", 64)


def _lay_out(url: str) -> None:
    lay_out(url).close()


def test_processes_that_lay_out_the_same_database_at_once_wait_for_each_other(empty_database: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_lay_out, args=(empty_database,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]


def test_an_older_layout_is_brought_up_by_command_in_order_and_whole(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def second(connection: Connection, dimension: int) -> None:
        ran.append(f"second {dimension}")
        connection.execute("CREATE TABLE added (id integer)")

    def third(connection: Connection, dimension: int) -> None:
        ran.append("third")
        if len(ran) == 2:
            raise ZeroDivisionError

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, second, third))
    with pytest.raises(StoreMismatchError, match=r"layout version 3, expected 5: .*`baowen store migrate`"):
        open_store(postgresql_url)
    with pytest.raises(ZeroDivisionError):
        migrate(postgresql_url)
    with psycopg.connect(postgresql_url) as connection:
        row = connection.execute(
            "SELECT to_regclass('added'), value FROM meta WHERE key = 'layout_version'"
        ).fetchone()
        assert row == (None, "3")
    assert migrate(postgresql_url) == 3
    assert ran == ["second 64", "third", "second 64", "third"]
    assert migrate(postgresql_url) == 5
    with open_store(postgresql_url) as store:
        assert store.generation == 0
    monkeypatch.undo()
    with pytest.raises(StoreMismatchError, match="layout version 5, expected 3: update baowen"):
        open_store(postgresql_url)
    with pytest.raises(StoreMismatchError, match="layout version 5"):
        migrate(postgresql_url)


@pytest.fixture
def many(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresqlStore]:
    """A store whose searches use the lists however few chunks there are."""
    monkeypatch.setattr(vector_lists, "EXACT_LIMIT", 0)
    with open_store(postgresql_url) as store:
        assert isinstance(store, PostgresqlStore)
        put(store, {f"b{n}": f"第{n}号桥今年{n % 12 + 1}月通车，全长{37 * n}米。" for n in range(300)})
        put(store, {f"s{n}": f"第{n}所小学扩建，新增学位{n}个。" for n in range(20)}, "晚报")
        store.settle()
        yield store


def plan(store: PostgresqlStore, condition: str) -> str:
    """How the server finds the nearest vectors."""
    vector = reading.vector_text(ENCODER.encode_queries(["桥"])[0])
    with psycopg.connect(store._url) as connection:
        rows = connection.execute(
            f"EXPLAIN SELECT chunk_id FROM vectors WHERE {condition} "
            "ORDER BY vector::halfvec(64) <#> %s::halfvec(64) LIMIT 10", (vector,)
        ).fetchall()  # fmt: skip
    return "\n".join(row[0] for row in rows)


def test_the_lists_find_nearly_what_comparing_every_vector_finds(many: PostgresqlStore) -> None:
    assert "Index Scan using vectors_" in plan(many, "true")
    found = exact = 0
    with many.reading() as opened:
        chunks = opened.found_chunks(range(1, 10_000))
        vectors, ids = np.array([chunk.vector for chunk in chunks]), np.array([chunk.chunk_id for chunk in chunks])
        for number in range(0, 300, 15):
            asked = ENCODER.encode_queries([f"第{number}号桥何时通车"])[0]
            best = set(ids[np.argsort(-(vectors @ asked), kind="stable")[:20]].tolist())
            found += len(best & set(opened.chunks_near(asked, 20)))
            exact += len(best)
    assert found / exact >= 0.95


def test_a_narrow_filter_on_the_lists_still_finds_all_that_pass(many: PostgresqlStore) -> None:
    with many.reading() as opened:
        asked = ENCODER.encode_queries(["第7号桥何时通车"])[0]
        near = opened.chunks_near(asked, 20, SearchFilter(source="晚报"))
        assert {chunk.article_id for chunk in opened.found_chunks(near)} == {f"s{n}" for n in range(20)}
        assert opened.chunks_near(asked, 20, SearchFilter(source="没有的报")) == []


def test_terms_are_searched_on_a_second_connection_that_sees_the_same(
    many: PostgresqlStore, postgresql_url: str
) -> None:
    with many.reading() as opened, open_store(postgresql_url) as other:
        assert isinstance(other, PostgresqlStore)
        known = opened.term_frequencies(["通车"])
        put(other, {"late": "通车。"})
        asked_before = many._pool.get_stats()["requests_num"]
        hits = opened.chunks_with_terms(known, 1_000)
        assert many._pool.get_stats()["requests_num"] == asked_before + 1
        assert len(hits) == known["通车"] == 300
    with many.reading() as opened:
        assert opened.term_frequencies(["通车"]) == {"通车": 301}


def test_where_no_second_connection_is_free_the_first_does_for_both(many: PostgresqlStore) -> None:
    with many.reading() as opened, ExitStack() as taken:
        known = opened.term_frequencies(["通车"])
        for _ in range(many._pool.max_size - 1):
            taken.enter_context(many._pool.connection())
        assert len(opened.chunks_with_terms(known, 1_000)) == 300


def test_removed_vectors_are_found_no_more_in_the_lists(many: PostgresqlStore) -> None:
    many.remove([f"s{n}" for n in range(19)])
    with many.reading() as opened:
        near = opened.chunks_near(ENCODER.encode_queries(["小学扩建"])[0], 5, SearchFilter(source="晚报"))
        assert [chunk.article_id for chunk in opened.found_chunks(near)] == ["s19"]


def test_search_indexes_that_are_missing_are_made_again(many: PostgresqlStore) -> None:
    with psycopg.connect(many._url, autocommit=True) as connection:
        migrations.drop_search_indexes(connection)
    assert "Index Scan" not in plan(many, "true")
    assert Retriever(many, ENCODER).search("第7号桥")[0].article_id == "b7"
    assert many.settle() == ["the indexes that a search reads were made anew"]
    assert many.settle() == []
    assert Retriever(many, ENCODER).search("第7号桥")[0].article_id == "b7"


def lists_a_part(url: str) -> str | None:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT reloptions[1] FROM pg_class WHERE oid = to_regclass('vectors_0_by_nearness')"
        ).fetchone()
    return row and row[0]


def test_lists_of_vectors_are_made_when_there_are_enough_and_anew_when_there_are_twice_as_many(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_lists, "EXACT_LIMIT", 30)
    parts = PARTS
    with open_store(postgresql_url) as store:
        assert isinstance(store, PostgresqlStore)
        put(store, {f"a{n}": f"第{n}条街道铺设雨水管{n}米。" for n in range(30)})
        assert lists_a_part(postgresql_url) is None
        put(store, {f"b{n}": f"第{n}座公园种植银杏{n}株。" for n in range(34)})
        assert lists_a_part(postgresql_url) == f"lists={vector_lists.lists_of(64 // parts)}"
        put(store, {f"c{n}": f"第{n}户居民领到补助{n}元。" for n in range(60)})
        assert lists_a_part(postgresql_url) == f"lists={vector_lists.lists_of(64 // parts)}"
        put(store, {f"d{n}": f"第{n}班学生参观水厂{n}次。" for n in range(4)})
        assert lists_a_part(postgresql_url) == f"lists={vector_lists.lists_of(128 // parts)}"
        assert store.settle() == []
        assert Retriever(store, ENCODER).search("第7座公园种植多少银杏")[0].article_id == "b7"


def test_the_graph_of_an_older_layout_makes_way_for_lists(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_lists, "EXACT_LIMIT", 30)
    parts = PARTS
    with open_store(postgresql_url) as store, psycopg.connect(postgresql_url, autocommit=True) as connection:
        assert isinstance(store, PostgresqlStore)
        put(store, {f"a{n}": f"第{n}条街道铺设雨水管{n}米。" for n in range(40)})
        migrations.drop_search_indexes(connection)
        connection.execute(
            "CREATE INDEX vectors_by_nearness ON vectors USING hnsw ((vector::halfvec(64)) halfvec_ip_ops)"
        )
        connection.execute("UPDATE meta SET value = '2' WHERE key = 'layout_version'")
    assert migrate(postgresql_url) == 2
    assert lists_a_part(postgresql_url) == f"lists={vector_lists.lists_of(40 // parts)}"
    with open_store(postgresql_url) as store:
        assert store.settle() == []
        assert Retriever(store, ENCODER).search("第7条街道铺设多少雨水管")[0].article_id == "a7"


def test_lists_are_made_by_one_process_and_what_a_killed_one_left_is_made_again(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(postgresql_url) as store, psycopg.connect(postgresql_url, autocommit=True) as other:
        assert isinstance(store, PostgresqlStore)
        put(store, {f"a{n}": f"第{n}条街道铺设雨水管{n}米。" for n in range(40)})
        other.execute("CREATE INDEX vectors_1_by_nearness_anew ON vectors_1 (chunk_id)")
        monkeypatch.setattr(vector_lists, "EXACT_LIMIT", 30)
        other.execute(f"SELECT pg_advisory_lock({vector_lists._LOCK})")
        assert store.settle() == []
        other.execute(f"SELECT pg_advisory_unlock({vector_lists._LOCK})")
        assert store.settle() == ["the indexes that a search reads were made anew"]
        left = other.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'vectors%anew'").fetchone()
        assert left == (0,)
        assert lists_a_part(postgresql_url) == f"lists={vector_lists.lists_of(40 // PARTS)}"


def test_others_write_while_lists_are_made(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    learn = vector_lists._learn

    def learn_while_others_write(*given: Any) -> None:
        learn(*given)
        with open_store(postgresql_url) as other:
            assert isinstance(other, PostgresqlStore)
            monkeypatch.setattr(vector_lists, "EXACT_LIMIT", 9_000)
            put(other, {f"late {given[1]}": "雨水管铺到北门。"})

    with open_store(postgresql_url) as store:
        assert isinstance(store, PostgresqlStore)
        put(store, {f"a{n}": f"第{n}条街道铺设雨水管{n}米。" for n in range(40)})
        monkeypatch.setattr(vector_lists, "EXACT_LIMIT", 30)
        monkeypatch.setattr(vector_lists, "_learn", learn_while_others_write)
        assert store.settle() == ["the indexes that a search reads were made anew"]
        assert store.counts().articles == 40 + PARTS


def test_what_was_written_stays_where_lists_cannot_be_made(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(vector_lists, "EXACT_LIMIT", 3)
    monkeypatch.setattr(vector_lists, "lists_of", lambda _chunks: 40_000)  # more than pgvector takes
    with open_store(postgresql_url) as store:
        put(store, {f"a{n}": f"第{n}条街道铺设雨水管{n}米。" for n in range(10)})
        assert store.counts().articles == 10
        assert Retriever(store, ENCODER).search("第7条街道铺设多少雨水管")[0].article_id == "a7"
    assert "the lists of vectors could not be made anew" in caplog.text


@pytest.mark.parametrize("words", [["甲", "null", "a b", ""], ['说"好"', "c:\\目录", "{丙,丁}"], []])
def test_words_are_sent_as_the_array_they_are(postgresql_url: str, words: list[str]) -> None:
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SELECT %s::text[]", (array_text(words),)).fetchone() == (words,)


def test_check_finds_each_kind_of_inconsistency(postgresql_url: str) -> None:
    with lay_out(postgresql_url) as store, psycopg.connect(postgresql_url, autocommit=True) as connection:
        put(store, {"a1": "开工建设。", "a2": "竣工投产。", "a3": "\n　"})
        assert store.check() == []
        for damage, words in (
            ("UPDATE chunks SET \"end\" = 99 WHERE article_id = 'a1'", "1 chunks that reach past"),
            ("DELETE FROM chunks WHERE article_id = 'a1'", "1 articles without a chunk"),
            ("DELETE FROM vectors WHERE article_id = 'a1'", "1 chunks without a vector"),
            ("DELETE FROM chunks WHERE article_id = 'a2'", "1 vectors without a chunk"),
            ("DELETE FROM articles WHERE id = 'a2'", "1 chunks without an article"),
            ("DELETE FROM sources", "3 articles without a file"),
            ("UPDATE term_counts SET chunks = 9 WHERE term = '开工'", "1 terms whose number"),
            ("UPDATE tallies SET articles = 9", "1 days whose number"),
            ("UPDATE meta SET value = '9' WHERE key = 'chunks'", "1 wrong counts"),
        ):
            with connection.transaction(force_rollback=True):
                connection.execute(damage)
                problems = problems_of(connection)
                assert any(problem.startswith(words) for problem in problems), (words, problems)
        assert store.check() == []


def test_a_password_is_in_no_message(postgresql_server: PostgresqlServer) -> None:
    url = "postgresql://someone:hush-hush@127.0.0.1:1/nowhere"
    for attempt in (lambda: open_store(url), lambda: store_exists(url)):
        with pytest.raises(StoreError, match=r"postgresql://127\.0\.0\.1:1/nowhere cannot be reached") as caught:
            attempt()
        assert "hush" not in str(caught.value)
    with pytest.raises(StoreError, match="URL cannot be read") as caught:
        open_store("postgresql://%zz:hush-hush@x/y")
    assert "hush" not in str(caught.value)
    with pytest.raises(StoreError, match="use pg_dump"):
        require_folder(url, "backup")


def remove_and_kill(store: PostgresqlStore, server: PostgresqlServer) -> None:
    with store.writing() as writer:
        assert writer.remove_article("a1")
        server.kill()


def test_a_server_that_was_killed_loses_nothing_is_said_to_be_away_and_is_used_again() -> None:
    server = PostgresqlServer({"listen_addresses": "", "shared_buffers": "32MB"})
    try:
        server.execute("CREATE DATABASE papers")
        with lay_out(server.url("papers")) as store:
            put(store, {"a1": "清溪大桥通车。"})
            search = Retriever(store, ENCODER).search
            assert search("大桥")[0].article_id == "a1"
            with pytest.raises(StoreError, match="cannot be reached"):
                remove_and_kill(store, server)
            with pytest.raises(StoreError, match="expected a running PostgreSQL server"):
                store.require_reachable()
            server.start()
            store.require_reachable()
            assert (search("大桥")[0].article_id, store.generation, store.check()) == ("a1", 1, [])
            put(store, {"a1": "清溪大桥通车。", "a2": "图书馆开馆。"})
            assert store.article_count() == 2
    finally:
        server.stop()


def test_many_threads_read_while_one_writes(postgresql_url: str) -> None:
    with open_store(postgresql_url) as store:
        assert isinstance(store, PostgresqlStore)
        put(store, {"a0": "第0号桥通车。"})
        failures: list[BaseException] = []
        done = threading.Event()

        def read() -> None:
            try:
                while not done.is_set():
                    with store.reading() as opened:
                        assert opened.chunk_count == store.article_count() == opened.generation
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=read) for _ in range(6)]
        for thread in threads:
            thread.start()
        for number in range(1, 20):
            put(store, {f"a{number}": f"第{number}号桥通车。"})
        done.set()
        for thread in threads:
            thread.join()
        assert failures == []
        assert store.article_count() == 20
