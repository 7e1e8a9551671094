"""How the page's own markup speaks to Gradio; no import of it."""

from __future__ import annotations

from typing import Any

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""For every event: no public endpoint, no overlay over what is being read."""


def bridge(*names: str) -> str:
    """Lets ``chat.js`` raise these events of the component that a clicked button stands in."""
    quoted = ", ".join(f"'{name}'" for name in names)
    return (
        f"const known = [{quoted}]; element.addEventListener('bw', event => "
        "known.includes(event.detail.name) && trigger(event.detail.name, event.detail.values));"
    )
