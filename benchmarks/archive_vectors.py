"""The vectors of a large archive of copies: between those of its real passages, moved as exchanged names move them.

Encoding millions of passages takes days. So each passage of the real articles is encoded once. A copy of it is
another passage on such a matter: it lies anywhere between its original and one of that one's nearest neighbours, plus
what the exchange of figures, places and names did to some other passage, which was encoded before and after. Copies
that only lay beside their original would be fifty equals in the place of each passage, which no archive has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import Encoder
from rag.corpus.chunks import split_into_spans

CHUNK_CHARACTERS = 300
_EXCHANGED = 3_000
"""So many passages are encoded a second time, with exchanges."""
_BLOCK = 2_000
_NEIGHBOURS = 32
"""A copy lies between its original and one of so many."""
Vectors = NDArray[np.float32]
Exchange = Callable[[str, int, int], str]


class ArchiveVectors:
    """``passages``: (all passages of all rows, dimension); ``firsts``: where each row's begin; ``moves`` as above."""

    def __init__(self, passages: Vectors, firsts: Sequence[int], moves: Vectors) -> None:
        self._passages, self._firsts, self._moves = passages, firsts, moves
        self._near = _nearest(passages, min(_NEIGHBOURS, len(passages) - 1))

    @classmethod
    def encode(
        cls, rows: Sequence[dict[str, Any]], exchange: Exchange, encoder: Encoder, kept: Path
    ) -> ArchiveVectors:
        """Encode the passages of ``rows``, or read what an earlier run kept in ``kept``."""
        pieces = [_pieces(row["text"]) for row in rows]
        firsts = np.concatenate([[0], np.cumsum([len(found) for found in pieces])]).tolist()
        texts = [text for found in pieces for text in found]
        chosen = np.linspace(0, len(texts) - 1, min(_EXCHANGED, len(texts))).astype(int)
        if not kept.exists():
            moved = [
                exchange(texts[place], 1_000_003 + number, 1 + number % 19) for number, place in enumerate(chosen)
            ]
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.save(kept, _encoded(encoder, texts + moved))
        vectors: Vectors = np.load(kept)
        if len(vectors) != len(texts) + len(chosen):
            raise SystemExit(f"{kept} holds {len(vectors)} vectors, expected {len(texts) + len(chosen)}: delete it")
        passages = vectors[: len(texts)]
        return cls(passages, firsts, vectors[len(texts) :] - passages[chosen])

    def of_article(self, row: int, number: int, passages: int | None = None) -> Vectors:
        """(passages, dimension): the vectors of article ``number``, which has ``passages`` of ``row``, or all."""
        places = np.arange(self._firsts[row], self._firsts[row + 1])[:passages]
        real, chance = self._passages[places], np.random.default_rng(number)
        if number < len(self._firsts) - 1:
            return real
        near = self._near[places, chance.integers(0, self._near.shape[1], len(places))]
        between = real + chance.random((len(places), 1), np.float32) * (self._passages[near] - real)
        return _unit(between + self._moves[chance.integers(0, len(self._moves), len(places))])


def _nearest(passages: Vectors, count: int) -> NDArray[np.int64]:
    """(passages, ``count``): the places of the passages nearest to each, itself left out."""
    index = faiss.IndexFlatIP(passages.shape[1])
    index.add(passages)
    found: NDArray[np.int64] = index.search(passages, count + 1)[1][:, 1:]
    return found


def _pieces(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_into_spans(text, CHUNK_CHARACTERS)]


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    vectors = np.empty((len(texts), encoder.dimension), np.float32)
    for begin in range(0, len(order), _BLOCK):
        block = order[begin : begin + _BLOCK]
        vectors[block] = encoder.encode_passages([texts[place] for place in block])
        print(f"encoded {begin + len(block)} of {len(texts)} passages", flush=True)
    return vectors


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit
