"""Question to passages, over a real store."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEncoder
from numpy.typing import NDArray

from rag.corpus.chunks import split_into_spans
from rag.corpus.embedded.reading import EmbeddedReading
from rag.corpus.embedded.store import EmbeddedStore
from rag.errors import QuestionError
from rag.records import Article, SearchFilter
from rag.retrieval.retriever import Retriever

SPEECH = "".join(f"赵立新在教育大会上强调教育优先，第{i}项是{chr(0x6211 + 7 * i) * 60}。" for i in range(8))
ARTICLES = [
    Article(
        "a1",
        "青河区签约忙",
        "青河区今年签约引进各类项目102个，总投资350亿元。",
        date=dt.date(2020, 12, 25),
        source="青河日报",
    ),
    Article("a2", "柳湾镇修路", "柳湾镇修通861路公交，惠及1024户居民。", date=dt.date(2021, 3, 2), source="青河日报"),
    Article("a3", "柳湾镇签约", "柳湾镇签订合作项目14个，总投资3亿元。", date=dt.date(2021, 5, 9), source="柳湾周报"),
    Article("a4", "教育大会召开", SPEECH, date=dt.date(2021, 6, 1), source="青河日报"),
    Article("a5", "天气", "今日晴好，微风。", source="青河日报"),
]
ENCODER = HashEncoder()


def put(store: EmbeddedStore, articles: list[Article]) -> None:
    with store.writing() as writer:
        for article in articles:
            number = writer.put_source(article.id, article.id, "", None, None)
            spans = split_into_spans(article.text, 100)
            texts = [article.text[span.start : span.end] for span in spans]
            writer.put_article(article, number, 0, spans, ENCODER.encode_passages(texts))
            writer.seal_source(number, article.id)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with EmbeddedStore.open(
        tmp_path, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True
    ) as opened:
        put(opened, ARTICLES)
        yield opened


@pytest.fixture
def retriever(store: EmbeddedStore) -> Retriever:
    return Retriever(store, ENCODER)


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("青河区今年签约引进多少个项目？", "a1"),
        ("柳湾镇签订合作项目多少个？", "a3"),
        ("861路公交惠及多少户？", "a2"),
        ("柳灣鎮簽訂合作項目", "a3"),
        ("赵立新强调了什么？", "a4"),
        ("861", "a2"),
    ],
)
def test_the_right_article_comes_first(retriever: Retriever, question: str, article_id: str) -> None:
    assert retriever.search(question)[0].article_id == article_id


@pytest.mark.parametrize(
    ("question", "article_id"),
    [
        ("How many households of Liuwan does line 861 serve?", "a2"),
        ("What did Zhao Lixin say of schools?", "a4"),
    ],
)
def test_a_name_in_pinyin_finds_its_characters(retriever: Retriever, question: str, article_id: str) -> None:
    assert retriever.search(question)[0].article_id == article_id


def test_an_encoder_that_fails_leaves_the_store_usable(store: EmbeddedStore, retriever: Retriever) -> None:
    class BrokenEncoder(HashEncoder):
        def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise RuntimeError("no memory")

    with pytest.raises(RuntimeError, match="no memory"):
        Retriever(store, BrokenEncoder()).search("青河区签约")
    assert not store.connection().in_transaction
    assert retriever.search("青河区签约")[0].article_id == "a1"


def test_an_article_stored_again_while_others_search_is_found_once_it_is_there(
    retriever: Retriever, store: EmbeddedStore
) -> None:
    done = threading.Event()
    problems: list[str] = []

    def search() -> None:
        try:
            while not done.is_set():
                found = retriever.search("青河区签约引进项目", count=30)
                problems.extend(p.article_id for p in found if store.connection().in_transaction)
        except Exception as error:
            problems.append(repr(error))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for round_number in range(10):
        store.remove(["a1"])
        assert "a1" not in {passage.article_id for passage in retriever.search("青河区签约引进项目", count=30)}
        put(store, [replace(ARTICLES[0], text=f"青河区今年签约引进各类项目{round_number}个，总投资350亿元。")])
        first = retriever.search("青河区今年签约引进各类项目", count=30)[0]
        assert (first.article_id, f"项目{round_number}个" in first.text) == ("a1", True)
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_passage_is_a_span_of_its_article(retriever: Retriever, store: EmbeddedStore) -> None:
    passages = retriever.search("教育大会上赵立新强调教育优先", count=10)
    assert len(passages) == 10
    for passage in passages:
        article = store.article(passage.article_id)
        assert article.text[passage.start : passage.end] == passage.text
        assert (passage.title, passage.date, passage.source) == (article.title, article.date, article.source)
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)


def test_one_article_does_not_crowd_out_the_others(retriever: Retriever) -> None:
    found = [passage.article_id for passage in retriever.search("赵立新强调教育优先", count=4)]
    assert found.count("a4") <= 2
    assert len(set(found)) == 3


@pytest.mark.parametrize(
    ("search_filter", "allowed"),
    [
        (SearchFilter(date_from=dt.date(2021, 1, 1)), {"a2", "a3", "a4"}),
        (SearchFilter(date_to=dt.date(2020, 12, 25)), {"a1"}),
        (SearchFilter(source="柳湾周报"), {"a3"}),
        (SearchFilter(dt.date(2021, 3, 2), dt.date(2021, 5, 9)), {"a2", "a3"}),
        (SearchFilter(source="没有的报"), set()),
    ],
)
def test_nothing_outside_the_filter_comes_back(
    retriever: Retriever, search_filter: SearchFilter, allowed: set[str]
) -> None:
    passages = retriever.search("青河区今年签约引进多少个项目", count=20, search_filter=search_filter)
    assert {passage.article_id for passage in passages} == allowed


def test_the_time_of_a_question_lifts_but_does_not_bind(retriever: Retriever) -> None:
    year = (dt.date(2021, 1, 1), dt.date(2021, 12, 31))
    before = {p.article_id: p.score for p in retriever.search("签约项目", count=20)}
    after = {p.article_id: p.score for p in retriever.search("签约项目", count=20, question_time=year)}
    assert before.keys() == after.keys()
    assert after["a3"] > before["a3"]
    assert after["a1"] == before["a1"]


def test_a_removed_article_is_gone_at_once(retriever: Retriever, store: EmbeddedStore) -> None:
    assert retriever.search("青河区签约")[0].article_id == "a1"
    store.remove(["a1"])
    assert "a1" not in {passage.article_id for passage in retriever.search("青河区签约", count=20)}


def test_an_index_that_lags_behind_brings_nothing_back(
    retriever: Retriever, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.reading() as reading:
        held = reading.chunks_near(ENCODER.encode_queries(["青河区签约"])[0], 100)
        assert "a1" in {chunk.article_id for chunk in reading.found_chunks(held)}
    store.remove(["a1"])
    monkeypatch.setattr(EmbeddedReading, "chunks_near", lambda *_: held)
    assert "a1" not in {passage.article_id for passage in retriever.search("青河区签约", count=20)}


def test_removals_hold_for_every_thread(retriever: Retriever, store: EmbeddedStore) -> None:
    batch = [Article(f"b{i}", f"青河区签约{i}", f"青河区第{i}次签约引进项目{i}个。") for i in range(20)]
    put(store, batch)
    gone: set[str] = set()
    problems: list[str] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                before = set(gone)
                found = {passage.article_id for passage in retriever.search("青河区签约引进项目", count=30)}
                problems.extend(found & before)
        except Exception as error:
            problems.append(repr(error))

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for article in batch:
        store.remove([article.id])
        gone.add(article.id)
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert store.article_count() == len(ARTICLES)


def test_an_empty_store_finds_nothing(tmp_path: Path) -> None:
    with EmbeddedStore.open(tmp_path, embedding_model="x", dimension=64, create=True) as empty:
        assert Retriever(empty, ENCODER).search("青河区") == []


@pytest.mark.parametrize("question", ["", "  \n", "　"])
def test_an_empty_question_is_refused(retriever: Retriever, question: str) -> None:
    with pytest.raises(QuestionError, match="question is empty"):
        retriever.search(question)


def test_a_filter_that_ends_before_it_begins_is_refused(retriever: Retriever) -> None:
    backwards = SearchFilter(dt.date(2021, 2, 1), dt.date(2021, 1, 1))
    with pytest.raises(QuestionError, match="earlier day first"):
        retriever.search("青河区", search_filter=backwards)


@pytest.mark.parametrize("question", ["？！…", '"', "a" * 3000, "\ud800", "的" * 500, "NOT AND OR (", "🎉", "𠀀𠀁"])
def test_odd_questions_are_searched_all_the_same(retriever: Retriever, question: str) -> None:
    assert all(passage.text for passage in retriever.search(question))
