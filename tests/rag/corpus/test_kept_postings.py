"""Lists of chunks kept in memory: of one generation, bounded, never those of a transaction that is not over."""

import datetime as dt
from pathlib import Path

import numpy as np

from rag.chinese.sentences import Span
from rag.corpus.embedded.kept_postings import KeptPostings
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.postings import Postings
from rag.records import Article


def postings(*ids: int) -> Postings:
    return Postings(np.array(ids, np.int64), np.empty(0, np.int64))


def test_a_list_is_read_once_a_generation() -> None:
    kept, read = KeptPostings(), []

    def reading(term: str) -> Postings:
        read.append(term)
        return postings(len(read))

    assert [kept.of("苇塘", 1, reading).anywhere.tolist() for _ in range(2)] == [[1], [1]]
    assert kept.of("苇塘", 2, reading).anywhere.tolist() == [2]
    assert kept.of("苇塘", 1, reading).anywhere.tolist() == [3]  # an older reader is not given the newer list
    assert kept.of("苇塘", 2, reading).anywhere.tolist() == [2]
    assert read == ["苇塘"] * 3


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept, read = KeptPostings(most=4), []

    def reading(term: str) -> Postings:
        read.append(term)
        return postings(1, 2)

    for term in ("甲", "乙", "甲", "丙", "甲", "乙"):
        kept.of(term, 1, reading)
    assert read == ["甲", "乙", "丙", "乙"]


def test_a_search_sees_what_was_stored_and_removed_since_the_last(tmp_path: Path) -> None:
    article = Article("a", "苇塘清淤", "苇塘清淤三百米。", date=dt.date(2021, 5, 6), source="试验日报")
    other = Article("b", "苇塘种藕", "苇塘种藕二十亩。", date=dt.date(2021, 5, 7), source="试验日报")
    vector = np.ones((1, 4), np.float32) / 2

    def found() -> int:
        with store.reading() as reading:
            return len(reading.chunks_with_terms(reading.term_frequencies(["苇塘"]), 10))

    with EmbeddedStore.open(tmp_path, embedding_model="four", dimension=4, create=True) as store:
        counts = []
        for item in (article, other):
            with store.writing() as writer:
                source = writer.put_source(item.id, "", "", None, None)
                writer.put_article(item, source, 0, [Span(0, len(item.text))], vector)
                writer.seal_source(source, "done")
            counts.append(found())
        store.remove(["a"])
        counts.append(found())
        try:
            with store.writing() as writer:
                source = writer.put_source("again", "", "", None, None)
                writer.put_article(article, source, 0, [Span(0, len(article.text))], vector)
                counts.append(found())  # of this transaction
                raise RuntimeError("not stored after all")
        except RuntimeError:
            counts.append(found())
    assert counts == [1, 2, 1, 2, 1]
