"""Word lists as data: each file of this folder holds one class of words, tab-separated, with its source on top."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=16)
def lexicon(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``name.tsv``, in order; lines that begin with ``#`` say where the words come from.

    Raises:
        FileNotFoundError: there is no such list.
    """
    lines = files(__package__).joinpath(f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))
