"""Passages encoded in a second: this program's encoder against sentence-transformers' own defaults.

    python benchmarks/encode_passages.py articles.jsonl.gz [--texts 400] [--characters 300] [--rounds 3]

The file holds one JSON object with a "text" a line. Both sides encode the same pieces, in turns, in one process;
the agreement is the cosine of the two vectors of a piece.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.encoder import load_encoder
from embeddings.model_store import resolve_embedding_model
from embeddings.precision import best_precision


def read_pieces(path: Path, count: int, characters: int) -> list[str]:
    """``count`` pieces of at most ``characters`` characters, drawn with a fixed seed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    random.seed(7)
    pieces: list[str] = []
    for text in random.sample(texts, len(texts)):
        pieces += [text[begin : begin + characters] for begin in range(0, len(text), characters)]
        if len(pieces) >= count:
            break
    random.shuffle(pieces)
    return pieces[:count]


def timed(encode: Callable[[list[str]], Any], pieces: list[str]) -> tuple[float, Any]:
    """Seconds taken and the vectors."""
    began = time.perf_counter()
    vectors = encode(pieces)
    return time.perf_counter() - began, vectors


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache" / "baowen" / "models")
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--characters", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()

    location = resolve_embedding_model("multilingual-e5-small", options.models)
    encoder = load_encoder(location)
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(location.location, device="cpu", local_files_only=True)
    pieces = read_pieces(options.articles, options.texts, options.characters)
    prefixed = ["passage: " + piece for piece in pieces]
    encoder.encode_passages(pieces[:4])
    plain.encode(prefixed[:4], show_progress_bar=False)
    ours, theirs, agreement = [], [], 1.0
    for _ in range(options.rounds):
        our_seconds, our_vectors = timed(encoder.encode_passages, pieces)
        their_seconds, their_vectors = timed(lambda texts: plain.encode(texts, show_progress_bar=False), prefixed)
        ours.append(len(pieces) / our_seconds)
        theirs.append(len(pieces) / their_seconds)
        agreement = min(agreement, float(np.sum(our_vectors * their_vectors, axis=1).min()))
    result = {
        "pieces": len(pieces),
        "precision": best_precision().reason,
        "passages_per_second": round(statistics.median(ours), 2),
        "sentence_transformers_defaults": round(statistics.median(theirs), 2),
        "rounds": [[round(our, 2), round(their, 2)] for our, their in zip(ours, theirs, strict=True)],
        "least_cosine_between_them": round(agreement, 6),
    }
    print(json.dumps(result, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
