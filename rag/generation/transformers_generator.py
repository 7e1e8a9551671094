"""Generation through transformers: bfloat16 on a CUDA GPU or a processor that computes in it, else float32.

The only importer of ``transformers`` for generation. It takes any causal model's folder or hub name; what is kept
between requests and how replies are written is ``token_generator``'s. ``generate`` is not used: its prompt lookup
reads a kept beginning twice.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.errors import GenerationError
from rag.generation.generator import HIDDEN_LAYER, Message
from rag.generation.machine import MachineCapabilities, detect_machine
from rag.generation.token_generator import Logits, TokenGenerator


class TransformersGenerator(TokenGenerator):
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
        self._model, self._tokenizer = _load(location, machine or detect_machine(), threads)
        super().__init__(
            name or location.rstrip("/").rpartition("/")[2],
            end_tokens=_token_ids(self._tokenizer.eos_token_id)
            + _token_ids(self._model.generation_config.eos_token_id),
            limit=int(getattr(self._model.config.get_text_config(), "max_position_embeddings", 0) or 2**31),
        )
        # The argument was past_key_values before transformers 5.24, which warns of that name.
        parameters = inspect.signature(self._model.forward).parameters
        self._cache_argument = "cache" if "cache" in parameters else "past_key_values"

    def _encode(self, messages: Sequence[Message]) -> list[int]:
        return _encode(self._tokenizer, messages)

    def _text_tokens(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False))

    def _decoded(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True))

    def _logits(self, tokens: list[int], cache: Any, count: int) -> Logits:
        logits: Logits = self._output(tokens, cache, count).logits[0, -count:].float().cpu().numpy()
        return logits

    def _hidden(self, prompts: Sequence[list[int]]) -> Logits | None:
        found = []
        for tokens in prompts:
            layers = self._output(tokens, self._empty_cache(), 1, output_hidden_states=True).hidden_states
            if len(layers) <= HIDDEN_LAYER:
                return None
            found.append(layers[HIDDEN_LAYER][0, -1].float().cpu().numpy())
        return np.stack(found)

    def _output(self, tokens: list[int], cache: Any, count: int, **wanted: bool) -> Any:
        import torch

        new = torch.tensor([tokens[cache.get_seq_length() :]], device=self._model.device)
        try:
            with torch.inference_mode():
                return self._model(
                    new, use_cache=True, logits_to_keep=count, **wanted, **{self._cache_argument: cache}
                )
        except RuntimeError as error:
            raise GenerationError(f"transformers failed: {' '.join(str(error).split())[:300]}") from error

    def _empty_cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self._model.config)

    def _copied(self, cache: Any) -> Any:
        return copy.deepcopy(cache)

    def _cut(self, cache: Any, length: int) -> None:
        read = cache.get_seq_length()
        if read > length:
            cache.crop(length - read)

    def _can_cut(self, cache: Any) -> bool:
        """Whether the cache keeps every token apart: a sliding window or a recurrent state cannot forget its last."""
        from transformers.cache_utils import DynamicLayer

        return all(type(layer) is DynamicLayer for layer in cache.layers)

    def _release(self) -> None:
        self._model = None


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
