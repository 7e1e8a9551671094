"""An encoder that is loaded at its first text: an ingestion in which nothing changed then loads no model at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from embeddings.encoder import Encoder, Vectors


class DeferredEncoder:
    """Stands for the encoder that ``load`` gives; ``name`` is known before it is loaded. For many threads."""

    def __init__(self, name: str, load: Callable[[], Encoder]) -> None:
        self._name, self._load = name, load
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model and a short hash of its files."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a vector; loads the model."""
        return self._loaded().dimension

    @property
    def is_loaded(self) -> bool:
        """Whether a text has been encoded, or the dimension asked for."""
        return self._encoder is not None

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows."""
        return self._loaded().encode_queries(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows."""
        return self._loaded().encode_passages(texts)

    def _loaded(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = self._load()
            return self._encoder
