"""multilingual-e5-small from its 4-bit file into an ordinary sentence-transformers folder.

The foreign format is confined here. ``E5S1`` files hold, little-endian: a header of sizes, the unigram pieces with
their scores, a normalisation table (not needed: it equals Nmt + NFKC, but for ～), a directory of tensors, and the
tensors as float32 or Q4_0 blocks. A Q4_0 block is 32 weights in 18 bytes: one float16 scale, then 16 bytes whose
low nibbles are weights 0 to 15 and whose high nibbles are weights 16 to 31, each minus 8.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelDamagedError
from embeddings.safetensors_writing import TensorPlan, write_safetensors

_MAGIC = b"E5S1"
_BLOCK_VALUES = 32
_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (16,))])
_TILDE, _PRIVATE_USE = "～", "\ue0ff"


@dataclass(frozen=True, slots=True)
class _Sizes:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float


@dataclass(frozen=True, slots=True)
class _StoredTensor:
    quantised: bool
    value_count: int
    offset: int
    byte_count: int


@dataclass(frozen=True, slots=True)
class _E5File:
    sizes: _Sizes
    pieces: list[tuple[str, float]]
    tensors: dict[str, _StoredTensor]
    data: NDArray[np.uint8]

    def values(self, name: str) -> NDArray[np.float32]:
        """The tensor called ``name``, as a flat float32 array."""
        tensor = self.tensors[name]
        raw = self.data[tensor.offset : tensor.offset + tensor.byte_count]
        return _dequantise(raw) if tensor.quantised else raw.view("<f4").astype(np.float32)


def _dequantise(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    blocks = raw.view(_Q4_BLOCK)
    values = np.empty((len(blocks), _BLOCK_VALUES), dtype=np.float32)
    values[:, :16] = blocks["nibbles"] & 0x0F
    values[:, 16:] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[:, None]
    return values.reshape(-1)


class _Cursor:
    """Reads fixed-size values one after the other."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data.data
        self._position = 0

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._position)
        self._position += struct.calcsize("<" + layout)
        return values

    def take(self, byte_count: int) -> bytes:
        start = self._position
        self._position += byte_count
        return bytes(self._data[start : self._position])


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, *_special_ids, text_bytes = cursor.read("5iQ")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), dtype="<u4")
    scores = np.frombuffer(cursor.take(4 * count), dtype="<f4")
    text = cursor.take(text_bytes)
    return [(text[offsets[i] : offsets[i + 1]].decode(), float(scores[i])) for i in range(count)]


def _read_directory(cursor: _Cursor) -> dict[str, _StoredTensor]:
    (count,) = cursor.read("i")
    tensors = {}
    for _ in range(count):
        (name_bytes,) = cursor.read("H")
        name = cursor.take(name_bytes).decode()
        kind, value_count, offset, byte_count = cursor.read("BIQQ")
        tensors[name] = _StoredTensor(kind == 1, value_count, offset, byte_count)
    return tensors


def _read_file(path: Path) -> _E5File:
    data: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
    cursor = _Cursor(data)
    magic = cursor.take(4)
    if magic != _MAGIC:
        raise ModelDamagedError(f"{path} begins with {magic!r}, expected {_MAGIC!r}; run 'baowen models fetch' again")
    _version, hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, _block = cursor.read(
        "I7ifi"
    )
    sizes = _Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
    pieces = _read_pieces(cursor)
    _rule_count, table_bytes = cursor.read("iI")
    cursor.take(table_bytes)
    return _E5File(sizes, pieces, _read_directory(cursor), data)


def _layer_plans(layer: int, sizes: _Sizes) -> dict[TensorPlan, str]:
    hidden, feed_forward = sizes.hidden, sizes.feed_forward
    linear = {
        "attention.self.query": ("q", hidden, hidden),
        "attention.self.key": ("k", hidden, hidden),
        "attention.self.value": ("v", hidden, hidden),
        "attention.output.dense": ("ao", hidden, hidden),
        "intermediate.dense": ("fi", feed_forward, hidden),
        "output.dense": ("fo", hidden, feed_forward),
    }
    plans = {}
    for target, (source, outputs, inputs) in linear.items():
        prefix = f"encoder.layer.{layer}.{target}"
        plans[TensorPlan(f"{prefix}.weight", (outputs, inputs))] = f"l{layer}.{source}.w"
        plans[TensorPlan(f"{prefix}.bias", (outputs,))] = f"l{layer}.{source}.b"
    for target, source in (("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln")):
        prefix = f"encoder.layer.{layer}.{target}"
        plans[TensorPlan(f"{prefix}.weight", (hidden,))] = f"l{layer}.{source}.w"
        plans[TensorPlan(f"{prefix}.bias", (hidden,))] = f"l{layer}.{source}.b"
    return plans


def _tensor_plans(sizes: _Sizes) -> dict[TensorPlan, str]:
    """Every tensor of a BertModel without pooler, and the name it has in the 4-bit file."""
    hidden = sizes.hidden
    plans = {
        TensorPlan("embeddings.word_embeddings.weight", (sizes.vocabulary, hidden)): "emb.word",
        TensorPlan("embeddings.position_embeddings.weight", (sizes.positions, hidden)): "emb.pos",
        TensorPlan("embeddings.token_type_embeddings.weight", (sizes.token_types, hidden)): "emb.type",
        TensorPlan("embeddings.LayerNorm.weight", (hidden,)): "emb.ln.w",
        TensorPlan("embeddings.LayerNorm.bias", (hidden,)): "emb.ln.b",
    }
    for layer in range(sizes.layers):
        plans |= _layer_plans(layer, sizes)
    return plans


def _tokenizer_json(pieces: list[tuple[str, float]], max_tokens: int) -> str:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    # NFKC would turn ～ into ~, which the model's own table does not; so it steps aside for a moment.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(_TILDE, _PRIVATE_USE),
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(_PRIVATE_USE, _TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in ("<s>", "<pad>", "</s>", "<unk>")]
        + [AddedToken("<mask>", special=True, normalized=False, lstrip=True)]
    )
    tokenizer.enable_truncation(max_tokens)
    return tokenizer.to_str()


def _bert_config(sizes: _Sizes) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.feed_forward,
        "vocab_size": sizes.vocabulary,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.token_types,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
        "dtype": "float32",
    }


def _folder_files(sizes: _Sizes) -> dict[str, object]:
    """The small JSON files of a sentence-transformers folder."""
    specials = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    module = "sentence_transformers.sentence_transformer.modules"
    return {
        "config.json": _bert_config(sizes),
        "tokenizer_config.json": specials
        | {
            "cls_token": "<s>",
            "sep_token": "</s>",
            "mask_token": "<mask>",
            "model_max_length": sizes.positions,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.pooling.Pooling"},
            {
                "idx": 2,
                "name": "2",
                "path": "2_Normalize",
                "type": "sentence_transformers.base.modules.normalize.Normalize",
            },
        ],
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def convert_e5(source: Path, folder: Path) -> None:
    """Write the sentence-transformers folder of the 4-bit file ``source`` into the existing, empty ``folder``.

    Weights come out as float32 (470 MB), exactly the values that the 4-bit blocks stand for.

    Raises:
        ModelDamagedError: ``source`` is not an ``E5S1`` file or lacks a tensor.
        OSError: the disk said no.
    """
    try:
        e5 = _read_file(source)
        plans = _tensor_plans(e5.sizes)
        missing = sorted(set(plans.values()) - set(e5.tensors))
    except (struct.error, ValueError) as error:
        raise ModelDamagedError(
            f"{source} is cut off or damaged ({error}); run 'baowen models fetch' again"
        ) from error
    if missing:
        raise ModelDamagedError(f"{source} lacks the tensors {missing[:3]}; run 'baowen models fetch' again")
    write_safetensors(folder / "model.safetensors", list(plans), lambda plan: [e5.values(plans[plan])])
    (folder / "tokenizer.json").write_text(_tokenizer_json(e5.pieces, e5.sizes.positions), encoding="utf-8")
    (folder / "2_Normalize").mkdir()
    for name, content in _folder_files(e5.sizes).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
