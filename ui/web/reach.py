"""How this server is reached: by which names, through which proxies, from pages of which other servers.

Plain ASGI. ``ForwardedAddress`` stands first, so that everything behind it sees the address that the visitor's
browser sees; ``HostGuard`` judges host and origin; ``CrossOrigin`` answers preflights.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import SettingsError
from rag.settings import Settings
from ui.web.problems import Problem

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_CORS_METHODS = "GET, POST, DELETE"
_CORS_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
_CORS_EXPOSED = "ETag, Link, Retry-After, X-Request-Id"


def is_loopback(host: str) -> bool:
    """Whether ``host`` is reached from this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def host_name(header: str) -> str:
    """``localhost`` of ``localhost:7860``, ``::1`` of ``[::1]:7860``."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.partition(":")[0].lower()


def route_path(scope: Scope) -> str:
    """The path within this server: without the prefix that a proxy puts before it."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path.removeprefix(root) or "/" if root and path.startswith(f"{root}/") else path


def listed(text: str) -> tuple[str, ...]:
    """The items of a setting that lists several, in lower case."""
    return tuple(item.strip().rstrip("/").lower() for item in text.replace(";", ",").split(",") if item.strip())


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may reach this server by which name; made once from the settings."""

    loopback_only: bool
    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    root_path: str

    @classmethod
    def of(cls, settings: Settings) -> Reach:
        """The reach that the settings give.

        Raises:
            SettingsError: a setting holds something that is no host, origin, address or path.
        """
        return cls(
            is_loopback(settings.host),
            _checked_hosts(settings.trusted_hosts),
            _checked_origins(settings.allowed_origins),
            _checked_proxies(settings.trusted_proxies),
            _checked_root_path(settings.root_path),
        )

    def knows_host(self, name: str) -> bool:
        """Whether a request may name this server ``name``."""
        if name in LOOPBACK_HOSTS or self.trusts_host(name):
            return True
        return not self.loopback_only and not self.hosts

    def trusts_host(self, name: str) -> bool:
        """Whether the operator named ``name``; ``*.gov.example`` covers every name below it."""
        return any(name == item or (item[:2] == "*." and name.endswith(item[1:])) for item in self.hosts)

    def allows_origin(self, origin: str) -> bool:
        """Whether pages of another server at ``origin`` may use the API."""
        return "*" in self.origins or origin.lower() in self.origins

    def trusts_proxy(self, address: str) -> bool:
        """Whether the forwarding headers of the peer at ``address`` are believed."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        return any(found in network for network in self.proxies)


def _checked_hosts(text: str) -> tuple[str, ...]:
    for item in listed(text):
        if "/" in item or "*" in item.removeprefix("*.") or (":" in item and not item.startswith("[")):
            raise SettingsError(
                f"setting trusted_hosts names {item!r}; expected host names without scheme or port, "
                "such as news.county.example or *.gov.example"
            )
    return tuple(item.strip("[]") for item in listed(text))


def _checked_origins(text: str) -> tuple[str, ...]:
    for item in listed(text):
        parts = urlsplit(item)
        if item != "*" and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path):
            raise SettingsError(
                f"setting allowed_origins names {item!r}; expected origins such as https://desk.example:8443, or *"
            )
    return listed(text)


def _checked_proxies(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(item, strict=False) for item in listed(text))
    except ValueError as error:
        raise SettingsError(
            f"setting trusted_proxies: {error}; expected addresses such as 127.0.0.1 or 10.0.0.0/8"
        ) from error


def _checked_root_path(text: str) -> str:
    found = text.strip().rstrip("/")
    if found and (not found.startswith("/") or "//" in found or "?" in found):
        raise SettingsError(f"setting root_path is {text!r}; expected a path such as /baowen")
    return found


class ForwardedAddress:
    """Puts the address that a trusted proxy was asked for in the place of the one that it asks this server for."""

    def __init__(self, app: ASGIApp, *, reach: Reach, user_header: str = "") -> None:
        self.app, self.reach, self.user_header = app, reach, user_header.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = MutableHeaders(raw=list(scope["headers"]))
        peer = scope["client"][0] if scope.get("client") else ""
        scope = {**scope, "baowen_host": host_name(headers.get("host", ""))}
        prefix = self.reach.root_path
        if self.reach.trusts_proxy(peer):
            if self.user_header and (user := headers.get(self.user_header, "").strip()):
                scope["baowen_proxy_user"] = user
            self._follow(scope, headers)
            prefix = headers.get("x-forwarded-prefix", "").split(",")[0].strip().rstrip("/") or prefix
        # Read here once: whoever looks for them further in finds what was believed, and nothing else.
        for name in ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-prefix"):
            if name in headers:
                del headers[name]
        scope["headers"] = headers.raw
        if prefix.startswith("/") and prefix.isprintable():
            path = scope["path"] if scope["path"].startswith(f"{prefix}/") else prefix + scope["path"]
            scope.update(path=path, raw_path=path.encode(), root_path=prefix)
        return await self.app(scope, receive, send)

    def _follow(self, scope: Scope, headers: MutableHeaders) -> None:
        callers = [item.strip() for item in headers.get("x-forwarded-for", "").split(",") if item.strip()]
        # From the right: what stands left of the last trusted proxy, anybody may have written.
        caller = next((item for item in reversed(callers) if not self.reach.trusts_proxy(item)), None)
        if caller:
            scope["client"] = (caller, 0)
        scheme = headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
        if scheme in ("http", "https"):
            scope["scheme"] = {"http": "ws", "https": "wss"}[scheme] if scope["type"] == "websocket" else scheme
        if host := headers.get("x-forwarded-host", "").split(",")[0].strip():
            headers["host"] = host


def _judge_path(scope: Scope) -> Problem | None:
    """What the guards and routes behind this one rely on: ``GET foo`` is a request that no browser sends."""
    if str(scope["path"]).startswith("/"):
        return None
    found = _shown(str(scope["path"])[:80])
    return Problem(400, f"the request is for {found!r}; expected a path that begins with a slash")


class HostGuard:
    """Refuses Host headers that are not this server's (DNS rebinding) and writes that another web site sends."""

    def __init__(self, app: ASGIApp, *, reach: Reach) -> None:
        self.app, self.reach = app, reach

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        names = (scope.get("baowen_host", host_name(headers.get("host", ""))), host_name(headers.get("host", "")))
        sent_by_page = "origin" in headers or "sec-fetch-site" in headers
        scope["baowen_own_page"] = sent_by_page and self._is_own(headers, headers.get("origin", ""))
        method = scope.get("method", "GET")
        problem = _judge_path(scope) or self._judge_host(names) or self._judge_origin(headers, method)
        if problem is None:
            return await self.app(scope, receive, send)
        return await problem.to_response()(scope, receive, send)

    def _judge_host(self, names: Sequence[str]) -> Problem | None:
        unknown = next((name for name in names if not self.reach.knows_host(name)), None)
        if unknown is None:
            return None
        found = f"Host {unknown[:80]!r}" if unknown else "an empty Host"
        return Problem(
            421,
            f"{found} is not served here; expected 127.0.0.1, localhost, [::1] or a name in the setting "
            f"trusted_hosts: behind a proxy, start with BAOWEN_TRUSTED_HOSTS={_shown(unknown)}",
        )

    def _judge_origin(self, headers: Headers, method: str) -> Problem | None:
        origin = headers.get("origin", "")
        if method in _SAFE_METHODS or self._is_own(headers, origin) or (origin and self.reach.allows_origin(origin)):
            return None
        name = host_name(urlsplit(origin).netloc)
        return Problem(
            403,
            f"this write comes from a page at {origin[:120] or 'another site'}; expected a page of this server: if "
            f"that is this server behind a proxy, start with BAOWEN_TRUSTED_HOSTS={_shown(name)}; if it is another "
            "server whose scripts may use the API, with BAOWEN_ALLOWED_ORIGINS=ORIGIN",
            name="foreign-page",
        )

    def _is_own(self, headers: Headers, origin: str) -> bool:
        # Sec-Fetch-Site is the browser's own word, which no script can forge; plain HTTP often comes without it.
        site = headers.get("sec-fetch-site", "")
        if site == "same-origin" or (not origin and site in ("", "none")):
            return True
        place = urlsplit(origin).netloc.lower()
        if self.reach.trusts_host(host_name(place)):
            return True
        return site in ("", "none") and bool(place) and place == headers.get("host", "").lower()


def _shown(name: str) -> str:
    """A name that came with the request, as far as it can be one; a message never repeats more."""
    return name if name and all(c.isascii() and (c.isalnum() or c in "-._") for c in name) else "NAME"


class CrossOrigin:
    """Closed unless the operator opens it: preflights under ``/v1`` are granted to ``allowed_origins`` alone.

    Cookies are never taken from another origin: such a page sends a key.
    """

    def __init__(self, app: ASGIApp, *, reach: Reach) -> None:
        self.app, self.reach = app, reach

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        allowed = bool(origin) and route_path(scope).startswith("/v1/") and self.reach.allows_origin(origin)
        if scope["method"] == "OPTIONS" and origin and "access-control-request-method" in headers:
            return await self._preflight(origin, allowed=allowed)(scope, receive, send)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                found = MutableHeaders(scope=message)
                for name in [name for name in found if name.lower().startswith("access-control-")]:
                    del found[name]
                if allowed:
                    found["Access-Control-Allow-Origin"] = origin
                    found["Access-Control-Expose-Headers"] = _CORS_EXPOSED
                if self.reach.origins:
                    found.add_vary_header("Origin")
            await send(message)

        return await self.app(scope, receive, sending)

    def _preflight(self, origin: str, *, allowed: bool) -> Response:
        if not allowed:
            return Problem(
                403,
                f"pages at {origin[:120]} may not use this API; to let their scripts in, start with "
                "BAOWEN_ALLOWED_ORIGINS=ORIGIN (the setting allowed_origins); only paths under /v1 can be opened",
                name="foreign-page",
            ).to_response()
        headers = {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Methods": _CORS_METHODS,
            "Access-Control-Allow-Headers": _CORS_HEADERS,
            "Access-Control-Max-Age": "600",
            "Vary": "Origin",
        }
        return Response(status_code=204, headers=headers)
