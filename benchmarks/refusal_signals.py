"""What tells an answer from none: the signals of a refusal, how well each separates, and their fitted weights.

    python benchmarks/refusal_signals.py rgb_zh_refine.dev.jsonl.gz [--limit N] [--output signals.json]

Each question is answered four times: with its answer in three, two and one of five passages (noise 0.4, 0.6, 0.8) and
in none (noise 1.0). Every first statement that the model writes and that the paper carries gives one row of signals
and is right or wrong; whatever ``rag.answering.refusal`` would then withhold is left in. Printed are the AUC of each
signal and of all together, with and without asking the model again (ten-fold, a question's rows in one fold), the
weights of the logistic regression on all rows, and what the product's own rule makes of them.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.answering.attribution import attribute
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked
from rag.answering.refusal import CLEAR, Signals, agreement, corroboration
from rag.answering.repair import repair_figures
from rag.answering.self_check import SelfCheck
from rag.evaluation.gold import GoldQuestion, read_gold
from rag.evaluation.matching import all_met
from rag.generation.prompts import is_refusal
from rag.records import SearchFilter
from rag.settings import load_settings
from rag.workspace import Workspace

NOISES = (0.4, 0.6, 0.8, 1.0)
NAMES = ("best", "quoted", "doubt", "agreement", "others", "checked")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """The signals of the first carried statement of one answer."""

    question: str
    right: bool
    signals: Signals
    checked: float

    def values(self) -> list[float]:
        """In the order of ``NAMES``."""
        return [*(getattr(self.signals, name) for name in NAMES[:-1]), self.checked]

    @property
    def kept(self) -> bool:
        """What the product's rule says."""
        return self.signals.confidence > CLEAR or self.signals.confidence_checked(self.checked) >= 0


def collect(workspace: Workspace, questions: Sequence[GoldQuestion]) -> list[Row]:
    """One row for each question of which a statement comes through the checks."""
    assistant = workspace.assistant
    writer = assistant._writer
    rows = []
    for gold in questions:
        whole = Asked(gold.question, gold.question, gold.question, SearchFilter(), time.monotonic())
        asked = assistant._understand(whole, gold.passages)
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
                right = gold.answerable and all_met(gold.answers, said)
                checked = SelfCheck(workspace.generator, asked.searched).log_odds(quoted) or 0.0
                rows.append(
                    Row(gold.question, right, _signals(asked.searched, said, quoted, found.evidence, doubt), checked)
                )
            break
    return rows


def _signals(
    question: str, said: str, quoted: Sequence[Sentence], evidence: Sequence[Sentence], doubt: float
) -> Signals:
    return Signals(
        best=max(s.presence for s in evidence if s.presence is not None),
        quoted=max(s.presence for s in quoted if s.presence is not None),
        doubt=doubt,
        agreement=max(agreement(s.answer, said) for s in [evidence[0], *quoted]),
        others=corroboration(question, said, evidence),
    )


def auc(scores: Floats, right: NDArray[np.bool_]) -> float:
    """The chance that a right statement scores above a wrong one."""
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


def held_out_scores(table: Floats, right: NDArray[np.bool_], questions: Sequence[str], folds: int = 10) -> Floats:
    """The score of each row by weights that never saw its question."""
    distinct = sorted(set(questions))
    fold_of = dict(zip(distinct, np.random.default_rng(0).permutation(len(distinct)) % folds, strict=True))
    folded = np.array([fold_of[question] for question in questions])
    scores = np.zeros(len(right))
    for fold in range(folds):
        out = np.flatnonzero(folded == fold)
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
    asked = {noise: read_gold(options.questions, "rgb", noise=noise)[: options.limit] for noise in NOISES}
    rows = [row for questions in asked.values() for row in collect(workspace, questions)]
    table = np.array([row.values() for row in rows])
    right = np.array([row.right for row in rows])
    kept = np.array([row.kept for row in rows])
    questions = [row.question for row in rows]
    result = {
        "questions": {str(noise): len(questions) for noise, questions in asked.items()},
        "statements": {"right": int(right.sum()), "wrong": int((~right).sum())},
        "auc": {
            **{
                name: round(auc(table[:, at] * (-1 if name == "doubt" else 1), right), 3)
                for at, name in enumerate(NAMES)
            },
            "without checked, held out": round(auc(held_out_scores(table[:, :-1], right, questions), right), 3),
            "all, held out": round(auc(held_out_scores(table, right, questions), right), 3),
        },
        "weights": dict(zip((*NAMES, "bias"), fit(table, right).round(3).tolist(), strict=True)),
        "rule": {"right kept": int((kept & right).sum()), "wrong kept": int((kept & ~right).sum())},
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
