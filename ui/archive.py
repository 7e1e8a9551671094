"""The archive and import pages as HTML: lists, one article, reports; knows no Gradio."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.ingestion import IngestProgress
from rag.errors import BaowenError, StoreError
from rag.records import Article, SearchFilter
from ui.filters import parse_date
from ui.messages import Texts, error_title
from ui.render import article_html, escape, failure_html, place_html, understood_html
from ui.serialisation import date_text
from ui.uploads import label_of
from ui.web.problems import log_error, problem_of

if TYPE_CHECKING:
    from rag.corpus.ingestion import IngestReport
    from rag.workspace import Workspace

_PAGE_ARTICLES = 25
_FOUND_PASSAGES = 50
_EXAMPLE_TITLES = 2


class Archive:
    """What the store holds, for readers."""

    def __init__(self, workspace: Workspace, texts: Texts) -> None:
        self._workspace, self._texts = workspace, texts

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

    def examples(self) -> list[str]:
        """Questions to begin with: general ones, and some about articles that are there."""
        try:
            found = self._workspace.store.articles(SearchFilter(), limit=_PAGE_ARTICLES)
        except StoreError:
            return list(self._texts.general_examples)
        titles = [article.title for article in found if article.kind == "news" and 6 <= len(article.title) <= 28]
        about = [self._texts.title_example.format(title=title) for title in titles[:_EXAMPLE_TITLES]]
        return [*self._texts.general_examples, *about][:4]

    def turn(self, number: int, step: int, find: str) -> tuple[int, str]:
        """The page ``step`` further on, where there is one, and its HTML."""
        total = self._count()
        last = max(0, (total - 1) // _PAGE_ARTICLES)
        wanted = min(max(number + step, 0), last)
        return wanted, self.page_html(wanted, find)

    def _count(self) -> int:
        try:
            return self._workspace.store.article_count()
        except StoreError:
            return 0

    def page_html(self, number: int, find: str) -> str:
        """One page of the list, newest first; with ``find``, the articles that fit it, best first."""
        try:
            return self._found_html(find.strip()) if find.strip() else self._listed_html(number)
        except BaowenError as error:
            log_error(error)
            return failure_html(error_title(error), problem_of(error).detail, self._texts)

    def _found_html(self, find: str) -> str:
        found = self._workspace.search(find, _FOUND_PASSAGES)
        ids = list(dict.fromkeys(item.article_id for item in found.passages))[:_PAGE_ARTICLES]
        read_as = understood_html(find, found.standalone_question, self._texts)
        return read_as + self._list_html(
            [self._workspace.store.article(article_id) for article_id in ids], self._texts.evidence_none
        )

    def _listed_html(self, number: int) -> str:
        total = self._count()
        first = number * _PAGE_ARTICLES
        found = self._workspace.store.articles(SearchFilter(), limit=_PAGE_ARTICLES, offset=first) if total else []
        words = self._texts.archive_range.format(first=first + 1, last=first + len(found), total=total)
        note = f'<p class="bw-soft">{escape(words)}</p>' if found else ""
        return note + self._list_html(found, self._texts.archive_empty)

    def _list_html(self, found: Sequence[Article], when_empty: str) -> str:
        if not found:
            return f'<p class="bw-soft">{escape(when_empty)}</p>'
        rows = "".join(
            f'<li><button type="button" class="bw-row" data-article="{escape(article.id)}">'
            f"<b>{escape(article.title or self._texts.untitled)}</b>"
            f"{place_html(date_text(article.date), article.source, article.page, self._texts)}</button></li>"
            for article in found
        )
        return f'<ul class="bw-list">{rows}</ul>'

    def article_html(self, article_id: str) -> str:
        """One article, or that it is gone."""
        try:
            return article_html(self._workspace.store.article(article_id), self._texts)
        except BaowenError as error:
            return failure_html(error_title(error), problem_of(error).detail, self._texts)


def ingest_files(workspace: Workspace, paths: Sequence[Path], date: str, source: str, texts: Texts) -> Iterator[str]:
    """Bring uploaded files in; yields the report's HTML as it goes."""
    if not paths:
        yield f'<p class="bw-warning">{escape(texts.import_nothing)}</p>'
        return
    told: queue.SimpleQueue[IngestProgress | IngestReport | Exception] = queue.SimpleQueue()

    def work() -> None:
        try:
            day = parse_date(date or "", texts.import_date)
            labels = {path: label_of(path.name) for path in paths}
            told.put(workspace.ingest(paths, date=day, source=source or None, labels=labels, on_progress=told.put))
        except Exception as error:
            log_error(error)
            told.put(error)

    threading.Thread(target=work, name="import", daemon=True).start()
    while True:
        news = told.get()
        if isinstance(news, Exception):
            yield failure_html(error_title(news), problem_of(news).detail, texts)
            return
        if isinstance(news, IngestProgress):
            yield progress_html(news, texts)
            continue
        yield report_html(news, texts)
        return


def progress_html(progress: IngestProgress, texts: Texts) -> str:
    """How far an import is."""
    words = texts.import_progress.format(
        done=progress.sources_done, total=progress.sources_total, articles=progress.articles, current=progress.current
    )
    total = max(progress.sources_total, 1)
    return f'<p>{escape(words)}</p><progress max="{total}" value="{progress.sources_done}"></progress>'


def report_html(report: IngestReport, texts: Texts) -> str:
    """What an import did."""
    words = texts.import_report.format(
        added=report.added, updated=report.updated, unchanged=report.unchanged, removed=report.removed
    )
    failed = "".join(f"<li><b>{escape(item.path)}</b> {escape(item.reason)}</li>" for item in report.failed)
    warned = "".join(f"<li>{escape(item)}</li>" for item in report.warnings)
    parts = [f'<p class="bw-done">{escape(words)}</p>']
    parts += (
        [f'<div class="bw-warning"><b>{escape(texts.import_failed)}</b><ul>{failed}</ul></div>'] if failed else []
    )
    parts += (
        [f'<div class="bw-notes"><b>{escape(texts.import_warnings)}</b><ul>{warned}</ul></div>'] if warned else []
    )
    return "".join(parts)
