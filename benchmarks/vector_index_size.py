"""What the vector index costs at a million articles: file, memory, opening, a search, an upload, a filter's mask.

    python benchmarks/vector_index_size.py --output data/results/vector_index_size.json

The vectors are random unit rows, repeated under other ids, in 64 lists: laying real ones out in the 6,500 lists of
that size takes minutes and changes neither the bytes nor how many vectors a search compares (the nearest 12 % of the
lists). Nothing is said of recall. ``cpu`` is the processor time of the process, which other work disturbs less than
the clock.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from archive_growth import memory_megabytes, timed

import embeddings.faiss_structures as faiss_structures
from embeddings.vector_index import VectorIndex

_DIMENSION = 384
_BLOCK = 50_000
_LISTS = 64


def filled(count: int, rows: Any) -> VectorIndex:
    """An index of ``count`` vectors."""
    index = VectorIndex.prepare(rows[: 40 * _LISTS], count)
    for first in range(0, count, _BLOCK):
        index.add(np.arange(first + 1, first + _BLOCK + 1), rows)
    return index


def mask(days: Any, papers: Any) -> int:
    """What a filter on a paper and some days costs: see ``rag.corpus.embedded.chunk_places``."""
    passes = papers == 2
    passes &= days >= 700
    passes &= days <= 5_000
    return len(np.packbits(passes, bitorder="little")) + int(np.count_nonzero(passes))


def main() -> None:
    """Measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=2_650_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    faiss_structures._list_count = lambda _: _LISTS
    random = np.random.default_rng(0)
    rows = random.random((_BLOCK, _DIMENSION), dtype=np.float32) - 0.5
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    days, papers = (random.integers(1, most, options.chunks).astype(np.int32) for most in (10_000, 5))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vectors.faiss"
        index = filled(options.chunks, rows)
        result: dict[str, Any] = {"chunks": len(index)}
        result["saving"] = timed(lambda: index.save(path)).milliseconds()
        result["file MB"] = round(path.stat().st_size / 1e6)
        del index
        before = memory_megabytes()["now"]
        loaded: list[VectorIndex] = []
        result["opening"] = timed(lambda: loaded.append(VectorIndex.load(path))).milliseconds()
        result["memory MB"] = memory_megabytes()["now"] - before
    index, fresh = loaded[0], iter(range(options.chunks + 1, options.chunks + 1_000, 7))
    asked = iter(rows[:40])

    def change() -> None:
        first = next(fresh)
        index.add(np.arange(first, first + 7), rows[:7])
        index.remove(np.array([first - 500_000, first - 499_999]))

    result["search"] = timed(lambda: index.search(next(asked)[None, :], 60), 20).milliseconds()
    result["seven chunks added and two removed"] = timed(change, 20).milliseconds()
    result["mask of a filter"] = timed(lambda: mask(days, papers), 20).milliseconds()
    text = json.dumps(result, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
