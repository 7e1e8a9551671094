"""An article cut in two at a line, two articles made one; pure. No character is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rag.errors import MendError
from rag.records import Article, Origin, SourceRun


def divided_article(article: Article, line: int, title: str, rest_id: str) -> tuple[Article, Article]:
    """The lines of an article before ``line`` (from 1) as itself, the rest under ``title`` and the id ``rest_id``.

    Where the rest's first line is the title, it leaves the text. Date, paper and page are the same for both.

    Raises:
        MendError: there is no such line after the first, or the rest would be nothing but its headline.
    """
    lines = article.text.split("\n")
    if not 2 <= line <= len(lines):
        raise MendError(
            f"the article {article.id!r} has {len(lines)} lines, so it cannot be divided before line {line}; "
            "expected a line from 2 on: look at its text"
        )
    cut = sum(len(item) + 1 for item in lines[: line - 1])
    begin = cut
    if title and " ".join(lines[line - 1].split()) == title:
        begin += len(lines[line - 1]) + 1
    text = article.text[begin:]
    if not text.strip() or not article.text[: cut - 1].strip():
        raise MendError(
            f"divided before line {line}, one part of the article {article.id!r} would have no text; "
            "expected text on both sides: choose another line"
        )
    first = replace(article, text=article.text[: cut - 1], origin=_origin(article, runs_of(article, 0, cut - 1)))
    rest = replace(
        article,
        id=rest_id,
        title=title,
        text=text,
        subtitle="",
        byline="",
        origin=_origin(article, runs_of(article, begin, len(article.text))),
    )
    return replace(first, confidence=1.0), replace(rest, confidence=1.0)


def joined_article(first: Article, following: Article) -> Article:
    """``first`` with the headline, subtitle, byline and text of ``following`` as further lines.

    What is the same as the headline or byline before it is not repeated: a continuation often carries it again.
    """
    known = {first.title, first.subtitle, first.byline, ""}
    head = [part for part in (following.title, following.subtitle, following.byline) if part not in known]
    before = "\n".join([first.text, *head, ""])
    shifted = (
        (replace(run, start=run.start + len(before)) for run in following.origin.runs)
        if following.origin.sha256 == first.origin.sha256
        else ()
    )
    runs = (*first.origin.runs, *shifted)
    return replace(first, text=before + following.text, origin=_origin(first, runs), confidence=1.0)


def runs_of(article: Article, start: int, end: int) -> tuple[SourceRun, ...]:
    """The runs of ``text[start:end]``, counted from ``start``."""
    found = []
    for run in article.origin.runs:
        first, last = max(run.start, start), min(run.start + run.length, end)
        if first < last:
            skipped = first - run.start
            found.append(SourceRun(first - start, last - first, run.source_start + skipped, run.source_page))
    return tuple(found)


def _origin(article: Article, runs: Iterable[SourceRun]) -> Origin:
    return replace(article.origin, runs=tuple(runs))
