"""Threads that are kept for the next work: models keep memory for each thread that computes with them.

A thread is made only where none is idle, so there are as many as ever worked at a time. They end with the program.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

Work = Callable[[], None]


class WorkerThreads:
    """Runs each work at once, in a thread of its own for as long as it lasts; used by many threads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._tasks: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._idle = 0
        self._threads: list[threading.Thread] = []
        self._closed = False

    @property
    def busy(self) -> int:
        """How many threads work now."""
        with self._lock:
            return sum(thread.is_alive() for thread in self._threads) - self._idle

    def begin(self, work: Work) -> None:
        """Run ``work``, which must not raise."""
        with self._lock:
            if self._idle:
                self._idle -= 1
                self._tasks.put(work)
                return
            thread = threading.Thread(target=self._run, args=(work,), name=self._name, daemon=True)
            self._threads.append(thread)
        thread.start()

    def close(self, seconds: float) -> None:
        """Let the threads end, and wait for that as long as ``seconds``."""
        with self._lock:
            self._closed = True
            threads = list(self._threads)
            for _ in range(self._idle):
                self._tasks.put(None)
            self._idle = 0
        end = time.monotonic() + seconds
        for thread in threads:
            thread.join(timeout=max(0.0, end - time.monotonic()))

    def _run(self, first: Work) -> None:
        work: Work | None = first
        while work is not None:
            work()
            with self._lock:
                if self._closed:
                    return
                self._idle += 1
            work = self._tasks.get()
