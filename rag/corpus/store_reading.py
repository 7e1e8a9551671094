"""What one generation of a store answers, in the words of its readers: no engine shows through.

A reading is a view on which everything belongs to one generation, however many change the store meanwhile. Each
protocol here is what one part of the program needs; a store's own reading answers all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span
from rag.records import Article, SearchFilter

NO_FILTER = SearchFilter()

NOTICE_REACH = dt.timedelta(days=366)
"""How long after an article a notice of correction may still mean it."""
MOST_NOTICES = 1_000
"""So many notices at most are compared with an article without a day, the newest, and such without one with any."""

ClaimRow = tuple[Any, ...]
"""The values of ``rag.corpus.claim_columns.CLAIM_COLUMNS``; one that was found has five more: the claim's sentence,
and title, date (ISO 8601 or None), paper and page of its article."""


@dataclass(frozen=True, slots=True)
class TermHit:
    """A chunk and the rarity of the asked terms in it; higher is better, comparable within one search."""

    chunk_id: int
    score: float


class FoundChunk(NamedTuple):
    """A chunk as a search reads it; ``vector`` is ``(dimension,)`` float32, unit length."""

    chunk_id: int
    article_id: str
    start: int
    end: int
    text: str
    title: str
    date: dt.date | None
    source: str
    page: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class KnownSource:
    """What the store holds of a file; its options are those of the last time."""

    source_id: int
    signature: str
    """Of bytes, options and reader version; empty while its articles are being added."""
    date_option: str | None
    source_option: str | None
    fingerprints: Mapping[str, str]
    """Article id to the fingerprint of all that a reader sees of it."""
    titles: frozenset[str]


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with all that the store holds of it: ``vectors`` has shape ``(len(spans), dimension)``."""

    article: Article
    source_id: int
    position: int
    spans: tuple[Span, ...]
    vectors: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ArticleText:
    """As much of an article as the search for notices of correction reads."""

    id: str
    title: str
    text: str
    date: dt.date | None
    source: str


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


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """What a store holds: ``sources`` maps the name of a paper to its number of articles."""

    articles: int
    chunks: int
    sources: dict[str, int]
    first_date: dt.date | None
    last_date: dt.date | None


class SearchReading(Protocol):
    """What a search reads. May be used by two threads at once: terms in one, vectors in the other."""

    @property
    def generation(self) -> int:
        """The number of the generation that is read."""
        ...

    @property
    def chunk_count(self) -> int:
        """How many chunks there are."""
        ...

    def term_frequencies(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many chunks each term stands, in title or text; 0 for one that stands nowhere."""
        ...

    def chunks_with_terms(
        self, frequencies: Mapping[str, int], k: int, search_filter: SearchFilter = NO_FILTER
    ) -> list[TermHit]:
        """The ``k`` chunks that hold most, by rarity, of the terms; of equals the one with the highest id first.

        ``frequencies`` are terms that stand somewhere, with their numbers of chunks (see ``postings.select_terms``).
        """
        ...

    def chunks_near(self, vector: NDArray[np.float32], k: int, search_filter: SearchFilter = NO_FILTER) -> list[int]:
        """Ids of the ``k`` chunks nearest to ``vector``, ``(dimension,)``; of very many chunks, nearly those."""
        ...

    def found_chunks(self, chunk_ids: Sequence[int], search_filter: SearchFilter = NO_FILTER) -> list[FoundChunk]:
        """Those of the named chunks that exist and pass the filter, in any order."""
        ...


class SourceReading(Protocol):
    """What an ingestion reads of the files stored before."""

    def known_source(self, key: str) -> KnownSource | None:
        """What is stored of the file known by ``key``."""
        ...

    def article_count_of_signature(self, signature: str) -> int | None:
        """How many articles a file of this signature has, under whatever key; None where there is none."""
        ...

    def source_key_of(self, article_id: str) -> str | None:
        """The key of the file that an article is of; None where there is no such article."""
        ...

    def digests_in_use(self, digests: Sequence[str]) -> set[str]:
        """Those of the SHA-256 ``digests`` that the file of a stored article has."""
        ...

    def stored_article(self, article_id: str) -> StoredArticle | None:
        """An article with its place, chunks and vectors."""
        ...


class CorrectionReading(Protocol):
    """What ties notices of correction to the articles they correct."""

    def last_untied(self) -> int:
        """The number of the last article that came, or changed, since notices were tied; 0 where there is none."""
        ...

    def untied_articles(
        self, until: int, longest: int, text_words: Sequence[str], title_words: Sequence[str]
    ) -> list[ArticleText]:
        """Those up to number ``until`` of under ``longest`` characters with one of the words in text or title."""
        ...

    def notices_about_untied(self, until: int) -> Iterator[tuple[str, ArticleText]]:
        """Each stored notice's id with each of those articles that it may mean by its day.

        A dateless article may be meant by any notice, and any article by a notice of no day: see ``MOST_NOTICES``.
        """
        ...

    def articles_between(
        self, first: dt.date, last: dt.date, source: str, other_than: str, limit: int
    ) -> list[ArticleText]:
        """The newest articles of a paper in some days, then those without one; ``''`` on either side is any paper."""
        ...

    def article_text(self, article_id: str) -> ArticleText | None:
        """An article; None where there is none."""
        ...

    def corrections_of(self, article_ids: Sequence[str]) -> list[StoredCorrection]:
        """The corrections of these articles whose notice and article are both still there, in any order."""
        ...


class ClaimReading(Protocol):
    """The claims of stored articles; without a table of them there are none."""

    def claims_version(self) -> int | None:
        """The version of the reading that the stored claims come from; None where none are kept."""
        ...

    def articles_without_claims(self) -> list[str]:
        """Ids of the articles whose claims were not read yet."""
        ...

    def claim_count(self) -> int:
        """How many claims there are."""
        ...

    def claims_in_chunks(self, chunk_ids: Sequence[int], sort: str, unit: str = "") -> list[ClaimRow]:
        """The claims that begin in these chunks, in their order; ``unit`` empty is any."""
        ...

    def newest_claims(self, sort: str, mood: str, unit: str, limit: int) -> list[ClaimRow]:
        """The claims of the newest articles; mood or unit empty is any."""
        ...

    def claims_of_value(self, value: str, unit: str, standing: str, limit: int) -> list[ClaimRow]:
        """The claims of a figure in its base unit, newest first; ``standing`` empty is any."""
        ...

    def claims_of_article(self, article_id: str, sort: str) -> list[ClaimRow]:
        """The claims of one article, in its order."""
        ...

    def claims_of_day(self, day: dt.date, limit: int) -> list[ClaimRow]:
        """What is told of one named day, the newest paper first."""
        ...

    def claims_of_title(self, title: str, limit: int) -> list[ClaimRow]:
        """Who holds an office of this title, the newest paper first."""
        ...


class FeedbackReading(Protocol):
    """What people said of answers and mended in the archive."""

    def feedback(self) -> list[tuple[str, str]]:
        """When (ISO 8601, in UTC) and what, as JSON; in the order in which it was added."""
        ...


class StoreReading(SearchReading, SourceReading, CorrectionReading, ClaimReading, FeedbackReading, Protocol):
    """All that one generation answers."""
