from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.errors import ModelDamagedError
from embeddings.gguf_conversion import convert_gguf, target_name
from embeddings.safetensors_writing import to_bfloat16_bits

HIDDEN, TEMPLATE = 32, "{{ messages[0].content }}"
ALPHABET = ["é", "ª", "¹", "a", "b", "ab", "Ġ"]
TOKENS = [*ALPHABET, "<|endoftext|>", "<|im_end|>", "[PAD9]"]
KINDS = [*[1] * len(ALPHABET), 3, 3, 5]


def write_gguf(path: Path, *, architecture: str = "qwen2") -> dict[str, NDArray[np.float32]]:
    import gguf

    rng = np.random.default_rng(2)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(1)
    writer.add_context_length(64)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(64)
    writer.add_head_count(2)
    writer.add_head_count_kv(1)
    writer.add_rope_freq_base(1e6)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(TOKENS)
    writer.add_token_types(KINDS)
    writer.add_token_merges(["a b"])
    writer.add_bos_token_id(7)
    writer.add_eos_token_id(8)
    writer.add_pad_token_id(7)
    writer.add_chat_template(TEMPLATE)
    stored = {}
    shapes = {"token_embd.weight": (10, HIDDEN), "output.weight": (10, HIDDEN), "output_norm.weight": (HIDDEN,)}
    shapes |= {"blk.0.attn_q.weight": (HIDDEN, HIDDEN), "blk.0.attn_q.bias": (HIDDEN,)}
    for name, shape in shapes.items():
        values = rng.normal(size=shape).astype(np.float32)
        if len(shape) == 1:
            writer.add_tensor(name, values)
            stored[name] = values
            continue
        kind = gguf.GGMLQuantizationType.Q8_0
        packed = gguf.quantize(values, kind)
        writer.add_tensor(name, packed, raw_dtype=kind)
        stored[name] = gguf.dequantize(packed, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return stored


def bits(tensor: object) -> NDArray[np.uint16]:
    import torch

    assert isinstance(tensor, torch.Tensor)
    assert tensor.dtype == torch.bfloat16
    return np.asarray(tensor.view(torch.uint16).numpy())


def test_weights_are_the_dequantised_ones_in_bfloat16_and_embeddings_tied(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    stored = write_gguf(tmp_path / "m.gguf")
    (tmp_path / "folder").mkdir()
    convert_gguf(tmp_path / "m.gguf", tmp_path / "folder")
    tensors = load_file(tmp_path / "folder" / "model.safetensors")
    assert sorted(tensors) == [
        "model.embed_tokens.weight",
        "model.layers.0.self_attn.q_proj.bias",
        "model.layers.0.self_attn.q_proj.weight",
        "model.norm.weight",
    ]
    for name in ("output.weight", "output_norm.weight", "blk.0.attn_q.weight", "blk.0.attn_q.bias"):
        np.testing.assert_array_equal(bits(tensors[target_name(name)]), to_bfloat16_bits(stored[name]))
    config = json.loads((tmp_path / "folder" / "config.json").read_text())
    assert config["tie_word_embeddings"] is True
    assert (config["vocab_size"], config["hidden_size"], config["rope_theta"]) == (10, HIDDEN, 1e6)


def test_the_tokenizer_keeps_its_numbers_and_the_chat_template(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    write_gguf(tmp_path / "m.gguf")
    convert_gguf(tmp_path / "m.gguf", tmp_path)
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert tokenizer.encode("ab a<|im_end|>").ids == [5, 6, 3, 8]
    # "骹" is the bytes E9 AA B9, which the byte alphabet writes as é ª ¹.
    assert tokenizer.encode("骹").ids == [0, 1, 2]
    assert tokenizer.decode([5, 6, 3]) == "ab a"
    assert json.loads((tmp_path / "tokenizer_config.json").read_text())["chat_template"] == TEMPLATE
    assert json.loads((tmp_path / "generation_config.json").read_text())["eos_token_id"] == [8, 7]


@pytest.mark.parametrize("source", ["blk.0.attn_qkv.weight", "rope_freqs.weight", "blk.0.attn_q.weight.scale"])
def test_a_foreign_tensor_is_refused(source: str) -> None:
    with pytest.raises(ModelDamagedError, match="expected those of a Qwen2 model"):
        target_name(source)


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"not a model" * 10)
    with pytest.raises(ModelDamagedError, match="is not a GGUF file"):
        convert_gguf(tmp_path / "m.gguf", tmp_path)


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", architecture="llama")
    with pytest.raises(ModelDamagedError, match="architecture llama, expected qwen2"):
        convert_gguf(tmp_path / "m.gguf", tmp_path)
