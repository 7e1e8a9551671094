"""Which arithmetic this machine does fastest: bfloat16 where the processor or the card has it, else float32."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_BFLOAT16_FLAGS = frozenset({"amx_bf16", "avx512_bf16"})


@dataclass(frozen=True, slots=True)
class Precision:
    """Where and how a model computes. ``reason`` says in words why."""

    device: str
    bfloat16: bool
    reason: str


def cpu_flags(cpuinfo: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """The processor's feature flags as the kernel names them; empty where the kernel does not tell."""
    try:
        lines = cpuinfo.read_text("utf-8").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.partition(":")[2].split() for line in lines if line.startswith("flags")), []))


def choose_precision(flags: frozenset[str], *, has_cuda: bool) -> Precision:
    """The best arithmetic for a machine with these processor ``flags``."""
    if has_cuda:
        return Precision("cuda", True, "a CUDA card")
    found = sorted(_BFLOAT16_FLAGS & flags)
    if found:
        return Precision("cpu", True, f"the processor has {', '.join(found)}")
    return Precision("cpu", False, "the processor has neither amx_bf16 nor avx512_bf16")


def best_precision() -> Precision:
    """The best arithmetic for this machine."""
    import torch

    return choose_precision(cpu_flags(), has_cuda=torch.cuda.is_available())
