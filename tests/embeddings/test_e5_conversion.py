from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.e5_conversion import convert_e5
from embeddings.errors import ModelDamagedError

HIDDEN, FEED_FORWARD, POSITIONS = 32, 64, 16
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), ("项目", -3.0), ("个", -4.0)]
PIECES += [("102", -5.0), ("～", -6.0), ("<mask>", 0.0)]


def q4_blocks(values: NDArray[np.int8], scales: NDArray[np.float16]) -> bytes:
    """Blocks of 32 weights ``scale * value`` with values in -8..7, laid out as the format says."""
    data = b""
    for row, scale in zip(values.reshape(-1, 32) + 8, scales, strict=True):
        data += struct.pack("<e", scale) + bytes(int(row[i]) | int(row[i + 16]) << 4 for i in range(16))
    return data


def tensor_sizes() -> dict[str, tuple[bool, int]]:
    sizes = {"emb.word": (True, len(PIECES) * HIDDEN), "emb.pos": (False, POSITIONS * HIDDEN)}
    sizes |= {"emb.type": (False, 2 * HIDDEN), "emb.ln.w": (False, HIDDEN), "emb.ln.b": (False, HIDDEN)}
    for name in ("q", "k", "v", "ao"):
        sizes |= {f"l0.{name}.w": (True, HIDDEN * HIDDEN), f"l0.{name}.b": (False, HIDDEN)}
    sizes |= {"l0.fi.w": (True, HIDDEN * FEED_FORWARD), "l0.fi.b": (False, FEED_FORWARD)}
    sizes |= {"l0.fo.w": (True, HIDDEN * FEED_FORWARD), "l0.fo.b": (False, HIDDEN)}
    for name in ("aln", "oln"):
        sizes |= {f"l0.{name}.w": (False, HIDDEN), f"l0.{name}.b": (False, HIDDEN)}
    return sizes


def tiny_file(*, without: str = "") -> tuple[bytes, dict[str, NDArray[np.float32]]]:
    """A one-layer model in the 4-bit format, and the float values that its tensors stand for."""
    rng = np.random.default_rng(5)
    text = "".join(piece for piece, _ in PIECES).encode()
    offsets = np.cumsum([0] + [len(piece.encode()) for piece, _ in PIECES]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, FEED_FORWARD, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text)) + offsets.tobytes()
    head += np.array([score for _, score in PIECES], "<f4").tobytes() + text + struct.pack("<iI", 0, 3) + b"???"
    payloads, values = {}, {}
    for name, (quantised, count) in tensor_sizes().items():
        if quantised:
            nibbles = rng.integers(-8, 8, count).astype(np.int8)
            scales = rng.uniform(0.01, 0.1, count // 32).astype(np.float16)
            payloads[name] = (1, q4_blocks(nibbles, scales))
            values[name] = nibbles.astype(np.float32) * np.repeat(scales.astype(np.float32), 32)
        else:
            values[name] = rng.normal(size=count).astype(np.float32)
            payloads[name] = (0, values[name].astype("<f4").tobytes())
    payloads.pop(without, None)
    directory_bytes = 4 + sum(2 + len(name) + 21 for name in payloads)
    offset = (len(head) + directory_bytes + 63) // 64 * 64
    directory, body = struct.pack("<i", len(payloads)), b""
    for name, (kind, data) in payloads.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, len(values[name]), offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 64)
    return (head + directory).ljust(offset, b"\0") + body, values


@pytest.fixture
def converted(tmp_path: Path) -> tuple[Path, dict[str, NDArray[np.float32]]]:
    data, values = tiny_file()
    (tmp_path / "tiny.bin").write_bytes(data)
    folder = tmp_path / "folder"
    folder.mkdir()
    convert_e5(tmp_path / "tiny.bin", folder)
    return folder, values


def test_every_weight_is_the_value_its_block_stands_for(
    converted: tuple[Path, dict[str, NDArray[np.float32]]],
) -> None:
    from safetensors.numpy import load_file

    folder, values = converted
    tensors = load_file(folder / "model.safetensors")
    assert len(tensors) == len(values) == 21
    np.testing.assert_array_equal(
        tensors["embeddings.word_embeddings.weight"], values["emb.word"].reshape(len(PIECES), HIDDEN)
    )
    np.testing.assert_array_equal(
        tensors["encoder.layer.0.intermediate.dense.weight"], values["l0.fi.w"].reshape(FEED_FORWARD, HIDDEN)
    )
    np.testing.assert_array_equal(
        tensors["encoder.layer.0.output.dense.weight"], values["l0.fo.w"].reshape(HIDDEN, FEED_FORWARD)
    )
    np.testing.assert_array_equal(tensors["encoder.layer.0.attention.output.LayerNorm.bias"], values["l0.aln.b"])


def test_the_tokenizer_normalises_splits_and_frames_as_the_model_expects(
    converted: tuple[Path, dict[str, NDArray[np.float32]]],
) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(converted[0] / "tokenizer.json"))
    ids = {piece: index for index, (piece, _) in enumerate(PIECES)}
    encoded = tokenizer.encode("１０２  个项目～？")
    expected = ["<s>", "▁", "102", "▁", "个", "项目", "～", "<unk>", "</s>"]
    assert encoded.ids == [ids[piece] for piece in expected]
    assert len(tokenizer.encode("个" * 100).ids) == POSITIONS


def test_transformers_computes_with_the_folder(converted: tuple[Path, dict[str, NDArray[np.float32]]]) -> None:
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(converted[0], local_files_only=True)
    assert (config.model_type, config.hidden_size, config.num_hidden_layers) == ("bert", HIDDEN, 1)
    prompts = json.loads((converted[0] / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: "}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"GGUF" + b"\0" * 100, "begins with b'GGUF', expected b'E5S1'"),
        (tiny_file()[0][:200], "is cut off or damaged"),
        (tiny_file(without="l0.ao.b")[0], r"lacks the tensors \['l0.ao.b'\]"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "x.bin").write_bytes(data)
    with pytest.raises(ModelDamagedError, match=expected):
        convert_e5(tmp_path / "x.bin", tmp_path)
