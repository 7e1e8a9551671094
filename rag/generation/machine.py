"""What this machine can do, read from the system's own files, and how its threads should wait.

It starts nothing heavy: torch is asked for a GPU only where the driver's device files exist.
"""

from __future__ import annotations

import ctypes
import importlib.util
import math
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_M_MMAP_THRESHOLD = -3
"""glibc's name in ``mallopt`` for the size from which on a block is mapped by itself."""
_LARGE_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class MachineCapabilities:
    """What this machine can do; ``cores`` are those this process may use, ``memory_bytes`` what it may fill."""

    cpu: str
    architecture: str
    cores: int
    avx2: bool
    avx512_bf16: bool
    amx_bf16: bool
    cuda: bool
    memory_bytes: int


def quiet_waiting_threads() -> None:
    """Let OpenMP's idle threads sleep instead of spin, unless the user's environment says otherwise.

    With the cores shared by other programs, spinning slowed llama.cpp from 2.4–5.7 to 0.2–0.3 tokens a second.
    OpenMP reads this once, when the first library that uses it is loaded: call it before torch is imported.
    """
    if "GOMP_SPINCOUNT" not in os.environ:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def return_freed_blocks() -> None:
    """Have glibc give blocks of 256 KiB and more back to the system as soon as they are freed; once a process.

    Else it raises that limit to the largest block it has met, and the working memory of prompts of ever other lengths
    stays in a heap full of holes: 0.5 GB more after fifteen of them, at the same speed.
    """
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


def detect_machine() -> MachineCapabilities:
    """What this machine offers; reads ``/proc`` and ``/sys``, and starts torch only where a GPU may be."""
    model, flags = _read_cpu(Path("/proc/cpuinfo"))
    return MachineCapabilities(
        cpu=model or platform.processor() or platform.machine(),
        architecture=platform.machine(),
        cores=usable_cores(),
        avx2="avx2" in flags,
        avx512_bf16="avx512_bf16" in flags,
        amx_bf16="amx_bf16" in flags,
        cuda=_has_cuda(),
        memory_bytes=_memory_bytes(),
    )


def usable_cores(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Cores this process may use: its affinity, and the processor quota of its container where there is one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _text(cgroup / "cpu.max").strip().partition(" ")
    if quota.isdigit() and period.isdigit() and int(period) > 0:
        allowed = min(allowed, math.ceil(int(quota) / int(period)))
    return max(1, allowed)


def _read_cpu(cpuinfo: Path) -> tuple[str, frozenset[str]]:
    """The processor's name and its feature flags; empty where the file is not as on x86 Linux."""
    name, flags = "", frozenset[str]()
    for line in _text(cpuinfo).splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name" and not name:
            name = value.strip()
        elif key.strip() == "flags":
            return name, frozenset(value.split())
    return name, flags


def _memory_bytes(meminfo: Path = Path("/proc/meminfo"), cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """The machine's memory, or the limit of its container where that is lower; 0 where neither can be read."""
    total = 0
    for line in _text(meminfo).splitlines():
        if line.startswith("MemTotal:"):
            total = int(line.split()[1]) * 1024
    limit = _text(cgroup / "memory.max").strip()
    return min(total, int(limit)) if limit.isdigit() and total else total


def _has_cuda(devices: Iterable[Path] = (Path("/dev/nvidiactl"), Path("/dev/dxg"))) -> bool:
    """Whether torch can compute on an NVIDIA GPU."""
    if not any(device.exists() for device in devices) or importlib.util.find_spec("torch") is None:
        return False
    import torch

    return torch.cuda.is_available()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
