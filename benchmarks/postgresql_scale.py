"""The PostgreSQL store beside the embedded one as both grow: loading, search, recall of the vectors, bytes a chunk.

    python benchmarks/postgresql_scale.py ../shared/datasets --chunks 25000 100000 \
        --output data/results/postgresql_scale.json

Both get the same articles (xwlb, repeated with their numbers varied, spread over three papers and the days of years)
and the same vectors, which lie between those of real passages, with some noise, so that they crowd as real ones do;
the ranking is not that of a real store. A server of its own is started unless ``--url`` names an empty database.
A load drops the search indexes and makes them at its end; ``storing`` is what an ingester meets afterwards, in
batches of 256 chunks. Searches gather candidates for public questions. The encoder is left out of both.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg
from numpy.typing import NDArray
from retrieval_data import CachedEncoder, read_lines, read_news
from retrieval_time import crowded_vectors, varied_articles

from embeddings.encoder import load_encoder
from rag.chinese.sentences import Span
from rag.chinese.terms import query_terms
from rag.corpus.chunks import split_into_spans
from rag.corpus.open_store import open_store
from rag.corpus.postgresql.migrations import drop_search_indexes
from rag.corpus.store import ArticleStore
from rag.records import Article, SearchFilter
from rag.retrieval.candidates import DEPTH, gather_candidates

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from postgresql_server import PostgresqlServer

Vectors = NDArray[np.float32]
_PAPERS = ("甲日报", "乙日报", "丙晚报")
_FIRST_DAY = dt.date(2001, 1, 1)
_ARTICLES_A_DAY = 40
_LOAD_BATCH, _INGEST_BATCH = 4_000, 256
_SERVER = {
    "listen_addresses": "",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "max_parallel_maintenance_workers": "1",
    "effective_cache_size": "4GB",
}
Piece = tuple[Article, tuple[Span, ...], Vectors]


def pieces(rows: list[dict[str, Any]], real: Vectors) -> Iterator[Piece]:
    """Articles with a day and a paper, their chunks and vectors, without end and each time the same."""
    vectors = crowded_vectors(real)
    for number, article in enumerate(varied_articles(rows)):
        spans = split_into_spans(article.text, 300)
        if not spans:
            continue
        day = _FIRST_DAY + dt.timedelta(days=number // _ARTICLES_A_DAY)
        dated = replace(article, date=day, source=_PAPERS[number % len(_PAPERS)], page=f"{number % 8:02}")
        yield dated, spans, np.stack([next(vectors) for _ in spans])


class Growing:
    """A store that takes pieces until it has enough chunks."""

    def __init__(self, store: ArticleStore, source: Iterator[Piece]) -> None:
        self.store, self._source = store, source
        self.chunks = self.articles = 0
        self.vectors: list[Vectors] = []

    def grow(self, chunk_count: int, batch: int) -> float:
        """Store until there are ``chunk_count`` chunks, ``batch`` of them in a transaction; the seconds it took."""
        began = time.perf_counter()
        while self.chunks < chunk_count:
            self._store_batch(min(batch, chunk_count - self.chunks))
        return time.perf_counter() - began

    def _store_batch(self, chunk_count: int) -> None:
        last = self.chunks + chunk_count
        with self.store.writing() as writer:
            source = writer.put_source(f"from {self.chunks}", "", "", None, None)
            while self.chunks < last:
                article, spans, vectors = next(self._source)
                writer.put_article(article, source, self.articles, spans, vectors)
                self.vectors.append(vectors)
                self.chunks, self.articles = self.chunks + len(spans), self.articles + 1
            writer.seal_source(source, f"sealed {self.chunks}")


def processor_seconds(server: PostgresqlServer | None) -> dict[int, float]:
    """What this process (0) and each of the server's have computed so far."""
    spent = {0: time.process_time()}
    if server is not None:
        for process in psutil.Process(server.pid).children():
            with suppress(psutil.NoSuchProcess):
                spent[process.pid] = sum(process.cpu_times()[:2])
    return spent


def measured_searches(
    store: ArticleStore, questions: list[str], asked: Vectors, articles: int, server: PostgresqlServer | None
) -> dict[str, Any]:
    """Percentiles of the time of a search by filter, and the mean processor time, all in milliseconds."""
    days = articles // _ARTICLES_A_DAY
    filters = {
        "any": SearchFilter(),
        "one paper": SearchFilter(source=_PAPERS[0]),
        "half of the days": SearchFilter(_FIRST_DAY, _FIRST_DAY + dt.timedelta(days=days // 2)),
        "one month of a paper": SearchFilter(_FIRST_DAY, _FIRST_DAY + dt.timedelta(days=30), _PAPERS[1]),
    }
    found = {}
    for name, search_filter in filters.items():
        seconds = []
        before = processor_seconds(server)
        for question, vector in zip(questions, asked, strict=True):
            began = time.perf_counter()
            gather_candidates(store, partial(_given, vector), query_terms(question), search_filter)
            seconds.append(time.perf_counter() - began)
        after = processor_seconds(server)
        computed = sum(after[pid] - seen for pid, seen in before.items() if pid in after)
        found[name] = {f"p{share}": round(float(np.percentile(seconds, share)) * 1000, 1) for share in (50, 95, 99)}
        found[name]["processor"] = round(1000 * computed / len(questions), 1)
    return found


def _given(vector: Vectors) -> Vectors:
    return vector


def measured_recall(store: ArticleStore, kept: Vectors, asked: Vectors) -> dict[str, float]:
    """The share of the 60 nearest, by comparing all, that a search finds; and its time."""
    shares, seconds = [], []
    first = 1  # both stores number their chunks from 1 in the order of storing
    for vector in asked:
        scores = kept @ vector
        exact = set((np.argpartition(-scores, DEPTH)[:DEPTH] + first).tolist())
        with store.reading() as reading:
            began = time.perf_counter()
            near = reading.chunks_near(vector, DEPTH)
            seconds.append(time.perf_counter() - began)
        shares.append(len(exact & set(near)) / DEPTH)
    return {
        "recall@60": round(float(np.mean(shares)), 4),
        "p50 ms": round(float(np.percentile(seconds, 50)) * 1000, 1),
        "p95 ms": round(float(np.percentile(seconds, 95)) * 1000, 1),
    }


def table_bytes(url: str) -> dict[str, int]:
    """Bytes of each table of a database with its parts, and of its search indexes."""
    query = (
        "SELECT coalesce(parent.relname, child.relname), sum(pg_table_size(child.oid))::bigint, "
        "sum(pg_indexes_size(child.oid))::bigint FROM pg_class AS child "
        "LEFT JOIN pg_inherits ON inhrelid = child.oid LEFT JOIN pg_class AS parent ON parent.oid = inhparent "
        "WHERE child.relkind = 'r' AND child.relnamespace = 'public'::regnamespace GROUP BY 1"
    )
    indexes = (
        "SELECT parent.relname, sum(pg_relation_size(inhrelid))::bigint FROM pg_inherits "
        "JOIN pg_class AS parent ON parent.oid = inhparent WHERE parent.relkind = 'I' GROUP BY 1"
    )
    with psycopg.connect(url) as connection:
        tables = {name: (data, index) for name, data, index in connection.execute(query)}
        parts = dict(connection.execute(indexes).fetchall())
    found = {f"{name} table": data for name, (data, _) in tables.items()}
    found |= {f"{name} index": size for name, size in parts.items()}
    found["all"] = sum(data + index for data, index in tables.values())
    return found


def folder_bytes(folder: Path) -> dict[str, int]:
    """Bytes of the files of an embedded store."""
    sizes = {path.name.split("-")[0]: path.stat().st_size for path in folder.iterdir() if path.is_file()}
    return sizes | {"all": sum(sizes.values())}


def per_chunk(sizes: dict[str, int], chunks: int) -> dict[str, int]:
    """The same a chunk, what is under a byte left out."""
    return {name: round(size / chunks) for name, size in sorted(sizes.items()) if size >= chunks}


def measure(
    growing: Growing, size: int, questions: list[str], asked: Vectors, url: str, server: PostgresqlServer | None
) -> dict[str, Any]:
    """Grow to ``size`` chunks and measure; ``url`` is that of the database, empty for an embedded store."""
    before = growing.chunks
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            drop_search_indexes(connection)
    seconds = growing.grow(size - 2_000, _LOAD_BATCH)
    began = time.perf_counter()
    growing.store.settle()
    built = time.perf_counter() - began
    loaded = growing.chunks - before
    storing = growing.grow(size, _INGEST_BATCH)
    growing.store.settle()
    kept = np.concatenate(growing.vectors)
    gather_candidates(growing.store, partial(_given, asked[0]), query_terms(questions[0]), SearchFilter())
    return {
        "chunks": growing.chunks,
        "articles": growing.articles,
        "loading chunks a second": round(loaded / seconds),
        "making indexes s": round(built, 1),
        "storing chunks a second": round(2_000 / storing),
        "vectors": measured_recall(growing.store, kept, asked),
        "search ms": measured_searches(growing.store, questions, asked, growing.articles, server),
        "load of the machine": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Grow both stores, measure them at each size, write what was found so far."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "baowen-vectors")
    parser.add_argument("--chunks", type=int, nargs="+", default=[25_000, 100_000])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--url", default="", help="an empty database; a server is started where there is none")
    parser.add_argument("--engines", nargs="+", default=["postgresql", "embedded"])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    questions = [row["question"] for row in read_lines(options.folder / "news_numbers.dev.jsonl.gz")]
    questions = questions[: options.questions]
    encoder = CachedEncoder(load_encoder(Path(options.model)), options.vectors)
    real = encoder.encode_passages([f"{a.title}\n{a.text[:300]}" for a in read_news(options.folder, 450).articles])
    asked = encoder.encode_queries(questions)
    rows = read_lines(options.folder / "xwlb_articles.jsonl.gz")
    result: dict[str, Any] = {"dimension": encoder.dimension, "questions": len(questions), "cores": os.cpu_count()}
    server = None if options.url else PostgresqlServer(_SERVER)
    try:
        if server is not None:
            server.execute("CREATE DATABASE scale")
        places = {"postgresql": options.url or (server.url("scale") if server else ""), "embedded": ""}
        for engine in options.engines:
            with tempfile.TemporaryDirectory() as folder:
                location = places[engine] or Path(folder)
                store = open_store(location, embedding_model="crowded", dimension=encoder.dimension, create=True)
                with closing(store):
                    growing = Growing(store, pieces(rows, real))
                    for size in sorted(options.chunks):
                        figures = measure(
                            growing, size, questions, asked, places[engine], server if places[engine] else None
                        )
                        sizes = table_bytes(places[engine]) if places[engine] else folder_bytes(Path(folder))
                        figures["bytes a chunk"] = per_chunk(sizes, growing.chunks)
                        result.setdefault(engine, []).append(figures)
                        print(engine, json.dumps(figures, ensure_ascii=False), flush=True)
                        if options.output:
                            options.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    finally:
        if server is not None:
            server.stop()


if __name__ == "__main__":
    main()
