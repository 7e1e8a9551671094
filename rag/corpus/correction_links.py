"""The stored links from a notice of correction to the article and the words that it corrects.

They are made anew after an ingestion; a link whose notice or article is gone is never given out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from rag.corpus.corrections import Correction, likeness, place_of, read_correction
from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import ArticleText, CorrectionReading, StoredCorrection

__all__ = ["StoredCorrection", "corrections_of", "link_corrections"]

_NOTICE_CHARACTERS = 1500
_TEXT_WORDS = ("更正",)
_TITLE_WORDS = ("更正", "勘误", "订正", "致歉", "说明", "纠错", "来函照登")
_LEAST_LIKENESS = 0.5
_MOST_CANDIDATES = 5000


def link_corrections(store: ArticleStore) -> int:
    """Tie every stored notice to the one article that it corrects; says how many links there are now.

    A notice that fits two articles equally well, or none, is tied to none.

    Raises:
        StoreLockedError: another process keeps writing.
    """
    with store.reading() as reading:
        notices = reading.short_articles_with(_NOTICE_CHARACTERS, _TEXT_WORDS, _TITLE_WORDS)
        links = [link for notice in notices for link in _links_of(reading, notice)]
    with store.writing() as writer:
        writer.replace_corrections(links)
    return len(links)


def corrections_of(store: ArticleStore, article_ids: Iterable[str]) -> list[StoredCorrection]:
    """The corrections of the given articles, in order of their places; notices and articles removed do not count."""
    with store.reading() as reading:
        found = reading.corrections_of(list(dict.fromkeys(article_ids)))
    return sorted(found, key=lambda link: (link.article_id, link.start, link.notice_id))


def _links_of(reading: CorrectionReading, notice: ArticleText) -> list[StoredCorrection]:
    correction = read_correction(notice.title, notice.text, notice.date)
    if correction is None:
        return []
    best = _best_article(reading, notice, correction)
    if best is None:
        return []
    links = []
    for replacement in correction.replacements:
        place = place_of(replacement, best.title, best.text)
        if place is not None:
            found = (replacement.wrong, replacement.right, place.start, place.end)
            links.append(StoredCorrection(notice.id, best.id, *found))
    return links or [StoredCorrection(notice.id, best.id, "", "", 0, 0)]


def _best_article(reading: CorrectionReading, notice: ArticleText, correction: Correction) -> ArticleText | None:
    """The article that a notice means, if one fits better than all others."""
    last = correction.date or notice.date or dt.date.max
    near = reading.articles_until(last, notice.source, notice.id, _MOST_CANDIDATES)
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
