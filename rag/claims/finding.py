"""Queries on the claim index: by words, place, time, mood and unit, and by equal value.

Words find chunks through the store's own index of terms, rarest first, and of those chunks the claims; a claim ranks
by the rarity of the words that stand in its own clause, less for those in its sentence or title only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.chinese.figures import Figure, find_figures
from rag.chinese.figures.units import UNITS
from rag.chinese.terms import fold, index_terms
from rag.claims.assertions import Sort
from rag.claims.index_rows import FoundClaim, base_key, found_claim, key_unit
from rag.claims.record import Mood
from rag.claims.standing import Standing
from rag.corpus.postings import inverse_frequency, select_terms
from rag.corpus.store import ArticleStore
from rag.corpus.store_reading import ClaimRow, StoreReading

_CHUNKS = 150
"""How many chunks a query by words looks through at most."""
_LEAST_COVERED = 0.5
_SENTENCE_WEIGHT, _TITLE_WEIGHT = 0.6, 0.3
_MANY = 5000
_NEWEST = 2000
"""How many of the newest claims a query without words looks through."""


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """What claims to find; what is empty or None is not asked for.

    ``first`` and ``last`` bound the period that a claim is of, or where it names none the day of its paper.
    ``subject`` must stand in the claim's places or sentence. ``unit`` is any unit of the same base: 万元 finds 亿元.
    """

    words: str = ""
    subject: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    mood: Mood | None = None
    unit: str = ""
    sort: Sort = "figure"


@dataclass(frozen=True, slots=True)
class FoundClaims:
    """Claims, best first, and of how many looked at in a store of how many they are the best."""

    claims: tuple[FoundClaim, ...]
    looked_at: int
    total: int


def find_claims(store: ArticleStore, query: ClaimQuery, *, limit: int = 50) -> FoundClaims:
    """The claims that fit ``query``, by words and then the newest first; without words simply the newest."""
    words = query.words.strip() or query.subject
    with store.reading() as reading:
        total = reading.claim_count()
        terms = _weighted_terms(reading, words)
        rows = _rows_with(reading, terms, query) if words else _newest_rows(reading, query)
    scored = [(_score(terms, row), row) for row in rows]
    kept = [item for item in scored if not query.words.strip() or item[0] >= _LEAST_COVERED]
    kept.sort(key=lambda item: (round(item[0], 2), item[1][-3] or ""), reverse=True)
    found = (found_claim(row) for _, row in kept)
    claims = [claim for claim in found if _passes(claim, query)]
    return FoundClaims(tuple(claims[:limit]), len(rows), total)


def claims_about(
    store: ArticleStore, text: str, *, sort: Sort = "figure", like: Figure | None = None, limit: int = 60
) -> list[FoundClaim]:
    """The claims whose clause, sentence and title hold most of the words of ``text``, best first.

    ``like`` is a figure whose unit they have, too.
    """
    query = ClaimQuery(text, sort=sort, unit="" if like is None else like.unit)
    with store.reading() as reading:
        terms = _weighted_terms(reading, text)
        rows = _rows_with(reading, terms, query, chunks=_CHUNKS // 4) if terms else []
    scored = sorted(rows, key=lambda row: _score(terms, row), reverse=True)
    return [found_claim(row) for row in scored[:limit]]


def claims_of_value(
    store: ArticleStore, figure: Figure, *, standing: Standing | None = None, limit: int = 400
) -> list[FoundClaim]:
    """The claims of an equal value and unit, the newest first: 3.5亿元 finds 35000万元, too."""
    unit, value = base_key(figure)
    with store.reading() as reading:
        rows = reading.claims_of_value(value, unit, standing or "", limit)
    return [found_claim(row) for row in rows]


def claims_of_article(store: ArticleStore, article_id: str, *, sort: Sort = "figure") -> list[FoundClaim]:
    """The claims of one article, in its order."""
    with store.reading() as reading:
        rows = reading.claims_of_article(article_id, sort)
    return [found_claim(row) for row in rows]


def claims_of_day(store: ArticleStore, day: dt.date, *, limit: int = 400) -> list[FoundClaim]:
    """What is told of one named day, the newest paper first."""
    with store.reading() as reading:
        rows = reading.claims_of_day(day, limit)
    return [found_claim(row) for row in rows]


def offices_of_title(store: ArticleStore, title: str, *, limit: int = _MANY) -> list[FoundClaim]:
    """Who is named as holding an office of this title, the newest paper first."""
    with store.reading() as reading:
        rows = reading.claims_of_title(title, limit)
    return [found_claim(row) for row in rows]


def _weighted_terms(reading: StoreReading, words: str) -> dict[str, tuple[int, float]]:
    """The terms of ``words`` that stand somewhere, with their number of chunks and share of the whole rarity."""
    counts = reading.term_frequencies(dict.fromkeys(index_terms(words)))
    weights = {term: inverse_frequency(count, reading.chunk_count) for term, count in counts.items()}
    whole = sum(weights.values())
    return {term: (counts[term], weights[term] / whole) for term in counts if counts[term]} if whole else {}


def _rows_with(
    reading: StoreReading, terms: dict[str, tuple[int, float]], query: ClaimQuery, *, chunks: int = _CHUNKS
) -> list[ClaimRow]:
    """The claims of the chunks that hold most of ``terms``, each once."""
    unit = _base_unit(query.unit) if query.unit else ""
    hits = reading.chunks_with_terms(select_terms({term: count for term, (count, _) in terms.items()}), chunks)
    rows = reading.claims_in_chunks([hit.chunk_id for hit in hits], query.sort, unit)
    return list({(row[0], row[2], row[10]): row for row in rows}.values())


def _newest_rows(reading: StoreReading, query: ClaimQuery) -> list[ClaimRow]:
    unit = _base_unit(query.unit) if query.unit else ""
    return reading.newest_claims(query.sort, query.mood or "", unit, _NEWEST)


def _score(terms: dict[str, tuple[int, float]], row: Sequence[object]) -> float:
    """The share of the rarity of ``terms`` that a claim holds, by where it holds them."""
    quote, title = fold(str(row[27])), fold(str(row[28]))
    start, end = int(str(row[4])) - int(str(row[6])), int(str(row[5])) - int(str(row[6]))
    near = quote[max(0, start) : end] + " " + fold(str(row[26])).replace(" ", "") + fold(str(row[10]))
    score = 0.0
    for term, (_, weight) in terms.items():
        if term in near:
            score += weight
        elif term in quote:
            score += weight * _SENTENCE_WEIGHT
        elif term in title:
            score += weight * _TITLE_WEIGHT
    return score


def _passes(found: FoundClaim, query: ClaimQuery) -> bool:
    if query.mood is not None and found.claim.mood != query.mood:
        return False
    if query.subject and not _is_of(found, query.subject):
        return False
    return _is_within(found, query.first, query.last)


def _base_unit(unit: str) -> str:
    """The unit that figures of ``unit`` are compared in: 元 for 亿元, 人 for 名."""
    if unit in UNITS:
        return key_unit(UNITS[unit].base)
    read = find_figures(f"1{unit}")
    return base_key(read[0])[0] if read else unit


def _is_of(found: FoundClaim, subject: str) -> bool:
    places: Iterable[str] = (found.place, *found.claim.places)
    return subject in found.quote or subject in found.title or any(subject in place for place in places)


def _is_within(found: FoundClaim, first: dt.date | None, last: dt.date | None) -> bool:
    if first is None and last is None:
        return True
    period = found.claim.period
    begin = period.first if period is not None else found.date
    end = period.last if period is not None else found.date
    if begin is None or end is None:
        return False
    return (last is None or begin <= last) and (first is None or end >= first)
