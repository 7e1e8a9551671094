"""What the model holds of a sentence, read out of its middle layers: whether the sentence answers the question.

Asked whether a sentence answers, a small model says yes to many that do not. In the middle of its layers it knows
better than it says: a linear probe of that state, learnt from questions whose answers are known, tells an answer from
a near miss where its yes and no do not (Alain and Bengio 2016; Azaria and Mitchell 2023, "The internal state of an
LLM knows when it's lying"). ``state_probe.npz`` is learnt by ``benchmarks/fit_self_check.py``, of one model.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rag.errors import GenerationError
from rag.generation.generator import Generator, Message

REFERENCE = (Message("user", "资料：《渡口通航》新渡口5月6日通航。\nIs the ferry open? Reply with Yes or No only."),)
"""By what a model holds of this it is known whether the probe was learnt from it."""
_SAME = 0.95
"""The least cosine to the state that the probe's model had: formats of the same weights differ less, models more."""
State = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class StateProbe:
    """``weights`` and ``reference``: ``(width,)``; ``bias`` makes 0.0 even odds."""

    weights: State
    bias: float
    reference: State

    def log_odds(self, state: State) -> float:
        """Log-odds of the sentence's answering, from the state after ``reading_message``."""
        return float(self.weights @ state + self.bias)

    def belongs_to(self, state: State) -> bool:
        """Whether the probe was learnt from the model whose state after ``REFERENCE`` this is."""
        if state.shape != self.reference.shape:
            return False
        lengths = np.linalg.norm(state) * np.linalg.norm(self.reference)
        return bool(state @ self.reference >= _SAME * lengths)


_known: WeakKeyDictionary[Generator, StateProbe | None] = WeakKeyDictionary()


def probe_of(generator: Generator) -> StateProbe | None:
    """The probe, where it belongs to the generator's model and its runtime tells states; asked once a generator."""
    if generator not in _known:
        probe = shipped_probe()
        try:
            states = generator.hidden_states([REFERENCE])
        except GenerationError:
            return None
        _known[generator] = probe if states is not None and probe.belongs_to(states[0]) else None
    return _known[generator]


@lru_cache(maxsize=1)
def shipped_probe() -> StateProbe:
    """The probe that comes with the program."""
    data = files(__package__).joinpath("state_probe.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as saved:
        return StateProbe(saved["weights"], float(saved["bias"]), saved["reference"])
