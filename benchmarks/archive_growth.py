"""What each step of a question, a page and an upload costs as an archive grows to a million articles.

    python benchmarks/archive_growth.py FOLDER --store STORE --articles 50000 200000 \
        --output data/results/archive_growth.json

The archive is that of ``archive_articles.py``: real articles with exchanged names, days and figures, vectors between
those of real passages, claims of the first copies. The store is kept, so that a later run goes on with it. Each size
is measured in a process of its own, with the real encoder: what it says of memory includes that. ``cpu`` is the
processor time of all threads of the process, which other work on the machine disturbs less than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from archive_articles import FIRST_DAY, PAPERS, GrowingArchive, archive_of
from retrieval_data import read_lines
from retrieval_timing import Timing

from embeddings.encoder import Encoder, load_encoder
from rag.chinese.figures import find_figures
from rag.chinese.terms import question_terms
from rag.claims.finding import ClaimQuery, claims_of_day, claims_of_value, find_claims, offices_of_title
from rag.claims.index import bring_up_to_date, keep_claims
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingestion import ingest
from rag.records import SearchFilter
from rag.retrieval.candidates import DEPTH, gather_candidates
from rag.retrieval.retriever import Retriever

_UPLOADS = 5


def timed(work: Callable[[], object], times: int = 1) -> Timing:
    """``work`` done again and again."""
    timing = Timing()
    for _ in range(times):
        with timing.once():
            work()
    return timing


def measured_opening(folder: Path, encoder: Encoder) -> tuple[EmbeddedStore, dict[str, float]]:
    """The store, opened as a server opens it, and the seconds of each part."""
    opened = Timing()
    with opened.once():
        store = EmbeddedStore.open(folder, embedding_model="crowded", dimension=encoder.dimension)
    with opened.once():
        keep_claims(store)
    with opened.once():
        _ = store.vector_index
    names = ("opening the database", "missing claims", "vectors")
    parts = {name: round(seconds, 3) for name, seconds in zip(names, opened.wall, strict=True)}
    return store, parts | {"all": round(sum(opened.wall), 3), "cpu": round(sum(opened.cpu), 3)}


def measured_searches(store: EmbeddedStore, encoder: Encoder, questions: list[str]) -> dict[str, Any]:
    """Searches as a reader meets them, and the gathering alone under each filter."""
    retriever, found = Retriever(store, encoder), {}
    half = SearchFilter(FIRST_DAY, FIRST_DAY + (store.counts().last_date - FIRST_DAY) / 2)  # type: ignore[operator]
    month = SearchFilter(FIRST_DAY + (half.date_to - FIRST_DAY) / 2, half.date_from and half.date_to, PAPERS[1])
    filters = {"any": SearchFilter(), "one paper": SearchFilter(source=PAPERS[0]), "half of the days": half}
    filters["a quarter of the days of a paper"] = month
    retriever.search(questions[0])
    whole, again, gathering = Timing(), Timing(), {name: Timing() for name in filters}
    for timing in (whole, again):  # the first reads from the disk what no search has read
        for question in questions:
            with timing.once():
                retriever.search(question)
    vectors = encoder.encode_queries(questions)
    for name, search_filter in filters.items():
        for question, vector in zip(questions, vectors, strict=True):
            with gathering[name].once():
                gather_candidates(store, partial(_given, vector), question_terms(question).all(), search_filter)
    with store.reading() as reading:
        frequencies, near = Timing(), Timing()
        for question, vector in zip(questions, vectors, strict=True):
            with frequencies.once():
                reading.term_frequencies(question_terms(question).all())
            with near.once():
                reading.chunks_near(vector, DEPTH)
    found = {"whole, with the encoder": whole.milliseconds(), "the same, read once": again.milliseconds()}
    found |= {f"gathering, {name}": timing.milliseconds() for name, timing in gathering.items()}
    return found | {"numbers of terms": frequencies.milliseconds(), "vectors": near.milliseconds()}


def measured_recall(store: EmbeddedStore, encoder: Encoder, questions: list[str]) -> float:
    """The share of the 60 nearest chunks, by comparing all, that the index finds."""
    vectors = encoder.encode_queries(questions)
    found = store.vector_index.search(vectors, DEPTH).ids
    best_ids = np.empty((len(vectors), 0), np.int64)
    best = np.empty((len(vectors), 0), np.float32)
    cursor = store.connection().execute("SELECT id, vector FROM chunks ORDER BY id")
    while rows := cursor.fetchmany(20_000):
        block = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
        scores = np.concatenate([best, vectors @ block.T], axis=1)
        ids = np.concatenate([best_ids, np.tile([row[0] for row in rows], (len(vectors), 1))], axis=1)
        kept = np.argpartition(-scores, min(DEPTH, scores.shape[1]) - 1, axis=1)[:, :DEPTH]
        best, best_ids = np.take_along_axis(scores, kept, axis=1), np.take_along_axis(ids, kept, axis=1)
    shares = [len(set(one) & set(two)) / DEPTH for one, two in zip(found.tolist(), best_ids.tolist(), strict=True)]
    return round(float(np.mean(shares)), 4)


def measured_claims(store: EmbeddedStore, questions: list[str]) -> dict[str, dict[str, float]]:
    """Queries on the claim index; the title and the value are those that most claims have."""
    connection = store.connection()
    sampled = "FROM claims WHERE id % 97 = 0 AND sort = ? GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    title = connection.execute(f"SELECT act {sampled}", ("office",)).fetchone()[0]
    figure = find_figures("两项")[0]
    rare = ClaimQuery(unit="艘", mood="plan")
    asked = iter(questions * 2)
    return {
        "claims by words": timed(lambda: find_claims(store, ClaimQuery(next(asked))), 20).milliseconds(),
        "newest claims": timed(lambda: find_claims(store, ClaimQuery()), 5).milliseconds(),
        "newest claims of a rare unit": timed(lambda: find_claims(store, rare), 5).milliseconds(),
        "claims of a value": timed(lambda: claims_of_value(store, figure), 5).milliseconds(),
        "withdrawn claims of a value": timed(
            lambda: claims_of_value(store, figure, standing="withdrawn"), 5
        ).milliseconds(),
        "holders of an office": timed(lambda: offices_of_title(store, title), 5).milliseconds(),
        "claims of a day": timed(lambda: claims_of_day(store, FIRST_DAY), 5).milliseconds(),
    }


def measured_pages(store: EmbeddedStore) -> dict[str, dict[str, float]]:
    """What the archive's page reads."""
    total = store.article_count()
    return {
        "first page": timed(lambda: (store.counts(), store.articles(limit=25)), 5).milliseconds(),
        "last page": timed(lambda: store.articles(limit=25, offset=total - 25), 5).milliseconds(),
    }


def measured_uploads(store: EmbeddedStore, encoder: Encoder, folder: Path) -> dict[str, dict[str, float]]:
    """A page uploaded, found, listed, and removed again."""
    retriever = Retriever(store, encoder)
    names = ("stored", "answerable", "counts and first page after it", "removed", "search after it")
    timings = {name: Timing() for name in names}
    first = 4_210 + int(time.time()) % 1_000_000  # a page that was removed stays away when it is imported again
    for number in range(_UPLOADS):
        town = f"柘{'溪桥坪堰洲'[number]}镇"
        page = folder / f"upload-{number}.json"
        text = f"{town}的养蚕合作社今年收茧{first + number}公斤，比上年多出一成。合作社社员介绍，桑园里新架了喷灌。"
        page.write_text(json.dumps({"title": f"{town}收春茧", "text": text, "date": "2026-05-06"}), encoding="utf-8")
        began = time.perf_counter()
        with timings["stored"].once():
            ingest(store, encoder, [page])
        found = [
            passage
            for passage in retriever.search(f"{town}养蚕合作社收茧多少公斤？", count=20)
            if passage.text.startswith(town)
        ]
        timings["answerable"].wall.append(time.perf_counter() - began)
        timings["answerable"].cpu.append(0.0)
        if not found:
            raise RuntimeError("the uploaded page is not found")
        with timings["counts and first page after it"].once():
            _ = store.counts(), store.articles(limit=25)
        with timings["removed"].once():
            store.remove([found[0].article_id])
        with timings["search after it"].once():
            retriever.search(f"{town}养蚕合作社收茧多少公斤？")
        page.unlink()
    return {name: timing.milliseconds() for name, timing in timings.items()}


def memory_megabytes() -> dict[str, int]:
    """What this process holds, of it what is no file, and the most that it has held."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    names = {"now": "VmRSS", "of it no files": "RssAnon", "peak": "VmHWM"}
    return {name: round(int(status[key].split()[0]) / 1000) for name, key in names.items()}


def bytes_a_chunk(folder: Path, chunks: int) -> dict[str, int]:
    """Of the store's files, and of the tables of its database."""
    sizes = {path.name.split("-")[0]: path.stat().st_size for path in folder.iterdir() if path.is_file()}
    found = {name: round(size / chunks) for name, size in sizes.items() if size >= chunks}
    return found | {"all": round(sum(sizes.values()) / chunks)}


def measure(folder: Path, encoder: Encoder, questions: list[str]) -> dict[str, Any]:
    """Everything at the present size."""
    store, opening = measured_opening(folder, encoder)
    counts = store.counts()
    result: dict[str, Any] = {"articles": counts.articles, "chunks": counts.chunks, "opening s": opening}
    result["pages"] = measured_pages(store)
    result["search"] = measured_searches(store, encoder, questions)
    result["memory MB"] = memory_megabytes()
    result["claims"] = measured_claims(store, questions)
    result["upload"] = measured_uploads(store, encoder, folder)
    result["recall@60"] = measured_recall(store, encoder, questions)
    result["exact"] = store.vector_index.is_exact
    result["memory MB at the end"] = memory_megabytes()
    result["bytes a chunk"] = bytes_a_chunk(folder, counts.chunks)
    result["load"] = round(os.getloadavg()[0], 1)
    store.close()
    return result


def _given(vector: Any) -> Any:
    return vector


def in_own_process(store: Path, arguments: list[str]) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, *arguments, "--store", str(store), "--measure"]
    finished = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
    return result


def grow(options: argparse.Namespace, encoder: Encoder, size: int) -> None:
    """Bring the store to ``size`` articles."""
    archive, vectors = archive_of(options.folder, encoder, options.vectors)
    began = time.perf_counter(), time.process_time()
    model, dimension = "crowded", encoder.dimension
    with EmbeddedStore.open(options.store, embedding_model=model, dimension=dimension, create=True) as store:
        bring_up_to_date(store)
        growing = GrowingArchive(store, archive, vectors)
        growing.grow(size, lambda count: print(count, round(time.perf_counter() - began[0]), "s", file=sys.stderr))
        stored = time.perf_counter() - began[0], time.process_time() - began[1]
        store.settle()
        print("stored in", stored, "settled at", time.perf_counter() - began[0], file=sys.stderr)


def main() -> None:
    """Grow a store, measure it at each size, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--store", type=Path, required=True, help="a folder to grow the store in; it is kept")
    parser.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "baowen-vectors")
    parser.add_argument("--articles", type=int, nargs="+", default=[50_000, 200_000])
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--side", default="after", help="the name of this version of the program: before, after")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    asked = [row["question"] for row in read_lines(options.folder / "news_numbers.dev.jsonl.gz")][: options.questions]
    if options.measure:
        print(json.dumps(measure(options.store, load_encoder(Path(options.model)), asked)))
        return
    result: dict[str, Any] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores, shared with other work"}
    if options.output:
        with suppress(OSError):
            result = json.loads(options.output.read_text())
    sizes = result.setdefault(options.side, {})
    for size in sorted(options.articles):
        grow(options, load_encoder(Path(options.model)), size)
        arguments = [str(options.folder), "--model", options.model, "--questions", str(options.questions)]
        sizes[str(size)] = in_own_process(options.store, arguments)
        print(size, json.dumps(sizes[str(size)], ensure_ascii=False), flush=True)
        if options.output:
            options.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
