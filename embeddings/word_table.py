"""The encoder's table of word vectors, left in its file: a text needs a few rows of 250,000.

The table is four fifths of the default model: 192 MB in bfloat16, 384 MB in float32, of which a newspaper's words use
a few per cent. Its rows are read as they are needed (some microseconds each, the file stays in the system's page
cache) rather than mapped: the kernel maps sixteen pages around each that is touched, soon the whole of it.
"""

from __future__ import annotations

import json
import os
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLE_NAME = "word_embeddings.weight"
_KINDS = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
_LENGTH_BYTES = 8
_COMPARED_ROWS = 64


class FileWordTable(nn.Module):
    """Stands for an ``nn.Embedding`` whose ``(count, width)`` weights lie in a file from ``begin`` on.

    Gives what that would, bit for bit: a row is converted as the whole table would have been. Used by many threads at
    once; copies share the open file.
    """

    def __init__(
        self, path: Path, begin: int, shape: tuple[int, int], kind: torch.dtype, wanted: torch.dtype
    ) -> None:
        """``kind`` are the file's numbers, ``wanted`` those of the vectors."""
        super().__init__()
        self.num_embeddings, self.embedding_dim = shape
        self._begin, self._kind, self._wanted = begin, kind, wanted
        self._row_bytes = shape[1] * kind.itemsize
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._descriptor)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def forward(self, tokens: Tensor) -> Tensor:
        """``(*tokens.shape, width)``: the rows of these tokens."""
        kinds, places = torch.unique(tokens, return_inverse=True)
        rows = bytearray(len(kinds) * self._row_bytes)
        if not rows:
            return torch.empty((*tokens.shape, self.embedding_dim), dtype=self._wanted)
        view = memoryview(rows)
        for place, token in enumerate(kinds.tolist()):
            if not 0 <= token < self.num_embeddings:
                raise IndexError(f"token {token} is not one of {self.num_embeddings}")
            row = view[place * self._row_bytes : (place + 1) * self._row_bytes]
            if os.preadv(self._descriptor, [row], self._begin + token * self._row_bytes) != self._row_bytes:
                raise OSError(f"{self._path} ends within the vector of token {token}; fetch the model again")
        found = torch.frombuffer(rows, dtype=self._kind).view(len(kinds), -1).to(self._wanted)
        return found[places]


def leave_words_in_file(network: Any, path: Path) -> bool:
    """Let ``network`` read its word vectors from ``path``, the safetensors file that it was loaded from.

    False, and nothing changed, where it has no such table on the processor, or the file holds another.
    """
    table = getattr(getattr(network, "embeddings", None), "word_embeddings", None)
    if not isinstance(table, nn.Embedding) or table.weight.device.type != "cpu" or not hasattr(os, "preadv"):
        return False
    try:
        begin, entry = _table_entry(path)
    except (OSError, ValueError, KeyError, StopIteration):
        return False
    kind = _KINDS.get(entry["dtype"])
    count, width = table.weight.shape
    if kind is None or list(entry["shape"]) != [count, width]:
        return False
    in_file = FileWordTable(path, begin, (count, width), kind=kind, wanted=table.weight.dtype)
    some = torch.linspace(0, count - 1, min(count, _COMPARED_ROWS)).long()
    if not torch.equal(in_file(some), table.weight[some]):
        return False
    network.embeddings.word_embeddings = in_file
    return True


def _table_entry(path: Path) -> tuple[int, Mapping[str, Any]]:
    """Where the table's numbers begin in a safetensors file, and what its header says of it."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if not 0 < length <= path.stat().st_size:
            raise ValueError(f"{path} is not a safetensors file")
        header = json.loads(file.read(length))
    entry = next(value for name, value in header.items() if name.endswith(_TABLE_NAME))
    return _LENGTH_BYTES + length + int(entry["data_offsets"][0]), entry
