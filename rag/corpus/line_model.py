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
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

LineLabel = Literal["above", "start", "text", "below", "inset", "subhead", "caption start", "caption", "other"]
"""``above``, ``below``, ``inset``: headline over, under or inside its article; ``start``: an article's first
line of text or its byline; ``other``: no part of an article."""


class LineState(NamedTuple):
    """A line's label, and whether the headline of the article it stands in is there or above."""

    label: LineLabel
    headed: bool


STATES = (
    *(LineState(label, True) for label in ("above", "below", "inset")),
    *(LineState(label, headed) for headed in (False, True) for label in ("start", "text", "subhead")),
    *(LineState(label, headed) for headed in (False, True) for label in ("caption start", "caption")),
    LineState("other", False),
)
WEIGHTS = Path(__file__).with_name("line_model.npz")
DILATIONS = (1, 2, 4, 8, 16)
"""Lines between the three that a convolution sees, layer by layer."""

LIMIT = 8.0
"""Standard deviations from the mean, at most, that a feature counts."""

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LineReading:
    """The likeliest states of a page's lines.

    ``subtitle`` is for each line the probability that it is subtitle, given that it is headline; ``cut`` that an
    article, a headline above one or a caption begins with it, or the one before ends.
    """

    states: tuple[LineState, ...]
    subtitle: Floats
    cut: Floats
    _trellis: _Trellis

    def probability(self, start: int, end: int) -> float:
        """The probability, in [0, 1], that lines ``[start, end)`` are in their states, and both neighbours."""
        low, high = max(0, start - 1), min(len(self.states), end + 1)
        return self._trellis.path_probability([STATES.index(state) for state in self.states], low, high)


@dataclass(frozen=True, slots=True)
class _Trellis:
    """The chain of one page, forward and backward, scaled to a sum of 1 at each line as usual.

    ``likely`` (n_lines, n_states) are the lines' own factors, ``ways`` (n_states, n_states) those of the steps.
    """

    likely: Doubles
    ways: Doubles
    ahead: Doubles
    behind: Doubles
    scales: Doubles

    @classmethod
    def of(cls, scores: Doubles, ways: Doubles) -> _Trellis:
        """The trellis of (n_lines, n_states) log scores and the factors of steps."""
        likely = np.exp(np.maximum(scores - scores.max(axis=1, keepdims=True), -_FAINT))
        ahead, behind, scales = np.empty_like(likely), np.empty_like(likely), np.empty(len(likely))
        reached = likely[0]
        for place in range(len(likely)):
            if place:
                reached = (reached @ ways) * likely[place]
            scales[place] = scale = reached.sum()
            reached = ahead[place] = reached / scale
        back = behind[-1] = np.ones(likely.shape[1])
        for place in range(len(likely) - 1, 0, -1):
            back = behind[place - 1] = ways @ (likely[place] * back / scales[place])
        return cls(likely, ways, ahead, behind, scales)

    def path_probability(self, path: Sequence[int], start: int, end: int) -> float:
        """How probable it is that lines ``[start, end)`` are in these states."""
        found = self.ahead[start, path[start]] * self.behind[end - 1, path[end - 1]]
        for place in range(start + 1, end):
            found *= self.ways[path[place - 1], path[place]] * self.likely[place, path[place]] / self.scales[place]
        return float(min(1.0, found))

    def pairs(self) -> Doubles:
        """(n_lines - 1, n_states, n_states): the probability of each pair of states of neighbouring lines."""
        after = self.likely[1:] * self.behind[1:] / self.scales[1:, None]
        return np.asarray(self.ahead[:-1, :, None] * self.ways * after[:, None, :])


class LineModel:
    """The weights, ready to read pages."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights
        self._steps = weights["steps"].astype(np.float64) + FORBIDDEN
        self._ways = np.exp(self._steps)
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

    def read(self, features: Floats, opens: Sequence[bool] = ()) -> LineReading:
        """The reading of a page by its (n_lines, n_features) ``line_features``; at least one line.

        ``opens`` tells the lines that begin an article whatever they look like; none if it is empty.
        """
        outputs = self._outputs(features)
        scores = outputs[:, :-1].astype(np.float64)
        if len(opens):
            scores += np.where(np.asarray(opens)[:, None], _NO_FIRST, 0.0)
        scores[0] += self._weights["begin"]
        scores[-1] += self._weights["end"]
        trellis = _Trellis.of(scores, self._ways)
        cut = np.concatenate([[1.0], (trellis.pairs() * self._edges).sum(axis=(1, 2))])
        subtitle = np.asarray(1 / (1 + np.exp(-outputs[:, -1])), np.float32)
        states = tuple(STATES[state] for state in _best_path(scores, self._steps))
        return LineReading(states, subtitle, np.clip(cut, 0, 1).astype(np.float32), trellis)

    def _outputs(self, features: Floats) -> Floats:
        """(n_lines, n_states + 1): a score for each state, and the subtitle's."""
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


_CAPTIONS = ("caption start", "caption")
_BODY = ("start", "text", "subhead")
_FAINT = 200.0
"""A state that is less likely than another by so much, in log-odds, counts as so much less likely."""


def _may_follow(before: LineState, after: LineState) -> bool:
    """Whether a page may go on so: no article has two headlines apart, none goes on behind its headline below."""
    match after.label:
        case "above" | "other":
            return True
        case "start":
            return before.label == "above" or before.label in _CAPTIONS if after.headed else before.label != "above"
        case "text" | "subhead":
            inside = before.label in (*_BODY, *_CAPTIONS) and before.headed == after.headed
            return inside or (before.label == "inset" and after.headed)
        case "below":
            return before.label == "below" or (before.label in (*_BODY, "caption") and not before.headed)
        case "inset":
            return before.label == "inset" or (before.label in (*_BODY, "caption") and not before.headed)
        case "caption start":
            return before.label != "caption start" and (before.label == "other" or before.headed == after.headed)
        case "caption":
            return before.label in _CAPTIONS and before.headed == after.headed


FORBIDDEN = np.asarray([[0.0 if _may_follow(one, other) else -1e4 for other in STATES] for one in STATES])
"""Added to the scores of steps, (n_states, n_states)."""
_NO_FIRST = np.asarray([0.0 if label in ("start", "caption start", "other") else -1e4 for label, _ in STATES])
"""Added to the scores of a line that begins an article."""


def _edges() -> Doubles:
    """1.0 for each pair of states with an article's or caption's edge between, else 0.0."""
    edges = np.zeros((len(STATES), len(STATES)))
    for row, (before, _) in enumerate(STATES):
        for column, (after, _) in enumerate(STATES):
            opens = after in ("above", "start") and before != "above"
            closes = (before == "below" and after != "below") or (before == "other") != (after == "other")
            photo = after == "caption start" or (before in _CAPTIONS and after != "caption")
            edges[row, column] = opens or closes or photo
    return edges


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
