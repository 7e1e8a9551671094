"""ZIP archives of pages: each file that can be read, as if it lay in a folder; an archive within is not entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rag.corpus.archives import Archive
from rag.corpus.source_content import SourceContent
from rag.errors import SourceError
from rag.records import DraftArticle, LeftOut, SourceDocument, SourceRun

_MOST_WARNINGS = 20


def read_zip(archive: Archive, read_member: Callable[[str, bytes], SourceDocument]) -> SourceContent:
    """The articles of all members in order of their names; each carries its own file's day, paper and page.

    Members that cannot be read are told in the warnings.

    Raises:
        SourceError: no member holds an article.
    """
    articles: list[DraftArticle] = []
    pages: list[str] = []
    warnings: list[str] = []
    left_out: list[LeftOut] = []
    for member in sorted(archive.members):
        base = member.rpartition("/")[2]
        if base.startswith((".", "~$")) or member.startswith("__MACOSX/"):
            continue
        try:
            document = read_member(member, archive.read(member))
        except SourceError as error:
            warnings.append(f"{member} is left out: {error}")
            continue
        articles += (_placed(article, document, len(pages)) for article in document.articles)
        pages += document.pages
        warnings += (f"{member}: {warning}" for warning in document.warnings)
        left_out += document.left_out
    if not articles:
        reason = f": {warnings[0]}" if warnings else ""
        raise SourceError(f"{archive.name} is a ZIP archive in which no page can be read{reason}")
    if len(warnings) > _MOST_WARNINGS:
        warnings[_MOST_WARNINGS:] = [f"and {len(warnings) - _MOST_WARNINGS} more of the same kind"]
    return SourceContent(tuple(articles), tuple(pages), warnings=tuple(warnings), left_out=tuple(left_out))


def _placed(article: DraftArticle, document: SourceDocument, pages_before: int) -> DraftArticle:
    """An article of a member as one of the archive."""
    own = article.date is None and document.date is not None
    runs = tuple(SourceRun(r.start, r.length, r.source_start, r.source_page + pages_before) for r in article.runs)
    return replace(
        article,
        runs=runs,
        date=document.date if own else article.date,
        date_basis=document.date_basis if own else article.date_basis,
        source=article.source or document.source,
    )
