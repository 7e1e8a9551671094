"""The archive as HTML: its list, what a search finds in it, one article; knows no Gradio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.corpus.article_pages import written_pages
from rag.errors import BaowenError, StoreError
from rag.records import Article, SearchFilter
from ui.excerpts import Excerpt, find_excerpt
from ui.failures import failure_text
from ui.mending_html import mending_html
from ui.messages import Texts
from ui.render import action_html, article_html, attribute, escape, notice_html, place_html, understood_html
from ui.serialisation import date_text
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace

PAGE_ARTICLES = 25
_FOUND_PASSAGES = 60
_FIRST_LINE_CHARACTERS = 36


class Archive:
    """What the store holds, for readers."""

    def __init__(self, workspace: Workspace, texts: Texts) -> None:
        self._workspace, self._texts = workspace, texts

    def is_empty(self) -> bool:
        """Whether there is no article to ask about."""
        return not self._count(SearchFilter())

    def summary(self) -> str:
        """``120 篇报道 · 2020-12-01 – 2020-12-31``, or that there is nothing yet."""
        try:
            counts = self._workspace.store.counts()
        except StoreError:
            return self._texts.archive_empty
        if not counts.articles:
            return self._texts.archive_empty
        days = dict.fromkeys(str(day) for day in (counts.first_date, counts.last_date) if day)
        return self._texts.archive_counts.format(articles=counts.articles, range=" – ".join(days)).strip(" ·")

    def sources(self) -> list[str]:
        """Names of the papers, the fullest first."""
        try:
            return [name for name in self._workspace.store.counts().sources if name]
        except StoreError:
            return []

    def years(self) -> list[int]:
        """The years that the articles are of, the latest first."""
        try:
            counts = self._workspace.store.counts()
        except StoreError:
            return []
        if counts.first_date is None or counts.last_date is None:
            return []
        return list(range(counts.last_date.year, counts.first_date.year - 1, -1))

    def turn(
        self, number: int, step: int, find: str, search_filter: SearchFilter, of_page: str = ""
    ) -> tuple[int, str]:
        """The part of the list ``step`` further on, where there is one, and its HTML."""
        last = max(0, (self._count(search_filter, of_page) - 1) // PAGE_ARTICLES)
        wanted = min(max(number + step, 0), last)
        return wanted, self.page_html(wanted, find, search_filter, of_page)

    def _count(self, search_filter: SearchFilter, of_page: str = "") -> int:
        try:
            return self._workspace.store.article_count(search_filter, page=of_page)
        except StoreError:
            return 0

    def page_html(self, number: int, find: str, search_filter: SearchFilter, of_page: str = "") -> str:
        """A part of the list, newest first; with ``find``, the articles that hold its words, best first.

        ``of_page`` is the page of the paper that they are on; empty is any.
        """
        try:
            if find.strip():
                return self._found_html(find.strip(), search_filter, of_page)
            return self._listed_html(number, search_filter, of_page)
        except BaowenError as error:
            log_error(error)
            return notice_html(failure_text(error, self._texts))

    def _found_html(self, find: str, search_filter: SearchFilter, of_page: str) -> str:
        found = self._workspace.search(find, _FOUND_PASSAGES, search_filter)
        rows: dict[str, tuple[Article, Excerpt]] = {}
        for item in found.passages:
            excerpt = find_excerpt(found.standalone_question or find, item.title, item.text)
            is_elsewhere = bool(of_page) and item.page not in written_pages(of_page)
            if excerpt is None or item.article_id in rows or is_elsewhere:
                continue
            rows[item.article_id] = self._workspace.store.article(item.article_id), excerpt
        chosen = list(rows.values())[:PAGE_ARTICLES]
        read_as = understood_html(find, found.standalone_question, self._texts)
        words = self._texts.archive_found if chosen else self._texts.archive_found_none
        head = f'<p class="bw-soft" role="status">{escape(words.format(find=find, count=len(chosen)))}</p>'
        return read_as + head + self._list_html(chosen)

    def _listed_html(self, number: int, search_filter: SearchFilter, of_page: str) -> str:
        total = self._count(search_filter, of_page)
        first = number * PAGE_ARTICLES
        store = self._workspace.store if total else None
        found = store.articles(search_filter, limit=PAGE_ARTICLES, offset=first, page=of_page) if store else []
        if not found:
            return f'<p class="bw-soft">{escape(self._texts.archive_empty)}</p>'
        words = self._texts.archive_range.format(first=first + 1, last=first + len(found), total=total)
        note = f'<p class="bw-soft" role="status">{escape(words)}</p>'
        return note + self._list_html([(article, None) for article in found])

    def _list_html(self, rows: Sequence[tuple[Article, Excerpt | None]]) -> str:
        if not rows:
            return ""
        return f'<ul class="bw-list">{"".join(self._row_html(article, excerpt) for article, excerpt in rows)}</ul>'

    def _row_html(self, article: Article, excerpt: Excerpt | None) -> str:
        shown = f'<span class="bw-excerpt">{_excerpt_html(excerpt)}</span>' if excerpt else ""
        return (
            f'<li><button type="button" class="bw-row" data-article="{attribute(article.id)}">'
            f"<b>{escape(row_title(article, self._texts))}</b>{shown}"
            f"{place_html(date_text(article.date), article.source, article.page, self._texts)}</button></li>"
        )

    def article_html(self, article_id: str, note: str = "", undo: str = "") -> str:
        """One article with what can be mended in it, or that it is gone; ``note`` says what was just done."""
        try:
            article = self._workspace.store.article(article_id)
        except BaowenError as error:
            return notice_html(failure_text(error, self._texts))
        head = note_html(note, undo, self._texts)
        mending = mending_html(article, self._neighbours(article_id), self._texts)
        return f"{head}{article_html(article, self._texts)}{mending}"

    def _neighbours(self, article_id: str) -> list[Article]:
        try:
            return self._workspace.article_neighbours(article_id)
        except BaowenError:
            return []


def row_title(article: Article, texts: Texts) -> str:
    """The headline; for an article without one, that it has none and how it begins."""
    if article.title:
        return article.title
    line = " ".join(article.text.split())
    short = line if len(line) <= _FIRST_LINE_CHARACTERS else line[:_FIRST_LINE_CHARACTERS] + "…"
    return f"{texts.untitled}{short}"


def _excerpt_html(excerpt: Excerpt) -> str:
    parts, position = [], 0
    for start, end in excerpt.marks:
        parts += [escape(excerpt.text[position:start]), f"<mark>{escape(excerpt.text[start:end])}</mark>"]
        position = end
    return "".join([*parts, escape(excerpt.text[position:])])


def note_html(note: str, undo: str, texts: Texts) -> str:
    """What was just done, with a way back where ``undo`` names one."""
    if not note:
        return ""
    button = action_html("undo", texts.undo, token=undo) if undo else ""
    return f'<div class="bw-note" role="status">{escape(note)} {button}</div>'
