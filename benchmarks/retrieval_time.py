"""What a search costs as the store grows: time with and without the encoder, memory, opening, recall of the vectors.

    pip install langchain-community langchain-classic rank-bm25     # for the comparison, left out where they are not
    python benchmarks/retrieval_time.py FOLDER --output data/results/retrieval_time.json

Articles of xwlb, repeated with their numbers varied until there are enough chunks; each vector lies between those of
two real passages, with some noise, so that they crowd as real ones do. The ranking is not that of a real store.
Each size is measured in a process of its own that opens the store, asks the questions and says what memory it took
(the encoder's included). ``cpu`` is the processor time of a search over all threads, which other work on the machine
disturbs less. LangChain's ensemble of FAISS and BM25 gets the same chunks, vectors, encoder and words; it keeps no
BM25 index, so that opening builds it anew.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from retrieval_data import CHUNK_CHARACTERS, CachedEncoder, read_lines, read_news
from retrieval_ensemble import LangChainSearch
from retrieval_timing import Timing

from embeddings.encoder import Encoder, load_encoder
from rag.chinese.terms import query_terms, question_terms
from rag.corpus.chunks import split_into_spans
from rag.corpus.embedded.store import EmbeddedStore
from rag.records import Article, SearchFilter
from rag.retrieval.candidates import DEPTH, gather_candidates
from rag.retrieval.ranking import rank
from rag.retrieval.retriever import Retriever

SIZES = (5_000, 20_000, 50_000, 150_000)
_BATCH = 2_000


def crowded_vectors(real: NDArray[np.float32], seed: int = 0) -> Iterator[NDArray[np.float32]]:
    """Unit rows that lie between two rows of ``real``, with noise, one after the other without end."""
    random = np.random.default_rng(seed)
    while True:
        share = random.uniform(0.5, 1.0, (_BATCH, 1))
        first, second = (real[random.integers(0, len(real), _BATCH)] for _ in range(2))
        rows = share * first + (1 - share) * second + random.standard_normal(first.shape) * 0.012
        yield from (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def varied_articles(rows: list[dict[str, Any]]) -> Iterator[Article]:
    """The articles, again and again, each time with other numbers, so that copies are no reprints."""
    copy = 0
    while True:
        for row in rows:
            text = _with_other_numbers(row["text"], copy)
            yield Article(f"{row['id']}-{copy}", row["title"], text, source=row["source"])
        copy += 1


def _with_other_numbers(text: str, by: int) -> str:
    return re.sub(r"\d+", lambda match: str(int(match.group()) + by), text) if by else text


def grow(
    store: EmbeddedStore, articles: Iterator[Article], vectors: Iterator[NDArray[np.float32]], chunk_count: int
) -> int:
    """Store more articles until there are ``chunk_count`` chunks; says how many there are."""
    total = store.counts().chunks
    while total < chunk_count:
        with store.writing() as writer:
            source = writer.put_source(f"from {total}", "", "", None, None)
            position = 0
            while total < chunk_count and position < _BATCH:
                article = next(articles)
                spans = split_into_spans(article.text, CHUNK_CHARACTERS)
                rows = np.stack([next(vectors) for _ in spans]) if spans else np.zeros((0, store.dimension))
                writer.put_article(article, source, position, spans, rows.astype(np.float32))
                total, position = total + len(spans), position + 1
            writer.seal_source(source, "done")
    store.settle()
    return total


def measure_baowen(folder: Path, encoder: Encoder, questions: list[str]) -> dict[str, Any]:
    """Opening, and a search as a whole and in parts."""
    whole, gathering, ranking = Timing(), Timing(), Timing()
    opening = Timing()
    with opening.once():
        store = EmbeddedStore.open(folder, embedding_model="crowded", dimension=encoder.dimension)
        retriever = Retriever(store, encoder)
        index = store.vector_index
    vectors = encoder.encode_queries(questions)
    retriever.search(questions[0])
    for question, vector in zip(questions, vectors, strict=True):
        with whole.once():
            retriever.search(question)
        with gathering.once():
            found = gather_candidates(store, partial(_given, vector), query_terms(question), SearchFilter())
        with ranking.once():
            rank(question, question_terms(question), found)
    result = {
        "opening_s": round(opening.wall[0], 2),
        "search": whole.milliseconds(),
        "without encoder": {"gather": gathering.milliseconds(), "rank": ranking.milliseconds()},
        "memory_mb": _memory(),
    }
    stored = np.frombuffer(
        b"".join(row[0] for row in store.connection().execute("SELECT vector FROM chunks ORDER BY id")), dtype="<f4"
    ).reshape(-1, encoder.dimension)
    found_ids = index.search(vectors, DEPTH).ids
    best = index.ids[np.argsort(-(vectors @ stored.T), axis=1)[:, :DEPTH]]
    shared = [len(set(a) & set(b)) / len(b) for a, b in zip(found_ids.tolist(), best.tolist(), strict=True)]
    store.close()
    return result | {"exact": index.is_exact, f"recall@{DEPTH}": round(float(np.mean(shared)), 4)}


def measure_langchain(folder: Path, encoder: Encoder, questions: list[str]) -> dict[str, Any]:
    """The same for the ensemble."""
    opening, whole = Timing(), Timing()
    store = EmbeddedStore.open(folder, embedding_model="crowded", dimension=encoder.dimension)
    rows = store.connection().execute(
        "SELECT title || char(10) || substr(text, start + 1, end - start), vector "
        "FROM chunks JOIN articles ON articles.id = article_id ORDER BY chunks.id"
    )
    texts, blobs = zip(*rows, strict=True)
    vectors = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1)
    store.close()
    with opening.once():
        ensemble = LangChainSearch(texts, vectors, encoder, DEPTH)
    ensemble.search(questions[0])
    for question in questions:
        with whole.once():
            ensemble.search(question)
    return {"opening_s": round(opening.wall[0], 2), "search": whole.milliseconds(), "memory_mb": _memory()}


def _given(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return vector


def _memory() -> dict[str, int]:
    """What this process holds, and the most that it has held, in megabytes."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: round(int(status[key].split()[0]) / 1000) for name, key in (("now", "VmRSS"), ("peak", "VmHWM"))}


def in_own_process(way: str, folder: Path, arguments: list[str]) -> dict[str, Any]:
    """Measure one way to search in a process of its own."""
    command = [sys.executable, __file__, *arguments, "--measure", way, str(folder)]
    finished = subprocess.run(command, check=False, capture_output=True, text=True)
    if finished.returncode:
        return {"failed": finished.stderr.strip().splitlines()[-1]}
    result: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Grow a store, measure it at each size, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "baowen-vectors")
    parser.add_argument("--chunks", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--measure", nargs=2, metavar=("WAY", "STORE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    asked = [row["question"] for row in read_lines(options.folder / "news_numbers.dev.jsonl.gz")][: options.questions]
    encoder = load_encoder(Path(options.model))
    if options.measure:
        ways = {"baowen": measure_baowen, "langchain": measure_langchain}
        print(json.dumps(ways[options.measure[0]](Path(options.measure[1]), encoder, asked)))
        return
    known = CachedEncoder(encoder, options.vectors)
    real = known.encode_passages(
        [f"{article.title}\n{article.text[:300]}" for article in read_news(options.folder, 450).articles]
    )
    result: dict[str, Any] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores"}
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore.open(Path(folder), embedding_model="crowded", dimension=known.dimension, create=True)
        articles = varied_articles(read_lines(options.folder / "xwlb_articles.jsonl.gz"))
        vectors = crowded_vectors(real)
        for size in sorted(options.chunks):
            total = grow(store, articles, vectors, size)
            arguments = [str(options.folder), "--model", options.model, "--questions", str(options.questions)]
            figures: dict[str, Any] = {"load": round(os.getloadavg()[0], 1)}
            figures |= {way: in_own_process(way, Path(folder), arguments) for way in ("baowen", "langchain")}
            result[f"{total} chunks"] = figures
            print(total, json.dumps(figures), flush=True)
        store.close()
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
