from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.safetensors_writing import TensorPlan, to_bfloat16_bits, write_safetensors


def test_the_library_reads_back_what_was_written(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    values = {"a.weight": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([1.5, -2.25], np.float32)}
    path = tmp_path / "model.safetensors"
    write_safetensors(
        path,
        [TensorPlan("b", (2,)), TensorPlan("a.weight", (2, 3))],
        lambda plan: [values[plan.name][:1], values[plan.name][1:]],
    )
    read = load_file(path)
    assert sorted(read) == ["a.weight", "b"]
    np.testing.assert_array_equal(read["a.weight"], values["a.weight"])
    np.testing.assert_array_equal(read["b"], values["b"])


def test_bfloat16_rounds_to_nearest_even() -> None:
    # 1 + 2**-8 lies halfway between two bfloat16 values and goes to the even one; a hair more goes up.
    values = np.array([1.0, 1 + 2**-8, 1 + 2**-8 + 2**-20, 1 + 3 * 2**-8, -3.0, 0.0], np.float32)
    assert [hex(bits) for bits in to_bfloat16_bits(values)] == [
        "0x3f80",
        "0x3f80",
        "0x3f81",
        "0x3f82",
        "0xc040",
        "0x0",
    ]


def test_bfloat16_agrees_with_torch() -> None:
    torch = pytest.importorskip("torch")
    values = np.random.default_rng(3).normal(size=1000).astype(np.float32)
    expected = torch.from_numpy(values).to(torch.bfloat16).view(torch.uint16).numpy()
    np.testing.assert_array_equal(to_bfloat16_bits(values), expected)


def test_another_size_than_planned_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="tensor a has 3 values, planned were 2"):
        write_safetensors(tmp_path / "x", [TensorPlan("a", (2,))], lambda plan: [np.zeros(3, np.float32)])
