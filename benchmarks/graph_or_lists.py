"""A graph of vectors (HNSW) or lists of near ones (IVF): which finds the nearest of a question for less.

    python benchmarks/graph_or_lists.py FOLDER --output data/results/graph_or_lists.json

Public questions against the passages of real articles, and against many more that lie between these
(``archive_vectors.py``), as one part of a large PostgreSQL store holds them. Both indexes are FAISS's, so that only
the way of searching differs; ``looked at`` is the share of all vectors that a search of the lists compares.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from archive_articles import archive_of
from archive_vectors import Vectors
from retrieval_data import CachedEncoder, read_lines

from embeddings.encoder import load_encoder
from rag.corpus.postgresql.vector_lists import lists_of

_GRAPHS = ((16, 64), (32, 200))
_WALKED = (200, 400, 800)
_LISTS_READ = (20, 40, 80, 160)
_NEAREST = 60
_EQUAL = 1e-5
_NOWHERE = 0.2
"""A question of whose nearest fewer than this share are found was led to another region."""


def measured(index: Any, asked: Vectors, least: Vectors, wanted: int) -> dict[str, float]:
    """Recall of the ``wanted`` nearest, whose least score is given, and milliseconds of a search on one thread."""
    began = time.perf_counter()
    scores, _ = index.search(asked, max(200, wanted))
    seconds = time.perf_counter() - began
    shares = np.minimum(1, (scores >= least[:, None] - _EQUAL).sum(1) / wanted)
    return {
        "recall": round(float(shares.mean()), 3),
        "led elsewhere": round(float((shares < _NOWHERE).mean()), 3),
        "ms": round(1000 * seconds / len(asked), 2),
    }


def compared(vectors: Vectors, asked: Vectors, wanted: int) -> dict[str, Any]:
    """Both kinds of index over the same vectors."""
    scores = asked @ vectors.T
    least = -np.partition(-scores, wanted - 1, axis=1)[:, wanted - 1]
    found: dict[str, Any] = {"vectors": len(vectors), "nearest wanted": wanted}
    for neighbours, built in _GRAPHS:
        began = time.perf_counter()
        graph = faiss.IndexHNSWFlat(vectors.shape[1], neighbours, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = built
        graph.add(vectors)
        row: dict[str, Any] = {"made in s": round(time.perf_counter() - began)}
        for walked in _WALKED:
            graph.hnsw.efSearch = walked
            row[f"ef {walked}"] = measured(graph, asked, least, wanted)
        found[f"graph, m {neighbours}, ef_construction {built}"] = row
    number = lists_of(len(vectors))
    began = time.perf_counter()
    lists = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], number, faiss.METRIC_INNER_PRODUCT
    )
    lists.cp.max_points_per_centroid = 50  # as pgvector samples
    lists.train(vectors)
    lists.add(vectors)
    row = {"made in s": round(time.perf_counter() - began)}
    for read in _LISTS_READ:
        lists.nprobe = read
        row[f"{read} read"] = {"looked at": round(read / number, 3), **measured(lists, asked, least, wanted)}
    found[f"{number} lists"] = row
    return found


def main() -> None:
    """Compare them over the real passages, and over one part of a million articles'."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "baowen-vectors")
    parser.add_argument("--parts", type=int, default=8)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    encoder = CachedEncoder(load_encoder(Path(options.model)), options.vectors)
    questions = [row["question"] for row in read_lines(options.folder / "news_numbers.dev.jsonl.gz")]
    asked = encoder.encode_queries(questions)
    archive, vectors = archive_of(options.folder, encoder, options.vectors)
    rows = len(archive.rows)
    real = np.concatenate([vectors.of_article(row, row) for row in range(rows)])
    numbers = np.random.default_rng(0).permutation(options.articles)[:: options.parts].tolist()
    part = np.concatenate([vectors.of_article(number % rows, number) for number in numbers])
    result = {
        "questions": len(questions),
        "real passages": compared(real, asked, _NEAREST),
        "one part of many": compared(part, asked, max(1, _NEAREST // options.parts)),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if options.output:
        options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
