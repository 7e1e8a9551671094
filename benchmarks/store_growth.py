"""How each step of a question, a page and an upload grows with the store, from thousands of chunks upwards.

    python benchmarks/store_growth.py articles.jsonl.gz --output data/results/store_growth.json

The articles (one JSON object with "title" and "text" a line) are repeated with their figures exchanged, spread over
papers and days; vectors are jittered copies of random unit rows, so no model is needed and ranking means nothing.
``factor`` is the time at the largest size over that at the smallest. Run it on two versions of the program by
``PYTHONPATH``: it uses only what both have.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.chinese.terms import question_terms
from rag.corpus.chunks import split_into_spans
from rag.corpus.embedded.store import EmbeddedStore
from rag.records import Article, SearchFilter
from rag.retrieval.candidates import gather_candidates

_DIMENSION = 384
_BATCH_CHUNKS = 2_000
_PAPERS = ("甲日报", "乙日报", "丙晚报")
_FIRST_DAY = dt.date(2001, 1, 1)
_REPEATS = 15
_QUESTIONS = (
    "今年全市签约引进了多少个项目？",
    "水库加固工程总投资多少万元？",
    "谁主持召开了全市防汛工作会议？",
    "全国粮食总产量比上年增长多少？",
    "高速公路什么时候建成通车？",
)


def jittered_vectors(seed: int = 0) -> Iterator[NDArray[np.float32]]:
    """Unit rows near one of 2,000 random ones, without end."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((2_000, _DIMENSION)).astype(np.float32)
    while True:
        rows = centres[random.integers(0, len(centres), 1_000)]
        rows = rows + 0.6 * random.standard_normal(rows.shape).astype(np.float32)
        yield from (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def varied_articles(path: Path) -> Iterator[Article]:
    """The articles of ``path`` again and again, each time with other figures, in the order of their days."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in islice(file, 5_000)]
    number = 0
    while True:
        for row in rows:
            shift = number // len(rows)
            text = re.sub(r"\d+", lambda match, by=shift: str(int(match.group()) + by), row["text"])
            day = _FIRST_DAY + dt.timedelta(days=number // 30)
            paper = _PAPERS[number % len(_PAPERS)]
            yield Article(f"n{number}", row["title"], text, date=day, source=paper, page=f"{number % 8:02}")
            number += 1


class Growing:
    """A store that grows by articles of ``path``."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.store = EmbeddedStore.open(folder, embedding_model="jittered", dimension=_DIMENSION, create=True)
        self._articles, self._vectors = varied_articles(path), jittered_vectors()
        self.chunks = 0

    def grow(self, chunk_count: int) -> None:
        """Add articles until there are ``chunk_count`` chunks."""
        while self.chunks < chunk_count:
            self.add(min(_BATCH_CHUNKS, chunk_count - self.chunks))

    def add(self, chunk_count: int) -> list[str]:
        """Add articles of about ``chunk_count`` chunks as one generation; says their ids."""
        ids: list[str] = []
        last = self.chunks + chunk_count
        with self.store.writing() as writer:
            source = writer.put_source(f"from {self.chunks}", "", "", None, None)
            while self.chunks < last:
                article = next(self._articles)
                spans = split_into_spans(article.text, 300)
                vectors = np.stack(list(islice(self._vectors, len(spans))))
                writer.put_article(article, source, len(ids), spans, vectors)
                self.chunks += len(spans)
                ids.append(article.id)
            writer.seal_source(source, f"sealed {self.chunks}")
        return ids


def median_ms(work: Callable[[], object], repeats: int = _REPEATS) -> float:
    """The median time of ``work`` in milliseconds, after one run to warm up."""
    work()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return round(float(np.median(seconds)) * 1000, 2)


def measure(growing: Growing, folder: Path) -> dict[str, float]:
    """The time of each step at the present size, in milliseconds."""
    store = growing.store
    total = store.article_count()
    vector = next(jittered_vectors(7))
    days = SearchFilter(_FIRST_DAY, _FIRST_DAY + dt.timedelta(days=total // 60))

    def search(search_filter: SearchFilter) -> float:
        asked = [question_terms(question).all() for question in _QUESTIONS]
        return median_ms(lambda: [gather_candidates(store, lambda: vector, t, search_filter) for t in asked], 5)

    found = {
        "counts": median_ms(store.counts),
        "first page": median_ms(lambda: store.articles(limit=25)),
        "last page": median_ms(lambda: store.articles(limit=25, offset=total - 25)),
        "count of days and paper": median_ms(
            lambda: store.article_count(SearchFilter(days.date_from, days.date_to, _PAPERS[0]))
        ),
        "5 searches": search(SearchFilter()),
        "5 searches in one paper": search(SearchFilter(source=_PAPERS[0])),
        "5 searches in half of the days": search(days),
    }
    return found | _after_changes(growing) | _opening(folder)


def _after_changes(growing: Growing) -> dict[str, float]:
    store = growing.store
    added, removed, saved = [], [], []
    for _ in range(5):
        ids = growing.add(5)
        began = time.perf_counter()
        _ = store.vector_index
        added.append(time.perf_counter() - began)
        store.settle()
        saved.append(time.perf_counter() - began)
        store.remove(ids[:1])
        began = time.perf_counter()
        _ = store.vector_index
        removed.append(time.perf_counter() - began)
    names = {"index after an upload": added, "and saved": saved, "index after a removal": removed}
    return {name: round(float(np.median(seconds)) * 1000, 2) for name, seconds in names.items()}


def _opening(folder: Path) -> dict[str, float]:
    began = time.perf_counter()
    with EmbeddedStore.open(folder) as store:
        _ = store.vector_index
    return {"opening": round((time.perf_counter() - began) * 1000, 1)}


def main() -> None:
    """Grow a store, measure it at each size, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--chunks", type=int, nargs="+", default=[5_000, 20_000, 80_000])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        growing = Growing(Path(name), options.articles)
        for size in sorted(options.chunks):
            growing.grow(size)
            growing.store.settle()
            result[f"{size} chunks"] = measure(growing, Path(name))
            print(size, json.dumps(result[f"{size} chunks"], ensure_ascii=False), flush=True)
        growing.store.close()
    sizes = list(result.values())
    result["factor"] = {step: round(sizes[-1][step] / max(sizes[0][step], 0.01), 1) for step in sizes[0]}
    print(json.dumps(result["factor"], indent=1))
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
