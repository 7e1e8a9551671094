"""The claim index: the assertions of every article, kept by the store beside it.

They are written in the transaction that stores their article and go with it. They are derived, so they have a version
of their own beside the store's layout: when the reading changes, they are laid out anew and articles are read again,
some at a time, each time in one transaction. An article written by a program that does not know of
claims is found by what is missing and read then.
"""

from __future__ import annotations

from collections.abc import Callable

from rag.claims.assertions import read_assertions
from rag.claims.index_rows import row_of
from rag.corpus.store import ArticleStore, StoreWriter
from rag.corpus.store_reading import ClaimRow
from rag.records import Article

READING_VERSION = 9
"""Raised whenever claims are read otherwise, so that stored ones are made anew."""
_BATCH_ARTICLES = 200


def keep_claims(store: ArticleStore, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Have ``store`` keep the claims of its articles from now on; says how many articles were read for it now.

    ``on_progress`` is told articles read and articles to read, after each batch.

    Raises:
        StoreLockedError: another process keeps writing.
        StoreError: the store cannot be written to.
    """
    _prepare(store)
    store.follow_articles(write_claims)
    return bring_up_to_date(store, on_progress=on_progress)


def bring_up_to_date(store: ArticleStore, *, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Read every article whose claims are missing or of another version, in batches; says how many."""
    _prepare(store)
    owed = _owed(store)
    for begin in range(0, len(owed), _BATCH_ARTICLES):
        articles = store.articles_by_id(owed[begin : begin + _BATCH_ARTICLES])
        rows = {article.id: _rows(article) for article in articles.values()}
        with store.writing() as writer:
            for article_id, read in rows.items():
                writer.put_owed_claims(article_id, read)
        if on_progress is not None:
            on_progress(min(begin + _BATCH_ARTICLES, len(owed)), len(owed))
    return len(owed)


def write_claims(writer: StoreWriter, article: Article) -> None:
    """Store the claims of an article that has just been stored, inside the caller's transaction."""
    writer.put_claims(article.id, _rows(article))


def _prepare(store: ArticleStore) -> None:
    with store.reading() as reading:
        found = reading.claims_version()
    if found != READING_VERSION:
        with store.writing() as writer:
            writer.lay_out_claims(READING_VERSION)


def _rows(article: Article) -> list[ClaimRow]:
    return [row_of(article.id, assertion) for assertion in read_assertions(article)]


def _owed(store: ArticleStore) -> list[str]:
    with store.reading() as reading:
        return reading.articles_without_claims()
