"""One batch of read articles into the store, in the transaction of its writer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.corpus.pending_articles import PendingArticle, PendingSource, free_id
from rag.corpus.store import ArticleStore, StoreWriter


def store_batch(
    store: ArticleStore,
    writer: StoreWriter,
    sources: Sequence[PendingSource],
    articles: Sequence[PendingArticle],
    vectors: NDArray[np.float32],
) -> tuple[dict[str, int], list[PendingSource]]:
    """Store ``articles`` of ``sources``; how many were added and so on, and those sources of which all is stored.

    ``vectors`` ``(n, dim)`` are those of the chunks of all changed articles, one after the other. What a
    stored source holds no more is removed.
    """
    counts = {"added": 0, "updated": 0, "unchanged": 0, "removed": 0}
    numbers = {}
    for source in sources:
        document = source.document
        numbers[source.key] = writer.put_source(
            source.key, source.place, document.sha256, source.options[0], source.options[1]
        )
    offset = 0
    for item in _with_free_ids(store, writer, sources, articles, numbers):
        number = numbers[item.source.key]
        known = item.source.known.fingerprints if item.source.known else {}
        if item.spans is None:
            runs = [[r.start, r.length, r.source_start, r.source_page] for r in item.article.origin.runs]
            writer.move_article(item.article.id, number, item.position, json.dumps(runs))
            counts["unchanged"] += 1
        else:
            end = offset + len(item.spans)
            writer.put_article(item.article, number, item.position, item.spans, vectors[offset:end])
            offset = end
            counts["updated" if item.article.id in known else "added"] += 1
        item.source.remaining -= 1
    finished = [source for source in sources if source.remaining == 0]
    for source in finished:
        for article_id in set(source.known.fingerprints if source.known else ()) - source.seen:
            counts["removed"] += writer.remove_article(article_id)
        writer.seal_source(numbers[source.key], source.signature)
    return counts, finished


def _with_free_ids(
    store: ArticleStore,
    writer: StoreWriter,
    sources: Sequence[PendingSource],
    articles: Sequence[PendingArticle],
    numbers: Mapping[str, int],
) -> Iterator[PendingArticle]:
    """What waits; an article whose id another process gave to another file's meanwhile gets another."""
    owners = writer.owners([item.article.id for item in articles if item.spans is not None])
    for item in articles:
        owner = owners.get(item.article.id, numbers[item.source.key])
        if owner == numbers[item.source.key]:
            yield item
        else:
            item.source.seen.discard(item.article.id)
            free = free_id(store, item.stable, item.source, sources)
            yield replace(item, article=replace(item.article, id=free))
