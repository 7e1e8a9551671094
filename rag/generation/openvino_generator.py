"""Generation through OpenVINO: a 4-bit model on processors with AVX-512 but without AMX.

The only importer of ``openvino`` and ``openvino_genai``. Of the latter only the conversion of a GGUF file and the
tokenizer are used: its pipelines report no probabilities but the best one's, and their cache cannot be cut. The
model is run step by step, its key-value cache inside an inference request. Drafted tokens that the model did not
agree with stay in the cache behind the attention mask until they are many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import GenerationError
from rag.generation.generator import Message
from rag.generation.token_generator import Logits, TokenGenerator

MODEL_NAME = "openvino_model.xml"
_MASKED_SLOTS = 128
"""So many forgotten tokens may stay in a cache, which costs little; copying it costs 80 ms."""


@dataclass(frozen=True, slots=True)
class OpenVinoConfig:
    """The engine's settings. ``context_tokens`` holds prompt and reply together; ``threads`` compute."""

    threads: int = 1
    context_tokens: int = 4096


class _RequestCache:
    """The cache inside one inference request: ``kept`` says of each token read whether it still counts."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self.kept: list[bool] = []

    def length(self) -> int:
        """How many tokens count."""
        return sum(self.kept)


class OpenVinoGenerator(TokenGenerator):
    """A model in the folder that ``convert_gguf`` wrote, loaded once.

    Raises:
        GenerationError: the libraries are not installed, or OpenVINO cannot read the folder.
    """

    runtime = "openvino"

    def __init__(self, folder: Path, *, name: str = "", config: OpenVinoConfig | None = None) -> None:
        config = config or OpenVinoConfig()
        self._compiled, self._tokenizer = _load(folder, config)
        end = int(self._tokenizer.get_eos_token_id())
        super().__init__(name or folder.name, end_tokens=[end], limit=config.context_tokens)

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
            "kept_predictions": np.array(count, np.int64),
        }
        try:
            logits: Logits = cache.request.infer(inputs)["logits"][0].copy()
        except RuntimeError as error:
            raise GenerationError(f"OpenVINO failed: {' '.join(str(error).split())[:300]}") from error
        cache.kept = mask
        return logits

    def _empty_cache(self) -> _RequestCache:
        return _RequestCache(self._compiled.create_infer_request())

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
        self._compiled = None


def _write_states(source: _RequestCache, target: _RequestCache) -> None:
    """Give ``target`` what counts of the cache of ``source``, which may be the same."""
    import openvino

    kept = np.flatnonzero(source.kept)
    for old, new in zip(source.request.query_state(), target.request.query_state(), strict=True):
        new.state = openvino.Tensor(np.ascontiguousarray(old.state.data[:, :, kept]))
    target.kept = [True] * len(kept)


def convert_gguf(gguf: Path, folder: Path) -> None:
    """Write the OpenVINO form of ``gguf`` into ``folder``: half a minute, 4 GB of memory, 1.3 GB for the default model.

    Raises:
        GenerationError: OpenVINO cannot read the file.
    """
    genai = _import("openvino_genai")
    link = folder / "model.gguf"
    try:
        link.symlink_to(gguf.resolve())
        genai.LLMPipeline(str(link), "CPU", enable_save_ov_model=True)
    except RuntimeError as error:
        raise GenerationError(
            f"OpenVINO cannot read {gguf} ({' '.join(str(error).split())[:200]}); a whole GGUF file was expected"
        ) from error
    finally:
        link.unlink(missing_ok=True)


def _load(folder: Path, config: OpenVinoConfig) -> tuple[Any, Any]:
    """The compiled model, and its tokenizer."""
    openvino, genai = _import("openvino"), _import("openvino_genai")
    try:
        core = openvino.Core()
        model = core.read_model(str(folder / MODEL_NAME))
        _keep_last_predictions(model)
        properties = {
            "INFERENCE_NUM_THREADS": config.threads,
            "PERFORMANCE_HINT": "LATENCY",
            # In 8 bits, the default, the cache changed three predictions of ten of random text; this way none.
            "KV_CACHE_PRECISION": "bf16",
        }
        return core.compile_model(model, "CPU", properties), genai.Tokenizer(str(folder))
    except RuntimeError as error:
        raise GenerationError(
            f"OpenVINO cannot read {folder} ({' '.join(str(error).split())[:200]}); delete it, and it is made anew"
        ) from error


def _keep_last_predictions(model: Any) -> None:
    """Let the caller say how many predictions it wants: the output matrix is a sixth of a prompt's time."""
    operations: Any = _import("openvino.opset13")

    product = model.get_results()[0].input_value(0).get_node()
    wanted = operations.parameter([], np.int64, name="kept_predictions")
    wanted.output(0).set_names({"kept_predictions"})
    one = operations.constant(np.array([1], np.int64))
    last = operations.slice(
        product.input_value(0),
        operations.unsqueeze(operations.negative(wanted), 0),
        operations.constant(np.array([2**31 - 1], np.int64)),
        one,
        one,
    )
    product.input(0).replace_source_output(last.output(0))
    model.add_parameters([wanted])
    model.validate_nodes_and_infer_types()


def _import(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise GenerationError(
            f"OpenVINO cannot be loaded ({error}); pip install openvino-genai, or set another runtime"
        ) from error
