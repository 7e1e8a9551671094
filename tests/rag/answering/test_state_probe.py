import gc
import weakref

import numpy as np
import pytest
from fakes import ScriptedGenerator

from rag.answering.state_probe import REFERENCE, StateProbe, probe_of, shipped_probe
from rag.errors import GenerationError

PROBE = StateProbe(np.array([1.0, -2.0, 0.5], np.float32), 0.25, np.array([3.0, 4.0, 0.0], np.float32))


def test_log_odds_are_linear_in_the_state() -> None:
    assert PROBE.log_odds(np.array([2.0, 0.5, 4.0], np.float32)) == pytest.approx(2.0 - 1.0 + 2.0 + 0.25)


@pytest.mark.parametrize(
    ("state", "belongs"),
    [([3.0, 4.0, 0.0], True), ([30.0, 41.0, 1.0], True), ([4.0, 3.0, 2.0], False), ([3.0, 4.0], False)],
)
def test_a_probe_knows_the_model_it_was_learnt_from(state: list[float], belongs: bool) -> None:
    assert PROBE.belongs_to(np.array(state, np.float32)) is belongs


def test_a_model_is_asked_once_and_known_by_its_state() -> None:
    own = ScriptedGenerator(states=lambda _: shipped_probe().reference)
    assert probe_of(own) is shipped_probe()
    assert probe_of(own) is shipped_probe()
    assert own.state_requests == [(REFERENCE,)]
    other = ScriptedGenerator(states=lambda _: np.ones(shipped_probe().weights.shape, np.float32))
    assert probe_of(other) is None
    assert probe_of(ScriptedGenerator()) is None


def test_a_model_that_fails_is_asked_again_later() -> None:
    failing = ScriptedGenerator(error=GenerationError("busy"))
    assert probe_of(failing) is None
    assert probe_of(failing) is None
    assert len(failing.state_requests) == 2


def test_no_model_is_kept_alive() -> None:
    generator = ScriptedGenerator(states=lambda _: shipped_probe().reference)
    probe_of(generator)
    known = weakref.ref(generator)
    del generator
    gc.collect()
    assert known() is None
