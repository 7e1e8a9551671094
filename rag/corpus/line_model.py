"""What each line of a page is: a small convolutional network over the lines' features and a chain over its labels.

The network sees about sixty lines around each line and the mean of the page, so it learns a paper's habits from the
page itself; the chain (a linear-chain CRF) makes the labels follow one another as they do on pages, and gives every
reading of the page a probability. Weights: ``line_model.npz``, fitted by ``benchmarks/fit_line_model.py``; how and
with what success is told in docs/segmentation.md. Knows numbers, not text.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

LineLabel = Literal["above", "start", "text", "below", "inset", "subhead", "caption start", "caption", "other"]
"""``above``, ``below``, ``inset``: headline over, under or inside its article; ``start``: an article's first
line of text or its byline; ``other``: no part of an article."""
LABELS: tuple[LineLabel, ...] = get_args(LineLabel)
WEIGHTS = Path(__file__).with_name("line_model.npz")
DILATIONS = (1, 2, 4, 8, 16)
"""Lines between the three that a convolution sees, layer by layer."""

LIMIT = 8.0
"""Standard deviations from the mean, at most, that a feature counts."""

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LineReading:
    """The likeliest labels of a page's lines.

    ``subtitle`` is for each line the probability that it is subtitle, given that it is headline; ``cut`` that an
    article, a headline above one or a caption begins with it, or the one before ends.
    """

    labels: tuple[LineLabel, ...]
    subtitle: Floats
    cut: Floats

    _trellis: _Trellis

    def probability(self, start: int, end: int) -> float:
        """The probability, in [0, 1], that lines ``[start, end)`` are what their labels say, and both neighbours."""
        low, high = max(0, start - 1), min(len(self.labels), end + 1)
        return self._trellis.path_probability([LABELS.index(label) for label in self.labels], low, high)


@dataclass(frozen=True, slots=True)
class _Trellis:
    """Forward and backward log-sums of one page's chain."""

    scores: Doubles
    steps: Doubles
    ahead: Doubles
    behind: Doubles

    def path_probability(self, states: Sequence[int], start: int, end: int) -> float:
        """How probable it is that lines ``[start, end)`` have these states."""
        inner = sum(
            self.steps[states[place - 1], states[place]] + self.scores[place, states[place]]
            for place in range(start + 1, end)
        )
        whole = _log_sum(self.ahead[-1] + self.behind[-1])
        last = self.behind[end - 1, states[end - 1]]
        return float(min(1.0, np.exp(self.ahead[start, states[start]] + inner + last - whole)))

    def pairs(self) -> Doubles:
        """(n_lines - 1, n_labels, n_labels): the probability of each pair of labels of neighbouring lines."""
        whole = _log_sum(self.ahead[-1] + self.behind[-1])
        after = self.scores[1:] + self.behind[1:]
        return np.exp(self.ahead[:-1, :, None] + self.steps + after[:, None, :] - whole)


class LineModel:
    """The weights, ready to read pages."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights
        self._steps = weights["steps"].astype(np.float64)
        self._edges = _edges()
        self._layers = sum(name.endswith(".kernel") for name in weights)

    @property
    def usual(self) -> Floats:
        """The mean features of the lines it was fitted on."""
        return self._weights["mean"]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> LineModel:
        """The model of a weights file; raises OSError if it is missing, ValueError if it is no such file."""
        with np.load(path, allow_pickle=False) as stored:
            return cls({name: stored[name].astype(np.float32) for name in stored.files})

    def read(self, features: Floats) -> LineReading:
        """The reading of a page by its (n_lines, n_features) ``line_features``; at least one line."""
        outputs = self._outputs(features)
        scores = outputs[:, :-1].astype(np.float64)
        scores[0] += self._weights["begin"]
        scores[-1] += self._weights["end"]
        ahead = _forward(scores, self._steps)
        behind = _forward(scores[::-1], self._steps.T)[::-1] - scores
        trellis = _Trellis(scores, self._steps, ahead, behind)
        cut = np.concatenate([[1.0], (trellis.pairs() * self._edges).sum(axis=(1, 2))])
        subtitle = np.asarray(1 / (1 + np.exp(-outputs[:, -1])), np.float32)
        labels = tuple(LABELS[state] for state in _best_path(scores, self._steps))

        return LineReading(labels, subtitle, np.clip(cut, 0, 1).astype(np.float32), trellis)

    def _outputs(self, features: Floats) -> Floats:
        """(n_lines, n_labels + 1): a score for each label, and the subtitle's."""
        weights = self._weights
        scaled = np.clip((features - weights["mean"]) / weights["deviation"], -LIMIT, LIMIT)
        hidden = np.maximum(0, scaled @ weights["in.weight"].T + weights["in.bias"])
        for layer, dilation in enumerate(DILATIONS[: self._layers]):
            kernel, even = weights[f"{layer}.kernel"], _normalised(hidden)
            mixed = even @ kernel[1].T + weights[f"{layer}.bias"] + even.mean(axis=0) @ weights[f"{layer}.page"].T
            if len(even) > dilation:
                mixed[dilation:] += even[:-dilation] @ kernel[0].T
                mixed[:-dilation] += even[dilation:] @ kernel[2].T
            hidden = hidden + np.maximum(0, mixed) @ weights[f"{layer}.out.weight"].T + weights[f"{layer}.out.bias"]
        outputs: Floats = _normalised(hidden) @ weights["out.weight"].T + weights["out.bias"]
        return outputs


@functools.cache
def line_model() -> LineModel:
    """The model that ships with the package, loaded once."""
    return LineModel.load()


def _normalised(values: Floats) -> Floats:
    """Rows of mean 0 and variance 1."""
    centred = values - values.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5), np.float32)


def _edges() -> Doubles:
    """1.0 for each pair of labels with an article's or caption's edge between, else 0.0."""
    edges = np.zeros((len(LABELS), len(LABELS)))
    for row, before in enumerate(LABELS):
        for column, after in enumerate(LABELS):
            opens = (after == "above" and before != "above") or (after == "start" and before != "above")
            closes = (before == "below" and after != "below") or (before == "other") != (after == "other")
            photo = after == "caption start" or (before in ("caption start", "caption") and after != "caption")
            edges[row, column] = opens or closes or photo
    return edges


def _forward(scores: Doubles, steps: Doubles) -> Doubles:
    """Log-sums over all paths up to each line's labels, its own scores included."""
    ways = np.exp(steps)
    found = np.empty_like(scores)
    found[0] = scores[0]
    for place in range(1, len(scores)):
        top = found[place - 1].max()
        found[place] = np.log(np.exp(found[place - 1] - top) @ ways + 1e-300) + top + scores[place]
    return found


def _best_path(scores: Doubles, steps: Doubles) -> list[int]:
    best = scores[0]
    trail = []
    for own in scores[1:]:
        reached = best[:, None] + steps
        came = reached.argmax(axis=0)
        trail.append(came)
        best = reached[came, np.arange(len(came))] + own
    path = [int(best.argmax())]
    for came in reversed(trail):
        path.append(int(came[path[-1]]))
    return path[::-1]


def _log_sum(values: Doubles) -> float:
    top = float(values.max())
    return top + float(np.log(np.exp(values - top).sum()))
