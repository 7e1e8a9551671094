"""Text to unit vectors by any server that speaks OpenAI's embeddings: vLLM, text-embeddings-inference, llama.cpp's.

The server encodes raw text, so what the model wants before a query or a passage is put before it here.
A server that is away for a moment is asked again, each time after twice the pause.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelServerError
from embeddings.prompts import prompts_of_family

Vectors = NDArray[np.float32]

_BATCH_TEXTS = 64
_TRIES = 4
_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 5.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed."""
_READY_SECONDS = 3.0


class ServerEncoder:
    """See ``embeddings.encoder.Encoder``; the server orders its requests, so calls run side by side.

    Parameters:
        base_url: up to and including ``/v1``.
        model: the model to ask for, and the encoder's name.
        api_key: the bearer key; none is sent when empty, and it is in no message.
        timeout_seconds: the longest silence of the server.
        name: what vectors of this encoder are known by; empty is ``model``.
    """

    def __init__(
        self, base_url: str, *, model: str, api_key: str = "", timeout_seconds: float = 30.0, name: str = ""
    ) -> None:
        self.name = name or model
        self._base_url, self._model = base_url.rstrip("/"), model
        self._query_prompt, self._passage_prompt = prompts_of_family(model)
        headers = {b"Authorization": f"Bearer {api_key.strip()}".encode()} if api_key else None
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(timeout_seconds, connect=5.0))
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """The length of a vector; asks the server once."""
        if not self._dimension:
            self._dimension = self._embed([self._query_prompt]).shape[1]
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows.

        Raises:
            ModelServerError: the server is away, or answers with no vectors.
        """
        return self._encode(self._query_prompt, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows.

        Raises:
            ModelServerError: the server is away, or answers with no vectors.
        """
        return self._encode(self._passage_prompt, texts)

    def require_reachable(self) -> None:
        """Do nothing where the server answers now.

        Raises:
            ModelServerError: it does not; the words say why.
        """
        try:
            response = self._client.get(f"{self._base_url}/models", timeout=_READY_SECONDS)
        except (httpx.HTTPError, RuntimeError) as error:
            raise self._away(type(error).__name__) from error
        if response.status_code in (401, 403) or response.status_code in _BUSY:
            raise self._away(f"HTTP {response.status_code}")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _encode(self, prompt: str, texts: Sequence[str]) -> Vectors:
        parts = [
            self._embed([prompt + text for text in texts[begin : begin + _BATCH_TEXTS]])
            for begin in range(0, len(texts), _BATCH_TEXTS)
        ]
        return np.concatenate(parts) if parts else np.empty((0, self.dimension), np.float32)

    def _embed(self, texts: list[str]) -> Vectors:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        rows = _rows(self._answer(body), len(texts), self._base_url)
        if self._dimension and rows.shape[1] != self._dimension:
            raise ModelServerError(
                f"{self._base_url} sent vectors of {rows.shape[1]} values, expected {self._dimension} as before: "
                "its model was changed; restart baowen with the new one"
            )
        self._dimension = rows.shape[1]
        return rows

    def _answer(self, body: Mapping[str, Any]) -> Any:
        """The server's answer, asked for anew after a pause where it is away or busy."""
        found = ""
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2 ** (attempt - 1)))
            try:
                response = self._client.post(f"{self._base_url}/embeddings", json=body)
            except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as error:
                found = type(error).__name__
                continue
            if response.is_success:
                return _json(response, self._base_url)
            found = f"HTTP {response.status_code}"
            if response.status_code not in _BUSY:
                break
        raise self._away(found)

    def _away(self, found: str) -> ModelServerError:
        return ModelServerError(
            f"the embedding server {self._base_url} does not answer ({found}), expected /embeddings of the model "
            f"{self._model}: start it, or mend embedding_base_url and embedding_api_key"
        )


def _json(response: httpx.Response, base_url: str) -> Any:
    try:
        return response.json()
    except ValueError as error:
        raise ModelServerError(f"{base_url} sent no valid JSON; expected an OpenAI-compatible server") from error


def _rows(answer: Any, count: int, base_url: str) -> Vectors:
    """The vectors of an answer in the order of their texts, as unit rows."""
    try:
        entries = sorted(answer["data"], key=lambda entry: entry["index"])
        rows = np.array([entry["embedding"] for entry in entries], np.float32)
        in_order = [entry["index"] for entry in entries] == list(range(count))
    except (KeyError, TypeError, ValueError) as error:
        raise ModelServerError(f"{base_url} sent no vectors; expected an OpenAI-compatible server") from error
    if not in_order or rows.ndim != 2 or not np.isfinite(rows).all():
        raise ModelServerError(f"{base_url} sent vectors of shape {rows.shape}, expected {count} finite rows")
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)
    return rows
