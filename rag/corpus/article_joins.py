"""Cuts that people mend: one article divided at a line, two articles joined; each in one transaction, with undo.

A mend takes the articles out and puts in what becomes of them, with passages, vectors, terms and claims of their new
texts. A record of it is kept beside them (``rag.corpus.mend_records``): pages cut anew by hand can teach the cutting.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.corpus.article_edits import stored_article
from rag.corpus.article_identity import article_digest, storable
from rag.corpus.article_pieces import divided_article, joined_article
from rag.corpus.chunks import split_into_spans
from rag.corpus.correction_links import link_corrections
from rag.corpus.mend_records import MendKind, mend_record
from rag.corpus.store import ArticleStore, StoreWriter
from rag.corpus.store_reading import StoredArticle
from rag.errors import ArticleChangedError, MendError
from rag.records import Article

EncodePassages = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Mend:
    """What stood there and what stands there now: enough to take it back."""

    id: str
    before: tuple[StoredArticle, ...]
    after: tuple[StoredArticle, ...]


@dataclass(frozen=True, slots=True)
class ArticleMender:
    """Mends cuts in ``store``; ``encode`` makes the vectors of passages of at most ``chunk_characters``."""

    store: ArticleStore
    encode: EncodePassages
    chunk_characters: int

    def divide(self, article_id: str, line: int, title: str) -> Mend:
        """Make the article end before its line ``line`` (from 1), and another of the rest, with a headline.

        The rest follows in the list. Where its first line is the headline, that line is no part of its text.

        Raises:
            ArticleNotFoundError: there is no such article.
            MendError: it has no such line, or nothing would be left on one side.
            ArticleChangedError: somebody changed it meanwhile.
            StoreLockedError: another process keeps writing.
        """
        earlier = stored_article(self.store, article_id)
        headline = storable(" ".join(title.split()))
        first, rest = divided_article(earlier.article, line, headline, self._free_id(earlier.article))
        after = self._stored((first, earlier.position), (rest, earlier.position + 1), source_id=earlier.source_id)
        return self._put("divide", (earlier,), after)

    def join(self, first_id: str, next_id: str) -> Mend:
        """Make one article of two: the text of ``next_id``, headline and all, goes on where ``first_id`` ends.

        Raises:
            ArticleNotFoundError: one of them does not exist.
            MendError: they are one and the same.
            ArticleChangedError: somebody changed one of them meanwhile.
            StoreLockedError: another process keeps writing.
        """
        if first_id == next_id:
            raise MendError(f"both ids are {first_id!r}; expected two articles to join: name another")
        first, following = stored_article(self.store, first_id), stored_article(self.store, next_id)
        joined = joined_article(first.article, following.article)
        after = self._stored((joined, first.position), source_id=first.source_id)
        return self._put("join", (first, following), after)

    def _stored(self, *pieces: tuple[Article, int], source_id: int) -> tuple[StoredArticle, ...]:
        made = [(article, at, split_into_spans(article.text, self.chunk_characters)) for article, at in pieces]
        texts = [f"{item.title}\n{item.text[s.start : s.end]}".strip() for item, _, spans in made for s in spans]
        vectors = self.encode(texts) if texts else np.empty((0, self.store.dimension), np.float32)
        found, begin = [], 0
        for article, position, spans in made:
            own = vectors[begin : begin + len(spans)]
            found.append(StoredArticle(article, source_id, position, spans, own))
            begin += len(spans)
        return tuple(found)

    def _put(self, kind: MendKind, before: tuple[StoredArticle, ...], after: tuple[StoredArticle, ...]) -> Mend:
        mend = Mend(secrets.token_hex(6), before, after)
        with self.store.writing() as writer:
            if kind == "divide":
                writer.make_room(before[0].source_id, before[0].position)
            _exchange(self.store, writer, before, after)
            writer.add_feedback(*mend_record(kind, mend.id, before, after))
        link_corrections(self.store)
        return mend

    def _free_id(self, article: Article) -> str:
        """An id that no article has, the same for the same state of the archive."""
        for attempt in range(1000):
            digest = article_digest(f"{article.id}\0divided\0{attempt}", article.text[:60])
            if not self.store.articles_by_id([digest]):
                return digest
        raise MendError(f"the article {article.id!r} was divided a thousand times: import its file again")


def undo_mend(store: ArticleStore, mend: Mend) -> None:
    """Make the articles again what they were before ``mend``.

    Raises:
        ArticleChangedError: one that the mend made was changed or removed since; what was done last is undone first.
        StoreLockedError: another process keeps writing.
    """
    with store.writing() as writer:
        _exchange(store, writer, mend.after, mend.before)
        writer.add_feedback(*mend_record("undo", mend.id, mend.after, mend.before))
    link_corrections(store)


def _exchange(
    store: ArticleStore, writer: StoreWriter, old: Sequence[StoredArticle], new: Sequence[StoredArticle]
) -> None:
    """Put ``new`` in the place of ``old``, inside the caller's transaction, which sees what others did before it."""
    present = store.articles_by_id([item.article.id for item in old])
    for item in old:
        if present.get(item.article.id) != item.article:
            raise ArticleChangedError(
                f"the article {item.article.id!r} was changed or removed meanwhile; expected it as it was read: "
                "look at it again, and undo later changes first"
            )
        writer.remove_article(item.article.id)
    for item in new:
        writer.put_article(item.article, item.source_id, item.position, item.spans, item.vectors)


def neighbours(store: ArticleStore, article_id: str, limit: int = 100) -> list[Article]:
    """The other articles of the same file, those that follow first: a part of it may have been cut off into one.

    Raises:
        ArticleNotFoundError: there is no such article.
    """
    own = stored_article(store, article_id)
    with store.reading() as reading:
        key = reading.source_key_of(article_id)
        known = reading.known_source(key) if key is not None else None
        ids = [other for other in (known.fingerprints if known else ()) if other != article_id]
        found = [item for item in map(reading.stored_article, ids[:limit]) if item is not None]
    return [item.article for item in sorted(found, key=lambda item: (item.position < own.position, item.position))]
