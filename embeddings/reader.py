"""Question and passage read together: is the answer in it, and where.

A vector says what a passage is about; whether 南桥镇's figure answers a question on 西桥镇 it cannot say. The reader
is a cross-encoder: the embedding model's own layers with low-rank adapters (LoRA, Hu et al. 2021) and two small
heads, trained by ``benchmarks/train_reader.py`` on questions of the CMRC 2018 and DRCD form. Only the adapters are
kept here; the base weights and the large table of word vectors are the loaded encoder's. It knows nothing of
newspapers, and what its scores mean for an answer is decided elsewhere.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embeddings.encoder import SentenceTransformerEncoder, token_batches
from embeddings.errors import ModelDamagedError

if TYPE_CHECKING:
    from torch import Tensor

READER_FILE = Path(__file__).parent / "reader.safetensors"
"""The adapters for ``BASE_MODEL``."""
BASE_MODEL = "multilingual-e5-small"
MAX_TOKENS = 192
"""Of question and passage together; what is beyond is not read."""
_MAX_ANSWER_TOKENS = 40
_ADAPTER_SCALE = 2.0
_BATCH_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one passage.

    ``presence`` is the logit of the answer's being in it (0.0 is even odds). ``[start, end)`` are the passage's
    characters that answer best, whether they do or not, and ``margin`` is how far their score is above that of
    "nothing here", in nats. Higher is better in both.
    """

    presence: float
    start: int
    end: int
    margin: float


class AnswerReader:
    """A loaded reader; may be used by many threads at once."""

    def __init__(self, model: Any, tokenizer: Any, heads: Mapping[str, Tensor]) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._device = next(model.embeddings.parameters()).device
        self._heads = {name: tensor.float().to(self._device) for name, tensor in heads.items()}
        self._lock = threading.Lock()

    def read(self, question: str, passages: Sequence[str]) -> list[Reading]:
        """One reading for each of ``passages``, in their order."""
        if not passages:
            return []
        with self._lock:
            encoded = self._tokenizer(
                [question] * len(passages),
                list(passages),
                truncation="only_second" if len(question) < MAX_TOKENS // 2 else "longest_first",
                max_length=MAX_TOKENS,
                return_offsets_mapping=True,
            )
            found: list[Reading | None] = [None] * len(passages)
            for batch in token_batches([len(ids) for ids in encoded["input_ids"]], _BATCH_TOKENS):
                spans, presence = self._score([encoded["input_ids"][index] for index in batch])
                for row, index in enumerate(batch):
                    offsets = _passage_offsets(encoded, index)
                    found[index] = _reading(spans[row, : len(offsets)], float(presence[row]), offsets)
        return [reading for reading in found if reading is not None]

    def _score(self, rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """``(n, longest, 2)`` logits of an answer's first and last token and ``(n,)`` logits of its presence."""
        import torch

        longest = max(map(len, rows))
        tokens = torch.tensor([[*row, *[self._tokenizer.pad_token_id] * (longest - len(row))] for row in rows])
        lengths = torch.tensor([len(row) for row in rows])
        mask = (torch.arange(longest)[None] < lengths[:, None]).long()
        with torch.inference_mode():
            inputs = {"input_ids": tokens.to(self._device), "attention_mask": mask.to(self._device)}
            hidden = self._model(**inputs).last_hidden_state.float()
            spans = hidden @ self._heads["span.weight"].T + self._heads["span.bias"]
            presence = hidden[:, 0] @ self._heads["present.weight"].T + self._heads["present.bias"]
        return spans.cpu().numpy(), presence[:, 0].cpu().numpy()


def reads_with(encoder_name: str) -> bool:
    """Whether the kept adapters belong to this embedding model: ``"multilingual-e5-small@1f0c…"``."""
    return encoder_name.split("@")[0].split("/")[-1] == BASE_MODEL


def load_reader(encoder: SentenceTransformerEncoder, path: Path = READER_FILE) -> AnswerReader:
    """The reader over the loaded encoder's weights, some 90 MB beside them.

    Raises:
        ModelDamagedError: the adapters are not there, not whole, or made for another model.
    """
    from safetensors.torch import load_file

    try:
        kept = load_file(path)
        base, tokenizer = encoder.transformer()
        model = copy.copy(base)  # a module of its own that shares its parts
        model._modules = dict(base._modules)
        model.encoder = copy.deepcopy(base.encoder)
        for name in {key.rsplit(".", 1)[0] for key in kept if key.startswith("layer.")}:
            layer = model.encoder.get_submodule(name)
            change = _ADAPTER_SCALE * kept[f"{name}.up"].float() @ kept[f"{name}.down"].float()
            # Summed in float32, then computed in the encoder's own precision and on its device.
            layer.weight.data = (layer.weight.data.float() + change.to(layer.weight.device)).to(layer.weight.dtype)
        heads = {name: kept[name] for name in ("span.weight", "span.bias", "present.weight", "present.bias")}
    except Exception as error:  # foreign libraries raise a dozen kinds here, and all mean the same
        raise ModelDamagedError(
            f"{path} does not hold the reader's adapters for {encoder.name} ({error}); expected those of "
            f"{BASE_MODEL}: install the package again"
        ) from error
    return AnswerReader(encoder.compiled(model.eval()), tokenizer, heads)


def _passage_offsets(encoded: Any, index: int) -> list[tuple[int, int] | None]:
    """For each token its characters in the passage; None for the question's and the marks."""
    kinds = encoded.sequence_ids(index)
    return [
        (begin, end) if kind == 1 and end > begin else None
        for kind, (begin, end) in zip(kinds, encoded["offset_mapping"][index], strict=True)
    ]


def _reading(logits: NDArray[np.float32], presence: float, offsets: Sequence[tuple[int, int] | None]) -> Reading:
    """The best span of at most ``_MAX_ANSWER_TOKENS`` tokens; the first of equals."""
    inside = np.array([offset is not None for offset in offsets])
    if not inside.any():
        return Reading(presence, 0, 0, -np.inf)
    pairs = logits[:, 0][:, None] + logits[:, 1][None, :]
    apart = np.arange(len(offsets))[None, :] - np.arange(len(offsets))[:, None]
    allowed = inside[:, None] & inside[None, :] & (apart >= 0) & (apart < _MAX_ANSWER_TOKENS)
    first, last = divmod(int(np.where(allowed, pairs, -np.inf).argmax()), len(offsets))
    begin, end = offsets[first], offsets[last]
    assert begin is not None and end is not None  # noqa: S101, PT018 - allowed holds only places of the passage
    return Reading(presence, begin[0], end[1], float(pairs[first, last] - pairs[0, 0]))
