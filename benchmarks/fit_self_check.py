"""Learn what a model's state after a sentence and a question says of whether the one answers the other.

    python benchmarks/fit_self_check.py collect STATES.npz --pairs 3000     # twenty minutes of two cores
    python benchmarks/fit_self_check.py fit STATES.npz --output data/results/self_check.json

Pairs are of ``data/asked`` and ``data/asked/other_hands``: the sentence that answers, or the one that looks most like
it. Each is put to the model as the product puts it (``check_messages``), and the state in the middle of its layers is
kept. Learnt is a ridge-penalised logistic regression of the standardised state, written
to ``rag/answering/state_probe.npz``; the penalty is the one with which a probe learnt from the one folder is least
surprised by the other.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from asked_examples import ASKED, OTHER_HANDS, is_of_a_year, read_asked, shared_pairs
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from rag.answering.state_probe import REFERENCE
from rag.chinese.spoken_words import as_printed
from rag.generation.generator import HIDDEN_LAYER, Generator
from rag.generation.prompts import EvidenceLine, check_messages
from rag.generation.runtime import load_generator
from rag.settings import load_settings

PROBE = Path(__file__).parents[1] / "rag" / "answering" / "state_probe.npz"
_ANSWERED = 0.62
"""Of the questions that a sentence answers, so many are paired with it, the others with the nearest that does not."""
_PENALTIES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a sentence with its article's title; ``label`` is 1 where it answers."""

    hands: str
    question: str
    title: str
    sentence: str
    label: int


def pairs_of(folder: Path, hands: str, count: int, chance: random.Random) -> Iterator[Pair]:
    """Some ``count`` pairs of the questions in ``folder``, which no year decides."""
    asked = [(article, question) for article in read_asked(folder, held_out=None) for question in article.questions]
    asked = [(article, question) for article, question in asked if not is_of_a_year(question.text)]
    chance.shuffle(asked)
    for article, question in asked:
        text = as_printed(question.text) if chance.random() < 0.5 else question.text
        others = [at for at in range(len(article.sentences)) if at != question.at]
        others.sort(key=lambda at: (at != question.near, -shared_pairs(question.text, article.sentences[at])))
        if question.at is not None and chance.random() < _ANSWERED:
            pair = Pair(hands, text, article.title, article.sentences[question.at], 1)
        elif others and not (question.span and question.span in article.sentences[others[0]]):
            pair = Pair(hands, text, article.title, article.sentences[others[0]], 0)
        else:
            continue
        yield pair
        count -= 1
        if not count:
            return


def collect(output: Path, count: int, generator: Generator) -> None:
    """Ask the model of all pairs and keep its states."""
    chance = random.Random(5)
    pairs = [
        *pairs_of(OTHER_HANDS, "other hands", count // 2, chance),
        *pairs_of(ASKED, "asked", count // 2, chance),
    ]
    states = []
    for number, pair in enumerate(pairs):
        message = check_messages(pair.question, [EvidenceLine(pair.title, pair.sentence)])[1][0]
        found_states = generator.hidden_states([(message,)])
        if found_states is None:
            raise SystemExit(f"the runtime {generator.runtime} tells no states; set BAOWEN_RUNTIME=openvino")
        states.append(found_states[0].astype(np.float16))
        if number % 100 == 0:
            print(number, "of", len(pairs), flush=True)
    reference = generator.hidden_states([REFERENCE])
    np.savez(
        output,
        states=np.stack(states),
        labels=np.array([pair.label for pair in pairs]),
        titles=np.array([pair.title for pair in pairs]),
        hands=np.array([pair.hands for pair in pairs]),
        reference=np.asarray(reference, np.float32)[0],
        model=np.array(generator.name),
    )


def learnt(states: Array, labels: Array, penalty: float) -> tuple[Array, float]:
    """Weights and bias of the raw state; ``penalty`` is scikit-learn's C of the standardised one."""
    mean, spread = states.mean(0), states.std(0) + 1e-6
    model = LogisticRegression(C=penalty, max_iter=500).fit((states - mean) / spread, labels)
    weights = model.coef_[0] / spread
    return weights.astype(np.float32), float(model.intercept_[0] - weights @ mean)


def held_out(states: Array, labels: Array, groups: Sequence[str], penalty: float, *, folds: int) -> Array:
    """What a probe that has seen none of a pair's group says of it."""
    found = np.zeros(len(labels))
    for learn, measure in GroupKFold(folds).split(states, labels, groups):
        weights, bias = learnt(states[learn], labels[learn], penalty)
        found[measure] = states[measure] @ weights + bias
    return found


def surprise(scores: Array, labels: Array) -> float:
    """The mean logarithmic loss of log-odds."""
    return float(np.logaddexp(0.0, np.where(labels == 1, -scores, scores)).mean())


def fit(states_file: Path, output: Path | None) -> None:
    """Learn the probe, write it, report."""
    saved = np.load(states_file, allow_pickle=False)
    states, labels, titles, hands = (saved[name] for name in ("states", "labels", "titles", "hands"))
    states = states.astype(np.float32)
    of_others = {penalty: held_out(states, labels, hands, penalty, folds=2) for penalty in _PENALTIES}
    best = min(of_others, key=lambda penalty: surprise(of_others[penalty], labels))
    of_articles = held_out(states, labels, titles, best, folds=5)
    result: dict[str, Any] = {"model": str(saved["model"]), "layers": HIDDEN_LAYER, "penalty": best}
    for name in ("all", *sorted(set(hands.tolist()))):
        of = np.ones(len(labels), bool) if name == "all" else hands == name
        result[name] = {
            "pairs": int(of.sum()),
            "answered": int(labels[of].sum()),
            "auc, other articles": round(float(roc_auc_score(labels[of], of_articles[of])), 3),
            "auc, learnt from the other hands": round(float(roc_auc_score(labels[of], of_others[best][of])), 3),
        }
    weights, bias = learnt(states, labels, best)
    np.savez(PROBE, weights=weights, bias=np.float32(bias), reference=saved["reference"])
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if output:
        output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Collect or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=("collect", "fit"))
    parser.add_argument("states", type=Path)
    parser.add_argument("--pairs", type=int, default=3_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if options.work == "collect":
        collect(options.states, options.pairs, load_generator(load_settings()))
    else:
        fit(options.states, options.output)


if __name__ == "__main__":
    main()
