"""What a family of embedding models wants before a query and a passage."""

from __future__ import annotations

_E5_PROMPTS = ("query: ", "passage: ")


def prompts_of_family(name: str) -> tuple[str, str]:
    """The texts before a query and before a passage, by the name of the model; empty where it wants none."""
    words = name.lower().replace("_", "-").split("@")[0].split("/")[-1].split("-")
    return _E5_PROMPTS if "e5" in words and "instruct" not in words else ("", "")
