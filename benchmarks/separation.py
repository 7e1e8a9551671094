"""How signals are weighed to tell right rows from wrong, and how well they do: logistic regression, held out, AUC."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FAR = 4.0
PENALTY, NEAR, STEPS, FOLDS = 0.02, 0.1, 1500, 10
Floats = NDArray[np.float64]


def table_of(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> Floats:
    """The rows' values in the order of ``names``; ``checked`` within what counts."""
    return np.array(
        [[max(-FAR, min(FAR, row[name])) if name == "checked" else row[name] for name in names] for row in rows],
        float,
    )


def weights_of(rows: Sequence[dict[str, Any]]) -> Floats:
    """How much each row counts: the sets by the root of their size, so that none drowns the others."""
    sizes = {name: sum(row["set"] == name for row in rows) for name in {row["set"] for row in rows}}
    return np.array([sizes[row["set"]] ** -0.5 for row in rows])


def fitted(table: Floats, right: Floats, weights: Floats, near: Floats | None = None) -> Floats:
    """Weights of the columns and a bias, for the columns as they are; logistic regression by gradient descent.

    Weights are drawn to nothing, or, where there are few rows, to those of an earlier fit: ``near``, with its bias.
    """
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    scaled = np.column_stack([(table - mean) / spread, np.ones(len(table))])
    drawn, penalty = np.zeros(scaled.shape[1]), PENALTY
    if near is not None:
        drawn, penalty = np.append(near[:-1] * spread, near[-1] + (near[:-1] * mean).sum()), NEAR
    found = drawn.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (weights * (chance - right)) / weights.sum()
        found -= 0.5 * (slope + penalty * np.append((found - drawn)[:-1], 0.0))
    return np.append(found[:-1] / spread, found[-1] - float((found[:-1] * mean / spread).sum()))


def held_out(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> Floats:
    """The score of each row by weights that never saw its question."""
    table, right, weights = table_of(rows, names), rights(rows), weights_of(rows)
    distinct = sorted({row["question"] for row in rows})
    fold_of = dict(zip(distinct, np.random.default_rng(0).permutation(len(distinct)) % FOLDS, strict=True))
    folds = np.array([fold_of[row["question"]] for row in rows])
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        inside, outside = folds != fold, folds == fold
        found = fitted(table[inside], right[inside], weights[inside])
        scores[outside] = table[outside] @ found[:-1] + found[-1]
    return scores


def rights(rows: Sequence[dict[str, Any]]) -> Floats:
    """1.0 for a row that is right."""
    return np.array([row["right"] for row in rows], float)


def auc(scores: Floats, right: Floats) -> float:
    """The chance that a right row scores above a wrong one."""
    above, below = scores[right > 0][:, None], scores[right == 0][None]
    return round(float((above > below).mean() + 0.5 * (above == below).mean()), 3)


def kept(scores: Floats, right: Floats, limit: float) -> dict[str, int]:
    """How many right and wrong rows are at ``limit`` or above."""
    return {
        "right": int(((scores >= limit) & (right > 0)).sum()),
        "wrong": int(((scores >= limit) & (right == 0)).sum()),
    }


def kept_at(scores: Floats, right: Floats, rows: Sequence[dict[str, Any]], *, models: float) -> dict[str, Any]:
    """How many right and wrong drafts of the model, or of the paper, are kept at several limits."""
    own = np.array([row["models"] == models for row in rows])
    return {str(limit): kept(scores[own], right[own], limit) for limit in (-0.5, 0.0, 0.5, 1.0, 1.5)}


def clear_limit(scores: Floats, right: Floats, precision: float) -> float:
    """The least score from which on ``precision`` of the rows are right."""
    order = np.argsort(-scores)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= precision)
    return round(float(scores[order][enough[-1]]), 2) if len(enough) else float(scores.max())


def hopeless_limit(scores: Floats, checked_scores: Floats, right: Floats, accepted: float) -> float:
    """The greatest score below which at most one in a hundred of the right rows that a check would keep is lost."""
    saved = np.sort(scores[(right > 0) & (checked_scores >= accepted)])
    return round(float(saved[len(saved) // 100]), 2)
