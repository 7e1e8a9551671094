"""A service under load with the real models: 1, 4, 16 and 40 askers, each asking of figures that only he knows.

    python benchmarks/load.py --seconds 120 --output data/results/load.json

The script makes up a town for each asker with 96 articles on it, uploads them to a service of its own, and lets the
askers search and ask in turn, without a pause, for ``--seconds``; whoever waits for an answer then gets it. An answer
that is not refused and does not give the figure asked for, or cites another town's article first, is wrong. Rates are
over the time until the last answer. Level 1 is the same served one by one. Each asker has a key of his own, so that
they take turns. Then ``--plain`` further questions are answered without prose, four askers at once, and what the
process holds is noted after every hundredth.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from load_articles import Fact, MadeUpArticle, articles_of, town_name  # noqa: E402
from load_service import memory_mb, percentiles, service  # noqa: E402

from ui.access.holders import AccessStore  # noqa: E402
from ui.client import BaowenClient, Evidence, InLine, ServiceError, TextPiece  # noqa: E402
from ui.web.schemas import AnswerDocument  # noqa: E402

_TIMEOUT_SECONDS = 1200.0


@dataclass(slots=True)
class Measured:
    """What all askers of a level saw; times in seconds from the request on."""

    search: list[float] = field(default_factory=list)
    evidence: list[float] = field(default_factory=list)
    first_text: list[float] = field(default_factory=list)
    end: list[float] = field(default_factory=list)
    most_ahead: int = 0
    right: int = 0
    refused: int = 0
    others_beside: int = 0
    """Right answers that tell figures of other towns beside, as reports that say otherwise."""
    wrong: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Asker:
    """One asker: his key, and what he has not asked yet."""

    number: int
    key: str
    facts: list[Fact]

    def work(self, address: str, until: float, seen: Measured) -> None:
        """Search and ask in turn until the time is over."""
        with BaowenClient(address, key=self.key, timeout_seconds=_TIMEOUT_SECONDS) as client:
            while time.monotonic() < until and self.facts:
                fact = self.facts.pop()
                try:
                    self._search(client, fact, seen)
                    self._ask(client, fact, seen)
                except (ServiceError, httpx.HTTPError) as error:
                    seen.problems.append(f"{type(error).__name__}: {error}"[:200])

    def _search(self, client: BaowenClient, fact: Fact, seen: Measured) -> None:
        began = time.monotonic()
        found = client.search(fact.question)
        seen.search.append(time.monotonic() - began)
        if town_name(self.number) not in found.passages[0].text:
            seen.wrong.append(f"search {fact.question}: {found.passages[0].title}")

    def _ask(self, client: BaowenClient, fact: Fact, seen: Measured) -> None:
        began, texts = time.monotonic(), 0
        for part in client.stream(fact.question):
            spent = time.monotonic() - began
            match part:
                case InLine():
                    seen.most_ahead = max(seen.most_ahead, part.ahead)
                case Evidence():
                    seen.evidence.append(spent)
                case TextPiece():
                    if not texts:
                        seen.first_text.append(spent)
                    texts += 1
                case AnswerDocument():
                    seen.end.append(spent)
                    self._judge(part, fact, seen)

    def _judge(self, answer: AnswerDocument, fact: Fact, seen: Measured) -> None:
        own = [town_name(self.number) in item.title for item in answer.citations]
        if answer.refused:
            seen.refused += 1
        elif fact.text in answer.answer and own[:1] == [True]:
            seen.right += 1
            seen.others_beside += not all(own)
        else:
            seen.wrong.append(f"{fact.question} {answer.answer}")


def upload(address: str, key: str, rows: list[MadeUpArticle]) -> int:
    """Send the articles; says how many there are."""
    with tempfile.TemporaryDirectory() as folder, BaowenClient(address, key=key, timeout_seconds=900) as client:
        path = Path(folder) / "made-up_20210930_01.jsonl"
        lines = [json.dumps({"title": item.title, "text": item.text}, ensure_ascii=False) for item in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
        return client.upload(path, date="2021-12-01", source="试验日报").added


def run_level(askers: list[Asker], address: str, process: int, seconds: float) -> dict[str, Any]:
    """Let these askers ask, and sum up what they saw."""
    seen, began = Measured(), time.monotonic()
    threads = [threading.Thread(target=item.work, args=(address, began + seconds, seen)) for item in askers]
    before, load = memory_mb(process), round(os.getloadavg()[0], 1)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    minutes = (time.monotonic() - began) / 60
    return {
        "askers": len(askers),
        "minutes": round(minutes, 2),
        "load_before": load,
        "answers": len(seen.end),
        "answers_a_minute": round(len(seen.end) / minutes, 2),
        "right": seen.right,
        "refused": seen.refused,
        "right_with_others_beside": seen.others_beside,
        "wrong": seen.wrong,
        "problems": seen.problems,
        "most_ahead": seen.most_ahead,
        "seconds": {name: percentiles(getattr(seen, name)) for name in ("search", "evidence", "first_text", "end")},
        "memory_mb": {"before": before, "after": memory_mb(process)},
    }


def plain_answers(askers: list[Asker], address: str, process: int, count: int) -> dict[str, Any]:
    """``count`` answers without prose by four askers: a minute, how many were right, and memory as they go on."""
    facts = [fact for asker in askers for fact in asker.facts] * 2
    turn, lock, began = iter(facts[:count]), threading.Lock(), time.monotonic()
    right, memory = [0, 0], [memory_mb(process)]

    def work(clients: list[BaowenClient]) -> None:
        for client in cycle(clients):  # a key may ask 120 times a minute
            with lock:
                fact = next(turn, None)
            if fact is None:
                return
            answer = client.ask(fact.question, prose=False)
            with lock:
                right[0] += fact.text in answer.answer
                right[1] += 1
                if right[1] % 100 == 0:
                    memory.append(memory_mb(process))

    with ExitStack() as stack:
        clients = [stack.enter_context(BaowenClient(address, key=asker.key, timeout_seconds=900)) for asker in askers]
        threads = [threading.Thread(target=work, args=(clients[number::4],)) for number in range(min(4, len(askers)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    minutes = (time.monotonic() - began) / 60
    rate = round(right[1] / minutes, 1)
    return {"answers": right[1], "right": right[0], "answers_a_minute": rate, "memory_mb_every_hundred": memory}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--askers", type=int, nargs="+", default=[1, 4, 16, 40])
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--articles", type=int, default=96, help="of each asker; each is asked for once, at most 96")
    parser.add_argument("--plain", type=int, default=1_000, help="so many answers without prose at the end")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    most = max(options.askers)
    with tempfile.TemporaryDirectory(prefix="baowen-load-") as folder:
        access = AccessStore(Path(folder))
        keys = [access.add("key", f"asker{number}", "write") for number in range(most)]
        with service(Path(folder), root=ROOT) as (address, process):
            rows = [list(islice(articles_of(number), options.articles)) for number in range(most)]
            stored = upload(address, keys[0], [item for own in rows for item in own])
            print(f"{stored} articles", file=sys.stderr, flush=True)
            askers = [Asker(n, keys[n], [item.fact for item in rows[n]]) for n in range(most)]
            levels = []
            for count in options.askers:
                levels.append(run_level(askers[:count], address, process, options.seconds))
                print(json.dumps(levels[-1], ensure_ascii=False), file=sys.stderr, flush=True)
            plain = plain_answers(askers, address, process, options.plain) if options.plain else {}
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    shared = "load_before is the machine's load average before a level: what else was running"
    result = {"machine": machine, "note": shared, "seconds_a_level": options.seconds, "articles": stored}
    result["levels"], result["without_prose"] = levels, plain
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
