"""Kill -9 an ingestion at random moments and look at what is left.

A child process ingests a folder of files and prints what it reports as stored; the parent kills it after a random
time, then holds the store to four promises: it is sound, all that was reported is there, no article is half old and
half new or there twice, and ingesting again resumes and ends with exactly the files' articles. Every second folder
is a changed version of the one before, so that updates and removals are cut off too.

    python benchmarks/kill_ingestion.py --moments 200 --articles 2000

Runs with the small encoder of the tests: what is measured is the store, not a model.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
from fakes import HashEncoder  # noqa: E402

from rag.corpus.embedded.store import EmbeddedStore  # noqa: E402
from rag.corpus.ingest_records import IngestOptions, IngestProgress  # noqa: E402
from rag.corpus.ingestion import ingest  # noqa: E402

FILES = 4
BATCH_CHUNKS = 64
DIMENSION = 32


@dataclass(slots=True)
class KillReport:
    """What happened over all moments; ``broken`` names every promise that was not kept."""

    moments: int = 0
    killed_while_writing: int = 0
    killed_before_the_store: int = 0
    articles_reported: int = 0
    completed_folders: int = 0
    seconds: float = 0.0
    broken: tuple[str, ...] = ()


def make_articles(count: int, version: int) -> dict[str, str]:
    """Title to text; in an odd version every third article is changed and every tenth is gone."""
    made = {}
    for number in range(count):
        if version % 2 and number % 10 == 7:
            continue
        revised = version if number % 3 == 0 else version - version % 2
        made[f"第{number}号水库蓄水"] = (
            f"云岭县第{number}号水库{number % 28 + 1}日下闸蓄水，库容{number * 7 % 900 + 10}万立方米。\n"
            f"据介绍，工程总投资{number % 90 + 3}.{revised % 10}亿元，可灌溉农田{number * 13 % 500 + 20}万亩。"
        )
    return made


def write_folder(folder: Path, articles: dict[str, str]) -> None:
    """``FILES`` files of JSON lines; an article stays in its file from version to version."""
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[list[str]] = [[] for _ in range(FILES)]
    for title, text in articles.items():
        number = int(title[1 : title.index("号")])
        lines[number % FILES].append(json.dumps({"title": title, "text": text}, ensure_ascii=False))
    for number, rows in enumerate(lines):
        (folder / f"{number}.jsonl").write_text("\n".join(rows), encoding="utf-8")


def open_store(directory: Path) -> EmbeddedStore:
    """The store of this run, made if there is none."""
    encoder = HashEncoder(DIMENSION)
    return EmbeddedStore.open(directory, embedding_model=encoder.name, dimension=DIMENSION, create=True)


def ingest_in_child(directory: Path, folder: Path, told: Connection) -> None:
    """Ingest and send the number of articles reported as stored, each time it grows."""

    def tell(progress: IngestProgress) -> None:
        told.send(progress.articles)

    with open_store(directory) as store:
        ingest(store, HashEncoder(DIMENSION), [folder], IngestOptions(batch_chunks=BATCH_CHUNKS), on_progress=tell)
        index, chunks = len(store.vector_index), store.counts().chunks
    told.send("done" if index == chunks else f"{index} vectors for {chunks} chunks")


@contextmanager
def child_process(directory: Path, folder: Path) -> Iterator[tuple[multiprocessing.process.BaseProcess, Connection]]:
    """An ingestion under way, forked from a server without threads.

    It starts in milliseconds, and cannot inherit a lock that some thread of this process holds.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["rag.corpus.ingestion", "rag.corpus.embedded.store"])
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=ingest_in_child, args=(directory, folder, sender))
    process.start()
    sender.close()
    try:
        yield process, receiver
    finally:
        if process.is_alive():
            process.kill()
        process.join()
        receiver.close()


def received(receiver: Connection) -> list[int | str]:
    """Everything the child managed to send."""
    messages: list[int | str] = []
    # Killed in the middle of a message, the child leaves half of one: what came whole before it is what counts.
    with suppress(EOFError, OSError):
        while receiver.poll():
            messages.append(receiver.recv())
    return messages


def run_until(directory: Path, folder: Path, seconds: float) -> tuple[int, str]:
    """Ingest for ``seconds``, then kill; says how many articles were reported, and how the child ended if it did."""
    with child_process(directory, folder) as (process, receiver):
        process.join(seconds)
        alive = process.is_alive()
        if alive and process.pid is not None:
            with suppress(ProcessLookupError):  # it has ended between being looked at and being killed
                os.kill(process.pid, signal.SIGKILL)
        process.join()
        messages = received(receiver)
    counts = [message for message in messages if isinstance(message, int)]
    ends = [message for message in messages if isinstance(message, str)]
    end = ends[-1] if ends else "" if alive else f"ended with {process.exitcode}"
    return max(counts, default=0), end


def broken_promises(
    directory: Path, reported: int, expected: dict[str, str], before: dict[str, str], done: bool
) -> list[str]:
    """What is wrong with the store, in words."""
    if not (directory / "baowen.sqlite3").exists():
        return [f"{reported} articles reported, no store"] if reported else []
    with open_store(directory) as store:
        problems = store.check()
        stored = [(article.title, article.text) for article in store.articles()]
        unfinished = store.unfinished_sources()
    titles = [title for title, _ in stored]
    if len(set(titles)) != len(titles):
        problems.append(f"{len(titles) - len(set(titles))} articles are there twice")
    present = sum(expected.get(title) == text for title, text in stored)
    if present < reported:
        problems.append(f"{reported} articles were reported, {present} are there")
    strange = sum(text not in (expected.get(title), before.get(title)) for title, text in stored)
    if strange:
        problems.append(f"{strange} articles are neither the old nor the new ones")
    if done and (dict(stored) != expected or unfinished):
        problems.append(f"complete, but {len(stored)} of {len(expected)} articles, unfinished: {unfinished}")
    return problems


def kill_repeatedly(work: Path, moments: int, articles: int, seed: int = 0) -> KillReport:
    """Kill ``moments`` ingestions of ``articles`` articles, in stores and folders under ``work``."""
    chance = random.Random(seed)
    report, broken = KillReport(), []
    started = time.monotonic()
    longest = 0.0
    version, directory, before = 0, work / "store", dict[str, str]()
    while report.moments < moments:
        expected = make_articles(articles, version)
        folder = work / "pages" / str(version // 2)
        write_folder(folder, expected)
        begun = time.monotonic()
        if not longest:  # one folder runs through first, to learn how long that takes
            _, end = run_until(work / "trial", folder, 600)
            longest = time.monotonic() - begun
            broken += [] if end == "done" else [end]
        while report.moments < moments:
            reported, end = run_until(directory, folder, chance.uniform(0, 0.8 * longest))
            report.articles_reported += reported
            if end:
                broken += [] if end == "done" else [end]
                break
            report.moments += 1
            report.killed_before_the_store += not (directory / "baowen.sqlite3").exists()
            report.killed_while_writing += bool(reported)
            broken += broken_promises(directory, reported, expected, before, done=False)
        reported, end = run_until(directory, folder, 600)
        broken += [] if end == "done" else [end]
        broken += broken_promises(directory, reported, expected, before, done=True)
        report.completed_folders += 1
        version, before = version + 1, expected
        if version % 2 == 0:  # a new store for a new folder
            directory, before = work / f"store-{version}", {}
    report.seconds, report.broken = round(time.monotonic() - started, 1), tuple(broken)
    return report


def main() -> int:
    """Run from the command line; exit status 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = kill_repeatedly(Path(folder), options.moments, options.articles, options.seed)
    machine = f"{platform.machine()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    print(json.dumps({**vars(options), **asdict(report), "machine": machine}, ensure_ascii=False, indent=2))
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
