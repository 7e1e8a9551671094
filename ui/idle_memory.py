"""Free memory goes back to the system.

What a question leaves behind in the C library's allocator, some hundred megabytes of scattered free pages, stays with
the process otherwise, and a service that answers without a pause grows by it. It is given back every few seconds
while answers end, and, with whatever else is not needed then, once the service has been idle for a moment.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable

IDLE_SECONDS = 2.0
BUSY_SECONDS = 5.0
"""How long after one giving back the end of an answer brings the next, which takes some ten milliseconds."""


def give_back_free_memory() -> bool:
    """Let the allocator return its free pages; False where it cannot (anything but glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))


class IdleMemory:
    """Calls ``give_back`` ``seconds`` after work has ended, if no other has begun; used by many threads.

    ``while_busy`` is called at the end of a piece of work, by its thread, at most once in ``every`` seconds.
    """

    def __init__(
        self,
        give_back: Callable[[], object],
        seconds: float = IDLE_SECONDS,
        *,
        while_busy: Callable[[], object] = give_back_free_memory,
        every: float = BUSY_SECONDS,
    ) -> None:
        self._seconds, self._give_back = seconds, give_back
        self._every, self._while_busy = every, while_busy
        self._last = time.monotonic()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def busy(self) -> None:
        """Somebody asks: nothing is given back before the next ``idle``."""
        with self._lock:
            self._forget()

    def worked(self) -> None:
        """A piece of work has ended; others may go on."""
        now = time.monotonic()
        with self._lock:
            if now - self._last < self._every:
                return
            self._last = now
        self._while_busy()

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
