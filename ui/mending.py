"""Mending the archive from the page: remove, correct, divide, join, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from rag.corpus.article_edits import Correction, StoredArticle
from rag.corpus.article_joins import Mend
from rag.errors import BaowenError
from ui.archive import Archive, note_html
from ui.failures import failure_text
from ui.filters import parse_date
from ui.messages import Texts
from ui.render import notice_html
from ui.undo_list import Undo, UndoList
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace


class Mending:
    """What the archive's buttons do; each gives the HTML to show in place of the article."""

    def __init__(
        self,
        workspace: Workspace,
        archive: Archive,
        undo: UndoList,
        texts: Texts,
        note: Callable[[str, Sequence[str]], None] = lambda _, __: None,
    ) -> None:
        """``note`` is told what was done and to which articles."""
        self._workspace, self._archive, self._undo, self._texts = workspace, archive, undo, texts
        self._note = note

    def remove(self, article_id: str) -> str:
        """Remove an article, at once and from every answer."""
        try:
            kept = self._workspace.take_article_out(article_id)
        except BaowenError as error:
            return self._failed(error)
        self._note("remove", [article_id])
        note = self._texts.removed.format(title=self._title(kept))
        return note_html(note, self._undo.keep(self._back(kept)), self._texts)

    def correct(self, article_id: str, values: Mapping[str, object]) -> str:
        """Correct title, day, paper and page as they were typed."""
        try:
            day = parse_date(str(values.get("date", "")), self._texts.correct_date)
            title, source, page = (str(values.get(name, ""))[:300] for name in ("title", "source", "page"))
            kept = self._workspace.correct_article(article_id, Correction(title, day, source, page))
        except BaowenError as error:
            return self._failed(error) + self._archive.article_html(article_id)
        self._note("correct", [article_id])
        note = self._texts.corrected.format(title=title or self._texts.untitled)
        return self._archive.article_html(article_id, note, self._undo.keep(self._back(kept)))

    def divide(self, article_id: str, values: Mapping[str, object]) -> str:
        """Divide an article before the chosen line; the rest gets the typed headline."""
        line, title = str(values.get("line", "")), str(values.get("title", ""))[:300]
        try:
            mend = self._workspace.mender.divide(article_id, int(line) if line.isdecimal() else 0, title)
        except BaowenError as error:
            return self._failed(error) + self._archive.article_html(article_id)
        self._note("divide", [item.article.id for item in mend.after])
        rest = mend.after[-1].article
        note = self._texts.divided.format(title=rest.title or self._texts.untitled)
        return self._archive.article_html(rest.id, note, self._undo.keep(self._undo_of(mend)))

    def join(self, article_id: str, values: Mapping[str, object]) -> str:
        """Let another article go on where this one ends."""
        try:
            mend = self._workspace.mender.join(article_id, str(values.get("next", "")))
        except BaowenError as error:
            return self._failed(error) + self._archive.article_html(article_id)
        self._note("join", [item.article.id for item in mend.after])
        note = self._texts.joined.format(title=mend.before[-1].article.title or self._texts.untitled)
        return self._archive.article_html(article_id, note, self._undo.keep(self._undo_of(mend)))

    def _back(self, kept: StoredArticle) -> Undo:
        return Undo(lambda: self._workspace.put_article_back(kept), kept.article)

    def _undo_of(self, mend: Mend) -> Undo:
        return Undo(lambda: self._workspace.undo_mend(mend), mend.before[0].article)

    def undo(self, token: str) -> str:
        """Make an article again what it was."""
        try:
            article = self._undo.take_back(token)
        except BaowenError as error:
            return self._failed(error)
        if article is None:
            return notice_html(self._texts.undo_nothing)
        self._note("undo", [article.id])
        note = self._texts.undone.format(title=article.title or self._texts.untitled)
        return self._archive.article_html(article.id, note)

    def _title(self, kept: StoredArticle) -> str:
        return kept.article.title or self._texts.untitled

    def _failed(self, error: BaowenError) -> str:
        log_error(error)
        return notice_html(failure_text(error, self._texts))
