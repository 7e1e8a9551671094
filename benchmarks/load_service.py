"""A service of its own for the load test: a process over a store, asked over HTTP, its memory looked at."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

_START_SECONDS = 900
_SERVE = "import sys; from ui.cli import main; sys.exit(main())"


@contextmanager
def service(store: Path, *, root: Path) -> Iterator[tuple[str, int]]:
    """Serve ``store`` with the real models; gives the address and the process's id once the models are warm."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, "serve", "--store", str(store), "--port", str(port)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise RuntimeError("the service did not start; its own words say why")
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address)
            yield address, process.pid
        finally:
            process.terminate()


def _wait_until_ready(address: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while not _is_ready(address):
        if time.monotonic() > end:
            raise TimeoutError(f"the models were not ready after {_START_SECONDS} s")
        time.sleep(0.5)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=60).status_code == 200
    except httpx.TimeoutException:
        return False  # others have the processor


def memory_mb(process: int) -> int:
    """What the process and its children hold, in megabytes."""
    own = _resident(process)
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return round(own + sum(_resident(int(child)) for child in children))


def _resident(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def percentiles(seconds: Sequence[float]) -> dict[str, Any]:
    """``{"count", "p50", "p95"}`` in seconds; empty percentiles where nothing was measured."""
    ordered = sorted(seconds)
    if not ordered:
        return {"count": 0, "p50": None, "p95": None}

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)

    return {"count": len(ordered), "p50": at(0.5), "p95": at(0.95)}
