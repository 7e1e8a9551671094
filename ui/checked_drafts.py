"""Marked Word files of drafts, kept in memory for whoever had them checked, until newer ones take their place.

Nothing of a draft is written to disk: a speech before it is held is nobody else's business.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

_MOST_FILES = 50
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MarkedDraft:
    """A Word file and what to call it, and the label of the caller whom it belongs to."""

    name: str
    data: bytes
    owner: str


class CheckedDrafts:
    """The last marked drafts, each under a token that nobody can guess."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, MarkedDraft] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, draft: MarkedDraft) -> str:
        """Keep a file; gives its token. The oldest go where there are too many, or too large ones."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[token] = draft
            while len(self._kept) > 1 and (len(self._kept) > _MOST_FILES or self._bytes() > _MOST_BYTES):
                self._kept.popitem(last=False)
        return token

    def _bytes(self) -> int:
        return sum(len(draft.data) for draft in self._kept.values())

    def find(self, token: str, owner: str) -> MarkedDraft | None:
        """The file under ``token``, for its owner only."""
        with self._lock:
            found = self._kept.get(token)
        return found if found is not None and found.owner == owner else None
