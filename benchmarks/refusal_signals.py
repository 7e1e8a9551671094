"""What tells an answer from none: the signals of a refusal, how well each separates, and their fitted weights.

    python benchmarks/refusal_signals.py rgb_zh_refine.dev.jsonl.gz [--limit N] [--output signals.json]

Each question is answered twice: with its answer among the passages (noise 0.4) and with passages that do not hold it
(noise 1.0). Every statement that the model writes and that the checks let through gives one row of signals; whatever
``rag.answering.refusal`` would then withhold is left in. Printed are the AUC of each signal and of all together
(ten-fold), the weights of the logistic regression on all rows, and what the product's own rule makes of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.answering.attribution import attribute
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.answering.refusal import Signals, _shared
from rag.answering.repair import repair_figures
from rag.answering.writing import is_refusal
from rag.evaluation.gold import GoldQuestion, read_gold
from rag.records import SearchFilter
from rag.settings import load_settings
from rag.workspace import Workspace

NAMES = ("best", "quoted", "doubt", "agreement")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """The signals of the first carried statement of one answer."""

    question: str
    answerable: bool
    signals: Signals

    def values(self) -> list[float]:
        """In the order of ``NAMES``."""
        return [getattr(self.signals, name) for name in NAMES]


def collect(workspace: Workspace, questions: Sequence[GoldQuestion]) -> list[Row]:
    """One row for each question of which a statement comes through the checks."""
    assistant = workspace.assistant
    writer = assistant._writer
    rows = []
    for gold in questions:
        asked: Asked = assistant._understand(gold.question, SearchFilter(), ())
        found = assistant._find(asked, gold.passages)
        doubt = writer._doubt(asked, found) if found.evidence else None
        if doubt is None:
            continue
        for statement in writer._statements(asked, found):
            if is_refusal(statement):
                break
            said = repair_figures(statement, found.evidence)
            attribution = attribute(said, found.evidence, asked.complete)
            quoted = [found.evidence[position] for position in attribution.quotes]
            if attribution.carried and any(sentence.presence is not None for sentence in quoted):
                rows.append(Row(gold.question, gold.answerable, _signals(said, quoted, found.evidence, doubt)))
                break
    return rows


def _signals(said: str, quoted: Sequence[Sentence], evidence: Sequence[Sentence], doubt: float) -> Signals:
    return Signals(
        best=max(s.presence for s in evidence if s.presence is not None),
        quoted=max(s.presence for s in quoted if s.presence is not None),
        doubt=doubt,
        agreement=max(_shared(s.answer, said) for s in [evidence[0], *quoted]),
    )


def auc(scores: Floats, right: NDArray[np.bool_]) -> float:
    """The chance that an answerable question scores above an unanswerable one."""
    above, below = scores[right][:, None], scores[~right][None]
    return float((above > below).mean() + 0.5 * (above == below).mean())


def fit(table: Floats, right: NDArray[np.bool_], *, penalty: float = 0.05, steps: int = 2000) -> Floats:
    """Weights of the columns and a bias, for the columns as they are; logistic regression by gradient descent."""
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    scaled = np.column_stack([(table - mean) / spread, np.ones(len(table))])
    weights = np.zeros(scaled.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        weights -= 0.3 * (scaled.T @ (chance - right) / len(right) + penalty * np.append(weights[:-1], 0.0))
    return np.append(weights[:-1] / spread, weights[-1] - float((weights[:-1] * mean / spread).sum()))


def held_out_scores(table: Floats, right: NDArray[np.bool_], folds: int = 10) -> Floats:
    """The score of each row by weights that never saw it."""
    order = np.random.default_rng(0).permutation(len(right))
    scores = np.zeros(len(right))
    for fold in range(folds):
        out = order[fold::folds]
        weights = fit(np.delete(table, out, axis=0), np.delete(right, out))
        scores[out] = table[out] @ weights[:-1] + weights[-1]
    return scores


def main() -> None:
    """Collect, fit and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    workspace = Workspace(load_settings())
    workspace.warm_up()
    asked = {noise: read_gold(options.questions, "rgb", noise=noise)[: options.limit] for noise in (0.4, 1.0)}
    rows = [row for questions in asked.values() for row in collect(workspace, questions)]
    table = np.array([row.values() for row in rows])
    right = np.array([row.answerable for row in rows])
    kept = np.array([row.signals.confidence >= 0 for row in rows])
    weights = fit(table, right)
    result = {
        "questions": {str(noise): len(questions) for noise, questions in asked.items()},
        "statements": {"answerable": int(right.sum()), "unanswerable": int((~right).sum())},
        "auc": {
            **{
                name: round(auc(table[:, at] * (-1 if name == "doubt" else 1), right), 3)
                for at, name in enumerate(NAMES)
            },
            "all, held out": round(auc(held_out_scores(table, right), right), 3),
        },
        "weights": dict(zip((*NAMES, "bias"), weights.round(3).tolist(), strict=True)),
        "rule": {"answerable kept": int((kept & right).sum()), "unanswerable kept": int((kept & ~right).sum())},
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
