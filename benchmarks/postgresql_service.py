"""Two API processes and two ingesters on one PostgreSQL server, asked over HTTP; each of them killed, the server too.

    python benchmarks/postgresql_service.py --articles 10000 --searches 2000 --kill-every 60 \
        --output data/results/postgresql_service.json

The API processes are whole services (``ui.api``) on ports of their own; those who ask take the next one where one
does not answer, as behind a proxy. A killed one is started again, as a supervisor would. Once, half-way, the database
server is killed as by a power cut and started again some seconds later: ``/readyz`` must say so, and say ready again
without anybody's help. At the end the store is sound and holds each article once. The encoder is the small one of the
tests, the model is never asked.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
import random
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]
from fakes import HashEncoder, ScriptedGenerator  # noqa: E402
from load_service import percentiles  # noqa: E402
from postgresql_crowd import CrowdReport, broken_promises, ingest_folder, make_folder  # noqa: E402
from postgresql_server import PostgresqlServer  # noqa: E402

from rag.corpus.open_store import open_store  # noqa: E402

_AWAY_SECONDS = 6.0
_LONGEST_SECONDS = 3_600.0
_START_SECONDS, _RECOVERY_SECONDS = 600.0, 60.0
_PATIENCE_SECONDS = 120.0
"""How long one question is asked again before it counts as lost."""


def serve(url: str, port: int, folder: Path) -> None:
    """One API process, until it is killed."""
    import uvicorn

    from rag.settings import Settings
    from rag.workspace import Workspace
    from ui.api import create_app

    settings = Settings(store=url, models=folder / "models", state=folder / f"state-{port}")
    workspace = Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator("没有。"))
    uvicorn.run(create_app(workspace, settings), host="127.0.0.1", port=port, log_level="critical", access_log=False)


@dataclass(slots=True)
class ServiceReport:
    """What happened; ``broken`` names every promise that was not kept, ``answers`` counts what was not 200."""

    articles: int
    searches: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    search_seconds: dict[str, Any] = field(default_factory=dict)
    server_away: dict[str, Any] = field(default_factory=dict)
    generation: int = 0
    broken: tuple[str, ...] = ()


class _Processes:
    """The API processes and ingesters of one run, by name."""

    def __init__(self, url: str, pages: Path, folder: Path) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._url, self._pages, self._folder = url, pages, folder
        self._seed = itertools.count()
        self.ports = {f"api {number}": _free_port() for number in (1, 2)}
        self.running: dict[str, BaseProcess] = {}
        self.failed: list[str] = []
        self._told: list[Any] = []

    def start(self, name: str) -> None:
        if name in self.ports:
            target: Callable[..., None] = serve
            what: tuple[Any, ...] = (self._url, self.ports[name], self._folder)
        else:
            receiver, sender = self._context.Pipe(duplex=False)
            target, what = ingest_folder, (self._url, self._pages, sender, next(self._seed))
            self._told.append(receiver)
        self.running[name] = self._context.Process(target=target, args=what)
        self.running[name].start()

    def at_work(self) -> list[str]:
        """Ingesters that are not done; one that ended with an error, as with the server away, is started again."""
        for receiver in list(self._told):
            with suppress(EOFError, OSError):
                while receiver.poll():
                    _, _, fault = receiver.recv()
                    self.failed += [fault] if fault else []
        for name, process in self.running.items():
            if name not in self.ports and process.exitcode == 0 and self.failed:
                self.failed.pop()
                self.start(name)
        return [name for name, process in self.running.items() if name not in self.ports and process.is_alive()]

    def kill(self, name: str) -> None:
        """Kill a process at once, and start it again."""
        process = self.running[name]
        if process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        process.join()
        self.start(name)

    def stop(self) -> None:
        """End what still runs."""
        for process in self.running.values():
            if process.is_alive():
                process.kill()
            process.join()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class _Askers:
    """Threads that ask both API processes, and look at what they are told."""

    def __init__(self, addresses: list[str], articles: int, count: int) -> None:
        self._addresses, self._articles = addresses, articles
        self.answers: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.stopping = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _ask(self, seed: int) -> None:
        choose = random.Random(seed)
        turn = itertools.cycle(self._addresses)
        with httpx.Client(timeout=30.0) as client:
            while not self.stopping.is_set():
                number = choose.randrange(self._articles)
                began = time.monotonic()
                passages = self._answered(client, turn, f"第{number}号水库库容多少")
                if passages is None:
                    continue
                self.seconds.append(time.monotonic() - began)
                places = [(passage["article_id"], passage["start"]) for passage in passages]
                if len(set(places)) < len(places):
                    self.faults["a passage twice"] += 1
                if passages:
                    self._look(client, next(turn), passages[0])

    def _answered(self, client: httpx.Client, turn: itertools.cycle[str], question: str) -> list[Any] | None:
        """What a search found, asked again of the next process until one answers; None once that took too long."""
        began = time.monotonic()
        while time.monotonic() - began < _PATIENCE_SECONDS:
            try:
                reply = client.post(f"{next(turn)}/v1/search", json={"question": question})
            except httpx.TransportError as error:
                self.answers[f"no connection: {type(error).__name__}"] += 1
                time.sleep(0.1)
                continue
            self.answers[str(reply.status_code)] += 1
            if reply.status_code == 200:
                found: list[Any] = reply.json()["passages"]
                return found
            if reply.status_code != 503 or reply.headers["content-type"] != "application/problem+json":
                self.faults[f"{reply.status_code}: {reply.text[:200]}"] += 1
            time.sleep(0.2)
        self.faults["a question was not answered in two minutes"] += 1
        return None

    def _look(self, client: httpx.Client, address: str, passage: Any) -> None:
        """Whether a passage stands where it says in its article."""
        with suppress(httpx.TransportError):
            reply = client.get(f"{address}/v1/articles/{passage['article_id']}")
            if reply.status_code == 200:
                text = reply.json()["text"]
                if text[passage["start"] : passage["end"]] != passage["text"]:
                    self.faults["a passage that is not in its article"] += 1
            elif reply.status_code != 503:
                self.faults[f"an article: {reply.status_code}"] += 1


def _readiness(address: str) -> tuple[int, str]:
    try:
        reply = httpx.get(f"{address}/readyz", timeout=15.0)
        return reply.status_code, reply.json().get("detail", "")
    except httpx.TransportError as error:
        return 0, type(error).__name__


def _until_ready(addresses: list[str], seconds: float) -> float:
    """How long it took until all say that they are ready; infinite where they do not."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if all(_readiness(address)[0] == 200 for address in addresses):
            return round(time.monotonic() - began, 1)
        time.sleep(0.2)
    return float("inf")


def take_the_server_away(server: PostgresqlServer, addresses: list[str]) -> dict[str, Any]:
    """Kill the server, see what the API says, start it again, and wait until the API says that it is ready."""
    server.kill()
    began = time.monotonic()
    said = [_readiness(address) for address in addresses]
    time.sleep(max(0.0, _AWAY_SECONDS - (time.monotonic() - began)))
    server.start()
    ready = _until_ready(addresses, _RECOVERY_SECONDS)
    return {"said": [f"{status} {detail}" for status, detail in said], "ready again after s": ready}


def run_service(
    server: PostgresqlServer, url: str, folder: Path, *, articles: int, searches: int, kill_every: float, seed: int
) -> ServiceReport:
    """Run until all is stored, ``searches`` answered and the server was away; then hold the store to its promises."""
    titles = make_folder(folder / "pages", articles)
    encoder = HashEncoder()
    open_store(url, embedding_model=encoder.name, dimension=encoder.dimension, create=True).close()
    processes, choose = _Processes(url, folder / "pages", folder), random.Random(seed)
    addresses = [f"http://127.0.0.1:{port}" for port in processes.ports.values()]
    report, killed = ServiceReport(articles), Counter[str]()
    askers = _Askers(addresses, articles, 2)
    try:
        for name in processes.ports:
            processes.start(name)
        if _until_ready(addresses, _START_SECONDS) == float("inf"):
            raise RuntimeError("the API processes did not become ready")
        for name in ("ingester 1", "ingester 2"):
            processes.start(name)
        began = time.monotonic()
        askers.start()
        next_kill = began + kill_every
        while time.monotonic() - began < _LONGEST_SECONDS:
            time.sleep(0.1)
            if report.server_away and not processes.at_work() and len(askers.seconds) >= searches:
                break
            if time.monotonic() >= next_kill:
                next_kill += kill_every
                if sum(killed.values()) == 2 and not report.server_away:
                    _until_ready(addresses, _START_SECONDS)  # one killed just now says that it is loading
                    report.server_away = take_the_server_away(server, addresses)
                    continue
                name = choose.choice([*processes.at_work(), *processes.ports])
                processes.kill(name)
                killed[name.split()[0]] += 1
    finally:
        askers.stop()
        processes.stop()
    report.searches, report.seconds = len(askers.seconds), round(time.monotonic() - began, 1)
    report.killed, report.answers = dict(killed), dict(askers.answers)
    report.search_seconds = percentiles(askers.seconds)
    crowd = CrowdReport(articles)
    report.broken = (*askers.faults, *processes.failed, *broken_promises(url, titles, crowd))
    if report.server_away and not all(
        text.startswith("503 the database server") for text in report.server_away["said"]
    ):
        report.broken += (f"readyz said {report.server_away['said']} while the server was away",)
    report.generation = crowd.generation
    return report


def main() -> None:
    """Run it on a server of its own, and report."""
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
            report = run_service(
                server, server.url("crowd"), Path(folder), articles=options.articles, searches=options.searches,
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
