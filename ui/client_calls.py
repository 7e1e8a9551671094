"""The requests of the clients (``ui.client``), before they are sent.

A filter of another name than date_from, date_to and source is a ``TypeError``, as any unknown argument is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One request, before it is sent; ``options`` are httpx's."""

    method: str
    path: str
    options: Mapping[str, Any] = field(default_factory=dict)


def _question(question: str, filters: Mapping[str, str], **more: Any) -> dict[str, Any]:
    unknown = sorted(set(filters) - {"date_from", "date_to", "source"})
    if unknown:
        raise TypeError(f"unknown filters {', '.join(unknown)}; known are date_from, date_to, source")
    return {"question": question, **filters, **more}


def ask_call(
    question: str, history: Sequence[tuple[str, str]], filters: Mapping[str, str], *, stream: bool, prose: bool
) -> Call:
    """A question after the turns of ``history``; whether its answer comes in parts, whether the model writes it."""
    turns = [{"question": asked, "answer": answered} for asked, answered in history]
    chosen = {} if prose else {"prose": False}  # a service of an earlier release knows no such field
    return Call("POST", "/v1/answers", {"json": _question(question, filters, history=turns, stream=stream, **chosen)})


def search_call(question: str, count: int | None, filters: Mapping[str, str]) -> Call:
    """Passages alone."""
    return Call("POST", "/v1/search", {"json": _question(question, filters, count=count)})


def articles_call(offset: int, filters: Mapping[str, str]) -> Call:
    """One page of the articles' summaries, after the first ``offset``."""
    names = {"date_from": "from", "date_to": "to", "source": "source"}
    chosen = {names[name]: value for name, value in _question("", filters).items() if name in names}
    return Call("GET", "/v1/articles", {"params": {"limit": _PAGE, "offset": offset, **chosen}})


def upload_call(paths: Sequence[Path], date: str, source: str, key: str) -> Call:
    """Files to import; without ``key`` a repetition counts as another import."""
    files = [("files", (path.name, path.read_bytes())) for path in paths]
    headers = {"Idempotency-Key": key or uuid.uuid4().hex}
    return Call(
        "POST", "/v1/articles", {"files": files, "data": {"date": date, "source": source}, "headers": headers}
    )


def connection_settings(address: str, key: str, timeout_seconds: float) -> dict[str, Any]:
    """What a client of httpx is made with; ``key`` may be empty."""
    url = httpx.URL(address)
    return {
        "base_url": url,
        "headers": {"Authorization": f"Bearer {key}"} if key else {},
        "timeout": timeout_seconds,
        # A proxy of the network cannot reach this machine's own server.
        "trust_env": url.host not in _LOOPBACK,
    }
