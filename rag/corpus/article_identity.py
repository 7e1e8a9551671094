"""What files and articles are known by, so that the same one is recognised the next time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.records import DraftArticle

_ID_LENGTH = 12


def source_keys(path: Path, label: str) -> Iterator[str]:
    """What a file may be known by: its place, or for an upload its label, numbered where labels repeat."""
    if not label:
        yield str(path.resolve())
        return
    yield f"upload:{label}"
    yield from (f"upload:{label}#{number}" for number in range(2, 1000))


def stable_names(drafts: Sequence[DraftArticle]) -> list[str]:
    """What each article is known by inside its file, so that a correction in its text is an update."""
    titles = Counter(draft.title for draft in drafts)
    return [
        draft.key or f"{draft.title}\0" + ("" if draft.title and titles[draft.title] == 1 else draft.text[:60])
        for draft in drafts
    ]


def article_digest(place: str, stable: str) -> str:
    """The id of the article that ``place`` knows by the name ``stable``."""
    return hashlib.sha256(f"{place}\0{stable}".encode("utf-8", "surrogatepass")).hexdigest()[:_ID_LENGTH]


def storable(text: str) -> str:
    """``text``, as long as before, without what a database cannot hold: zero characters, halves of a pair."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
    return text
