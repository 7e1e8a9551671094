"""What was mended last and can be taken back; kept while the program runs."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from rag.errors import BaowenError
from rag.records import Article

_KEPT = 50


@dataclass(frozen=True, slots=True)
class Undo:
    """How a mend is taken back, and the article that is then as it was before."""

    take_back: Callable[[], None]
    article: Article


class UndoList:
    """The last mends, each under a token that nobody can guess."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Undo] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, undo: Undo) -> str:
        """Remember how something is taken back; gives its token."""
        token = secrets.token_urlsafe(8)
        with self._lock:
            self._kept[token] = undo
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return token

    def take_back(self, token: str) -> Article | None:
        """Take back what is under this token, once; gives the article, None where nothing is kept under it.

        Raises:
            BaowenError: it cannot be taken back now; it stays kept.
        """
        with self._lock:
            found = self._kept.pop(token, None)
        if found is None:
            return None
        try:
            found.take_back()
        except BaowenError:
            with self._lock:
                self._kept[token] = found
            raise
        return found.article
