"""A small encoder and a scripted generator: the whole program runs on them in milliseconds, offline."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream

Script = str | Callable[[Sequence[Message]], str]


class HashEncoder:
    """Character bigrams hashed into ``dimension`` buckets, as unit rows.

    Deterministic across processes; texts that share bigrams are near each other, an empty text is the first
    unit vector. Queries and passages are encoded alike.
    """

    def __init__(self, dimension: int = 64, name: str = "hash-encoder") -> None:
        self.name = name
        self.dimension = dimension
        self.encoded: list[str] = []
        """Every text encoded so far, in order."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            self.encoded.append(text)
            for bigram in zip(text, text[1:] or " ", strict=False):
                digest = hashlib.blake2b("".join(bigram).encode(), digest_size=8).digest()
                row[int.from_bytes(digest[:4], "big") % self.dimension] += 1.0 if digest[4] & 1 else -1.0
            norm = float(np.linalg.norm(row))
            if norm == 0.0:
                row[0] = norm = 1.0
            row /= norm
        return rows


class ScriptedGenerator:
    """Says what the test wrote, character by character, and records what it was asked.

    Replies come in the order of ``replies``; the last one repeats. A callable reply is given the messages.
    ``max_tokens`` counts characters, and ``stop`` holds as it does for a real runtime. ``probabilities`` answers
    ``candidate_probabilities``; a candidate it lacks has 0.0. ``states`` answers ``hidden_states``, prompt by prompt.
    """

    def __init__(
        self,
        replies: Script | Sequence[Script] = "资料中没有找到答案。",
        *,
        probabilities: Mapping[str, float] | Callable[[Sequence[Message]], Mapping[str, float]] | None = None,
        states: Callable[[Sequence[Message]], NDArray[np.float32]] | None = None,
        error: Exception | None = None,
        name: str = "scripted",
    ) -> None:
        self._replies: list[Script] = [replies] if isinstance(replies, str) or callable(replies) else list(replies)
        self._probabilities = probabilities or {}
        self._states = states
        self._error = error
        self.name = name
        self.runtime = "scripted"
        self.requests: list[tuple[tuple[Message, ...], GenerationOptions]] = []
        """Messages and options of each ``stream``, in order."""
        self.candidate_requests: list[tuple[tuple[Message, ...], tuple[str, ...]]] = []
        self.state_requests: list[tuple[tuple[Message, ...], ...]] = []
        self.warm_ups: list[tuple[Message, ...]] = []
        self.characters_written = 0
        self.streams_closed_early = 0
        self.closed = False

    @property
    def last_prompt(self) -> str:
        """All message contents of the latest ``stream``, joined by line breaks."""
        return "\n".join(message.content for message in self.requests[-1][0])

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        self.requests.append((tuple(messages), options))
        script = self._replies[min(len(self.requests), len(self._replies)) - 1]
        return self._speak(script, tuple(messages), options)

    def _speak(self, script: Script, messages: tuple[Message, ...], options: GenerationOptions) -> TextStream:
        if self._error is not None:
            raise self._error
        reply = script if isinstance(script, str) else script(messages)
        ends = [position for position in (reply.find(stop) for stop in options.stop) if position >= 0]
        try:
            for character in reply[: min([*ends, options.max_tokens])]:
                self.characters_written += 1
                yield character
        except GeneratorExit:
            self.streams_closed_early += 1
            raise

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> dict[str, float]:
        self.candidate_requests.append((tuple(messages), tuple(candidates)))
        if self._error is not None:
            raise self._error
        known: Any = self._probabilities
        table = known(messages) if callable(known) else known
        return {candidate: float(table.get(candidate, 0.0)) for candidate in candidates}

    def hidden_states(self, prompts: Sequence[Sequence[Message]]) -> NDArray[np.float32] | None:
        self.state_requests.append(tuple(map(tuple, prompts)))
        if self._error is not None:
            raise self._error
        return None if self._states is None else np.stack([self._states(messages) for messages in prompts])

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        self.warm_ups.append(tuple(prefix_messages))

    def close(self) -> None:
        self.closed = True
