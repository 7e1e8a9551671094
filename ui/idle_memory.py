"""Free memory goes back to the system when nobody asks.

What a question leaves behind in the C library's allocator, some hundred megabytes of scattered free pages, stays with
the process otherwise. It is given back once the service has been idle for a moment, never while somebody waits.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable

IDLE_SECONDS = 2.0


def give_back_free_memory() -> bool:
    """Let the allocator return its free pages; False where it cannot (anything but glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))


class IdleMemory:
    """Calls ``give_back`` ``seconds`` after work has ended, if no other has begun; used by many threads."""

    def __init__(self, give_back: Callable[[], object], seconds: float = IDLE_SECONDS) -> None:
        self._seconds, self._give_back = seconds, give_back
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def busy(self) -> None:
        """Somebody asks: nothing is given back before the next ``idle``."""
        with self._lock:
            self._forget()

    def idle(self) -> None:
        """Nobody asks any more."""
        with self._lock:
            self._forget()
            self._timer = threading.Timer(self._seconds, self._give_back)
            self._timer.daemon, self._timer.name = True, "idle-memory"
            self._timer.start()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
