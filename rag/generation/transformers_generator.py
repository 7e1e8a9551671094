"""Generation through transformers: bfloat16 on a CUDA GPU or a processor that computes in it, else float32.

The only importer of ``transformers`` for generation. It takes any causal model's folder or hub name. The state
(key-value cache) of the last prompt and of the warmed-up beginning is kept, so that a request reads only what
is new; greedy replies try several tokens copied from the prompt at a time (prompt lookup), kept only where the
model would have written them itself.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rag.errors import GenerationError
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream
from rag.generation.machine import MachineCapabilities, detect_machine
from rag.generation.reply_worker import Reply, stream_reply, until_stop

_LOOKUP_TOKENS = 8
"""How many tokens a greedy reply tries to copy from the prompt at once."""


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
        self._model, self._tokenizer = _load(location, machine or detect_machine(), threads)
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
        state = self._state_for(tokens)
        torch.manual_seed(options.seed)
        streamer, stopping = _reply_hooks(self._tokenizer, reply)
        sampling: dict[str, Any] = {"do_sample": True, "temperature": options.temperature}
        greedy: dict[str, Any] = {"do_sample": False, "prompt_lookup_num_tokens": _LOOKUP_TOKENS}
        ids = torch.tensor([tokens], device=self._model.device)
        try:
            output = self._model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                past_key_values=state.cache,
                max_new_tokens=options.max_tokens,
                streamer=streamer,
                stopping_criteria=stopping,
                **(sampling if options.temperature > 0 else greedy),
            )
        except (RuntimeError, ValueError) as error:
            raise GenerationError(f"transformers failed: {' '.join(str(error).split())}") from error
        self._last = _PromptState(tuple(output[0].tolist()[: state.cache.get_seq_length()]), state.cache)

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
        import torch

        state = self._state_for(tokens)
        new = tokens[state.cache.get_seq_length() :]
        with torch.inference_mode():
            output = self._model(
                torch.tensor([new], device=self._model.device),
                past_key_values=state.cache,
                use_cache=True,
                logits_to_keep=1,
            )
        self._last = _PromptState(tuple(tokens), state.cache)
        return output.logits[0, -1].float().softmax(-1)

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

        last, self._last = self._last, None  # whatever fails from here on leaves no half-read state behind
        shared_last = _shared_length(last, tokens)
        shared_warm = _shared_length(self._warm, tokens)
        if last is not None and shared_last >= shared_warm and shared_last:
            last.cache.crop(shared_last)
            return _PromptState(tuple(tokens[:shared_last]), last.cache)
        if self._warm is not None and shared_warm:
            cache = copy.deepcopy(self._warm.cache)
            cache.crop(shared_warm)
            return _PromptState(tuple(tokens[:shared_warm]), cache)
        return _PromptState((), DynamicCache(config=self._model.config))


def _shared_length(state: _PromptState | None, tokens: Sequence[int]) -> int:
    """How many tokens at the beginning of ``tokens``, its last excepted, a kept state has read and can be cut to."""
    if state is None or any(getattr(layer, "is_sliding", False) for layer in state.cache.layers):
        return 0
    shared = 0
    for known, wanted in zip(state.tokens, tokens[:-1], strict=False):
        if known != wanted:
            break
        shared += 1
    return shared


def _load(location: str, machine: MachineCapabilities, threads: int) -> tuple[Any, Any]:
    """The model, ready to compute, and its tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig
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
    ends = _token_ids(model.generation_config.eos_token_id) + _token_ids(tokenizer.eos_token_id)
    # Nothing else of the model's own sampling habits: a repetition penalty, say, would bend figures that repeat.
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        eos_token_id=sorted(set(ends)) or None, pad_token_id=tokenizer.pad_token_id or (ends or [0])[0]
    )
    model.to(torch.device("cuda" if machine.cuda else "cpu"))  # type: ignore[arg-type]
    return model.eval(), tokenizer


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


def _reply_hooks(tokenizer: Any, reply: Reply) -> tuple[Any, Any]:
    """What ``generate`` calls: one hands text to the reply, one stops once nobody reads it."""
    from transformers import StoppingCriteria, StoppingCriteriaList, TextStreamer

    class Writer(TextStreamer):
        def on_finalized_text(self, text: str, stream_end: bool = False) -> None:  # noqa: ARG002
            reply.put(text)

    class Cancelled(StoppingCriteria):
        def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ARG002
            import torch

            return torch.full((input_ids.shape[0],), reply.cancelled.is_set(), device=input_ids.device)

    return Writer(tokenizer, skip_prompt=True, skip_special_tokens=True), StoppingCriteriaList([Cancelled()])
