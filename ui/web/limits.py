"""How much one caller may ask for: requests a minute, answers at a time, wrong passwords. Kept in memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from ui.web.callers import LOCAL, caller_of
from ui.web.problems import Problem
from ui.web.reach import route_path

_ANSWERING = ("/v1/answers", "/v1/chat/completions", "/v1/responses")
_COUNTED = ("/v1/", "/mcp", "/retrieval")
_MOST_NAMES = 10_000


class RateLimit:
    """``rate`` events a minute for each name, a minute's worth at once; may be used by many threads."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self._clock = rate, clock
        self._held: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> float:
        """0.0 where ``name`` may go on, else the seconds until it may."""
        with self._lock:
            left = self._left(name)
            if left < 1:
                return (1 - left) * 60 / self.rate
            if len(self._held) >= _MOST_NAMES:
                # Those whose minute is full again need no memory of it.
                self._held = {n: held for n, held in self._held.items() if self._clock() - held[1] < 60}
            self._held[name] = (left - 1, self._clock())
            return 0.0

    def seconds_to_wait(self, name: str) -> float:
        """As ``take``, without taking anything."""
        with self._lock:
            return max(0.0, (1 - self._left(name)) * 60 / self.rate)

    def _left(self, name: str) -> float:
        left, then = self._held.get(name, (float(self.rate), self._clock()))
        return min(float(self.rate), left + (self._clock() - then) * self.rate / 60)


class CallerLimits:
    """Refuses what goes beyond a caller's share with 429 and ``Retry-After``; an open server has no shares."""

    def __init__(self, app: ASGIApp, *, requests_per_minute: int, answers_at_once: int) -> None:
        self.app, self._answers_at_once = app, answers_at_once
        self._rate = RateLimit(requests_per_minute) if requests_per_minute else None
        self._answering: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = route_path(scope) if scope["type"] == "http" else ""
        caller = caller_of(scope)
        if caller is LOCAL or not path.startswith(_COUNTED):
            return await self.app(scope, receive, send)
        wait = self._rate.take(caller.label) if self._rate else 0.0
        if self._rate and wait > 0:
            problem = Problem(
                429,
                f"{caller.label} made more than {self._rate.rate} requests in a minute; wait {wait:.0f} s, "
                "or the operator raises requests_per_minute",
                {"Retry-After": str(int(wait) + 1)},
                name="too-many-requests",
            )
            return await problem.to_response()(scope, receive, send)
        if path not in _ANSWERING or not self._answers_at_once:
            return await self.app(scope, receive, send)
        return await self._answer(caller.label, scope, receive, send)

    async def _answer(self, label: str, scope: Scope, receive: Receive, send: Send) -> None:
        running = self._answering.get(label, 0)
        if running >= self._answers_at_once:
            problem = Problem(
                429,
                f"{label} waits for {running} answers already; expected {self._answers_at_once} at a time at most: "
                "ask again when one is there, or the operator raises answers_at_once",
                {"Retry-After": "15"},
                name="too-many-answers-at-once",
            )
            return await problem.to_response()(scope, receive, send)
        self._answering[label] = running + 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._answering[label] -= 1
            if not self._answering[label]:
                del self._answering[label]
