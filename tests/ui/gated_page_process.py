"""The page behind a login and a proxy that serves it under ``/baowen``, in a process of its own; prints its place."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import httpx
from live_server import live_server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from ui_fakes import FakeWorkspace

from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.api import create_app
from ui.chat import mount_chat

PREFIX = "/baowen"
NAME, PASSWORD = "lin", "水清岸绿-2021"


def proxy(target: str) -> Starlette:
    """What nginx does with ``location /baowen/ { proxy_pass http://…/; }`` and the documented headers."""
    client = httpx.AsyncClient(base_url=target, timeout=None, trust_env=False)

    async def forward(request: Request) -> Response:
        path = request.url.path
        if not path.startswith(PREFIX):
            return Response(f"{path} lies outside", 404)
        host = request.headers["host"]
        headers = [(name, value) for name, value in request.headers.items() if name not in ("host", "connection")]
        headers += [("x-forwarded-prefix", PREFIX), ("x-forwarded-host", host), ("x-forwarded-proto", "http")]
        url = httpx.URL(path=path[len(PREFIX) :] or "/", query=request.url.query.encode())
        asked = client.build_request(request.method, url, headers=headers, content=await request.body())
        found = await client.send(asked, stream=True)
        reply = StreamingResponse(found.aiter_raw(), found.status_code)
        reply.raw_headers = [item for item in found.headers.raw if item[0].lower() != b"transfer-encoding"]
        return reply

    return Starlette(routes=[Route("/{path:path}", forward, methods=["GET", "HEAD", "POST", "DELETE"])])


def main(store: Path) -> None:
    AccessStore(store).add("user", NAME, "read", PASSWORD)
    settings = Settings(store=store, trusted_hosts="localhost")
    app: Any = create_app(FakeWorkspace(), settings)
    mount_chat(app, settings)
    with live_server(app) as inner, live_server(proxy(inner)) as outer:
        print(outer.replace("127.0.0.1", "localhost") + PREFIX, flush=True)  # noqa: T201
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
