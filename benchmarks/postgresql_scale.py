"""The PostgreSQL store as it grows: loading, search, recall of the vectors, bytes a chunk.

    python benchmarks/postgresql_scale.py FOLDER --articles 50000 200000 \
        --output data/results/postgresql_scale.json
    python benchmarks/postgresql_scale.py FOLDER --articles 1000000 --url postgresql://… --output …

The archive is that of ``archive_articles.py``, as ``archive_growth.py`` stores it in the embedded store: real
articles with exchanged names, days and figures, with claims, vectors near those of the real passages. A server of its
own is started unless ``--url`` names a database of one on this machine: what is loaded there already is measured as
it stands, and the output keeps what it said of the loading. A load drops the search indexes and makes them at its
end; ``storing`` is what an ingester meets afterwards, a hundred articles in a transaction. Searches gather candidates
for public questions; the encoder is left out. ``--engines embedded`` does the same with the embedded store.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg
from archive_articles import ARTICLES_A_DAY, FIRST_DAY, PAPERS, Archive, GrowingArchive, archive_of
from archive_vectors import ArchiveVectors
from numpy.typing import NDArray
from retrieval_data import CachedEncoder, read_lines

from embeddings.encoder import load_encoder
from rag.chinese.terms import query_terms
from rag.claims.index import bring_up_to_date
from rag.corpus.open_store import open_store
from rag.corpus.postgresql.migrations import drop_search_indexes
from rag.corpus.store import ArticleStore
from rag.records import SearchFilter
from rag.retrieval.candidates import DEPTH, gather_candidates

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from postgresql_server import PostgresqlServer

Vectors = NDArray[np.float32]
_EQUAL = 1e-6
_STORED_AFTERWARDS, _INGEST_BATCH = 1_000, 100
_SERVER = {
    "listen_addresses": "",
    "shared_buffers": "3GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "max_parallel_maintenance_workers": "1",
    "effective_cache_size": "8GB",
}


def server_of(url: str) -> psutil.Process | None:
    """The first process of the server, which is on this machine; None for an embedded store."""
    if not url:
        return None
    with psycopg.connect(url) as connection:
        return psutil.Process(connection.info.backend_pid).parent()


def processor_seconds(server: psutil.Process | None) -> dict[int, float]:
    """What this process (0) and each of the server's have computed so far."""
    spent = {0: time.process_time()}
    if server is not None:
        for process in server.children():
            with suppress(psutil.NoSuchProcess):
                spent[process.pid] = sum(process.cpu_times()[:2])
    return spent


def memory_megabytes(server: psutil.Process | None) -> dict[str, int]:
    """What this process and those of the server hold, shared pages counted once; file caches left out."""
    found = {"this process": round(psutil.Process().memory_info().rss / 1e6)}
    if server is not None:
        held = [process.memory_full_info().pss for process in (server, *server.children())]
        found["server"] = round(sum(held) / 1e6)
    return found


def measured_searches(
    store: ArticleStore, questions: list[str], asked: Vectors, articles: int, server: psutil.Process | None
) -> dict[str, Any]:
    """Percentiles of the time of a search by filter, and the mean processor time, all in milliseconds."""
    half = FIRST_DAY + dt.timedelta(days=articles // ARTICLES_A_DAY // 2)
    filters = {
        "any": SearchFilter(),
        "one paper": SearchFilter(source=PAPERS[0]),
        "half of the days": SearchFilter(FIRST_DAY, half),
        "one month of a paper": SearchFilter(half, half + dt.timedelta(days=30), PAPERS[1]),
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


def nearest_scores(growing: GrowingArchive, asked: Vectors) -> Vectors:
    """(questions, ``DEPTH``): the scores of the chunks nearest to each question, by comparing all."""
    best = np.empty((len(asked), 0), np.float32)
    for block in growing.stored_vectors():
        scores = np.concatenate([best, asked @ block.T], axis=1)
        best = -np.partition(-scores, min(DEPTH, scores.shape[1]) - 1, axis=1)[:, :DEPTH]
    return best


def measured_recall(growing: GrowingArchive, asked: Vectors) -> dict[str, float]:
    """The share of the ``DEPTH`` nearest, by comparing all, that a search finds, equals counted alike; its time."""
    shares, seconds = [], []
    for vector, best in zip(asked, nearest_scores(growing, asked), strict=True):
        with growing.store.reading() as reading:
            began = time.perf_counter()
            near = reading.chunks_near(vector, DEPTH)
            seconds.append(time.perf_counter() - began)
            found = [chunk.vector @ vector for chunk in reading.found_chunks(near)]
        shares.append(sum(score >= best.min() - _EQUAL for score in found) / DEPTH)
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
        "JOIN pg_class AS parent ON parent.oid = inhparent WHERE parent.relkind = 'I' GROUP BY 1 "
        "UNION ALL SELECT 'vectors_by_nearness', coalesce(sum(pg_relation_size(oid)), 0)::bigint FROM pg_class "
        "WHERE relname ~ '^vectors_[0-9]+_by_nearness$'"
    )
    with psycopg.connect(url) as connection:
        tables = {name: (data, index) for name, data, index in connection.execute(query)}
        parts: dict[str, int] = dict(connection.execute(indexes).fetchall())
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


def load(growing: GrowingArchive, size: int, url: str) -> dict[str, Any]:
    """Grow to ``size`` articles, as a first load and then as an ingester does, and say how quickly."""
    store, before = growing.store, growing.store.counts().chunks
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            drop_search_indexes(connection)
    began = time.perf_counter()
    growing.grow(size - _STORED_AFTERWARDS, _told(began))
    loaded = time.perf_counter()
    store.settle()
    settled = time.perf_counter()
    chunks = store.counts().chunks
    print("indexes made in", round(settled - loaded), "s", file=sys.stderr, flush=True)
    growing.grow(size, batch=_INGEST_BATCH)
    stored = time.perf_counter()
    store.settle()
    return {
        "loading chunks a second": round((chunks - before) / (loaded - began)),
        "making indexes s": round(settled - loaded, 1),
        "storing chunks a second": round((store.counts().chunks - chunks) / (stored - settled)),
    }


def measure(growing: GrowingArchive, questions: list[str], asked: Vectors, url: str) -> dict[str, Any]:
    """What a search of the store takes; ``url`` is that of the database, empty for an embedded store."""
    store, server = growing.store, server_of(url)
    counts = store.counts()
    gather_candidates(store, partial(_given, asked[0]), query_terms(questions[0]), SearchFilter())
    return {
        "load of the machine before": round(os.getloadavg()[0], 1),
        "search ms": measured_searches(store, questions, asked, counts.articles, server),
        "memory MB": memory_megabytes(server),
        "vectors": measured_recall(growing, asked),
    }


def grown(
    url: str, sizes: list[int], source: tuple[Archive, ArchiveVectors], questions: list[str], asked: Vectors
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each of ``sizes`` in articles with what was measured there, in a database or, without a URL, a folder."""
    with tempfile.TemporaryDirectory() as folder:
        location = url or Path(folder)
        with closing(open_store(location, embedding_model="crowded", dimension=asked.shape[1], create=True)) as store:
            bring_up_to_date(store)
            growing = GrowingArchive(store, *source)
            for size in sorted(sizes):
                row: dict[str, Any] = {"articles": size}
                if growing.articles < size:
                    row |= load(growing, size, url)
                row |= {"chunks": store.counts().chunks}
                row |= measure(growing, questions, asked, url)
                row["bytes a chunk"] = per_chunk(
                    table_bytes(url) if url else folder_bytes(Path(folder)), row["chunks"]
                )
                yield size, row


def _told(began: float) -> Callable[[int], None]:
    def on_batch(articles: int) -> None:
        if articles % 20_000 == 0:
            print(articles, "articles", round(time.perf_counter() - began), "s", file=sys.stderr, flush=True)

    return on_batch


def main() -> None:
    """Grow both stores, measure them at each size, write what was found so far."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "baowen-vectors")
    parser.add_argument("--articles", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--url", default="", help="a database; a server is started where none is named")
    parser.add_argument("--engines", nargs="+", default=["postgresql"])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    questions = [row["question"] for row in read_lines(options.folder / "news_numbers.dev.jsonl.gz")]
    questions = questions[: options.questions]
    encoder = CachedEncoder(load_encoder(Path(options.model)), options.vectors)
    asked = encoder.encode_queries(questions)
    archive, vectors = archive_of(options.folder, encoder, options.vectors)
    result: dict[str, Any] = {}
    if options.output and options.output.exists():
        result = json.loads(options.output.read_text(encoding="utf-8"))
    result |= {"dimension": encoder.dimension, "questions": len(questions), "cores": os.cpu_count()}
    server = None if options.url else PostgresqlServer(_SERVER)
    try:
        if server is not None:
            server.execute("CREATE DATABASE scale")
        places = {"postgresql": options.url or (server.url("scale") if server else ""), "embedded": ""}
        for engine in options.engines:
            rows = {row["articles"]: row for row in result.get(engine, [])}
            for size, row in grown(places[engine], options.articles, (archive, vectors), questions, asked):
                rows[size] = rows.get(size, {}) | row
                print(engine, json.dumps(row, ensure_ascii=False), flush=True)
                result[engine] = [rows[articles] for articles in sorted(rows)]
                if options.output:
                    options.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    finally:
        if server is not None:
            server.stop()


if __name__ == "__main__":
    main()
