import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from rag.generation import machine
from rag.generation.machine import detect_machine, quiet_waiting_threads, usable_cores

CPUINFO = """processor\t: 0
model name\t: Made-up Processor 9000
flags\t\t: fpu avx avx2 avx512_bf16 amx_bf16

processor\t: 1
model name\t: Another
flags\t\t: fpu
"""


def test_cpu_name_and_flags_are_read_from_the_first_processor(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text(CPUINFO)
    name, flags = machine._read_cpu(tmp_path / "cpuinfo")
    assert name == "Made-up Processor 9000"
    assert {"avx2", "amx_bf16", "avx512_bf16"} <= flags
    assert machine._read_cpu(tmp_path / "absent") == ("", frozenset())


def test_memory_is_the_containers_limit_where_that_is_lower(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal:       4194304 kB\nMemFree: 1 kB\n")
    assert machine._memory_bytes(tmp_path / "meminfo", tmp_path) == 4 * 1024**3
    (tmp_path / "memory.max").write_text("max\n")
    assert machine._memory_bytes(tmp_path / "meminfo", tmp_path) == 4 * 1024**3
    (tmp_path / "memory.max").write_text("1073741824\n")
    assert machine._memory_bytes(tmp_path / "meminfo", tmp_path) == 1024**3
    assert machine._memory_bytes(tmp_path / "absent", tmp_path) == 0


def test_cores_are_bounded_by_the_containers_quota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    assert usable_cores(tmp_path) == 8
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert usable_cores(tmp_path) == 8
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    assert usable_cores(tmp_path) == 2
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert usable_cores(tmp_path) == 1


def test_this_machine_is_described() -> None:
    found = detect_machine()
    assert found.cpu
    assert found.cores >= 1
    assert found.memory_bytes > 2**28


def test_waiting_threads_sleep_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    quiet_waiting_threads()
    assert os.environ["OMP_WAIT_POLICY"] == "active"
    monkeypatch.delenv("OMP_WAIT_POLICY")
    quiet_waiting_threads()
    assert os.environ["OMP_WAIT_POLICY"] == "passive"
    monkeypatch.delenv("OMP_WAIT_POLICY")
    monkeypatch.setenv("GOMP_SPINCOUNT", "100")
    quiet_waiting_threads()
    assert "OMP_WAIT_POLICY" not in os.environ


@pytest.mark.parametrize(("called", "mapped"), [("return_freed_blocks", 1), ("detect_machine", 0)])
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps large blocks")
def test_large_blocks_are_mapped_by_themselves_also_after_larger_ones(called: str, mapped: int) -> None:
    program = f"""
import ctypes
from rag.generation.machine import {called}

{called}()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = (ctypes.c_size_t,)
libc.free.argtypes = (ctypes.c_void_p,)
libc.mallinfo2.restype = type(
    "Info", (ctypes.Structure,), {{"_fields_": [(str(n), ctypes.c_size_t) for n in range(10)]}}
)
libc.free(libc.malloc(16 << 20))
before = getattr(libc.mallinfo2(), "3")  # blocks that are mapped by themselves
block = libc.malloc(1 << 20)
print(getattr(libc.mallinfo2(), "3") - before)
"""
    finished = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert finished.stdout.strip() == str(mapped)
