"""Whether an encoder gives the vectors that a store holds: by its name, and where that may lie, by some passages.

A server tells the name of its model and nothing of its files; it may cut texts off or forget what the model wants
before a passage. So some stored passages are encoded once more, and their vectors held against the stored ones.
"""

from __future__ import annotations

import numpy as np

from embeddings.encoder import Encoder
from rag.corpus.store import ArticleStore
from rag.errors import StoreMismatchError

_PROBES = 3
_SAME = 0.99
"""Cosine of the same passage by two runtimes of one model: 0.998 and more between bfloat16 and float32."""


def require_comparable(store: ArticleStore, encoder: Encoder) -> None:
    """Refuse an encoder whose vectors of stored passages are not those that are stored.

    Its name may differ from the store's; an empty store has no passage to try, so there the name decides.

    Raises:
        StoreMismatchError: saying what was found.
        ModelServerError: the encoder's server is away.
    """
    kept = [found for article in store.articles(limit=_PROBES) if (found := _stored(store, article.id)) is not None]
    if not kept:
        store.require_model(encoder.name)
        return
    if encoder.dimension != store.dimension:
        raise StoreMismatchError(
            f"the encoder {encoder.name} gives vectors of {encoder.dimension} values, but the store {store.location} "
            f"holds such of {store.dimension}, by {store.embedding_model}: serve that model"
        )
    encoded = encoder.encode_passages([text for text, _ in kept])
    cosines = [float(vector @ again) for (_, vector), again in zip(kept, encoded, strict=True)]
    if min(cosines) < _SAME:
        raise StoreMismatchError(
            f"the encoder {encoder.name} gives a stored passage a vector of cosine {min(cosines):.3f} to the stored "
            f"one, expected {_SAME} or more: the store {store.location} was made with {store.embedding_model}; serve "
            "that model, or use another --store and ingest again"
        )


def _stored(store: ArticleStore, article_id: str) -> tuple[str, np.ndarray[tuple[int], np.dtype[np.float32]]] | None:
    """An article's first chunk as it was encoded, and its vector."""
    with store.reading() as reading:
        kept = reading.stored_article(article_id)
    if kept is None or not kept.spans:
        return None
    first = kept.spans[0]
    return f"{kept.article.title}\n{kept.article.text[first.start : first.end]}".strip(), kept.vectors[0]
