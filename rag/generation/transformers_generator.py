"""Generation through transformers: bfloat16 on a CUDA GPU or a processor that computes in it, else float32.

The only importer of ``transformers`` for generation. It takes any causal model's folder or hub name. The state
(key-value cache) of the last prompt and of the warmed-up beginning is kept, so that a request reads only what
is new; greedy replies try several tokens at a time, copied from the prompt or guessed, kept only where the model
would have written them itself. ``generate`` is not used: its prompt lookup reads a kept beginning twice.
"""

from __future__ import annotations

import copy
import inspect
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rag.errors import GenerationError
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream
from rag.generation.machine import MachineCapabilities, detect_machine
from rag.generation.prompt_lookup import Drafter
from rag.generation.reply_worker import Reply, stream_reply, until_stop


@dataclass(frozen=True, slots=True)
class _PromptState:
    """A key-value cache and the tokens it has read."""

    tokens: tuple[int, ...]
    cache: Any


class TransformersGenerator:
    """A causal language model, loaded once.

    Parameters:
        location: a model's folder, or its name on a hub that can be reached.
        name: how answers call the model; the end of ``location`` when empty.
        threads: compute threads of torch in this process; 0 leaves them as they are.
        machine: what decides device and number format; detected when None.

    Raises:
        GenerationError: the model cannot be loaded.
    """

    runtime = "transformers"

    def __init__(
        self, location: str, *, name: str = "", threads: int = 0, machine: MachineCapabilities | None = None
    ) -> None:
        self.name = name or location.rstrip("/").rpartition("/")[2]
        self._lock = threading.Lock()
        self._warm: _PromptState | None = None
        self._last: _PromptState | None = None
        self._foreseen: tuple[tuple[int, ...], int] | None = None
        self._model, self._tokenizer = _load(location, machine or detect_machine(), threads)
        self._end_tokens = frozenset(
            _token_ids(self._model.generation_config.eos_token_id) + _token_ids(self._tokenizer.eos_token_id)
        )
        # The argument was past_key_values before transformers 5.24, which warns of that name.
        parameters = inspect.signature(self._model.forward).parameters
        self._cache_argument = "cache" if "cache" in parameters else "past_key_values"
        self._limit = int(getattr(self._model.config.get_text_config(), "max_position_embeddings", 0) or 2**31)

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        """See ``Generator.stream``."""
        pieces = stream_reply(partial(self._write, tuple(messages), options), self._lock)
        try:
            yield from until_stop(pieces, options.stop)
        finally:
            pieces.close()

    def _write(self, messages: tuple[Message, ...], options: GenerationOptions, reply: Reply) -> None:
        import torch

        tokens = self._prompt_tokens(messages, options.max_tokens)
        text = _GrowingText(self._tokenizer)
        torch.manual_seed(options.seed)
        drafter = self._drafter(len(tokens), options.guesses)
        new = self._foreseen_token(tokens) if options.temperature <= 0 else []
        state, self._last = self._state_for([*tokens, *new]), None  # a failure leaves no half-read state behind
        room = options.max_tokens
        while room > 0 and not reply.cancelled.is_set():
            new = new or self._next_tokens(tokens, state.cache, options, drafter, room)
            ended = next((place for place, token in enumerate(new) if token in self._end_tokens), None)
            new = new[:ended]
            tokens += new
            room -= len(new)
            reply.put(text.add(new))
            if ended is not None:
                break
            new = []
        reply.put(text.rest())
        self._last = _cut(_PromptState(tuple(tokens), state.cache), len(tokens))

    def _foreseen_token(self, tokens: list[int]) -> list[int]:
        """The first token of the reply, where ``candidate_probabilities`` has just read this prompt."""
        known, self._foreseen = self._foreseen, None
        return [known[1]] if known is not None and known[0] == tuple(tokens) else []

    def _drafter(self, prompt_length: int, guesses: Sequence[str]) -> Drafter:
        end = [token for token in _token_ids(self._tokenizer.eos_token_id) if token in self._end_tokens][:1]
        known = [[*self._tokenizer.encode(text, add_special_tokens=False), *end] for text in guesses if text]
        return Drafter(prompt_length, known)

    def _next_tokens(
        self, tokens: list[int], cache: Any, options: GenerationOptions, drafter: Drafter, room: int
    ) -> list[int]:
        """What follows ``tokens``, one token or more: drafted ones count as far as the model agrees with them."""
        import torch

        if options.temperature > 0:
            chances = (self._logits(tokens, cache, 1)[-1] / options.temperature).softmax(-1)
            return [int(torch.multinomial(chances, 1))]
        draft = drafter.propose(tokens, room - 1) if _can_cut(cache) else []
        chosen: list[int] = self._logits([*tokens, *draft], cache, len(draft) + 1).argmax(-1).tolist()
        agreed = next((place for place, token in enumerate(draft) if token != chosen[place]), len(draft))
        _cut(_PromptState((), cache), len(tokens) + agreed)
        return chosen[: agreed + 1]

    def _logits(self, tokens: list[int], cache: Any, count: int) -> Any:
        """Read what of ``tokens`` the cache has not read; the last ``count`` predictions, ``(count, vocabulary)``."""
        import torch

        new = torch.tensor([tokens[cache.get_seq_length() :]], device=self._model.device)
        try:
            with torch.inference_mode():
                output = self._model(new, use_cache=True, logits_to_keep=count, **{self._cache_argument: cache})
        except RuntimeError as error:
            raise GenerationError(f"transformers failed: {' '.join(str(error).split())[:300]}") from error
        return output.logits[0, -count:].float()

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> Mapping[str, float]:
        """See ``Generator.candidate_probabilities``; exact for every candidate."""
        first_tokens = {candidate: self._first_token(candidate) for candidate in candidates}
        with self._lock:
            probabilities = self._read(self._prompt_tokens(messages, 1))
        return {candidate: float(probabilities[token]) for candidate, token in first_tokens.items()}

    def _first_token(self, candidate: str) -> int:
        tokens = self._tokenizer.encode(candidate, add_special_tokens=False)
        if not tokens:
            raise GenerationError(f"the tokenizer found no token in {candidate!r}; expected candidates with text")
        return int(tokens[0])

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        """See ``Generator.warm_up``; the beginning stays read until the next call of this."""
        messages = list(prefix_messages)
        if not messages or messages[-1].role != "user":
            messages.append(Message("user", ""))
        with self._lock:
            self._read(self._prompt_tokens(messages, 1))
            self._warm = copy.deepcopy(self._last)

    def close(self) -> None:
        """See ``Generator.close``; waits for a running reply."""
        with self._lock:
            self._model = self._warm = self._last = None

    def _read(self, tokens: list[int]) -> Any:
        """Read a prompt and return the probabilities of the token after it, ``(vocabulary,) float32``."""
        state, self._last = self._state_for(tokens), None
        logits = self._logits(tokens, state.cache, 1)
        self._last = _PromptState(tuple(tokens), state.cache)
        self._foreseen = (tuple(tokens), int(logits[-1].argmax()))
        return logits[-1].softmax(-1)

    def _prompt_tokens(self, messages: Sequence[Message], reply_tokens: int) -> list[int]:
        if self._model is None:
            raise GenerationError(f"the model {self.name} was closed; load it again")
        tokens = _encode(self._tokenizer, messages)
        if len(tokens) + reply_tokens > self._limit:
            raise GenerationError(
                f"the prompt has {len(tokens)} tokens and the reply up to {reply_tokens}, the model {self.name} "
                f"holds {self._limit} together; shorten the prompt"
            )
        return tokens

    def _state_for(self, tokens: list[int]) -> _PromptState:
        """The kept state that shares the longest beginning with ``tokens``, cut to it; else an empty one.

        At least one token is left to read, or there would be nothing to predict from.
        """
        from transformers import DynamicCache

        shared_last = _shared_length(self._last, tokens)
        shared_warm = _shared_length(self._warm, tokens)
        if self._last is not None and 0 < shared_last >= shared_warm:
            return _cut(self._last, shared_last)
        if self._warm is not None and shared_warm:
            return _cut(copy.deepcopy(self._warm), shared_warm)
        return _PromptState((), DynamicCache(config=self._model.config))


class _GrowingText:
    """The text of a growing list of tokens, given out only up to the last whole character."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._tokens: list[int] = []
        self._given = 0

    def add(self, tokens: Sequence[int]) -> str:
        self._tokens += tokens
        text = self._decoded()
        # A character of several tokens shows as U+FFFD until its last one is there.
        return "" if text.endswith("\ufffd") else self._give(text)

    def rest(self) -> str:
        return self._give(self._decoded())

    def _decoded(self) -> str:
        return str(self._tokenizer.decode(self._tokens, skip_special_tokens=True))

    def _give(self, text: str) -> str:
        piece, self._given = text[self._given :], len(text)
        return piece


def _shared_length(state: _PromptState | None, tokens: Sequence[int]) -> int:
    """How many tokens at the beginning of ``tokens``, its last excepted, a kept state has read and can be cut to."""
    if state is None or not _can_cut(state.cache):
        return 0
    shared = 0
    for known, wanted in zip(state.tokens, tokens[:-1], strict=False):
        if known != wanted:
            break
        shared += 1
    return shared


def _can_cut(cache: Any) -> bool:
    """Whether the cache keeps every token apart: a sliding window or a recurrent state cannot forget its last."""
    from transformers.cache_utils import DynamicLayer

    return all(type(layer) is DynamicLayer for layer in cache.layers)


def _cut(state: _PromptState, length: int) -> _PromptState:
    """``state`` with at most its first ``length`` tokens read; its cache is changed in place."""
    read = state.cache.get_seq_length()
    if read > length:
        state.cache.crop(length - read)
    return _PromptState(state.tokens[: min(read, length)], state.cache)


def _load(location: str, machine: MachineCapabilities, threads: int) -> tuple[Any, Any]:
    """The model, ready to compute, and its tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    if threads:
        torch.set_num_threads(threads)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    native_bfloat16 = machine.cuda or machine.amx_bf16 or machine.avx512_bf16
    try:
        tokenizer = AutoTokenizer.from_pretrained(location)
        model = AutoModelForCausalLM.from_pretrained(
            location, dtype=torch.bfloat16 if native_bfloat16 else torch.float32
        )
    except (OSError, ValueError, KeyError) as error:
        raise GenerationError(
            f"transformers cannot load {location}: {' '.join(str(error).split())[:300]}; "
            "expected the folder or hub name of a causal language model"
        ) from error
    model.to(torch.device("cuda" if machine.cuda else "cpu"))  # type: ignore[arg-type]
    model.requires_grad_(False)
    head = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    if head is not None:
        head.register_forward_pre_hook(_packed)
    return model, tokenizer


def _packed(_module: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The hidden states with the strides of a tensor of their own.

    The last state alone, cut out of a long prompt's, has strides for which torch copies the whole output matrix:
    467 MB and two thirds of a prompt's time for the default model.
    """
    import torch

    return (inputs[0].clone(memory_format=torch.contiguous_format), *inputs[1:])


def _token_ids(value: int | list[int] | None) -> list[int]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _encode(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """The prompt's tokens by the model's own chat template, or the bare contents where it has none."""
    if not tokenizer.chat_template:
        return list(tokenizer.encode("\n\n".join(message.content for message in messages)))
    continued = bool(messages) and messages[-1].role == "assistant"
    text = tokenizer.apply_chat_template(
        [{"role": message.role, "content": message.content} for message in messages],
        tokenize=False,
        add_generation_prompt=not continued,
        continue_final_message=continued,
    )
    return list(tokenizer.encode(text, add_special_tokens=False))
