"""Passages to evidence: the few sentences that a prompt has room for, best first.

A prompt costs time for every character on an ordinary processor, so it holds sentences, not whole chunks. A
sentence is weighed by the question's terms that stand in it, by those in the sentences before it and in the
title (the subject of 该镇 is named earlier), by its having the kind of answer asked for, and by its vector.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.chinese.sentences import Span, split_sentences
from rag.chinese.terms import fold, index_terms, query_terms
from rag.records import Article, Passage

CONTEXT_WEIGHT = 0.4
"""What a term in the two sentences before is worth, of one in the sentence itself."""
TITLE_WEIGHT = 0.3
RANK_WEIGHT = 0.15
"""What the first passage's place is worth; the n-th has 1/n of it."""
VECTOR_WEIGHT = 2.0
KIND_WEIGHT = 0.2
MIN_SHARE = 0.35
"""A sentence with less than this share of the best one's score is no evidence."""

# Signs that tell nothing apart: not those inside a number, which 10.5% needs to differ from 105.
_SIGNS = re.compile(r"(?<!\d)[^\w%‰+-]+|[^\w%‰+-]+(?!\d)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article that may carry the answer: ``article.text[start:end] == text``.

    ``coverage`` is the share, in [0, 1] by weight, of the question's terms found in it or just before it;
    ``score`` orders sentences. ``presence`` is the reader's logit of its holding the answer, None if not read;
    ``answer`` is what the reader would answer from it. Where evidence was read a second time (``second_reading``),
    ``presence`` is of that, and ``first_presence`` the reader's.
    """

    article: Article
    start: int
    end: int
    text: str
    passage_rank: int
    coverage: float
    score: float
    presence: float | None = None
    answer: str = ""
    first_presence: float | None = None


QuestionVector = Callable[[str], NDArray[np.float32]]
SentenceVectors = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class SentenceEncoder:
    """How question and sentences become unit vectors: ``(dimension,)`` and ``(n, dimension)``."""

    question: QuestionVector
    sentences: SentenceVectors


@dataclass(frozen=True, slots=True)
class _Candidate:
    article: Article
    span: Span
    rank: int
    previous: str
    terms: frozenset[str]

    @property
    def text(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def rank_sentences(
    question: str,
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
    *,
    fits: Callable[[str], bool] | None = None,
    time_weight: Callable[[Article, str], float] | None = None,
    encoder: SentenceEncoder | None = None,
    vector_limit: int = 24,
) -> tuple[Sentence, ...]:
    """Every sentence that the passages touch, best first, each once.

    ``fits`` says whether a sentence holds the kind of answer asked for, ``time_weight`` what its time adds. With an
    ``encoder`` the best ``vector_limit`` by terms (of a question that shares none with the text, the first ones)
    are weighed by their vectors too.
    """
    candidates = _candidates(passages, articles)
    if not candidates:
        return ()
    weights = _term_weights(query_terms(question), candidates)
    total = sum(weights.values()) or 1.0
    found = []
    for candidate in candidates:
        own = sum(weight for term, weight in weights.items() if term in candidate.terms)
        before, title = _context_terms(candidate)
        around = sum(weight for term, weight in weights.items() if term in before and term not in candidate.terms)
        named = sum(w for t, w in weights.items() if t in title and t not in candidate.terms and t not in before)
        coverage = (own + CONTEXT_WEIGHT * around + TITLE_WEIGHT * named) / total
        added = KIND_WEIGHT if fits is not None and fits(candidate.text) else 0.0
        if time_weight is not None:
            added += time_weight(candidate.article, candidate.text)
        found.append(
            Sentence(
                candidate.article,
                candidate.span.start,
                candidate.span.end,
                candidate.text,
                candidate.rank,
                coverage,
                coverage + added + RANK_WEIGHT / (1 + candidate.rank),
            )
        )
    found.sort(key=lambda sentence: (-sentence.score, sentence.passage_rank, sentence.start))
    if encoder is not None:
        found = _weigh_vectors(question, found, encoder, vector_limit)
    return _distinct(found)


def _candidates(passages: Sequence[Passage], articles: Mapping[str, Article]) -> list[_Candidate]:
    seen: set[tuple[str, int]] = set()
    found = []
    for rank, passage in enumerate(passages):
        article = articles[passage.article_id]
        spans = split_sentences(article.text)
        for position, span in enumerate(spans):
            touches = span.start < passage.end and span.end > passage.start
            if not touches or (article.id, span.start) in seen:
                continue
            seen.add((article.id, span.start))
            begin = spans[max(0, position - 2)].start
            terms = frozenset(index_terms(article.text[span.start : span.end])) | _printed_year(article)
            found.append(_Candidate(article, span, rank, article.text[begin : span.start], terms))
    return found


def _printed_year(article: Article) -> frozenset[str]:
    """The terms of the year in which an article was printed: a paper of 2020 says 今年, not 2020年."""
    return frozenset((str(article.date.year), f"{article.date.year}年")) if article.date else frozenset()


def _context_terms(candidate: _Candidate) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(index_terms(candidate.previous)), frozenset(index_terms(candidate.article.title))


def _term_weights(terms: Sequence[str], candidates: Sequence[_Candidate]) -> dict[str, float]:
    """How telling each term of the question is among these sentences: its inverse document frequency."""
    counts = Counter(term for candidate in candidates for term in candidate.terms)
    n = len(candidates)
    weights = {}
    for term in terms:
        # A term that stands nowhere still counts in the total: it is what the passages do not say.
        frequency = counts.get(term, 0)
        weights[term] = math.log(1 + (n - frequency + 0.5) / (frequency + 0.5)) * (0.5 if len(term) == 2 else 1.0)
    return weights


def _weigh_vectors(question: str, sentences: list[Sentence], encoder: SentenceEncoder, limit: int) -> list[Sentence]:
    near, rest = sentences[:limit], sentences[limit:]
    cosines = encoder.sentences([f"{s.article.title}\n{s.text}".strip() for s in near]) @ encoder.question(question)
    mean = float(cosines.mean())
    weighed = [
        Sentence(
            s.article, s.start, s.end, s.text, s.passage_rank, s.coverage, s.score + VECTOR_WEIGHT * (float(c) - mean)
        )
        for s, c in zip(near, cosines, strict=True)
    ]
    weighed.sort(key=lambda sentence: (-sentence.score, sentence.passage_rank, sentence.start))
    return weighed + rest


def _distinct(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentences without repeats in other words' clothing: a reprint's sentence counts once."""
    kept: dict[str, Sentence] = {}
    for sentence in sentences:
        kept.setdefault(_SIGNS.sub("", fold(sentence.text)), sentence)
    return tuple(kept.values())


def select_evidence(
    sentences: Sequence[Sentence], *, max_characters: int, max_sentences: int
) -> tuple[Sentence, ...]:
    """The best sentences that fit together, best first; at least one if there is any.

    A sentence far behind the best is left out even where there is room: it costs time and misleads.
    """
    least = MIN_SHARE * sentences[0].score if sentences else 0.0
    chosen: list[Sentence] = []
    used = 0
    for sentence in sentences:
        if len(chosen) == max_sentences:
            break
        if chosen and (sentence.score < least or used + len(sentence.text) > max_characters):
            continue
        chosen.append(sentence)
        used += len(sentence.text)
    return tuple(chosen)


def take_turns(rankings: Sequence[Sequence[Sentence]]) -> tuple[Sentence, ...]:
    """The first of each ranking, then the second of each; a sentence once, at its first place.

    Scores stay those of each one's own ranking, so that what is best for a part is not far behind.
    """
    chosen: dict[tuple[str, int], Sentence] = {}
    for place in range(max(map(len, rankings), default=0)):
        for ranking in rankings:
            if place < len(ranking):
                chosen.setdefault((ranking[place].article.id, ranking[place].start), ranking[place])
    return tuple(chosen.values())
