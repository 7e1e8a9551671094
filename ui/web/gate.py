"""The gate: who may do what. Open to this machine alone until there is a user or a key; then closed for everybody.

``/v1``, ``/mcp`` and ``/retrieval`` take a bearer key; the page takes a session that ``/login`` begins. Plain ASGI.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import StoreError
from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.access.holders import Scope as Right
from ui.web.callers import LOCAL, SESSION_COOKIE, Caller, caller_from, is_closed, set_caller
from ui.web.problems import Problem, log_error
from ui.web.reach import route_path

_OPEN_PATHS = ("/healthz", "/readyz", "/login", "/docs", "/openapi.json")
_OPEN_PREFIXES = ("/problems",)
_TOOL_PREFIXES = ("/v1/", "/mcp", "/retrieval")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_UPLOADS = "/gradio_api/upload"
_MENDED = ("/v1/articles", "/v1/mends")


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets a request in as its caller, or answers it with 401, 403 or the way to the login."""

    app: ASGIApp
    settings: Settings
    access: AccessStore

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        path = route_path(scope)
        try:
            # In a thread: the first use of a key computes its hash, which is meant to take long.
            caller, closed = await anyio.to_thread.run_sync(self._recognise, scope)
        except StoreError as error:
            log_error(error)
            problem = Problem(503, "users and keys cannot be read; the server's log says why")
            return await problem.to_response()(scope, receive, send)
        if caller is None and not closed:
            caller = LOCAL
        if caller is not None:
            set_caller(scope, caller)
        if _is_open(path):
            return await self.app(scope, receive, send)
        if caller is None:
            return await self._turn_away(scope, path)(scope, receive, send)
        needed = needed_right(scope.get("method", "GET"), path)
        if not caller.may(needed):
            problem = Problem(
                403,
                f"{caller.label} has the scope {caller.scope}; expected {needed} for this: "
                f"the operator gives it with `baowen keys add NAME --scope {needed}` (or users add)",
            )
            return await problem.to_response()(scope, receive, send)
        return await self.app(scope, receive, send)

    def _recognise(self, scope: Scope) -> tuple[Caller | None, bool]:
        """The caller, or None for nobody known; and whether the server is closed to those."""
        headers = Headers(scope=scope)
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and given.strip():
            return self._by_key(given.strip()), is_closed(self.settings, self.access)
        if name := scope.get("baowen_proxy_user"):
            user = self.access.user(str(name))
            return caller_from(user) or Caller("proxy", str(name)[:64], "read"), True
        if session := cookie(headers, SESSION_COOKIE):
            own = scope.get("method", "GET") in _SAFE_METHODS or scope.get("baowen_own_page", False)
            found = caller_from(self.access.by_session(session)) if own else None
            return found, is_closed(self.settings, self.access)
        return None, is_closed(self.settings, self.access)

    def _by_key(self, given: str) -> Caller | None:
        whole = self.settings.api_key
        if whole and hmac.compare_digest(given.encode(), whole.encode()):
            return Caller("key", "api_key", "admin")
        return caller_from(self.access.by_key(given))

    def _turn_away(self, scope: Scope, path: str) -> ASGIApp:
        headers = Headers(scope=scope)
        root = scope.get("root_path", "")
        reads_html = scope.get("method") == "GET" and "text/html" in headers.get("accept", "")
        if reads_html and not path.startswith(_TOOL_PREFIXES):
            return RedirectResponse(f"{root}/login?next={quote(path)}", 303)
        if path.startswith(_TOOL_PREFIXES):
            words = "a valid key is needed: send Authorization: Bearer KEY (`baowen keys add NAME` makes one)"
        else:
            words = f"please log in first at {root}/login"
        return Problem(401, words, {"WWW-Authenticate": "Bearer"}).to_response()


def needed_right(method: str, path: str) -> Right:
    """The least scope for a request: importing, mending and removing write, ``/metrics`` is the operator's."""
    if path == "/metrics":
        return "admin"
    if method not in _SAFE_METHODS and (path.startswith(_MENDED) or _UPLOADS in path):
        return "write"
    return "read"


def cookie(headers: Headers, name: str) -> str:
    """The value of a cookie, empty where there is none or the header cannot be read."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _is_open(path: str) -> bool:
    return path in _OPEN_PATHS or any(path == p or path.startswith(f"{p}/") for p in _OPEN_PREFIXES)
