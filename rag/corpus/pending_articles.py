"""Files that are read and wait to be stored, and their drafts made into articles, each with an id and a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rag.chinese.sentences import Span
from rag.corpus.article_identity import article_digest, stable_names, storable
from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import KnownSource
from rag.errors import SourceError
from rag.records import Article, DateBasis, DraftArticle, Origin, SourceDocument


@dataclass(slots=True)
class PendingSource:
    """A file that is read, and of which not all is stored yet."""

    key: str
    place: str
    """The file as the user knows it: its path, or the label of an upload."""
    document: SourceDocument
    signature: str
    options: tuple[str | None, str | None]
    known: KnownSource | None
    remaining: int = 0
    """How many of its articles are not stored yet."""
    seen: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class PendingArticle:
    """One article of such a file, at its place among the others."""

    source: PendingSource
    stable: str
    article: Article
    position: int
    spans: tuple[Span, ...] | None
    """None for an article whose text and place in the paper did not change."""

    @property
    def pieces(self) -> list[str]:
        """The texts of its chunks."""
        return [self.article.text[span.start : span.end] for span in self.spans or ()]


def articles_of(
    store: ArticleStore, source: PendingSource, waiting: Sequence[PendingSource]
) -> list[tuple[str, Article]]:
    """The articles of a file, each after its stable name; ``waiting`` are files whose ids the store may not know.

    Raises:
        SourceError: over a thousand of them are the same.
    """
    drafts = source.document.articles
    names = zip(drafts, stable_names(drafts), strict=True)
    return [(stable, _article(draft, source, free_id(store, stable, source, waiting))) for draft, stable in names]


def _article(draft: DraftArticle, source: PendingSource, article_id: str) -> Article:
    document = source.document
    date, basis = _date_of(draft, document, source.options[0])
    return Article(
        id=article_id,
        title=storable(draft.title),
        text=storable(draft.text),
        subtitle=storable(draft.subtitle),
        byline=storable(draft.byline),
        date=date,
        source=storable(draft.source or source.options[1] or document.source),
        page=storable(draft.page),
        kind=draft.kind,
        origin=Origin(source.place, document.sha256, draft.runs),
        date_basis=basis,
        confidence=draft.confidence,
    )


def free_id(store: ArticleStore, stable: str, source: PendingSource, waiting: Sequence[PendingSource]) -> str:
    """An id that stays while file name and ``stable`` stay, and that no other file's article has.

    ``source`` has seen it from now on.

    Raises:
        SourceError: a thousand are taken.
    """
    name = Path(source.place).name
    mine = source.known.fingerprints if source.known else {}
    for attempt in range(1000):
        place = name if attempt == 0 else f"{source.key}\0{attempt}"
        digest = article_digest(place, stable)
        if digest in source.seen:
            continue
        if digest in mine or not _belongs_elsewhere(store, digest, source, waiting):
            source.seen.add(digest)
            return digest
    raise SourceError(f"{name} holds over a thousand articles with the same title and text: check the file")


def _belongs_elsewhere(
    store: ArticleStore, article_id: str, source: PendingSource, waiting: Sequence[PendingSource]
) -> bool:
    if any(other is not source and article_id in other.seen for other in waiting):
        return True
    with store.reading() as reading:
        owner = reading.source_key_of(article_id)
    return owner is not None and owner != source.key


def _date_of(draft: DraftArticle, document: SourceDocument, option: str | None) -> tuple[dt.date | None, DateBasis]:
    if draft.date is not None and draft.date_basis == "record":
        return draft.date, "record"
    if option is not None:
        return dt.date.fromisoformat(option), "option"
    if draft.date is not None:
        return draft.date, draft.date_basis
    return document.date, document.date_basis
