"""Conditional requests (RFC 9110): an ETag of what is sent, and what If-None-Match and If-Match make of it; pure."""

from __future__ import annotations

import hashlib
import json

from rag.records import JsonObject


def etag_of(document: JsonObject) -> str:
    """``"3f2a…"``: the same for the same document, strong."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return f'"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def names(header: str | None, etag: str, *, weak: bool) -> bool:
    """Whether ``header`` (a list of ETags, or ``*``) names ``etag``; ``weak`` looks through ``W/``."""
    given = [item.strip() for item in (header or "").split(",") if item.strip()]
    if weak:
        given = [item.removeprefix("W/") for item in given]
    return "*" in given or etag in given
