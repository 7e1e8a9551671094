"""Articles and stores for the tests of claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
from fakes import HashEncoder

from rag.chinese.sentences import Span
from rag.claims.index import keep_claims
from rag.corpus.open_store import StoreLocation
from rag.corpus.open_store import open_store as open_any_store
from rag.corpus.store import ArticleStore
from rag.records import Article


def article(name: str, text: str, day: str = "2022-05-10", title: str = "", source: str = "海棠日报") -> Article:
    return Article(name, title, text, date=dt.date.fromisoformat(day), source=source, page="2")


def open_store(location: StoreLocation) -> ArticleStore:
    encoder = HashEncoder()
    return open_any_store(location, embedding_model=encoder.name, dimension=encoder.dimension, create=True)


def put(store: ArticleStore, *articles: Article) -> None:
    with store.writing() as writer:
        source = writer.put_source("f", "f", "0", None, None)
        for position, item in enumerate(articles):
            spans = [Span(0, len(item.text))]
            vectors = np.ones((1, store.dimension), np.float32) / np.sqrt(store.dimension)
            writer.put_article(item, source, position, spans, vectors.astype(np.float32))


def store_of(location: StoreLocation, articles: Sequence[Article]) -> ArticleStore:
    store = open_store(location)
    keep_claims(store)
    put(store, *articles)
    return store


def harbour_articles() -> list[Article]:
    """One figure over four periods; of the last one another paper says otherwise, and berths are planned."""
    told = "海棠县港口货物吞吐量为"
    return [
        article("spring", f"一季度，{told}320万吨。", "2021-04-20", "港口一季度开门红"),
        article("summer", f"上半年，{told}690万吨。今年，海棠县计划新建泊位3个。", "2021-07-20", "港口过半年"),
        article("year", f"2021年，{told}1450万吨。", "2022-01-20", "港口这一年"),
        article("other", f"2021年，{told}1380万吨。", "2022-02-10", "港口有多忙", source="海棠晚报"),
        article("berth", "2022年，海棠县港口管理局局长柳知微介绍，泊位开工2个。", "2022-03-01", "泊位开工"),
    ]
