"""Fit the weights by which reader, model and wording together tell an answer from none.

    python benchmarks/fit_confidence.py collect rows.jsonl --rgb rgb_zh_refine.dev.jsonl.gz
    python benchmarks/fit_confidence.py collect rows.jsonl --sets strangers typed natural   # an hour of two cores
    python benchmarks/fit_confidence.py fit rows.jsonl

``collect`` asks the questions of the seen halves of ``data/gold``, those of ``data/asked`` on articles that the
reader did not learn from, and RGB's refine questions with their answer in three, one and none of five passages. Every
draft that no slot keeps back, the model's or the paper's own sentence, gives one row of signals and is right or wrong
by the gold; the first that would be shown ends nothing, so that rows are not those of one rule's liking. ``fit``
writes the weights to ``rag/answering/confidence.json`` and how well they separate, held out by question and with each
signal left out, to ``data/results/confidence.json``; of rows whose evidence was read a second time, which a runtime
that tells the model's state does, to ``data/results/confidence_read_again.json``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from confidence_rows import ROOT, SETS, collect
from separation import (
    Floats,
    auc,
    clear_limit,
    fitted,
    held_out,
    hopeless_limit,
    kept_at,
    rights,
    table_of,
    weights_of,
)

from rag.answering.confidence import AGAIN, ALONE, Signals

NAMES = tuple(field.name for field in fields(Signals) if field.name != "reader")
PRECISION = 0.93
"""What share of the drafts that are shown without asking the model again must be right."""
PLAIN = 0.9
"""The same of the paper's sentences that are shown where the model is not asked at all."""


def fit(rows: Sequence[dict[str, Any]], accepted: float, of_the_paper: float) -> dict[str, Any]:
    """Write the weights and return what the result file holds."""
    if rows[0].get("read_again"):
        return fit_read_again([row for row in rows if row["read_again"]], accepted, of_the_paper)
    rows = [row for row in rows if row["checked"] is not None]
    right, weights = rights(rows), weights_of(rows)
    names = [*NAMES, "checked"]
    alone, plain = of_the_reader(rows)
    before, after = held_out(rows, NAMES), held_out(rows, names)
    found = {
        "unchecked": dict(zip((*NAMES, "bias"), fitted(table_of(rows, NAMES), right, weights).round(3), strict=True)),
        "checked": dict(zip((*names, "bias"), fitted(table_of(rows, names), right, weights).round(3), strict=True)),
        "alone": alone,
        "before writing": before_writing(rows),
        "limits": {
            "accepted of the model": accepted,
            "accepted of the paper": of_the_paper,
            "clear": clear_limit(before, right, PRECISION),
            "hopeless": hopeless_limit(before, after, right, accepted),
            "plain": plain,
        },
    }
    keep_weights(found)
    return report(rows, names, before, after)


def fit_read_again(rows: Sequence[dict[str, Any]], accepted: float, of_the_paper: float) -> dict[str, Any]:
    """The same for drafts whose sentences were read a second time, of those above which none is read.

    Which sentence is nearest the second reading tells well by itself; weighed is whether that one answers. The model
    is not asked again.
    """
    questions = before_writing(rows)
    rows = [row for row in rows if row["first"] == 1.0]
    scores = held_out(rows, AGAIN)
    weights = fitted(table_of(rows, AGAIN), rights(rows), weights_of(rows), weights_kept("read again")).round(3)
    keep_weights(
        {
            "read again": dict(zip((*AGAIN, "bias"), weights, strict=True)),
            "before writing, read again": questions,
            "limits, read again": {"accepted of the model": accepted, "accepted of the paper": of_the_paper},
        }
    )
    return report(rows, AGAIN, scores, scores)


def report(rows: Sequence[dict[str, Any]], names: Sequence[str], before: Floats, after: Floats) -> dict[str, Any]:
    """What the result file holds; ``before`` and ``after`` are held-out scores without and with the model's check."""
    right = rights(rows)
    sets = {name: np.array([row["set"] == name for row in rows]) for name in sorted({row["set"] for row in rows})}
    return {
        "command": "python benchmarks/fit_confidence.py fit ROWS",
        "date": dt.date.today().isoformat(),
        "rows": {
            name: {"right": int(right[at].sum()), "wrong": int((right[at] == 0).sum())} for name, at in sets.items()
        },
        "auc held out": {"without asking again": auc(before, right), "all": auc(after, right)},
        "auc held out, by set": {
            name: auc(after[at], right[at]) for name, at in sets.items() if 0 < right[at].sum() < at.sum()
        },
        "auc without": {
            name: auc(held_out(rows, [other for other in names if other != name]), right) for name in names
        },
        "kept of the model's, held out": kept_at(after, right, rows, models=1.0),
        "kept of the paper's, held out": kept_at(after, right, rows, models=0.0),
    }


def keep_weights(found: dict[str, Any]) -> None:
    """Write these sets of weights, and leave the others as they are."""
    path = ROOT / "rag" / "answering" / "confidence.json"
    kept = json.loads(path.read_text(encoding="utf-8"))
    text = json.dumps({**kept, "fitted by": "benchmarks/fit_confidence.py", **found}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def weights_kept(name: str) -> Floats:
    """The weights of an earlier fit, in the order of their names, the bias last."""
    kept = json.loads((ROOT / "rag" / "answering" / "confidence.json").read_text(encoding="utf-8"))[name]
    return np.array(list(kept.values()), float)


def of_the_reader(rows: Sequence[dict[str, Any]]) -> tuple[dict[str, float], float]:
    """Weights for the paper's own sentences by the reader alone, and the limit from which they answer."""
    own = [row for row in rows if row["models"] == 0.0]
    found = fitted(table_of(own, ALONE), rights(own), weights_of(own))
    return (
        dict(zip((*ALONE, "bias"), found.round(3), strict=True)),
        clear_limit(held_out(own, ALONE), rights(own), PLAIN),
    )


def before_writing(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Weights of presence and doubt for whether any draft of a question is right; the bias lets nine in ten pass.

    They are set so that of a hundred questions with a right draft one is given up.
    """
    questions: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        questions.setdefault((row["set"], row["question"]), []).append(row)
    table = np.array([[found[0]["presence"], found[0]["doubt"]] for found in questions.values()], float)
    right = np.array([any(row["right"] for row in found) for found in questions.values()], float)
    found = fitted(table, right, np.ones(len(right)))
    scores = np.sort((table @ found[:-1])[right > 0])
    return {
        "best": round(float(found[0]), 3),
        "doubt": round(float(found[1]), 3),
        "bias": round(-float(scores[len(scores) // 100]), 3),
    }


def main() -> None:
    """Collect rows, or fit the weights to them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["collect", "fit"])
    parser.add_argument("rows", type=Path)
    parser.add_argument("--rgb", type=Path)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, help="collect of these only")
    parser.add_argument(
        "--accepted", type=float, default=0.0, help="log-odds from which on the model's draft is shown"
    )
    parser.add_argument("--of-the-paper", type=float, default=1.0, help="the same of a sentence of the paper's own")
    options = parser.parse_args()
    if options.step == "collect":
        collect(options.rows, options.rgb, options.sets)
        return
    rows = [json.loads(line) for line in options.rows.read_text(encoding="utf-8").splitlines()]
    text = json.dumps(fit(rows, options.accepted, options.of_the_paper), ensure_ascii=False, indent=1)
    name = "confidence_read_again.json" if rows[0].get("read_again") else "confidence.json"
    (ROOT / "data" / "results" / name).write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
