"""The style sheets and scripts that ship with the package."""

from __future__ import annotations

from importlib.resources import files


def read_static(name: str) -> str:
    """The text of ``ui/static/<name>``."""
    return files("ui").joinpath("static", name).read_text(encoding="utf-8")
