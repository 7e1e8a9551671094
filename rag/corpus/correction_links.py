"""The stored links from a notice of correction to the article and the words that it corrects.

One small table beside the articles, made when it is first needed; a link whose notice or article is gone is never
given out.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from rag.corpus.corrections import Correction, likeness, place_of, read_correction
from rag.corpus.store import ArticleStore

_TABLE = """
CREATE TABLE IF NOT EXISTS corrections (
  notice_id TEXT NOT NULL, article_id TEXT NOT NULL,
  wrong TEXT NOT NULL, "right" TEXT NOT NULL,
  start INTEGER NOT NULL, end INTEGER NOT NULL,
  PRIMARY KEY (notice_id, article_id, wrong)
) WITHOUT ROWID
"""
_NOTICES = (
    "SELECT id, title, text, date, source FROM articles WHERE length(text) < 1500 AND (text LIKE '%更正%' OR "
    + " OR ".join(f"title LIKE '%{word}%'" for word in ("更正", "勘误", "订正", "致歉", "说明", "纠错", "来函照登"))
    + ")"
)
_LEAST_LIKENESS = 0.5
_MOST_CANDIDATES = 5000
_VARIABLES = 400


@dataclass(frozen=True, slots=True)
class StoredCorrection:
    """Notice ``notice_id`` says that ``wrong`` in article ``article_id`` should read ``right``.

    ``[start, end)`` are the wrong words in the article's text; both 0 where they stand in its title only, or where
    the notice names the article and no words.
    """

    notice_id: str
    article_id: str
    wrong: str
    right: str
    start: int
    end: int


def link_corrections(store: ArticleStore) -> int:
    """Tie every stored notice to the one article that it corrects; says how many links there are now.

    A notice that fits two articles equally well, or none, is tied to none.

    Raises:
        StoreLockedError: another process keeps writing.
    """
    with store.reading() as connection:
        links = [link for row in connection.execute(_NOTICES).fetchall() for link in _links_of(connection, row)]
        if not links and not _has_table(connection):
            return 0
    with store.writing():
        connection = store.connection()
        connection.execute(_TABLE)
        connection.execute("DELETE FROM corrections")
        connection.executemany(
            "INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?, ?, ?)",
            [(link.notice_id, link.article_id, link.wrong, link.right, link.start, link.end) for link in links],
        )
    return len(links)


def corrections_of(store: ArticleStore, article_ids: Iterable[str]) -> list[StoredCorrection]:
    """The corrections of the given articles, in order of their places; notices and articles removed do not count."""
    wanted = list(dict.fromkeys(article_ids))
    found: list[StoredCorrection] = []
    with store.reading() as connection:
        if not _has_table(connection):
            return []
        for start in range(0, len(wanted), _VARIABLES):
            some = wanted[start : start + _VARIABLES]
            rows = connection.execute(
                'SELECT notice_id, article_id, wrong, "right", start, end FROM corrections '
                "JOIN articles AS notice ON notice.id = notice_id "
                "JOIN articles AS article ON article.id = article_id "
                f"WHERE article_id IN ({','.join('?' * len(some))})",
                some,
            )
            found += [StoredCorrection(*row) for row in rows]
    return sorted(found, key=lambda link: (link.article_id, link.start, link.notice_id))


def _has_table(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'corrections'")
    return found.fetchone() is not None


def _links_of(connection: sqlite3.Connection, row: tuple[str, str, str, str | None, str]) -> list[StoredCorrection]:
    notice_id, title, text, date, source = row
    published = dt.date.fromisoformat(date) if date else None
    correction = read_correction(title, text, published)
    if correction is None:
        return []
    best = _best_article(connection, notice_id, correction, published, source)
    if best is None:
        return []
    article_id, article_title, article_text = best
    links = []
    for replacement in correction.replacements:
        place = place_of(replacement, article_title, article_text)
        if place is not None:
            links.append(
                StoredCorrection(notice_id, article_id, replacement.wrong, replacement.right, place.start, place.end)
            )
    return links or [StoredCorrection(notice_id, article_id, "", "", 0, 0)]


def _best_article(
    connection: sqlite3.Connection, notice_id: str, correction: Correction, published: dt.date | None, source: str
) -> tuple[str, str, str] | None:
    """The article that a notice means, if one fits better than all others."""
    last = (correction.date or published or dt.date.max).isoformat()
    rows = connection.execute(
        "SELECT id, title, text, date FROM articles WHERE id <> ? AND (date IS NULL OR date <= ?) "
        "AND (source = ? OR source = '' OR ? = '') ORDER BY date DESC LIMIT ?",
        (notice_id, last, source, source, _MOST_CANDIDATES),
    )
    scored = sorted(
        (
            (
                likeness(correction, title, text, dt.date.fromisoformat(date) if date else None),
                article_id,
                title,
                text,
            )
            for article_id, title, text, date in rows
        ),
        reverse=True,
    )
    if not scored or scored[0][0] < _LEAST_LIKENESS:
        return None
    if len(scored) > 1 and scored[1][0] == scored[0][0] and scored[1][3] != scored[0][3]:
        return None
    return scored[0][1:]
