"""Calls that come while one is being computed are computed together next: that costs less than one after the other.

A call on its own is computed at once, so gathering delays nobody; no thread and no clock is involved.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class GatheredCalls(Generic[Item, Result]):
    """``compute`` gives one result for each of at most ``most`` items, in their order; used by many threads."""

    def __init__(self, compute: Callable[[Sequence[Item]], Sequence[Result]], most: int) -> None:
        self._compute, self._most = compute, most
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._lock, self._computing = threading.Lock(), threading.Lock()

    def __call__(self, item: Item) -> Result:
        """The result for ``item``; what ``compute`` raises comes to all whose items it was given."""
        future: Future[Result] = Future()
        with self._lock:
            self._waiting.append((item, future))
        with self._computing:
            while not future.done():  # whoever computed meanwhile may have taken this item along
                self._compute_waiting()
        return future.result()

    def _compute_waiting(self) -> None:
        with self._lock:
            taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
        try:
            results = self._compute([item for item, _ in taken])
        except BaseException as error:
            for _, future in taken:
                future.set_exception(error)
            return
        for (_, future), result in zip(taken, results, strict=True):
            future.set_result(result)
