"""Pages with the articles that were cut out of them, to teach the cutting: those that people mended above all.

A page is exported where its file is kept, for its text is read from there anew; what the articles are is what the
store says now, corrected headlines and mended cuts included.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.corpus.isolated_reading import IsolatedReader
from rag.corpus.mend_records import mended_files
from rag.corpus.original_pages import source_spans
from rag.corpus.originals import Originals
from rag.corpus.store import ArticleStore
from rag.errors import SourceError
from rag.records import Article, JsonObject

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ExportedPage:
    """One page of a kept file: ``text`` as a reader gave it, ``articles`` with their spans ``[start, end)`` in it."""

    path: str
    sha256: str
    page: int
    mended: bool
    text: str
    articles: tuple[JsonObject, ...]

    def to_json(self) -> JsonObject:
        """The page as one JSON object."""
        return {
            "file": self.path,
            "sha256": self.sha256,
            "page": self.page,
            "mended": self.mended,
            "text": self.text,
            "articles": list(self.articles),
        }


def exported_pages(store: ArticleStore, originals: Originals, *, only_mended: bool = True) -> Iterator[ExportedPage]:
    """The pages of kept files, in the order of their files' digests; with ``only_mended`` those that people mended.

    A kept file that can no longer be read is passed over.
    """
    mended = mended_files(store)
    files = _articles_by_file(store, mended if only_mended else None)
    with IsolatedReader() as reader:
        for sha256 in sorted(files):
            path = originals.path(sha256)
            if path is None:
                continue
            articles = files[sha256]
            try:
                pages = reader.read(path, label=articles[0].origin.path).pages
            except SourceError:
                continue
            yield from _pages_of(pages, articles, mended=sha256 in mended)


def _articles_by_file(store: ArticleStore, wanted: set[str] | None) -> dict[str, list[Article]]:
    found: dict[str, list[Article]] = {}
    for offset in range(0, store.article_count(), _AT_ONCE):
        for article in store.articles(limit=_AT_ONCE, offset=offset):
            if article.origin.runs and (wanted is None or article.origin.sha256 in wanted):
                found.setdefault(article.origin.sha256, []).append(article)
    return found


def _pages_of(pages: Sequence[str], articles: Sequence[Article], *, mended: bool) -> Iterator[ExportedPage]:
    spans = [source_spans(article.origin.runs, 0, len(article.text)) for article in articles]
    origin = articles[0].origin
    for number, text in enumerate(pages):
        own = [(item, found[number]) for item, found in zip(articles, spans, strict=True) if number in found]
        own.sort(key=lambda pair: min(pair[1]))
        if own:
            described = tuple(_article_json(article, places) for article, places in own)
            yield ExportedPage(origin.path, origin.sha256, number, mended, text, described)


def _article_json(article: Article, places: Sequence[tuple[int, int]]) -> JsonObject:
    return {
        "id": article.id,
        "title": article.title,
        "subtitle": article.subtitle,
        "byline": article.byline,
        "kind": article.kind,
        "spans": [list(place) for place in sorted(places)],
    }
