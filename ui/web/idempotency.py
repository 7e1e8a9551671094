"""``Idempotency-Key`` on uploads: a request that is sent twice is done once, and both get the same result.

Results are kept in memory for a day. After a restart a repeated upload is done again, which changes nothing in the
store: the same file again is unchanged.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from rag.records import JsonObject
from ui.web.problems import Problem, ProblemError

_KEPT_SECONDS = 86_400
_MOST_KEPT = 1_000
_LONGEST_KEY = 200


@dataclass(slots=True)
class _Kept:
    fingerprint: str
    since: float
    result: JsonObject | None = None


class IdempotentResults:
    """Results by caller and key; may be used by many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._clock = clock

    def once(self, caller: str, key: str, fingerprint: str, work: Callable[[], JsonObject]) -> JsonObject:
        """The result of ``work``, or that of the earlier request of this key; ``fingerprint`` tells requests apart.

        A ``work`` that fails is forgotten, so that it can be tried again.

        Raises:
            ProblemError: the key is too long, belongs to another request, or its first request still runs.
        """
        if len(key) > _LONGEST_KEY:
            raise ProblemError(
                Problem(422, f"Idempotency-Key has {len(key)} characters; expected {_LONGEST_KEY} at most")
            )
        kept = self._begin((caller, key), fingerprint)
        if kept.result is not None:
            return kept.result
        try:
            kept.result = work()
        except BaseException:
            with self._lock:
                self._kept.pop((caller, key), None)
            raise
        return kept.result

    def _begin(self, name: tuple[str, str], fingerprint: str) -> _Kept:
        with self._lock:
            self._forget_old()
            found = self._kept.get(name)
            if found is None:
                self._kept[name] = made = _Kept(fingerprint, self._clock())
                return made
            if found.fingerprint != fingerprint:
                words = (
                    "this Idempotency-Key came with other files or fields before; expected a new key for each upload"
                )
                raise ProblemError(Problem(422, words, name="idempotency-key-reused"))
            if found.result is None:
                words = "the first request with this Idempotency-Key still runs; repeat this one later"
                raise ProblemError(Problem(409, words, {"Retry-After": "5"}, name="idempotency-key-in-use"))
            return found

    def _forget_old(self) -> None:
        until = self._clock() - _KEPT_SECONDS
        for name, kept in list(self._kept.items()):
            if kept.result is not None and (kept.since < until or len(self._kept) > _MOST_KEPT):
                del self._kept[name]
