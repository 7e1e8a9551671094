"""Several ingesters and several searching processes on one PostgreSQL store, one of them killed every few seconds.

    python benchmarks/postgresql_crowd.py --articles 10000 --searches 2000 --kill-every 60 \
        --output data/results/postgresql_crowd.json

Two processes are given the same folder and share its files; two others search. A killed one is started again, as a
supervisor would. At the end the store is sound and holds each article of the folder once; no search failed, found a
passage that is not in its article, or found one twice. Runs with the small encoder of the tests.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from fakes import HashEncoder  # noqa: E402

from rag.claims.index import keep_claims  # noqa: E402
from rag.corpus.ingest_records import IngestOptions  # noqa: E402
from rag.corpus.ingestion import ingest  # noqa: E402
from rag.corpus.open_store import open_store  # noqa: E402
from rag.errors import BaowenError  # noqa: E402
from rag.retrieval.retriever import Retriever  # noqa: E402

_FILE_ARTICLES = 20
_BATCH_CHUNKS = 64
_LONGEST_SECONDS = 3_600.0
Told = tuple[str, int, str]
"""Kind of process, how much it has done since it last told, and what went wrong."""


@dataclass(slots=True)
class CrowdReport:
    """What happened; ``broken`` names every promise that was not kept."""

    articles: int
    searches: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    generation: int = 0
    broken: tuple[str, ...] = ()


def make_folder(folder: Path, count: int) -> set[str]:
    """Files of JSON lines with articles of their own titles, which it gives."""
    folder.mkdir(parents=True, exist_ok=True)
    titles = [f"第{number}号水库蓄水" for number in range(count)]
    for begin in range(0, count, _FILE_ARTICLES):
        rows = [
            {
                "title": titles[number],
                "text": f"第{number}号水库下闸蓄水，库容{number * 7 % 900 + 10}万立方米。",
            }
            for number in range(begin, min(begin + _FILE_ARTICLES, count))
        ]
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{begin:06}.jsonl").write_text(lines, encoding="utf-8")
    return set(titles)


def ingest_folder(url: str, folder: Path, told: Connection, seed: int) -> None:
    """Ingest until everything is stored."""
    encoder = HashEncoder()
    files = sorted(folder.iterdir())
    random.Random(seed).shuffle(files)
    try:
        with open_store(url, embedding_model=encoder.name, dimension=encoder.dimension, create=True) as store:
            keep_claims(store)
            ingest(store, encoder, files, IngestOptions(batch_chunks=_BATCH_CHUNKS))
        told.send(("ingester", len(encoder.encoded), ""))
    except BaowenError as error:
        told.send(("ingester", 0, f"{type(error).__name__}: {error}"))


def search(url: str, count: int, told: Connection, seed: int) -> None:
    """Ask for random articles, and look at what comes back."""
    choose = random.Random(seed)
    try:
        with open_store(url) as store:
            retriever = Retriever(store, HashEncoder())
            while True:
                passages = retriever.search(f"第{choose.randrange(count)}号水库库容多少", count=6)
                articles = store.articles_by_id([passage.article_id for passage in passages])
                places = [(passage.article_id, passage.start) for passage in passages]
                fault = "a passage twice" if len(set(places)) < len(places) else ""
                for passage in passages:
                    article = articles.get(passage.article_id)
                    if article is not None and article.text[passage.start : passage.end] != passage.text:
                        fault = f"{passage.article_id}: the passage is not in its article"
                told.send(("searcher", 1, fault))
    except BaowenError as error:
        told.send(("searcher", 0, f"{type(error).__name__}: {error}"))


class _Crowd:
    """The processes of one run, each started again when it was killed."""

    def __init__(self, url: str, folder: Path, articles: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        # A pipe for each: a process that is killed while it tells leaves half a message in its own only.
        self._receivers: list[Connection] = []
        self._url, self._folder, self._articles = url, folder, articles
        self._seed = 0
        self.processes: dict[str, BaseProcess] = {}

    def start(self, name: str) -> None:
        """Start the process ``name``: ``ingester 1``, ``searcher 2``."""
        self._seed += 1
        target: Callable[..., None] = ingest_folder if name.startswith("ingester") else search
        what = self._folder if name.startswith("ingester") else self._articles
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=target, args=(self._url, what, sender, self._seed))
        process.start()
        sender.close()
        self.processes[name] = process
        self._receivers.append(receiver)

    def told(self) -> Iterator[Told]:
        """What the processes told since the last time."""
        for receiver in list(self._receivers):
            try:
                while receiver.poll():
                    yield receiver.recv()
            except (EOFError, OSError):  # it ended, and has told all
                self._receivers.remove(receiver)
                receiver.close()

    def kill(self, name: str) -> None:
        """Kill a process at once, and start it again."""
        process = self.processes[name]
        if process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        self.start(name)

    def stop(self) -> None:
        """End what still runs."""
        for process in self.processes.values():
            if process.is_alive():
                process.kill()
            process.join()


def run_crowd(url: str, folder: Path, *, articles: int, searches: int, kill_every: float, seed: int) -> CrowdReport:
    """Run until all is stored and ``searches`` were asked; then hold the store to its promises."""
    titles = make_folder(folder, articles)
    encoder = HashEncoder()
    open_store(url, embedding_model=encoder.name, dimension=encoder.dimension, create=True).close()
    crowd, report, choose = _Crowd(url, folder, articles), CrowdReport(articles), random.Random(seed)
    began, faults = time.monotonic(), Counter[str]()
    killed: Counter[str] = Counter()
    for name in ("ingester 1", "ingester 2", "searcher 1", "searcher 2"):
        crowd.start(name)
    next_kill = began + kill_every
    try:
        while time.monotonic() - began < _LONGEST_SECONDS:
            time.sleep(0.05)
            for kind, done, fault in crowd.told():
                report.searches += done if kind == "searcher" else 0
                faults.update([fault] if fault else [])
            running = [name for name, process in crowd.processes.items() if process.is_alive()]
            at_work = any(name.startswith("ingester") for name in running)
            if not at_work and report.searches >= searches:
                break
            if running and at_work and time.monotonic() >= next_kill:
                name = choose.choice(running)
                crowd.kill(name)
                killed[name.split()[0]] += 1
                next_kill += kill_every
    finally:
        crowd.stop()
    report.killed, report.seconds = dict(killed), round(time.monotonic() - began, 1)
    report.broken = (*faults, *broken_promises(url, titles, report))
    return report


def broken_promises(url: str, titles: set[str], report: CrowdReport) -> list[str]:
    """What the store does not hold of what it should, once all is stored; notes its generation."""
    with open_store(url) as store:
        report.generation = store.generation
        stored = Counter(article.title for article in store.articles())
        broken = store.check()
        broken += [f"{title} is there {count} times" for title, count in stored.items() if count != 1][:5]
        broken += [f"{title} is missing" for title in sorted(titles - stored.keys())][:5]
        broken += [f"{path} is unfinished" for path in store.unfinished_sources()][:5]
        with store.reading() as reading:
            broken += [f"the claims of {name} are missing" for name in reading.articles_without_claims()][:5]
    return broken


def main() -> None:
    """Run a crowd on a server of its own, and report."""
    from postgresql_server import PostgresqlServer

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--searches", type=int, default=2_000)
    parser.add_argument("--kill-every", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    server = PostgresqlServer({"listen_addresses": "", "shared_buffers": "256MB"})
    try:
        server.execute("CREATE DATABASE crowd")
        with tempfile.TemporaryDirectory() as folder:
            report = run_crowd(
                server.url("crowd"), Path(folder), articles=options.articles, searches=options.searches,
                kill_every=options.kill_every, seed=options.seed,
            )  # fmt: skip
    finally:
        server.stop()
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    sys.exit(1 if report.broken else 0)


if __name__ == "__main__":
    main()
