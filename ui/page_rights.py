"""What the visitor of the page may do, told in the page's words where he may not."""

from __future__ import annotations

from typing import Any

from ui.messages import Texts
from ui.render import notice_html
from ui.web.callers import caller_of


def may_write(request: Any) -> bool:
    """Whether whoever sends ``request`` (Gradio's own) may import, correct and remove."""
    return caller_of(request).may("write")


def writing_refused_html(request: Any, texts: Texts) -> str:
    """Why nothing was changed; empty where the visitor may change it."""
    return "" if may_write(request) else notice_html(texts.may_not_write)
