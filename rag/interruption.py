"""Stopping work that somebody no longer waits for, from another thread; knows nothing of what the work is.

Work that may take long runs inside ``interruptible(stop)`` and calls ``raise_if_stopped`` where it can be left:
before a search, between two pieces of a model's text. Outside of such a block nothing is ever stopped.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import BaowenError

_CURRENT = threading.local()


class WorkStopped(BaowenError):  # noqa: N818 - no error, but what its asker wanted
    """The work was stopped because its asker no longer waits for it."""


@contextmanager
def interruptible(stop: threading.Event) -> Iterator[None]:
    """Let what this thread does in the block be stopped by setting ``stop``; blocks may stand inside each other."""
    outer = stop_event()
    _CURRENT.stop = stop
    try:
        yield
    finally:
        _CURRENT.stop = outer


def stop_event() -> threading.Event | None:
    """The event that stops what this thread does now; None where nothing can."""
    found: threading.Event | None = getattr(_CURRENT, "stop", None)
    return found


def raise_if_stopped() -> None:
    """Leave the work if it is no longer wanted.

    Raises:
        WorkStopped: the event of the innermost block is set.
    """
    stop = stop_event()
    if stop is not None and stop.is_set():
        raise WorkStopped("the question was stopped by its asker: ask it again to have it answered")
