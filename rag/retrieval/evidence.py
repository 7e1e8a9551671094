"""What a question and each candidate passage have in common, as numbers; most of them shares between 0 and 1."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from rag.chinese.terms import Terms
from rag.corpus.postings import inverse_frequency
from rag.retrieval.answer_place import answer_places
from rag.retrieval.candidates import CandidateSet
from rag.retrieval.occurrences import Floats, Integers, Texts

WINDOW_CHARACTERS = 80
"""About two sentences: what an answer and what it is about usually stand in."""

FEATURES = (
    "words",
    "bigrams",
    "window",
    "sentence",
    "exact",
    "answer sentence",
    "answer near",
    "slot",
    "lexical",
    "vector",
    "lead",
)

_YEAR = re.compile(r"(?:19|20)\d\d年?")


def features(question: str, terms: Terms, found: CandidateSet) -> Floats:
    """The evidence for each candidate, ``(n_candidates, len(FEATURES))``, most of it in [0, 1]."""
    texts = Texts(found.candidates)
    words = texts.find(terms.words, rarity(terms.words, found))
    bigrams = texts.find(terms.bigrams, rarity(terms.bigrams, found))
    exacts = texts.find(terms.exacts, rarity(terms.exacts, found)).joined(_years_printed(terms.exacts, found))
    places = answer_places(question, texts, words.body(), bigrams.body(), exacts.body())
    lexical = np.array([candidate.lexical for candidate in found.candidates])
    columns = places | {
        "words": words.share(),
        "bigrams": bigrams.share(),
        "window": bigrams.body().best_window(WINDOW_CHARACTERS),
        "sentence": words.body().best_sentence(),
        "exact": exacts.share(),
        "lexical": lexical / max(float(lexical.max()), 1e-9),
        "vector": _standardised(np.array([candidate.cosine for candidate in found.candidates])),
        "lead": np.array([float(candidate.start == 0) for candidate in found.candidates]),
    }
    return np.column_stack([columns[name] for name in FEATURES])


def _years_printed(terms: Sequence[str], found: CandidateSet) -> tuple[Integers, Integers]:
    """Which terms are the year in which which candidate was printed: a paper of 2020 says 今年, not 2020年."""
    years = [(number, int(term[:4])) for number, term in enumerate(terms) if _YEAR.fullmatch(term)]
    pairs = [
        (number, index)
        for index, candidate in enumerate(found.candidates)
        for number, year in years
        if candidate.date is not None and candidate.date.year == year
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def rarity(terms: Sequence[str], found: CandidateSet) -> Floats:
    """The rarity of each term; one that stands nowhere tells nothing apart and weighs little."""
    total = found.chunk_count
    counts = [found.frequencies.get(term, 0) or total // 2 for term in terms]
    return np.array([inverse_frequency(count, total) for count in counts])


def _standardised(values: Floats) -> Floats:
    """Values in units of their spread around their mean; all 0.0 where they are equal."""
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
