"""Wall and processor time of the same work, done many times."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np


@dataclass(slots=True)
class Timing:
    """Seconds of each run, by the clock (``wall``) and of all the process' threads together (``cpu``)."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def once(self) -> Iterator[None]:
        """Time what happens inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)

    def milliseconds(self) -> dict[str, float]:
        """Medians and 95th percentiles."""
        return {f"p{part}_ms": _percentile(self.wall, part) for part in (50, 95)} | {
            f"cpu_p{part}_ms": _percentile(self.cpu, part) for part in (50, 95)
        }


def _percentile(seconds: Sequence[float], part: int) -> float:
    return round(float(np.percentile(seconds, part)) * 1000, 1)
