"""What people mend in the archive: articles removed, their date, title, paper or page corrected; and undoing it.

A correction keeps the article's id and text, so that every citation into it still holds. The file it came from keeps
its state: importing the same file again changes neither a correction nor a removal, a changed file brings its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.corpus.article_identity import storable
from rag.corpus.store import ArticleStore
from rag.errors import ArticleNotFoundError
from rag.records import Article

EncodePassages = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with all that the store holds of it: ``vectors`` has shape ``(len(spans), dimension)``."""

    article: Article
    source_id: int
    position: int
    spans: tuple[Span, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Correction:
    """What an article is to say of itself from now on."""

    title: str
    date: dt.date | None
    source: str
    page: str


def stored_article(store: ArticleStore, article_id: str) -> StoredArticle:
    """The article with its place, chunks and vectors.

    Raises:
        ArticleNotFoundError: there is none.
    """
    with store.reading() as connection:
        article = store.article(article_id)
        source_id, position = connection.execute(
            "SELECT source_id, position FROM articles WHERE id = ?", (article_id,)
        ).fetchone()
        rows = connection.execute(
            "SELECT start, end, vector FROM chunks WHERE article_id = ? ORDER BY id", (article_id,)
        ).fetchall()
    vectors = np.array([np.frombuffer(row[2], dtype="<f4") for row in rows], dtype=np.float32)
    spans = tuple(Span(row[0], row[1]) for row in rows)
    return StoredArticle(article, source_id, position, spans, vectors.reshape(len(rows), store.dimension))


def put_back(store: ArticleStore, kept: StoredArticle) -> None:
    """Make the article what it was, whether it was removed or changed meanwhile."""
    with store.writing() as writer:
        writer.put_article(kept.article, kept.source_id, kept.position, kept.spans, kept.vectors)


def correct_article(
    store: ArticleStore, article_id: str, correction: Correction, encode: EncodePassages
) -> StoredArticle:
    """Correct what an article says of itself; gives what it was, for ``put_back``.

    Its vectors hold its title, so that another title is encoded anew.

    Raises:
        ArticleNotFoundError: there is no such article.
        StoreLockedError: another process keeps writing.
    """
    earlier = stored_article(store, article_id)
    title = storable(" ".join(correction.title.split()))
    article = replace(
        earlier.article,
        title=title,
        date=correction.date,
        source=storable(correction.source.strip()),
        page=storable(correction.page.strip()),
        date_basis=earlier.article.date_basis if correction.date == earlier.article.date else "option",
    )
    vectors = earlier.vectors
    if title != earlier.article.title and earlier.spans:
        texts = [article.text[span.start : span.end] for span in earlier.spans]
        vectors = encode([f"{title}\n{text}".strip() for text in texts])
    with store.writing() as writer:
        if not writer.remove_article(article_id):
            raise ArticleNotFoundError(f"the article {article_id!r} was removed meanwhile: nothing is corrected")
        writer.put_article(article, earlier.source_id, earlier.position, earlier.spans, vectors)
    return earlier
