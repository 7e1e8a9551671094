"""Mending the archive from the page: remove, correct, undo; what can be undone is kept while the program runs."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rag.corpus.article_edits import Correction, StoredArticle
from rag.errors import BaowenError
from ui.archive import Archive, note_html
from ui.failures import failure_text
from ui.filters import parse_date
from ui.messages import Texts
from ui.render import notice_html
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace

_KEPT = 50


class UndoList:
    """The last articles as they were before they were mended, each under a token that nobody can guess."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, StoredArticle] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, article: StoredArticle) -> str:
        """Remember what an article was; gives its token."""
        token = secrets.token_urlsafe(8)
        with self._lock:
            self._kept[token] = article
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return token

    def take(self, token: str) -> StoredArticle | None:
        """What is under this token, once."""
        with self._lock:
            return self._kept.pop(token, None)


class Mending:
    """What the archive's buttons do; each gives the HTML to show in place of the article."""

    def __init__(self, workspace: Workspace, archive: Archive, undo: UndoList, texts: Texts) -> None:
        self._workspace, self._archive, self._undo, self._texts = workspace, archive, undo, texts

    def remove(self, article_id: str) -> str:
        """Remove an article, at once and from every answer."""
        try:
            kept = self._workspace.take_article_out(article_id)
        except BaowenError as error:
            return self._failed(error)
        note = self._texts.removed.format(title=self._title(kept))
        return note_html(note, self._undo.keep(kept), self._texts)

    def correct(self, article_id: str, values: Mapping[str, object]) -> str:
        """Correct title, day, paper and page as they were typed."""
        try:
            day = parse_date(str(values.get("date", "")), self._texts.correct_date)
            title, source, page = (str(values.get(name, ""))[:300] for name in ("title", "source", "page"))
            kept = self._workspace.correct_article(article_id, Correction(title, day, source, page))
        except BaowenError as error:
            return self._failed(error) + self._archive.article_html(article_id)
        note = self._texts.corrected.format(title=title or self._texts.untitled)
        return self._archive.article_html(article_id, note, self._undo.keep(kept))

    def undo(self, token: str) -> str:
        """Make an article again what it was."""
        kept = self._undo.take(token)
        if kept is None:
            return notice_html(self._texts.undo_nothing)
        try:
            self._workspace.put_article_back(kept)
        except BaowenError as error:
            return self._failed(error)
        return self._archive.article_html(kept.article.id, self._texts.undone.format(title=self._title(kept)))

    def _title(self, kept: StoredArticle) -> str:
        return kept.article.title or self._texts.untitled

    def _failed(self, error: BaowenError) -> str:
        log_error(error)
        return notice_html(failure_text(error, self._texts))
