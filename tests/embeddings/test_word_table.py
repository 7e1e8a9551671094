from __future__ import annotations

import copy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from embeddings.word_table import FileWordTable, leave_words_in_file

NAME = "embeddings.word_embeddings.weight"


def network_of(weights: torch.Tensor) -> SimpleNamespace:
    table = nn.Embedding.from_pretrained(weights, freeze=True)
    return SimpleNamespace(embeddings=SimpleNamespace(word_embeddings=table))


@pytest.fixture
def weights() -> torch.Tensor:
    return torch.randn(300, 12, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize("wanted", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("kept", [torch.float32, torch.float16, torch.bfloat16])
def test_rows_from_the_file_are_those_of_the_whole_table(
    tmp_path: Path, weights: torch.Tensor, kept: torch.dtype, wanted: torch.dtype
) -> None:
    in_file = weights.to(kept)
    save_file({"before": torch.ones(7), f"bert.{NAME}": in_file, "zz": torch.ones(3)}, tmp_path / "model.safetensors")
    network = network_of(in_file.to(wanted))
    tokens = torch.tensor([[4, 299, 4, 0], [17, 17, 3, 250]])
    expected = network.embeddings.word_embeddings(tokens)
    assert leave_words_in_file(network, tmp_path / "model.safetensors")
    table = network.embeddings.word_embeddings
    assert isinstance(table, FileWordTable)
    assert list(table.parameters()) == []
    found = table(tokens)
    assert found.dtype == wanted
    assert torch.equal(found, expected)
    assert torch.equal(copy.deepcopy(table)(tokens), expected)
    assert table(torch.empty((2, 0), dtype=torch.long)).shape == (2, 0, 12)


def test_a_token_outside_the_table_is_an_error_and_no_other_row(tmp_path: Path, weights: torch.Tensor) -> None:
    save_file({NAME: weights, "after": torch.ones(90)}, tmp_path / "model.safetensors")
    network = network_of(weights)
    assert leave_words_in_file(network, tmp_path / "model.safetensors")
    for token in (-1, 300):
        with pytest.raises(IndexError, match=f"token {token} is not one of 300"):
            network.embeddings.word_embeddings(torch.tensor([token]))


def test_a_file_that_was_cut_short_is_an_error(tmp_path: Path, weights: torch.Tensor) -> None:
    path = tmp_path / "model.safetensors"
    save_file({NAME: weights}, path)
    network = network_of(weights)
    assert leave_words_in_file(network, path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 10)
    assert torch.equal(network.embeddings.word_embeddings(torch.tensor([1])), weights[1:2])
    with pytest.raises(OSError, match="ends within the vector of token 299; fetch the model again"):
        network.embeddings.word_embeddings(torch.tensor([299]))


def test_a_table_that_the_file_does_not_hold_stays_in_memory(tmp_path: Path, weights: torch.Tensor) -> None:
    path = tmp_path / "model.safetensors"
    network = network_of(weights)
    own = network.embeddings.word_embeddings
    assert not leave_words_in_file(network, path)  # no file
    path.write_bytes(b"no safetensors file at all")
    assert not leave_words_in_file(network, path)
    for kept in ({NAME: weights + 1}, {NAME: weights[:, :6].clone()}, {"other.weight": weights}):
        save_file(kept, path)
        assert not leave_words_in_file(network, path)
    save_file({NAME: weights.double()}, path)
    assert not leave_words_in_file(network, path)
    assert network.embeddings.word_embeddings is own
    assert not leave_words_in_file(SimpleNamespace(), path)
