"""Plain text as a page's PDF gave it, handed to the segmentation page by page."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

from rag.corpus.segmentation import join_jumps, segment_page
from rag.corpus.source_content import SourceContent
from rag.records import DraftArticle

_FORM_FEED = "\f"


def read_text(text: str) -> SourceContent:
    """The articles of ``text``; a form feed begins a new page."""
    return segment_pages(tuple(text.split(_FORM_FEED)) if _FORM_FEED in text else (text,))


def segment_pages(pages: tuple[str, ...]) -> SourceContent:
    """The articles of every page, with the date, paper and page that the page headers give.

    Where headers give more than one date, each article carries its own page's.
    """
    found = join_jumps([segment_page(page, page_index=index) for index, page in enumerate(pages)])
    dates = Counter(page.date for page in found if page.date)
    sources = Counter(page.source for page in found if page.source)
    articles: list[DraftArticle] = []
    for page in found:
        own: dt.date | None = page.date if len(dates) > 1 else None
        articles.extend(
            replace(
                article,
                page=article.page or page.page,
                date=article.date or own,
                source=article.source or (page.source if len(sources) > 1 else ""),
            )
            for article in page.articles
        )
    return SourceContent(
        tuple(articles),
        pages,
        date=next(iter(dates)) if len(dates) == 1 else None,
        source=next(iter(sources)) if len(sources) == 1 else "",
    )
