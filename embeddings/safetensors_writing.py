"""Tensors into one safetensors file, block by block: a 3 GB model is written with the memory of one block.

The layout is the published one: eight bytes with the header's length, a JSON header, then the tensors' bytes in
the header's order. Knows nothing of models.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

StorageType = Literal["F32", "BF16"]

_BYTES_PER_VALUE = {"F32": 4, "BF16": 2}


@dataclass(frozen=True, slots=True)
class TensorPlan:
    """A tensor to be written: its name in the file, its shape and how its float32 values are stored."""

    name: str
    shape: tuple[int, ...]
    storage: StorageType = "F32"

    @property
    def byte_count(self) -> int:
        """Its size in the file."""
        return math.prod(self.shape) * _BYTES_PER_VALUE[self.storage]


def to_bfloat16_bits(values: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Each float32 rounded to the nearest bfloat16, ties to even, as its 16 bits; expects finite values."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def _header(plans: Sequence[TensorPlan]) -> bytes:
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for plan in plans:
        end = offset + plan.byte_count
        entries[plan.name] = {"dtype": plan.storage, "shape": list(plan.shape), "data_offsets": [offset, end]}
        offset = end
    encoded = json.dumps(entries, separators=(",", ":")).encode()
    return encoded + b" " * (-len(encoded) % 8)


def write_safetensors(
    path: Path, plans: Sequence[TensorPlan], load_blocks: Callable[[TensorPlan], Iterable[NDArray[np.float32]]]
) -> None:
    """Write ``plans`` in order, asking ``load_blocks`` for each tensor's float32 values when its turn comes.

    The blocks of a tensor are its values in row-major order, cut anywhere.

    Raises:
        ValueError: ``load_blocks`` gave more or fewer values than planned.
        OSError: the disk said no.
    """
    header = _header(plans)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)))
        file.write(header)
        for plan in plans:
            _write_tensor(file, plan, load_blocks(plan))


def _write_tensor(file: BinaryIO, plan: TensorPlan, blocks: Iterable[NDArray[np.float32]]) -> None:
    count, expected = 0, math.prod(plan.shape)
    for block in blocks:
        values = np.ascontiguousarray(block, dtype=np.float32)
        count += values.size
        file.write((to_bfloat16_bits(values) if plan.storage == "BF16" else values).data)
    if count != expected:
        raise ValueError(f"tensor {plan.name} has {count} values, planned were {expected}")
