"""How long people wait when many ask at once: requests pass a search and a generation stage, each with its servers.

    python benchmarks/queue_simulation.py --search 2 0.09 0.25 --generation 4 4.7 9.0 \
        --rates 0.2 0.5 0.8 --output data/results/queue_simulation.json

A stage is given as servers, median and 95th percentile of its time in seconds, as measured; times are log-normal.
Requests come at random (Poisson) and wait in one line a stage, first come first served. What is printed for each rate
(requests a second) is the time from asking to the whole answer.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_Z95 = 1.6449
_REQUESTS = 20_000
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Stage:
    """``servers`` that work side by side; ``draw`` gives service times in seconds."""

    servers: int
    draw: Draw


def log_normal(median: float, p95: float) -> Draw:
    """Service times with this median and 95th percentile."""
    spread = math.log(p95 / median) / _Z95
    return lambda random, count: random.lognormal(math.log(median), spread, count)


def simulate(
    rate: float, stages: Sequence[Stage], *, requests: int = _REQUESTS, seed: int = 1
) -> NDArray[np.float64]:
    """The time in seconds that each request spends in all stages, the first tenth, before lines form, left out."""
    random = np.random.default_rng(seed)
    arrived = np.cumsum(random.exponential(1 / rate, requests))
    leaving = arrived
    for stage in stages:
        leaving = _passed(leaving, stage.draw(random, requests), stage.servers)
    return (leaving - arrived)[requests // 10 :]


def _passed(coming: NDArray[np.float64], service: NDArray[np.float64], servers: int) -> NDArray[np.float64]:
    """When each request leaves a stage, given when it comes and how long it is served."""
    free = [0.0] * servers
    leaving = np.empty_like(coming)
    for number in np.argsort(coming, kind="stable"):
        begun = max(coming[number], heapq.heappop(free))
        leaving[number] = begun + service[number]
        heapq.heappush(free, leaving[number])
    return leaving


def main() -> None:
    """Simulate each rate, and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("search", "generation"):
        parser.add_argument(f"--{name}", nargs=3, type=float, required=True, metavar=("SERVERS", "MEDIAN", "P95"))
    parser.add_argument("--rates", nargs="+", type=float, required=True)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    stages = [Stage(int(s[0]), log_normal(s[1], s[2])) for s in (options.search, options.generation)]
    result = {"search": options.search, "generation": options.generation, "seconds by requests a second": {}}
    for rate in options.rates:
        seconds = simulate(rate, stages)
        found = {f"p{share}": round(float(np.percentile(seconds, share)), 2) for share in (50, 95, 99)}
        result["seconds by requests a second"][str(rate)] = found
        print(rate, json.dumps(found), flush=True)
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
