"""Word lists as data: each file of this folder holds one class of words, tab-separated, with its source on top."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def lexicon(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of ``name.tsv``, in order; lines that begin with ``#`` say where the words come from.

    Raises:
        FileNotFoundError: there is no such list.
    """
    lines = Path(__file__).with_name(f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line.strip() and not line.startswith("#"))


def words(name: str, *classes: str) -> tuple[str, ...]:
    """The words of ``classes`` in ``name.tsv``, class by class and in their order there.

    The first two columns of such a list are class and word.

    Raises:
        FileNotFoundError: there is no such list.
        ValueError: the list holds nothing of a class.
    """
    found: list[str] = []
    for wanted in classes:
        members = [row[1] for row in lexicon(name) if row[0] == wanted]
        if not members:
            raise ValueError(f"{name}.tsv has no row of class {wanted!r}; add one or correct the class")
        found.extend(members)
    return tuple(found)


def alternation(name: str, *classes: str, longest_first: bool = False) -> str:
    """``words`` as alternatives of a regular expression, without brackets about them.

    With ``longest_first`` no word hides a longer one that begins with it; else they stand in the order of the list.

    Raises:
        FileNotFoundError: there is no such list.
        ValueError: the list holds nothing of a class.
    """
    members = words(name, *classes)
    return "|".join(sorted(members, key=len, reverse=True) if longest_first else members)
