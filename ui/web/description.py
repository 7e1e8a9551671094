"""The OpenAPI description as served: what FastAPI makes of the routes, every refusal, and the events of a stream."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ui.web.problem_types import PROBLEM_PATH, PROBLEM_TYPES
from ui.web.problems import PROBLEM_TYPE

_TEXT = {"type": "string"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457; `error` repeats it in the shape that OpenAI clients read.",
    "required": ["type", "title", "status", "detail", "request_id", "error"],
    "properties": {
        "type": {**_TEXT, "enum": [PROBLEM_PATH + kind.name for kind in PROBLEM_TYPES]},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "request_id": _TEXT,
        "error": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {"type": "object", "properties": {"location": _TEXT, "message": _TEXT}},
        },
    },
}
EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "`data` is JSON: a place in line, the evidence, a piece of text, the whole answer, or a problem.",
    "required": ["event", "data"],
    "properties": {"event": {**_TEXT, "enum": ["queue", "evidence", "delta", "answer", "error"]}, "data": _TEXT},
}


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of ``app``, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemas["Problem"] = PROBLEM_SCHEMA
        for operations in made["paths"].values():
            for operation in operations.values():
                _complete(operation)
        app.openapi_schema = made
    return app.openapi_schema


def _complete(operation: dict[str, Any]) -> None:
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = operation["responses"]
    responses.pop("422", None)
    for status, response in responses.items():
        if status >= "400":
            response.setdefault("content", content)
    responses["4XX"] = {"description": "Refused; the problem says why and what to do.", "content": content}
    responses["5XX"] = {"description": "Not now, or a fault of the service.", "content": content}


def methods_of(description: dict[str, Any], path: str) -> list[str]:
    """The methods that are served at ``path``, in order; empty where nothing is."""
    found: set[str] = set()
    for template, operations in description["paths"].items():
        pattern = re.sub(r"\\\{name\\\}", ".+", re.escape(template))
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", pattern), path):
            found |= {method.upper() for method in operations}
    return sorted(found)
