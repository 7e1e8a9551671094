"""Generation through OpenVINO: a 4-bit model on processors with AVX-512 but without AMX.

Of ``openvino_genai`` only the tokenizer is used: its pipelines report no probabilities but the best one's, and
their cache cannot be cut. The model is run step by step, its key-value cache inside an inference request. Drafted
tokens that the model did not agree with stay in the cache behind the attention mask until they are many.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.mapped_files import give_back_mapped_pages
from rag.errors import GenerationError
from rag.generation.generator import HIDDEN_LAYER, Message
from rag.generation.openvino_model import (
    HIDDEN_STATE,
    divide,
    import_openvino,
    keep_last_predictions,
)
from rag.generation.prompt_state import PromptStateFiles, model_identity
from rag.generation.token_generator import Logits, PromptState, TokenGenerator

MODEL_NAME = "openvino_model.xml"
WEIGHTS_NAME = "openvino_model.bin"
_MASKED_SLOTS = 128
"""So many forgotten tokens may stay in a cache, which costs little; copying it costs 80 ms."""
_PADDED = 16
"""Prompts read together are filled up to a multiple of this: the engine keeps something for each length it met."""


@dataclass(frozen=True, slots=True)
class OpenVinoConfig:
    """The engine's settings. ``context_tokens`` holds prompt and reply together; ``threads`` compute.

    ``state_folder`` is where the state after a prompt's fixed beginning is kept between processes (see
    ``prompt_state``); None keeps none.
    """

    threads: int = 1
    context_tokens: int = 4096
    state_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class _Halves:
    """The compiled model in two parts; ``lower`` is None where it could not be divided."""

    lower: Any
    upper: Any


class _RequestCache:
    """The cache inside an inference request a half: ``kept`` says of each token read whether it still counts."""

    def __init__(self, model: _Halves) -> None:
        self.lower = None if model.lower is None else model.lower.create_infer_request()
        self.upper = model.upper.create_infer_request()
        self.kept: list[bool] = []

    def layers(self) -> list[Any]:
        """Keys and values of all layers, in the same order each time."""
        lower = [] if self.lower is None else self.lower.query_state()
        return [*lower, *self.upper.query_state()]

    def length(self) -> int:
        """How many tokens count."""
        return sum(self.kept)


class OpenVinoGenerator(TokenGenerator):
    """A model in the folder that ``embeddings.openvino_conversion`` wrote, loaded once.

    Raises:
        GenerationError: the libraries are not installed, or OpenVINO cannot read the folder.
    """

    runtime = "openvino"
    block_tokens = 128

    def __init__(self, folder: Path, *, name: str = "", config: OpenVinoConfig | None = None) -> None:
        self._config = config = config or OpenVinoConfig()
        self._folder = folder
        self._model, self._tokenizer = _load(folder, config)
        self._reading: Any = None
        end = int(self._tokenizer.get_eos_token_id())
        self._states = _state_files(folder, config)
        super().__init__(name or folder.name, end_tokens=[end], limit=config.context_tokens)

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        """See ``Generator.warm_up``; a beginning read before on this machine is not read again."""
        if self._states is not None and self._states.restore(prefix_messages, self._act):
            self._lay_out_weights()
        else:
            super().warm_up(prefix_messages)
            if self._states is not None:
                self._states.save(prefix_messages, self._act)
        self.rest()

    def rest(self) -> None:
        """Nobody asks now: give the file's pages back, 1.0 GB once the model is warm.

        The engine lays the weights out anew at its first inference, and needs little of the file after it.
        """
        give_back_mapped_pages(self._folder / WEIGHTS_NAME)

    def _lay_out_weights(self) -> None:
        """Infer once, so that the first question does not wait for it."""
        with self._lock:
            if not self._closed:
                self._logits(self._reply_end, self._empty_cache(), 1)

    def _act(self, action: str, file_name: str) -> bool:
        """Write or read the warmed-up state; False where that is not possible."""
        folder = self._config.state_folder
        assert folder is not None  # noqa: S101
        with self._lock:
            if self._closed:
                return False
            try:
                if action == "save":
                    return self._warm is not None and _save_state(self._warm, folder / file_name)
                self._warm = _read_state(folder / file_name, self._empty_cache())
            except (OSError, ValueError, KeyError, RuntimeError):
                return False
            return True

    def _encode(self, messages: Sequence[Message]) -> list[int]:
        continued = bool(messages) and messages[-1].role == "assistant"
        turns = messages[:-1] if continued else messages
        history = [{"role": message.role, "content": message.content} for message in turns]
        text = self._tokenizer.apply_chat_template(history, add_generation_prompt=True)
        return self._text_tokens(text + messages[-1].content if continued else text)

    def _text_tokens(self, text: str) -> list[int]:
        if not text:
            return []
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False).input_ids.data[0].tolist()
        return tokens

    def _decoded(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True)) if tokens else ""

    def _logits(self, tokens: list[int], cache: _RequestCache, count: int) -> Logits:
        read = cache.length()
        new = tokens[read:]
        mask = [*cache.kept, *[True] * len(new)]
        inputs = {
            "input_ids": np.array([new], np.int64),
            "attention_mask": np.array([mask], np.int64),
            "position_ids": np.arange(read, len(tokens), dtype=np.int64)[None],
            "beam_idx": np.zeros(1, np.int32),
        }
        if cache.lower is not None:
            inputs[HIDDEN_STATE] = _inferred(cache.lower, inputs, HIDDEN_STATE)
        inputs["kept_predictions"] = np.array(count, np.int64)
        logits: Logits = _inferred(cache.upper, inputs, "logits")[0].copy()
        cache.kept = mask
        return logits

    def _hidden(self, prompts: Sequence[list[int]]) -> Logits | None:
        if self._model.lower is None:
            return None
        longest = -(-max(map(len, prompts)) // _PADDED) * _PADDED
        tokens, mask = np.zeros((2, len(prompts), longest), np.int64)
        for row, prompt in enumerate(prompts):
            tokens[row, longest - len(prompt) :] = prompt
            mask[row, longest - len(prompt) :] = 1
        inputs = {
            "input_ids": tokens,
            "attention_mask": mask,
            "position_ids": np.maximum(mask.cumsum(axis=1) - 1, 0),
            "beam_idx": np.arange(len(prompts), dtype=np.int32),
        }
        if self._reading is None:
            self._reading = self._model.lower.create_infer_request()
        self._reading.reset_state()
        states: Logits = _inferred(self._reading, inputs, HIDDEN_STATE)[:, -1].copy()
        return states

    def _empty_cache(self) -> _RequestCache:
        return _RequestCache(self._model)

    def _copied(self, cache: _RequestCache) -> _RequestCache:
        copied = self._empty_cache()
        _write_states(cache, copied)
        return copied

    def _cut(self, cache: _RequestCache, length: int) -> None:
        counted = np.cumsum(cache.kept)
        cache.kept = (np.array(cache.kept) & (counted <= length)).tolist()
        if len(cache.kept) - length > _MASKED_SLOTS:
            _write_states(cache, cache)

    def _can_cut(self, cache: _RequestCache) -> bool:  # noqa: ARG002
        return True

    def _release(self) -> None:
        self._reading = None
        self._model = _Halves(None, None)


def _write_states(source: _RequestCache, target: _RequestCache) -> None:
    """Give ``target`` what counts of the cache of ``source``, which may be the same."""
    import openvino

    kept = np.flatnonzero(source.kept)
    for old, new in zip(source.layers(), target.layers(), strict=True):
        new.state = openvino.Tensor(np.ascontiguousarray(old.state.data[:, :, kept]))
    target.kept = [True] * len(kept)


def _save_state(state: PromptState, path: Path) -> bool:
    kept = np.flatnonzero(state.cache.kept)
    layers = [layer.state.data[:, :, kept] for layer in state.cache.layers()]
    with path.open("wb") as file:
        np.savez(file, tokens=np.array(state.tokens, np.int64), layers=np.stack(layers))
    return True


def _read_state(path: Path, cache: _RequestCache) -> PromptState:
    """The state in ``path``, brought into ``cache``."""
    import openvino

    with np.load(path, allow_pickle=False) as saved:
        tokens, layers = tuple(saved["tokens"].tolist()), saved["layers"]
    for layer, values in zip(cache.layers(), layers, strict=True):
        layer.state = openvino.Tensor(np.ascontiguousarray(values))
    cache.kept = [True] * layers.shape[3]
    return PromptState(tokens, cache)


def _state_files(folder: Path, config: OpenVinoConfig) -> PromptStateFiles | None:
    """Where states are kept, or None where they are not wanted or the folder cannot be made."""
    if config.state_folder is None:
        return None
    try:
        config.state_folder.mkdir(parents=True, exist_ok=True)
        engine = importlib.metadata.version("openvino")
        return PromptStateFiles(config.state_folder, model_identity(folder / MODEL_NAME, "openvino in two", engine))
    except (OSError, importlib.metadata.PackageNotFoundError):
        return None


def _inferred(request: Any, inputs: dict[str, Any], output: str) -> Any:
    """One output of a model that takes some of ``inputs``."""
    names = {name for place in request.model_inputs for name in place.names}
    try:
        return request.infer({name: value for name, value in inputs.items() if name in names})[output]
    except RuntimeError as error:
        raise GenerationError(f"OpenVINO failed: {' '.join(str(error).split())[:300]}") from error


def _load(folder: Path, config: OpenVinoConfig) -> tuple[_Halves, Any]:
    """The compiled model, and its tokenizer."""
    openvino, genai = import_openvino("openvino"), import_openvino("openvino_genai")
    try:
        core = openvino.Core()
        model = core.read_model(str(folder / MODEL_NAME))
        keep_last_predictions(model)
        properties = {
            "INFERENCE_NUM_THREADS": config.threads,
            "PERFORMANCE_HINT": "LATENCY",
            # In 8 bits, the default, the cache changed three predictions of ten of random text; this way none.
            "KV_CACHE_PRECISION": "bf16",
        }
        lower, upper = divide(model, HIDDEN_LAYER)
        compiled = [None if half is None else core.compile_model(half, "CPU", properties) for half in (lower, upper)]
        return _Halves(*compiled), genai.Tokenizer(str(folder))
    except RuntimeError as error:
        raise GenerationError(
            f"OpenVINO cannot read {folder} ({' '.join(str(error).split())[:200]}); delete it, and it is made anew"
        ) from error
