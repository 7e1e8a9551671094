"""A generator over any engine that predicts tokens and can keep what it has read: the loop that all such share.

The state (key-value cache) of the last prompt and of the warmed-up beginning is kept, so that a request reads only
what is new; greedy replies try several tokens at a time, copied from the prompt or guessed, kept only where the
model would have written them itself. It knows no library: an engine's module fills in how tokens are made and read.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import GenerationError
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream
from rag.generation.prompt_lookup import Drafter
from rag.generation.reply_worker import Reply, stream_reply, until_stop

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PromptState:
    """What an engine holds of a prompt, in its own form, and the tokens read."""

    tokens: tuple[int, ...]
    cache: Any


class TokenGenerator(ABC):
    """A ``Generator`` whose engine's part is the abstract methods."""

    runtime: ClassVar[str]
    block_tokens: ClassVar[int] = 0
    """A prompt is read in blocks of so many tokens, between which a closed stream stops; 0 reads it at once."""

    def __init__(self, name: str, *, end_tokens: Sequence[int], limit: int) -> None:
        """``end_tokens`` end a reply, the chat template's own first; ``limit`` tokens are held at once."""
        self.name = name
        self._end_tokens = frozenset(end_tokens)
        self._reply_end = list(end_tokens[:1])
        self._limit = limit
        self._lock = threading.Lock()
        self._closed = False
        self._warm: PromptState | None = None
        self._last: PromptState | None = None
        self._foreseen: tuple[tuple[int, ...], int] | None = None

    # What an engine fills in

    @abstractmethod
    def _encode(self, messages: Sequence[Message]) -> list[int]:
        """The prompt's tokens by the model's own chat template."""

    @abstractmethod
    def _text_tokens(self, text: str) -> list[int]:
        """The tokens of plain text, without marks of beginning or end."""

    @abstractmethod
    def _decoded(self, tokens: Sequence[int]) -> str:
        """The text of tokens, special ones left out; U+FFFD where a character is not whole."""

    @abstractmethod
    def _logits(self, tokens: list[int], cache: Any, count: int) -> Logits:
        """Read what of ``tokens`` the cache has not read; the last ``count`` predictions, ``(count, vocabulary)``."""

    def _hidden(self, prompts: Sequence[list[int]]) -> Logits | None:  # noqa: ARG002
        """Read prompts by themselves, whatever else is kept; see ``Generator.hidden_states``."""
        return None

    @abstractmethod
    def _empty_cache(self) -> Any:
        """A cache that has read nothing."""

    @abstractmethod
    def _copied(self, cache: Any) -> Any:
        """A cache of its own that has read the same."""

    @abstractmethod
    def _cut(self, cache: Any, length: int) -> None:
        """Let ``cache`` forget all but its first ``length`` tokens."""

    @abstractmethod
    def _can_cut(self, cache: Any) -> bool:
        """Whether ``_cut`` is possible."""

    @abstractmethod
    def _release(self) -> None:
        """Give back the engine's memory."""

    # What a generator promises

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        """See ``Generator.stream``."""
        pieces = stream_reply(partial(self._write, tuple(messages), options), self._lock)
        try:
            yield from until_stop(pieces, options.stop)
        finally:
            pieces.close()

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> Mapping[str, float]:
        """See ``Generator.candidate_probabilities``; exact for every candidate."""
        first_tokens = {candidate: self._first_token(candidate) for candidate in candidates}
        with self._lock:
            probabilities = self._read(self._prompt_tokens(messages, 1))
        return {candidate: float(probabilities[token]) for candidate, token in first_tokens.items()}

    def hidden_states(self, prompts: Sequence[Sequence[Message]]) -> Logits | None:
        """See ``Generator.hidden_states``."""
        with self._lock:
            return self._hidden([self._prompt_tokens(messages, 0) for messages in prompts])

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        """See ``Generator.warm_up``; the beginning stays read until the next call of this."""
        messages = list(prefix_messages)
        if not messages or messages[-1].role != "user":
            messages.append(Message("user", ""))
        with self._lock:
            self._read(self._prompt_tokens(messages, 1))
            if self._last is not None:
                self._warm = PromptState(self._last.tokens, self._copied(self._last.cache))

    def close(self) -> None:
        """See ``Generator.close``; waits for a running reply."""
        with self._lock:
            self._closed = True
            self._warm = self._last = None
            self._release()

    # One reply

    def _write(self, messages: tuple[Message, ...], options: GenerationOptions, reply: Reply) -> None:
        tokens = self._prompt_tokens(messages, options.max_tokens)
        text = _GrowingText(self)
        random = np.random.default_rng(options.seed)
        drafter = self._drafter(len(tokens), options.guesses)
        new = self._foreseen_token(tokens) if options.temperature <= 0 else []
        state, self._last = self._state_for([*tokens, *new]), None  # a failure leaves no half-read state behind
        read = self._read_ahead(tokens, state, reply)
        if reply.cancelled.is_set():
            self._last = PromptState(tuple(tokens[:read]), state.cache)
            return
        room = options.max_tokens
        while room > 0 and not reply.cancelled.is_set():
            if not new and options.temperature > 0:
                new = [self._drawn_token(tokens, state.cache, options.temperature, random)]
            new = new or self._next_tokens(tokens, state.cache, drafter, room)
            ended = next((place for place, token in enumerate(new) if token in self._end_tokens), None)
            new = new[:ended]
            tokens += new
            room -= len(new)
            reply.put(text.add(new))
            if ended is not None:
                break
            new = []
        reply.put(text.rest())
        if self._can_cut(state.cache):
            self._cut(state.cache, len(tokens))
        self._last = PromptState(tuple(tokens), state.cache)

    def _read_ahead(self, tokens: list[int], state: PromptState, reply: Reply) -> int:
        """Read the prompt's blocks but the last; says how many tokens of it are read."""
        read = len(state.tokens)
        while self.block_tokens and len(tokens) - read > self.block_tokens and not reply.cancelled.is_set():
            read += self.block_tokens
            self._logits(tokens[:read], state.cache, 1)
        return read

    def _foreseen_token(self, tokens: list[int]) -> list[int]:
        """The first token of the reply, where ``candidate_probabilities`` has just read this prompt."""
        known, self._foreseen = self._foreseen, None
        return [known[1]] if known is not None and known[0] == tuple(tokens) else []

    def _drafter(self, prompt_length: int, guesses: Sequence[str]) -> Drafter:
        known = [[*self._text_tokens(text), *self._reply_end] for text in guesses if text]
        return Drafter(prompt_length, known)

    def _drawn_token(self, tokens: list[int], cache: Any, temperature: float, random: np.random.Generator) -> int:
        chances = softmax(self._logits(tokens, cache, 1)[-1] / temperature).astype(np.float64)
        return int(random.choice(len(chances), p=chances / chances.sum()))

    def _next_tokens(self, tokens: list[int], cache: Any, drafter: Drafter, room: int) -> list[int]:
        """What follows ``tokens``, one token or more: drafted ones count as far as the model agrees with them."""
        draft = drafter.propose(tokens, room - 1) if self._can_cut(cache) else []
        chosen: list[int] = self._logits([*tokens, *draft], cache, len(draft) + 1).argmax(-1).tolist()
        agreed = next((place for place, token in enumerate(draft) if token != chosen[place]), len(draft))
        if agreed < len(draft):
            self._cut(cache, len(tokens) + agreed)
        return chosen[: agreed + 1]

    def _first_token(self, candidate: str) -> int:
        tokens = self._text_tokens(candidate)
        if not tokens:
            raise GenerationError(f"the tokenizer found no token in {candidate!r}; expected candidates with text")
        return int(tokens[0])

    def _read(self, tokens: list[int]) -> Logits:
        """Read a prompt and return the probabilities of the token after it, ``(vocabulary,)``."""
        state, self._last = self._state_for(tokens), None
        logits = self._logits(tokens, state.cache, 1)[-1]
        self._last = PromptState(tuple(tokens), state.cache)
        self._foreseen = (tuple(tokens), int(logits.argmax()))
        return softmax(logits)

    def _prompt_tokens(self, messages: Sequence[Message], reply_tokens: int) -> list[int]:
        if self._closed:
            raise GenerationError(f"the model {self.name} was closed; load it again")
        tokens = self._encode(messages)
        if len(tokens) + reply_tokens > self._limit:
            raise GenerationError(
                f"the prompt has {len(tokens)} tokens and the reply up to {reply_tokens}, the model {self.name} "
                f"holds {self._limit} together; shorten the prompt"
            )
        return tokens

    def _state_for(self, tokens: list[int]) -> PromptState:
        """The kept state that shares the longest beginning with ``tokens``, cut to it; else an empty one.

        At least one token is left to read, or there would be nothing to predict from.
        """
        shared_last, shared_warm = self._shared(self._last, tokens), self._shared(self._warm, tokens)
        if self._last is not None and 0 < shared_last >= shared_warm:
            cache, shared = self._last.cache, shared_last
        elif self._warm is not None and shared_warm:
            cache, shared = self._copied(self._warm.cache), shared_warm
        else:
            return PromptState((), self._empty_cache())
        self._cut(cache, shared)
        return PromptState(tuple(tokens[:shared]), cache)

    def _shared(self, state: PromptState | None, tokens: Sequence[int]) -> int:
        """How many tokens at the beginning of ``tokens``, its last excepted, ``state`` has read and can be cut to."""
        if state is None or not self._can_cut(state.cache):
            return 0
        pairs = enumerate(zip(state.tokens, tokens[:-1], strict=False))
        differ = next((place for place, (known, wanted) in pairs if known != wanted), None)
        return min(len(state.tokens), len(tokens) - 1) if differ is None else differ


class _GrowingText:
    """The text of a growing list of tokens, given out only up to the last whole character."""

    def __init__(self, generator: TokenGenerator) -> None:
        self._generator = generator
        self._tokens: list[int] = []
        self._given = 0

    def add(self, tokens: Sequence[int]) -> str:
        self._tokens += tokens
        text = self._generator._decoded(self._tokens)
        # A character of several tokens shows as U+FFFD until its last one is there.
        return "" if text.endswith("\ufffd") else self._give(text)

    def rest(self) -> str:
        return self._give(self._generator._decoded(self._tokens))

    def _give(self, text: str) -> str:
        piece, self._given = text[self._given :], len(text)
        return piece


def softmax(logits: Logits) -> Logits:
    """Probabilities of the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Logits = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities
