"""A Qwen2 GGUF file into a transformers folder of bfloat16 safetensors, tensor by tensor.

The foreign format is confined here. transformers can read a GGUF file itself, but takes most of a minute and over
5 GB of memory each time; the folder written here loads in seconds. Input and output embeddings stay tied, as in the
original; of the file's two copies the finer one (``output.weight``, six bits) is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelDamagedError
from embeddings.safetensors_writing import TensorPlan, write_safetensors

_EMBEDDING = "model.embed_tokens.weight"
_LAYER_TENSORS = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_BLOCK_ROWS = 4096
_CONTROL_TOKEN, _USER_TOKEN = 3, 4
_QWEN_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def target_name(source_name: str) -> str:
    """The transformers name of a GGUF tensor: ``blk.0.attn_q.bias`` is ``model.layers.0.self_attn.q_proj.bias``.

    Raises:
        ModelDamagedError: the tensor is none of a Qwen2 model.
    """
    fixed = {"token_embd.weight": _EMBEDDING, "output.weight": _EMBEDDING, "output_norm.weight": "model.norm.weight"}
    if source_name in fixed:
        return fixed[source_name]
    pieces = source_name.split(".")
    if len(pieces) == 4 and pieces[0] == "blk" and pieces[2] in _LAYER_TENSORS:
        return f"model.layers.{pieces[1]}.{_LAYER_TENSORS[pieces[2]]}.{pieces[3]}"
    raise ModelDamagedError(f"the GGUF file holds the tensor {source_name}, expected those of a Qwen2 model")


def _sources(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """The GGUF tensor of every transformers name, the finer of two copies."""
    sources = {}
    for name, tensor in tensors.items():
        if name == "token_embd.weight" and "output.weight" in tensors:
            continue
        sources[target_name(name)] = tensor
    return sources


def _model_config(fields: Mapping[str, Any], vocabulary: int) -> dict[str, object]:
    architecture = fields["general.architecture"]
    if architecture != "qwen2":
        raise ModelDamagedError(f"the GGUF file is of architecture {architecture}, expected qwen2")
    return {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "vocab_size": vocabulary,
        "hidden_size": fields["qwen2.embedding_length"],
        "intermediate_size": fields["qwen2.feed_forward_length"],
        "num_hidden_layers": fields["qwen2.block_count"],
        "num_attention_heads": fields["qwen2.attention.head_count"],
        "num_key_value_heads": fields["qwen2.attention.head_count_kv"],
        "max_position_embeddings": fields["qwen2.context_length"],
        "rope_theta": fields["qwen2.rope.freq_base"],
        "rms_norm_eps": 1e-6,
        "hidden_act": "silu",
        "attention_dropout": 0.0,
        "tie_word_embeddings": True,
        "use_sliding_window": False,
        "bos_token_id": fields["tokenizer.ggml.bos_token_id"],
        "eos_token_id": fields["tokenizer.ggml.eos_token_id"],
        "dtype": "bfloat16",
    }


def _tokenizer_json(fields: Mapping[str, Any]) -> str:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    kinds: list[int] = fields["tokenizer.ggml.token_type"]
    added = {index for index, kind in enumerate(kinds) if kind in (_CONTROL_TOKEN, _USER_TOKEN)}
    vocabulary = {token: index for index, token in enumerate(tokens) if index not in added and kinds[index] == 1}
    left_right = (merge.split(" ", 1) for merge in fields["tokenizer.ggml.merges"])
    merges = [(left, right) for left, right in left_right]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_tokens(
        [
            AddedToken(tokens[index], special=kinds[index] == _CONTROL_TOKEN, normalized=False)
            for index in sorted(added)
        ]
    )
    for index in added:
        if tokenizer.token_to_id(tokens[index]) != index:
            raise ModelDamagedError(f"the GGUF file's token {tokens[index]!r} would not keep its number {index}")
    return tokenizer.to_str()


def _folder_files(fields: Mapping[str, Any], vocabulary: int) -> dict[str, object]:
    tokens = fields["tokenizer.ggml.tokens"]
    end, padding = fields["tokenizer.ggml.eos_token_id"], fields["tokenizer.ggml.padding_token_id"]
    return {
        "config.json": _model_config(fields, vocabulary),
        "generation_config.json": {
            "bos_token_id": fields["tokenizer.ggml.bos_token_id"],
            "eos_token_id": sorted({end, padding}, reverse=True),
            "pad_token_id": padding,
            "do_sample": False,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": tokens[end],
            "pad_token": tokens[padding],
            "model_max_length": fields["qwen2.context_length"],
            "clean_up_tokenization_spaces": False,
            "chat_template": fields["tokenizer.chat_template"],
        },
    }


def convert_gguf(source: Path, folder: Path) -> None:
    """Write the transformers folder of the Qwen2 GGUF file ``source`` into the existing, empty ``folder``.

    Needs little memory beside the mapped source and writes 3.1 GB.

    Raises:
        ModelDamagedError: ``source`` is not a GGUF file of a Qwen2 model.
        OSError: the disk said no.
    """
    from gguf import GGUFReader, dequantize

    try:
        reader = GGUFReader(source)
    except ValueError as error:
        raise ModelDamagedError(f"{source} is not a GGUF file ({error}); run 'baowen models fetch' again") from error
    fields = {name: field.contents() for name, field in reader.fields.items()}
    sources = _sources({tensor.name: tensor for tensor in reader.tensors})
    plans = [
        TensorPlan(name, tuple(int(size) for size in reversed(tensor.shape)), "BF16")
        for name, tensor in sources.items()
    ]

    def load_blocks(plan: TensorPlan) -> Iterator[NDArray[np.float32]]:
        tensor = sources[plan.name]
        for begin in range(0, len(tensor.data), _BLOCK_ROWS):
            yield dequantize(tensor.data[begin : begin + _BLOCK_ROWS], tensor.tensor_type)

    write_safetensors(folder / "model.safetensors", plans, load_blocks)
    (folder / "tokenizer.json").write_text(_tokenizer_json(fields), encoding="utf-8")
    for name, content in _folder_files(fields, int(sources[_EMBEDDING].shape[1])).items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
