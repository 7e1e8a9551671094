"""The records that flow from a newspaper page to a checked answer.

All offsets are half-open ``[start, end)`` indices of Unicode characters into ``Article.text``, which never
changes once an article is stored; ``article.text[citation.start:citation.end] == citation.quote`` holds for
every citation. A higher score is better, everywhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ArticleKind = Literal["news", "photo", "notice", "advertisement", "other"]
DateBasis = Literal["record", "option", "file name", "page header", "metadata", "text", "unknown"]
"""What says the day of publication, strongest first; ``text`` is inferred and always reported with its doubt."""


@dataclass(frozen=True, slots=True)
class SourceRun:
    """A run of article characters that stand, one for one, in the source.

    ``text[start + i]`` comes from character ``source_start + i`` of page ``source_page`` (0-based; 0 for a
    source without pages) for ``0 <= i < length``, equal after normalisation. Article characters in no run
    (a joining line break, say) were put there by the program.
    """

    start: int
    length: int
    source_start: int
    source_page: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article came from: the file, its SHA-256 and the map back to its characters."""

    path: str = ""
    sha256: str = ""
    runs: tuple[SourceRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One newspaper article, whole and clean.

    ``text`` is the body: paragraphs joined by ``\\n``, no headline, no line of a neighbour. ``date`` is the day
    of publication, ``date_basis`` the evidence for it. ``page`` is what the paper calls it (``"03"``).
    ``confidence``, in [0, 1]: of an article cut out of a text page the probability that it was cut right, of a scan
    the mean character confidence of OCR, else 1.0.
    """

    id: str
    title: str
    text: str
    subtitle: str = ""
    byline: str = ""
    date: dt.date | None = None
    source: str = ""
    page: str = ""
    kind: ArticleKind = "news"
    origin: Origin = field(default_factory=Origin)
    date_basis: DateBasis = "unknown"
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class DraftArticle:
    """An article as a reader found it, before it has an id; ``date`` and ``source`` only if its own record says."""

    title: str
    text: str
    subtitle: str = ""
    byline: str = ""
    kind: ArticleKind = "news"
    page: str = ""
    runs: tuple[SourceRun, ...] = ()
    date: dt.date | None = None
    source: str = ""
    confidence: float = 1.0
    key: str = ""
    """A stable name inside its file where the file gives one (a JSON ``id``); empty otherwise."""
    date_basis: DateBasis = "record"
    """What says ``date``; means nothing without one."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Text of a file that is in no article, and why: ``navigation``, ``copyright``, ``a comment``."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One file as a reader gave it: its articles, and what page header or file name say of date and source."""

    path: str
    sha256: str
    articles: tuple[DraftArticle, ...]
    pages: tuple[str, ...] = ()
    """The source text of each page, in the coordinates of ``SourceRun``; one entry for a file without pages."""
    date: dt.date | None = None
    date_basis: DateBasis = "unknown"
    source: str = ""
    warnings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """What the reader of a structured format set aside, so that nothing is lost in silence."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stored piece of an article, the unit of indexing: ``text == article.text[start:end]``."""

    id: int
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A retrieved chunk with what a reader wants beside it.

    ``score`` orders passages of one result; ``signals`` names each ranker's own score (``"lexical"``,
    ``"vector"``, …), comparable within one ranker only.
    """

    article_id: str
    title: str
    text: str
    start: int
    end: int
    score: float
    date: dt.date | None = None
    source: str = ""
    page: str = ""
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Which articles may answer: publication dates (both ends included) and the name of the paper."""

    date_from: dt.date | None = None
    date_to: dt.date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact span that carries a statement; ``marker`` is the ``[n]`` in the answer, counted from 1."""

    marker: int
    article_id: str
    title: str
    date: dt.date | None
    source: str
    page: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ClaimSlots:
    """What the paper says of a figure, slot by slot; a slot that is not said is empty or None."""

    subject: str = ""
    act: str = ""
    thing: str = ""
    measure: str = ""
    period_first: dt.date | None = None
    period_last: dt.date | None = None
    period_text: str = ""
    mood: str = "fact"
    member: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFigure:
    """A figure in an answer. ``supported`` only if value, unit and bound stand in the quote of ``marker``.

    ``claim`` is what that quote says of it; None for a figure that stands in none.
    """

    text: str
    value: float
    unit: str
    subject: str
    marker: int | None
    supported: bool
    claim: ClaimSlots | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Another figure that fits the question, with the quote it stands in."""

    text: str
    value: float
    unit: str
    subject: str
    citation: Citation
    relation: str = ""
    """How it differs from the answer's own: another scope, another period, a revision, a contradiction."""
    claim: ClaimSlots | None = None
    differs_in: tuple[str, ...] = ()
    """The slots by which it is not what was asked: ``period``, ``place``, ``mood``, ``measure`` …"""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from receiving the question."""

    retrieve_ms: float = 0.0
    first_token_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer.

    Every ``[n]`` in ``answer`` has its citation and every citation its marker. A refused answer holds no
    citation and no figure; ``refusal_reason`` says what was searched and what comes nearest.
    """

    question: str
    answer: str
    refused: bool = False
    refusal_reason: str | None = None
    asked_back: bool = False
    """Whether the question asked of nothing yet (a greeting, one bare word), so that nothing was searched."""
    citations: tuple[Citation, ...] = ()
    figures: tuple[AnswerFigure, ...] = ()
    other_readings: tuple[Reading, ...] = ()
    notes: tuple[str, ...] = ()
    """What the reader should know: conflicting sources, how a time word was read, how old the source is."""
    standalone_question: str = ""
    """The question as searched, when a follow-up was completed from the conversation; else empty."""
    passages: tuple[Passage, ...] = ()
    """The evidence shown, best first."""
    model: str = ""
    generation: int = 0
    timings: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Passages, best first, of one ``generation`` of the store, and how the question was read."""

    question: str
    standalone_question: str
    """The question as searched, where that is not what was typed; else empty."""
    passages: tuple[Passage, ...]
    notes: tuple[str, ...] = ()
    """How a time word was read; why a question in another language was searched as typed."""
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


JsonObject = dict[str, Any]
