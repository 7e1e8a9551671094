"""Articles and stores for the tests of claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from fakes import HashEncoder

from rag.chinese.sentences import Span
from rag.claims.index import keep_claims
from rag.corpus.store import ArticleStore
from rag.records import Article


def article(name: str, text: str, day: str = "2022-05-10", title: str = "", source: str = "海棠日报") -> Article:
    return Article(name, title, text, date=dt.date.fromisoformat(day), source=source, page="2")


def open_store(folder: Path) -> ArticleStore:
    encoder = HashEncoder()
    return ArticleStore.open(folder, embedding_model=encoder.name, dimension=encoder.dimension, create=True)


def put(store: ArticleStore, *articles: Article) -> None:
    with store.writing() as writer:
        source = writer.put_source("f", "f", "0", None, None)
        for position, item in enumerate(articles):
            spans = [Span(0, len(item.text))]
            vectors = np.ones((1, store.dimension), np.float32) / np.sqrt(store.dimension)
            writer.put_article(item, source, position, spans, vectors.astype(np.float32))


def store_of(folder: Path, articles: Sequence[Article]) -> ArticleStore:
    store = open_store(folder)
    keep_claims(store)
    put(store, *articles)
    return store
