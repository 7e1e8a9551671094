"""Pages of characters with their places, one after the other, → the articles of the whole file.

Holds the geometry of no more than the article that may go on: a file of a thousand pages costs one page of memory.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from rag.corpus.bylines import line_mark
from rag.corpus.layout_text import LaidOutArticle, PlacedBlock, compose_laid_out
from rag.corpus.page_geometry import PageGeometry, TextLine
from rag.corpus.page_headers import PageHeading, heading_of
from rag.corpus.pdf_layout import lay_out_page, spaced_text
from rag.corpus.source_content import SourceContent
from rag.corpus.vertical_pages import TextDirection, split_directions
from rag.records import DraftArticle

_ITEM_NUMBER = re.compile(r"^\s*[0-9]{1,4}\s*[.．、)]\s*")
_SPREAD_DIGIT = re.compile(r"(?<![0-9])([0-9A-Z]) (?=[0-9](?![0-9]))")
_LEAST_ITEMS = 5
_LISTED_SHARE = 0.6


@dataclass(slots=True)
class LaidOutDocument:
    """Takes pages in order and gives the file's content at the end."""

    direction: TextDirection = "auto"
    texts: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _drafts: list[DraftArticle] = field(default_factory=list)
    _headings: list[PageHeading] = field(default_factory=list)
    _open: LaidOutArticle | None = None
    _confidences: list[tuple[float, ...]] = field(default_factory=list)

    def add_page(self, page: PageGeometry) -> None:
        """Lay out the next page; on pages of one column an article may go on from the page before."""
        index = len(self.texts)
        directed = split_directions(page, self.direction)
        if directed.turned is not None:
            share = "in part " if directed.rows is not None else ""
            self.warnings.append(f"page {index + 1} is {share}set downwards (竖排) and is read from right to left")
        layouts = [lay_out_page(part) for part in (directed.turned, directed.rows) if part is not None]
        is_single = len(layouts) == 1 and layouts[0].is_single_column
        self.texts.append(page.text)
        self._confidences.append(page.confidences)
        heading = heading_of([_heading_text(line) for layout in layouts for line in layout.margin])
        self._headings.append(heading)
        found = [
            LaidOutArticle(
                article.headline,
                tuple(PlacedBlock(block, index) for block in article.blocks),
                index,
            )
            for layout in layouts
            for article in layout.articles
        ]
        if found and self._open is not None and is_single and _is_continuation(found[0]):
            found[0] = replace(self._open, blocks=(*self._open.blocks, *found[0].blocks))
        else:
            self._close()
        self._open = found.pop() if found and is_single else None
        for article in found:
            self._compose(article, heading)

    def _close(self) -> None:
        if self._open is not None:
            heading = self._headings[self._open.page_index]
            self._compose(self._open, heading)
        self._open = None

    def _compose(self, article: LaidOutArticle, heading: PageHeading) -> None:
        draft = compose_laid_out(article)
        if draft.text:
            self._drafts.append(
                replace(
                    draft,
                    page=draft.page or heading.page,
                    date=draft.date or heading.date,
                    source=draft.source or heading.source,
                    confidence=self._mean_confidence(draft),
                )
            )

    def _mean_confidence(self, draft: DraftArticle) -> float:
        """The mean over the article's characters; 1.0 for text that was never an image."""
        values = [
            value
            for run in draft.runs
            for value in self._confidences[run.source_page][run.source_start : run.source_start + run.length]
        ]
        return sum(values) / len(values) if values else 1.0

    def build(self) -> SourceContent:
        """Everything read; a date or paper that all pages agree on belongs to the file, not to each article."""
        self._close()
        drafts = _without_contents_list(self._drafts, self.warnings)
        dates = Counter(draft.date for draft in drafts if draft.date)
        sources = Counter(draft.source for draft in drafts if draft.source)
        date: dt.date | None = next(iter(dates)) if len(dates) == 1 else None
        source = next(iter(sources)) if len(sources) == 1 else ""
        articles = tuple(
            replace(draft, date=None if date else draft.date, source="" if source else draft.source)
            for draft in drafts
        )
        return SourceContent(articles, tuple(self.texts), date, source, warnings=tuple(self.warnings))


def _heading_text(line: TextLine) -> str:
    """A header line as printed, its digits together where each has the room of a whole character."""
    return _SPREAD_DIGIT.sub(r"\1", spaced_text(line))


def _is_continuation(article: LaidOutArticle) -> bool:
    """Whether the first article of a page has neither a headline nor an opening of its own."""
    return article.headline is None and line_mark(spaced_text(article.blocks[0].block.lines[0])) != "opening"


def _without_contents_list(drafts: list[DraftArticle], warnings: list[str]) -> list[DraftArticle]:
    """The articles without one that only lists the titles of the others."""
    titles = {draft.title[:8] for draft in drafts if len(draft.title) >= 4}
    kept = []
    for draft in drafts:
        items = [_ITEM_NUMBER.sub("", line) for line in draft.text.split("\n")]
        listed = sum(item[:8] in titles for item in items)
        if len(items) >= _LEAST_ITEMS and listed >= _LISTED_SHARE * len(items):
            warnings.append(f"a list of contents ({len(items)} titles) is left out")
        else:
            kept.append(draft)
    return kept
