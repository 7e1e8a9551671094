"""What stands in front of every route: body limit, security headers, measurements.

Plain ASGI, so that streamed answers pass through unbuffered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.web.problems import Problem
from ui.web.reach import route_path

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The page may load from this server alone; Gradio needs inline and evaluated scripts.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "media-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
}

_SLOWEST = 10_000
"""Bytes a second: less is no line of today, but somebody who holds a connection."""


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """The largest body, in bytes, for paths that begin with ``prefix``; the first that fits counts."""

    prefix: str
    bytes: int


class BodyLimit:
    """Refuses a body over the limit, announced or not, and one that comes too slowly.

    A body has ``seconds`` and what ``_SLOWEST`` bytes a second take.
    """

    def __init__(self, app: ASGIApp, *, limits: Sequence[SizeLimit], seconds: float = 30.0) -> None:
        self.app, self.limits, self.seconds = app, tuple(limits), seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = next(item.bytes for item in self.limits if route_path(scope).startswith(item.prefix))
        problem = Problem(413, f"the body is larger than {limit} bytes; send less")
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or int(announced) > limit:
            return await problem.to_response()(scope, receive, send)
        return await self.app(scope, _Body(receive, limit, self.seconds).next, send)


class _Body:
    """One body, as far as it has come."""

    def __init__(self, receive: Receive, limit: int, seconds: float) -> None:
        self._receive, self._limit, self._seconds = receive, limit, seconds
        self._began, self._bytes, self._is_whole = time.monotonic(), 0, False

    async def next(self) -> Message:
        """The next message; after the body's end whatever comes, however late."""
        message = await self._receive() if self._is_whole else await self._in_time()
        self._bytes += len(message.get("body", b""))
        self._is_whole = self._is_whole or not message.get("more_body", False)
        if self._bytes > self._limit:
            raise HTTPException(413, f"the body is larger than {self._limit} bytes; send less")
        return message

    async def _in_time(self) -> Message:
        allowed = self._seconds + self._bytes / _SLOWEST
        try:
            with anyio.fail_after(max(0.0, self._began + allowed - time.monotonic())):
                return await self._receive()
        except TimeoutError:
            words = f"{self._bytes} bytes of the body came in {allowed:.0f} s; expected {_SLOWEST} bytes a second"
            raise HTTPException(408, f"{words} or more: send it again, faster", {"Connection": "close"}) from None


class SecurityHeaders:
    """Adds the headers that keep a browser on this server."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        return await self.app(scope, receive, sending)


Observe = Callable[[str, str, int, float], None]
"""Method, route template, status, seconds."""


class Measurements:
    """Tells ``observe`` of every request under ``/v1``, by route template so that ids stay out of the labels."""

    def __init__(self, app: ASGIApp, *, observe: Observe) -> None:
        self.app, self.observe = app, observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not route_path(scope).startswith("/v1/"):
            return await self.app(scope, receive, send)
        started, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self.observe(scope["method"], route, status, time.perf_counter() - started)
