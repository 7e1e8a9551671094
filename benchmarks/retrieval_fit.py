"""Fit the ranking's weights for Chinese questions and print them.

    python benchmarks/retrieval_fit.py ../shared/datasets

Listwise logistic regression over the candidates of each question, weights at least 0. The right passage is of the
right article and holds the answer's words. Fits on one half of the news questions (halved by article) and 250
of CMRC and DRCD; ``retrieval_quality.py`` reports on both halves. The weights for other languages are set by hand:
there are too few English questions to fit on.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from retrieval_data import CachedEncoder, Question, fill_store, read_news, read_wiki

from embeddings.encoder import load_encoder
from rag.corpus.store import ArticleStore
from rag.records import SearchFilter
from rag.retrieval.candidates import gather_candidates
from rag.retrieval.evidence import FEATURES, features
from rag.retrieval.terms import query_terms, question_terms

Example = tuple[NDArray[np.float64], NDArray[np.bool_]]


def examples(store: ArticleStore, encoder: CachedEncoder, questions: Sequence[Question]) -> list[Example]:
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
            table = features(question.text, question_terms(question.text), candidates)
            found.append((table, right == right.max()))
    return found


def encode(encoder: CachedEncoder, question: str) -> NDArray[np.float32]:
    """The vector of a question, ``(dimension,)``."""
    vector: NDArray[np.float32] = encoder.encode_queries([question])[0]
    return vector


def fit(data: Sequence[Example], *, penalty: float = 0.01, steps: int = 400) -> NDArray[np.float64]:
    """Weights of ``FEATURES`` by Adam with projection on weights of at least 0."""
    spread = np.concatenate([table for table, _ in data]).std(axis=0) + 1e-9
    weights, mean, square = (np.zeros(len(FEATURES)) for _ in range(3))
    for step in range(1, steps + 1):
        gradient = penalty * weights
        for table, right in data:
            scaled = table / spread
            scores = scaled @ weights
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            target = chance * right / (chance * right).sum()
            gradient = gradient + scaled.T @ (chance - target) / len(data)
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
    parser.add_argument("--articles", type=int, default=450, help="how many articles of xwlb to mix in")
    options = parser.parse_args()
    encoder = CachedEncoder(load_encoder(Path(options.model)), options.vectors)
    data: list[Example] = []
    for corpus, limit in (
        (read_news(options.folder, options.articles), None),
        (read_wiki(options.folder, 100, 60), 250),
    ):
        encoder.encode_queries([question.text for question in corpus.questions])
        chosen = [question for question in corpus.questions if question.half == 0 and question.kind != "english"]
        with tempfile.TemporaryDirectory() as folder, fill_store(Path(folder), corpus, encoder) as store:
            data += examples(store, encoder, chosen)[:limit]
    print(f"{len(data)} questions")
    for name, weight in zip(FEATURES, fit(data), strict=True):
        print(f'    "{name}": {weight:.1f},')


if __name__ == "__main__":
    main()
