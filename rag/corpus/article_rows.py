"""An article to the values of a database row and back, the same for every engine."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from rag.chinese.sentences import Span
from rag.records import Article, Origin, SourceRun

ARTICLE_COLUMNS = (
    "SELECT articles.id, title, articles.text, subtitle, byline, articles.date, articles.source, page, kind, "
    "date_basis, confidence, sources.path, sources.sha256, runs FROM articles JOIN sources ON sources.id = source_id"
)


def article_from_row(row: tuple[Any, ...]) -> Article:
    """The article of a row of ``ARTICLE_COLUMNS``."""
    identifier, title, text, subtitle, byline, date, source, page, kind, basis, confidence, path, sha256, runs = row
    return Article(
        id=identifier,
        title=title,
        text=text,
        subtitle=subtitle,
        byline=byline,
        date=dt.date.fromisoformat(date) if date else None,
        source=source,
        page=page,
        kind=kind,
        origin=Origin(path, sha256, tuple(SourceRun(*run) for run in json.loads(runs))),
        date_basis=basis,
        confidence=confidence,
    )


def article_values(article: Article, source_id: int, position: int, spans: Sequence[Span]) -> tuple[Any, ...]:
    """The values of an article in the order of its table's columns."""
    runs = [[run.start, run.length, run.source_start, run.source_page] for run in article.origin.runs]
    return (
        article.id,
        source_id,
        position,
        article.title,
        article.subtitle,
        article.byline,
        article.text,
        article.date.isoformat() if article.date else None,
        article.date_basis,
        article.source,
        article.page,
        article.kind,
        article.confidence,
        json.dumps(runs, separators=(",", ":")),
        article_fingerprint(article, spans),
    )


def article_fingerprint(article: Article, spans: Sequence[Span]) -> str:
    """The SHA-256 of all a reader can see of an article and of its chunks: equal ones need no new vectors."""
    seen = (
        article.title,
        article.subtitle,
        article.byline,
        article.text,
        str(article.date),
        article.source,
        article.page,
        article.kind,
        json.dumps([[span.start, span.end] for span in spans]),
    )
    return hashlib.sha256("\0".join(seen).encode("utf-8", "surrogatepass")).hexdigest()
