import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from queue_simulation import Stage, log_normal, simulate


def exponential(mean: float):  # noqa: ANN201
    return lambda random, count: random.exponential(mean, count)


@pytest.mark.parametrize(("rate", "mean"), [(0.5, 1.0), (0.8, 1.0)])
def test_one_server_waits_as_theory_says(rate: float, mean: float) -> None:
    """M/M/1: the mean time in the system is 1 / (mu - lambda)."""
    seconds = simulate(rate, [Stage(1, exponential(mean))], requests=200_000)
    assert float(np.mean(seconds)) == pytest.approx(1 / (1 / mean - rate), rel=0.06)


def test_two_servers_wait_as_theory_says() -> None:
    """M/M/2 at half its load: 4 / 3 of the service time."""
    seconds = simulate(1.0, [Stage(2, exponential(1.0))], requests=200_000)
    assert float(np.mean(seconds)) == pytest.approx(4 / 3, rel=0.04)


def test_stages_follow_each_other_and_times_have_their_percentiles() -> None:
    draws = log_normal(2.0, 6.0)(np.random.default_rng(0), 100_000)
    assert np.percentile(draws, [50, 95]) == pytest.approx([2.0, 6.0], rel=0.03)
    idle = simulate(0.001, [Stage(1, log_normal(2.0, 6.0)), Stage(1, log_normal(1.0, 2.0))], requests=20_000)
    assert float(np.median(idle)) == pytest.approx(3.2, rel=0.05)
