"""What a file is known by in the store, and whether what it holds is stored already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.ingest_records import IngestOptions
from rag.corpus.pending_articles import PendingSource
from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import KnownSource
from rag.records import SourceDocument

READER_VERSION = 2
"""Raised when reading changes so much that stored files should be read anew."""


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a file's articles may go: the file is known by ``key``, or will be."""

    key: str
    known: KnownSource | None
    options: tuple[str | None, str | None]
    signature: str


def place_of(store: ArticleStore, options: IngestOptions, key: str, sha256: str) -> SourcePlace:
    """The place ``key``, for a file of the bytes ``sha256`` that this run reads."""
    known = _known(store, key)
    chosen = _chosen(options, (known.date_option, known.source_option) if known else (None, None))
    return SourcePlace(key, known, chosen, _signature(sha256, options, chosen))


def _known(store: ArticleStore, key: str) -> KnownSource | None:
    with store.reading() as reading:
        return reading.known_source(key)


def _chosen(options: IngestOptions, stored: tuple[str | None, str | None]) -> tuple[str | None, str | None]:
    """The options of this run, where it names none those of the last time."""
    date = options.date.isoformat() if options.date else stored[0]
    return date, options.source if options.source is not None else stored[1]


def _signature(sha256: str, options: IngestOptions, chosen: tuple[str | None, str | None]) -> str:
    parts = [sha256, *chosen, READER_VERSION, options.chunk_characters, options.direction]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def unchanged_articles(store: ArticleStore, place: SourcePlace, waiting: Sequence[PendingSource]) -> int | None:
    """How many articles of this file, or of an identical copy elsewhere, are stored or waiting; None if it is new."""
    if place.known is not None:
        return len(place.known.fingerprints) if place.known.signature == place.signature else None
    copy = next((source for source in waiting if source.signature == place.signature), None)
    if copy is not None:
        return len(copy.document.articles)
    with store.reading() as reading:
        return reading.article_count_of_signature(place.signature)


def best_place(document: SourceDocument, places: Sequence[SourcePlace]) -> SourcePlace:
    """Of the uploads with one label the one that ``document`` is a version of, by titles; else the free place."""
    titles = {draft.title for draft in document.articles}

    def shared(place: SourcePlace) -> float:
        known = place.known.titles if place.known else frozenset()
        return len(titles & known) / max(1, min(len(titles), len(known)))

    best = max(places, key=shared)
    # The last is the free one, or the only one: a path is the same file whatever it holds now.
    return best if shared(best) >= 0.5 else places[-1]
