"""``/docs``: an OpenAPI description as one plain page that asks no other server for anything; pure."""

from __future__ import annotations

import json
from html import escape
from typing import Any


def documentation_html(description: dict[str, Any], style: str) -> str:
    """The page of an OpenAPI 3 description, with ``style`` as its style sheet."""
    info = description["info"]
    groups: dict[str, list[str]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            section = _operation(method, path, operation)
            groups.setdefault((operation.get("tags") or ["other"])[0], []).append(section)
    body = "".join(f"<h2>{escape(name)}</h2>{''.join(sections)}" for name, sections in groups.items())
    schemas = description.get("components", {}).get("schemas", {})
    shapes = "".join(_schema(name, schema) for name, schema in sorted(schemas.items()))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{style}</style></head><body>'
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{escape(info.get('description', ''))}</p>"
        f'<p><a href="openapi.json">openapi.json</a></p>{body}<h2>schemas</h2>{shapes}</body></html>'
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(_parameter(item) for item in operation.get("parameters", []))
    bodies = "".join(
        f"<p>body: <code>{escape(kind)}</code> {_reference(content.get('schema', {}))}</p>"
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
    )
    answers = "".join(_response(status, item) for status, item in operation.get("responses", {}).items())
    title = f"<b>{escape(method.upper())}</b> <code>{escape(path)}</code> — {escape(operation.get('summary', ''))}"
    words = escape(operation.get("description", ""))
    tables = f"<table>{parameters}</table>{bodies}<table>{answers}</table>"
    return f"<details><summary>{title}</summary><p>{words}</p>{tables}</details>"


def _response(status: str, item: dict[str, Any]) -> str:
    words = f"{escape(item.get('description', ''))} {_contents(item)}"
    return f"<tr><td><code>{escape(status)}</code></td><td>{words}</td></tr>"


def _parameter(item: dict[str, Any]) -> str:
    words = item.get("description", "") or item.get("schema", {}).get("description", "")
    return (
        f"<tr><td><code>{escape(item['name'])}</code></td><td>{escape(item['in'])}</td><td>{escape(words)}</td></tr>"
    )


def _contents(item: dict[str, Any]) -> str:
    return " ".join(_reference(content.get("schema", {})) for content in item.get("content", {}).values())


def _reference(schema: dict[str, Any]) -> str:
    name = schema.get("$ref", "").rpartition("/")[2]
    return f'<a href="#{escape(name)}">{escape(name)}</a>' if name else ""


def _schema(name: str, schema: dict[str, Any]) -> str:
    shown = json.dumps(schema, ensure_ascii=False, indent=2)
    summary = f"<summary><code>{escape(name)}</code></summary>"
    return f'<details id="{escape(name)}">{summary}<pre>{escape(shown)}</pre></details>'
