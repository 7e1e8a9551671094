"""What people mend in the archive: articles removed, their date, title, paper or page corrected; and undoing it.

A correction keeps the article's id and text, so that every citation into it still holds. The file it came from keeps
its state: importing the same file again changes neither a correction nor a removal, a changed file brings its own.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.corpus.article_identity import storable
from rag.corpus.mend_records import mend_record
from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import StoredArticle
from rag.errors import ArticleNotFoundError

__all__ = ["Correction", "StoredArticle", "correct_article", "put_back", "stored_article"]

EncodePassages = Callable[[Sequence[str]], NDArray[np.float32]]


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
    with store.reading() as reading:
        found = reading.stored_article(article_id)
    if found is None:
        raise ArticleNotFoundError(
            f"no article has the id {article_id!r} in {store.location}: `baowen articles` lists the ids"
        )
    return found


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
        if title != earlier.article.title:
            after = replace(earlier, article=article)
            writer.add_feedback(*mend_record("retitle", secrets.token_hex(6), (earlier,), (after,)))
    return earlier
