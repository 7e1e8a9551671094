"""Search alone over HTTP, at 50,000 chunks: searches a second and their times, for several searchers at once.

    python benchmarks/load_search.py --output data/results/load_search.json

The store is made by the script: made-up articles of one chunk each, in a hundred towns; some vectors are the
encoder's own, the others jittered copies of those, so that ranking means little and time means what it means. The
searchers share the machine with the service. ``raw`` is the time of the search without HTTP, one after the other.
"""

from __future__ import annotations

import argparse
import datetime as dt
import http.client
import json
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from load_articles import MATTERS, MONTHS, MadeUpArticle, made_up, town_name  # noqa: E402
from load_service import memory_mb, percentiles, service  # noqa: E402

from embeddings.encoder import Encoder, load_encoder  # noqa: E402
from rag.chinese.sentences import Span  # noqa: E402
from rag.claims.index import bring_up_to_date  # noqa: E402
from rag.corpus.embedded.store import EmbeddedStore  # noqa: E402
from rag.records import Article  # noqa: E402
from rag.retrieval.retriever import Retriever  # noqa: E402

_ENCODED = 500
_BATCH = 1_000
_TOWNS = 100


def all_articles() -> Iterator[MadeUpArticle]:
    """Articles without end; those of a round have figures of their own."""
    number = 0
    while True:
        town, rest = number % _TOWNS, number // _TOWNS
        yield made_up(town_name(town), rest // MATTERS % len(MONTHS), rest % MATTERS, 10_000 + number)
        number += 1


def vectors_like(real: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """``real``, then jittered copies of its rows, as unit rows."""
    yield from real
    chance = np.random.default_rng(0)
    while True:
        rows = real[chance.integers(0, len(real), _BATCH)]
        rows = rows + 0.02 * chance.standard_normal(rows.shape).astype(np.float32)
        yield from (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def make_store(folder: Path, encoder: Encoder, chunks: int) -> None:
    """A store of ``chunks`` articles of one chunk each."""
    articles = all_articles()
    first = list(islice(all_articles(), _ENCODED))
    vectors = vectors_like(encoder.encode_passages([f"{item.title}\n{item.text}" for item in first]))
    with EmbeddedStore.open(folder, embedding_model=encoder.name, dimension=encoder.dimension, create=True) as store:
        bring_up_to_date(store)  # lays the tables of claims out
        for begin in range(0, chunks, _BATCH):
            with store.writing() as writer:
                source = writer.put_source(f"from {begin}", "", "", None, None)
                for position, item in enumerate(islice(articles, min(_BATCH, chunks - begin))):
                    number = begin + position
                    day = dt.date(2016, 1, 1) + dt.timedelta(days=number // 25)
                    article = Article(f"n{number}", item.title, item.text, date=day, source=f"试验日报{number % 3}")
                    rows = next(vectors)[None]
                    writer.put_article(article, source, position, [Span(0, len(item.text))], rows)
                    # A search reads no claims; reading them of every article would take the service minutes.
                    writer.put_claims(article.id, [])
                writer.seal_source(source, "done")
        store.settle()


def raw_times(folder: Path, encoder: Encoder, questions: list[str]) -> dict[str, Any]:
    """The search itself, one after the other in this process."""
    times = []
    with EmbeddedStore.open(folder, embedding_model=encoder.name) as store:
        retriever = Retriever(store, encoder)
        retriever.search(questions[0], count=8)
        for question in questions:
            began = time.monotonic()
            retriever.search(question, count=8)
            times.append(time.monotonic() - began)
    return percentiles(times)


def run(address: str, searchers: int, seconds: float, questions: list[str]) -> dict[str, Any]:
    """``searchers`` at once, each as fast as it is answered."""
    times: list[float] = []
    failures: list[int] = []
    began = time.monotonic()

    def work(number: int) -> None:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
        place = number * 37
        while time.monotonic() - began < seconds:
            place += 1
            body = json.dumps({"question": questions[place % len(questions)]}).encode()
            asked = time.monotonic()
            connection.request("POST", "/v1/search", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            times.append(time.monotonic() - asked)
            if response.status != 200:
                failures.append(response.status)
        connection.close()

    load = round(os.getloadavg()[0], 1)
    threads = [threading.Thread(target=work, args=(number,)) for number in range(searchers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.monotonic() - began
    found = {"searchers": searchers, "load_before": load, "searches_a_second": round(len(times) / spent, 1)}
    return {**found, "failures": len(failures), "seconds": percentiles(times)}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=50_000)
    parser.add_argument("--searchers", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--store", type=Path, help="a folder to make the store in, or one that was made before")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="baowen-search-") as folder:
        store = options.store or Path(folder)
        encoder = load_encoder(Path(options.model))
        if not (store / "baowen.sqlite3").exists():
            make_store(store, encoder, options.chunks)
        questions = [item.fact.question for item in islice(all_articles(), 7, 50_000, 97)]
        raw = raw_times(store, encoder, questions[:100])
        print(json.dumps(raw), file=sys.stderr, flush=True)
        with service(store, root=ROOT) as (address, process):
            run(address, 2, 2.0, questions)
            levels = []
            for count in options.searchers:
                levels.append(run(address, count, options.seconds, questions))
                print(json.dumps(levels[-1]), file=sys.stderr, flush=True)
            memory = memory_mb(process)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    result = {"machine": machine, "chunks": options.chunks, "raw": raw, "levels": levels, "memory_mb": memory}
    text = json.dumps(result, indent=1)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
