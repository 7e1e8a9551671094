"""How long a search takes over a large store, without the encoding of the question.

    python benchmarks/retrieval_time.py ../shared/datasets --chunks 150000 --output data/results/retrieval_time.json

Articles of xwlb, repeated with their titles and numbers varied until there are enough chunks, and random unit
vectors: the times are those of real text, the ranking is not.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from retrieval_data import CHUNK_CHARACTERS, read_lines

from rag.corpus.chunks import split_into_spans
from rag.corpus.store import ArticleStore
from rag.records import Article, SearchFilter
from rag.retrieval.candidates import gather_candidates
from rag.retrieval.ranking import rank
from rag.retrieval.retriever import Retriever
from rag.retrieval.terms import query_terms, question_terms

DIMENSION = 384


class RandomEncoder:
    """Random unit vectors, the same for the same number of texts in the same order."""

    name = "random"
    dimension = DIMENSION

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One random unit row a text."""
        rows = self._random.standard_normal((len(texts), DIMENSION), dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_passages = encode_queries


def fill(store: ArticleStore, rows: list[dict[str, Any]], chunk_count: int) -> int:
    """Store articles until there are ``chunk_count`` chunks; says how many there are."""
    encoder = RandomEncoder()
    total = copy = 0
    while total < chunk_count:
        with store.writing() as writer:
            source = writer.put_source(f"copy {copy}", "", "", None, None)
            for position, row in enumerate(rows):
                text = _vary(row["text"], copy)
                article = Article(f"{row['id']}-{copy}", row["title"], text, source=row["source"])
                spans = split_into_spans(text, CHUNK_CHARACTERS)
                writer.put_article(article, source, position, spans, encoder.encode_passages([""] * len(spans)))
                total += len(spans)
                if total >= chunk_count:
                    break
            writer.seal_source(source, "done")
        copy += 1
    return total


def _vary(text: str, by: int) -> str:
    """The same words with other numbers, so that copies are no reprints."""
    return re.sub(r"\d+", lambda match: str(int(match.group()) + by), text) if by else text


def milliseconds(times: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {f"p{part}_ms": round(float(np.percentile(times, part)) * 1000, 1) for part in (50, 95)}


def main() -> None:
    """Fill a store, search it, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--chunks", type=int, default=150_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    rows = read_lines(options.folder / "xwlb_articles.jsonl.gz")
    asked = [row["question"] for row in read_lines(options.folder / "news_numbers.dev.jsonl.gz")][: options.questions]
    encoder = RandomEncoder()
    with tempfile.TemporaryDirectory() as folder:
        store = ArticleStore.open(Path(folder), embedding_model="random", dimension=DIMENSION, create=True)
        started = time.perf_counter()
        total = fill(store, rows, options.chunks)
        filled = time.perf_counter() - started
        retriever = Retriever(store, encoder)
        retriever.search(asked[0])
        whole, gathering, ranking = [], [], []
        for question in asked:
            started = time.perf_counter()
            retriever.search(question)
            whole.append(time.perf_counter() - started)
            vector = encoder.encode_queries([question])[0]
            started = time.perf_counter()
            found = gather_candidates(store, vector, query_terms(question), SearchFilter())
            gathering.append(time.perf_counter() - started)
            started = time.perf_counter()
            rank(question, question_terms(question), found)
            ranking.append(time.perf_counter() - started)
        result = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            "chunks": total,
            "fill_s": round(filled, 1),
            "search": milliseconds(whole),
            "gather": milliseconds(gathering),
            "rank": milliseconds(ranking),
        }
        store.close()
    print(json.dumps(result, indent=1))
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
