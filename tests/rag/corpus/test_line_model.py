"""The chain of labels against every labelling written out, and what the weights' file must hold."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from rag.corpus.line_features import GROUPS, line_features
from rag.corpus.line_model import FORBIDDEN, STATES, LineModel, LineState, line_model
from rag.corpus.line_shapes import line_marks, mark_lines
from rag.corpus.lines import split_lines

FEATURES = 3


def random_model(seed: int) -> LineModel:
    """A model of one layer with random weights over three features."""
    draw = np.random.default_rng(seed)

    def some(*shape: int) -> np.ndarray:
        return draw.normal(size=shape).astype(np.float32)

    width, labels = 4, len(STATES)
    return LineModel(
        {
            "mean": some(FEATURES),
            "deviation": np.ones(FEATURES, np.float32),
            "in.weight": some(width, FEATURES),
            "in.bias": some(width),
            "0.kernel": some(3, width, width),
            "0.bias": some(width),
            "0.page": some(width, width),
            "0.out.weight": some(width, width),
            "0.out.bias": some(width),
            "out.weight": some(labels + 1, width),
            "out.bias": some(labels + 1),
            "steps": some(labels, labels),
            "begin": some(labels),
            "end": some(labels),
        }
    )


def test_the_likeliest_labels_and_their_probability_are_those_of_all_labellings() -> None:
    model = random_model(3)
    features = np.random.default_rng(4).normal(size=(4, FEATURES)).astype(np.float32)
    reading = model.read(features)
    trellis = reading._trellis
    weights = {
        path: np.prod([trellis.likely[place, state] for place, state in enumerate(path)])
        * np.prod([trellis.ways[pair] for pair in itertools.pairwise(path)])
        for path in itertools.product(range(len(STATES)), repeat=4)
    }
    best = max(weights, key=lambda path: weights[path])
    total = sum(weights.values())
    middle = sum(weight for path, weight in weights.items() if path[0:3] == best[0:3])

    assert [STATES[state] for state in best] == list(reading.states)
    assert reading.probability(0, 4) == pytest.approx(weights[best] / total)
    assert reading.probability(0, 2) == pytest.approx(middle / total)


def test_a_cut_is_as_probable_as_all_labellings_with_an_edge_there() -> None:
    model = random_model(5)
    reading = model.read(np.random.default_rng(6).normal(size=(3, FEATURES)).astype(np.float32))
    pairs = reading._trellis.pairs()

    assert pairs.sum(axis=(1, 2)) == pytest.approx(np.ones(2))
    assert reading.cut[0] == 1.0
    text, start = STATES.index(LineState("text", False)), STATES.index(LineState("start", False))
    assert reading.cut[1] >= pairs[0, text, start] > 0
    assert reading.cut[1] <= 1 - pairs[0, text, text]


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (LineState("text", False), LineState("below", True), True),
        (LineState("text", True), LineState("below", True), False),
        (LineState("text", True), LineState("inset", True), False),
        (LineState("below", True), LineState("text", True), False),
        (LineState("below", True), LineState("above", True), True),
        (LineState("below", True), LineState("start", False), True),
        (LineState("above", True), LineState("start", False), False),
        (LineState("inset", True), LineState("text", True), True),
    ],
)
def test_no_article_has_two_headlines_apart(before: LineState, after: LineState, allowed: bool) -> None:
    assert bool(FORBIDDEN[STATES.index(before), STATES.index(after)] == 0) is allowed


@pytest.mark.parametrize("seed", range(5))
def test_what_is_forbidden_is_never_read(seed: int) -> None:
    reading = random_model(seed).read(np.random.default_rng(seed).normal(size=(60, FEATURES)).astype(np.float32))
    steps = itertools.pairwise(STATES.index(state) for state in reading.states)
    assert all(FORBIDDEN[step] == 0 for step in steps)


@pytest.mark.parametrize("seed", range(5))
def test_a_line_that_begins_an_article_is_read_so(seed: int) -> None:
    opens = [False] * 20
    opens[7] = opens[15] = True
    features = np.random.default_rng(seed).normal(size=(20, FEATURES)).astype(np.float32)
    reading = random_model(seed).read(features, opens)
    assert {reading.states[7].label, reading.states[15].label} <= {"start", "caption start", "other"}
    steps = itertools.pairwise(STATES.index(state) for state in reading.states)
    assert all(FORBIDDEN[step] == 0 for step in steps)


def test_one_line_is_read_too() -> None:
    reading = random_model(7).read(np.zeros((1, FEATURES), np.float32))
    assert len(reading.states) == len(reading.subtitle) == len(reading.cut) == 1
    assert 0 < reading.probability(0, 1) <= 1


def test_the_weights_are_of_todays_features() -> None:
    text = "示例镇修好了老桥\n\n本报讯（记者王明） 3月2日，老桥修\n好了，通车典礼在桥头举行。\n"
    lines = split_lines(text)
    features = line_features(mark_lines(lines, line_marks(lines, text)))
    widths = [group.stop - group.start for group in GROUPS.values()]

    assert features.shape == (3, sum(widths)) == (3, len(line_model().usual))
    assert np.isfinite(features).all()


def test_a_missing_weights_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no\.npz"):
        LineModel.load(tmp_path / "no.npz")
