"""Fit the ranking's weights for Chinese questions and print them.

    python benchmarks/retrieval_fit.py FOLDER --store STORE

Listwise logistic regression over the candidates of each question, weights at least 0. The right passage is of the
right article and holds the answer's words. Fits on one half of the news questions (halved by article), among few and
among all articles, one half of the questions of ``chinese_questions.jsonl`` and 250 of CMRC and DRCD;
``retrieval_quality.py`` reports on both halves. A question whose terms are all common fits many articles (how many
died in the attack?), and which of them is called right is chance, so it weighs less. The weights for other languages
are set by hand: there are too few English questions to fit on.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from retrieval_data import (
    CachedEncoder,
    Question,
    fill_store,
    joined,
    of_store,
    read_named,
    read_news,
    read_wiki,
)

from embeddings.encoder import load_encoder
from rag.chinese.terms import query_terms, question_terms
from rag.corpus.embedded.store import EmbeddedStore
from rag.records import SearchFilter
from rag.retrieval.candidates import gather_candidates
from rag.retrieval.evidence import FEATURES, features, rarity

COMMON_RARITY = 16.0
"""A question whose words and exact terms are together less rare than this names nothing."""
COMMON_WEIGHT = 0.3


class Example(NamedTuple):
    """Features of the candidates of a question, which of them are right, and how much the question weighs."""

    table: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: float


def examples(store: EmbeddedStore, encoder: CachedEncoder, questions: Sequence[Question]) -> list[Example]:
    """Features and right candidates of each question that has a right candidate."""
    found: list[Example] = []
    for question in questions:
        candidates = gather_candidates(
            store, partial(encode, encoder, question.text), query_terms(question.text), SearchFilter()
        )
        right = np.array(
            [
                (candidate.article_id == question.article_id)
                + (candidate.article_id == question.article_id and any(a in candidate.text for a in question.answers))
                for candidate in candidates.candidates
            ]
        )
        if right.size and right.max() > 0:
            terms = question_terms(question.text)
            named = float(rarity([*terms.words, *terms.exacts], candidates).sum()) >= COMMON_RARITY
            table = features(question.text, terms, candidates)
            found.append(Example(table, right == right.max(), 1.0 if named else COMMON_WEIGHT))
    return found


def for_fitting(questions: Sequence[Question]) -> list[Question]:
    """The half of the Chinese questions that weights are fitted on."""
    return [question for question in questions if question.half == 0 and question.kind != "english"]


def encode(encoder: CachedEncoder, question: str) -> NDArray[np.float32]:
    """The vector of a question, ``(dimension,)``."""
    vector: NDArray[np.float32] = encoder.encode_queries([question])[0]
    return vector


def fit(data: Sequence[Example], *, penalty: float = 0.03, steps: int = 400) -> NDArray[np.float64]:
    """Weights of ``FEATURES`` by Adam with projection on weights of at least 0."""
    spread = np.concatenate([example.table for example in data]).std(axis=0) + 1e-9
    total = sum(example.weight for example in data)
    weights, mean, square = (np.zeros(len(FEATURES)) for _ in range(3))
    for step in range(1, steps + 1):
        gradient = penalty * weights
        for table, right, weight in data:
            scaled = table / spread
            scores = scaled @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            target = chance * right / (chance * right).sum()
            gradient = gradient + scaled.T @ (chance - target) * (weight / total)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        move = 0.1 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(0.0, weights - move)
    return np.asarray(weights / spread)


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "baowen-vectors")
    parser.add_argument("--store", type=Path, help="a store that holds the news and all of xwlb")
    parser.add_argument("--articles", type=int, default=450, help="how many articles of xwlb to mix in")
    options = parser.parse_args()
    encoder = CachedEncoder(load_encoder(Path(options.model)), options.vectors)
    data: list[Example] = []
    for corpus, limit in (
        (read_news(options.folder, options.articles), None),
        (read_wiki(options.folder, 100, 60), 250),
    ):
        encoder.encode_queries([question.text for question in corpus.questions])
        with tempfile.TemporaryDirectory() as folder, fill_store(Path(folder), corpus, encoder) as store:
            data += examples(store, encoder, for_fitting(corpus.questions))[:limit]
    if options.store:
        everything = joined(read_news(options.folder, options.articles), read_named(options.folder))
        with EmbeddedStore.open(options.store, embedding_model=encoder.name, dimension=encoder.dimension) as store:
            data += examples(store, encoder, for_fitting(of_store(store, everything).questions))
    print(f"{len(data)} questions")
    for name, weight in zip(FEATURES, fit(data), strict=True):
        print(f'    "{name}": {weight:.1f},')


if __name__ == "__main__":
    main()
