"""The stored links from a notice of correction to the article and the words that it corrects.

After an ingestion the new notices are tied, and those that may mean a new article; no other is looked at. What still
has to be is kept by the store, so that a process killed before it ties leaves it to the next. A link whose notice or
article is gone is never given out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from rag.corpus.corrections import Correction, likeness, places_of, read_correction
from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import NOTICE_REACH, ArticleText, CorrectionReading, StoredCorrection

__all__ = ["StoredCorrection", "corrections_of", "link_corrections"]

_NOTICE_CHARACTERS = 1500
_TEXT_WORDS = ("更正",)
_TITLE_WORDS = ("更正", "勘误", "订正", "致歉", "说明", "纠错", "来函照登")
_LEAST_LIKENESS = 0.45
_MOST_CANDIDATES = 5000


def link_corrections(store: ArticleStore) -> int:
    """Tie the notices that are new, or that a new article concerns, to the one article that each corrects.

    A notice that fits two articles equally well, or none, is tied to none. Says how many notices were looked at.

    Raises:
        StoreLockedError: another process keeps writing.
    """
    with store.reading() as reading:
        until = reading.last_untied()
        tied = [_tied(reading, notice) for notice in _notices_to_tie(reading, until)] if until else []
    if until:
        with store.writing() as writer:
            for notice in tied:
                writer.tie_notice(notice.id, notice.first, notice.last, notice.links)
            writer.forget_untied(until)
    return len(tied)


@dataclass(frozen=True, slots=True)
class _TiedNotice:
    """A notice with the days of the articles that it may mean, and its links."""

    id: str
    first: dt.date
    last: dt.date
    links: tuple[StoredCorrection, ...]


def _notices_to_tie(reading: CorrectionReading, until: int) -> list[ArticleText]:
    new = reading.untied_articles(until, _NOTICE_CHARACTERS, _TEXT_WORDS, _TITLE_WORDS)
    found = {notice.id: notice for notice in new}
    said: dict[str, tuple[ArticleText, Correction] | None] = {}
    for notice_id, article in reading.notices_about_untied(until):
        if notice_id in found:
            continue
        if notice_id not in said:
            said[notice_id] = _read(reading.article_text(notice_id))
        known = said[notice_id]
        if known is not None and likeness(known[1], article.title, article.text, article.date) >= _LEAST_LIKENESS:
            found[notice_id] = known[0]
    return list(found.values())


def _read(notice: ArticleText | None) -> tuple[ArticleText, Correction] | None:
    correction = read_correction(notice.title, notice.text, notice.date) if notice else None
    return (notice, correction) if notice and correction else None


def corrections_of(store: ArticleStore, article_ids: Iterable[str]) -> list[StoredCorrection]:
    """The corrections of the given articles, in order of their places; notices and articles removed do not count."""
    with store.reading() as reading:
        found = reading.corrections_of(list(dict.fromkeys(article_ids)))
    return sorted(found, key=lambda link: (link.article_id, link.start, link.notice_id))


def _tied(reading: CorrectionReading, notice: ArticleText) -> _TiedNotice:
    correction = read_correction(notice.title, notice.text, notice.date)
    if correction is None:
        return _TiedNotice(notice.id, dt.date.min, dt.date.min, ())
    first, last = _days_meant(notice, correction)
    best = _best_article(reading, notice, correction)
    if best is None:
        return _TiedNotice(notice.id, first, last, ())
    links = []
    for replacement in correction.replacements:
        for place in places_of(replacement, best.title, best.text):
            found = (replacement.wrong, replacement.right, place.start, place.end)
            links.append(StoredCorrection(notice.id, best.id, *found))
    return _TiedNotice(notice.id, first, last, tuple(links) or (StoredCorrection(notice.id, best.id, "", "", 0, 0),))


def _days_meant(notice: ArticleText, correction: Correction) -> tuple[dt.date, dt.date]:
    """The day that a notice names; else a year up to its own day; all days where it has none."""
    if correction.date is not None:
        return correction.date, correction.date
    if notice.date is not None:
        return notice.date - NOTICE_REACH, notice.date
    return dt.date.min, dt.date.max


def _best_article(reading: CorrectionReading, notice: ArticleText, correction: Correction) -> ArticleText | None:
    """The article that a notice means, if one fits better than all others."""
    near = reading.articles_between(*_days_meant(notice, correction), notice.source, notice.id, _MOST_CANDIDATES)
    scored = sorted(
        ((likeness(correction, article.title, article.text, article.date), article) for article in near),
        key=lambda item: (item[0], item[1].id),
        reverse=True,
    )
    if not scored or scored[0][0] < _LEAST_LIKENESS:
        return None
    if len(scored) > 1 and scored[1][0] == scored[0][0] and scored[1][1].text != scored[0][1].text:
        return None
    return scored[0][1]
