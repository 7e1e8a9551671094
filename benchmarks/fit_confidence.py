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
import random
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import strangers
from asked_examples import ASKED, Asked, AskedArticle, is_of_a_year, read_asked
from meaning import DAY, PAGES, half, plain, stands, workspace_over
from numpy.typing import NDArray

from rag.answering.confidence import AGAIN, ALONE, Signals
from rag.answering.drafts import Draft
from rag.answering.judge import Read, signals_of
from rag.answering.saying import in_the_papers_words, without_day_lead
from rag.chinese.figures import find_figures
from rag.evaluation.gold import GoldQuestion, read_gold
from rag.evaluation.matching import all_met
from rag.records import Passage
from rag.workspace import Workspace

ROOT = Path(__file__).parents[1]
MOST = {"slots": 35, "gold": 8, "asked": 70, "rgb 0.4": 8, "rgb 0.8": 24, "rgb 1.0": 15}
"""How many questions of a set are asked; of the natural ones all of the seen half."""
NOISES = (0.4, 0.8, 1.0)
SETS = ("strangers", "typed", "natural", "slots", "gold", "asked", "rgb")
"""The weights of the second reading are fitted to those asked of newspaper pages: the first three and ``gold``."""
NAMES = tuple(field.name for field in fields(Signals) if field.name != "reader")
FAR = 4.0
PENALTY, NEAR, STEPS, FOLDS = 0.02, 0.1, 1500, 10
PRECISION = 0.93
"""What share of the drafts that are shown without asking the model again must be right."""
PLAIN = 0.9
"""The same of the paper's sentences that are shown where the model is not asked at all."""
Floats = NDArray[np.float64]
IsRight = Callable[[str, str], bool]


class Collector:
    """Asks questions of one workspace and writes a row for each draft that is judged."""

    def __init__(self, workspace: Workspace, rows: Path) -> None:
        self.workspace = workspace
        self._rows = rows.open("a", encoding="utf-8")
        self._is_right: IsRight = lambda *_: False
        self._about: dict[str, Any] = {}

    def ask(self, source: str, question: str, is_right: IsRight, passages: Sequence[Passage] | None = None) -> None:
        """One question; ``is_right`` tells of a draft's text and its quotes whether it answers."""
        self._is_right, self._about = is_right, {"set": source, "question": question}
        with (
            patch("rag.answering.writing.is_sure", self._note),
            patch("rag.answering.writing.is_too_doubtful", lambda *_, **__: False),
        ):
            self.workspace.assistant.answer(question, passages=passages)

    def _note(self, read: Read, draft: Draft) -> bool:
        found = signals_of(read, draft)
        if found is not None:
            claims = [item.claim for item in draft.said]
            said = (
                draft.text if draft.is_models else in_the_papers_words(read.found.question, draft.quoted[0], claims)
            )
            row = {
                **self._about,
                **asdict(found),
                "checked": None if read.found.read_again else self._checked(read, draft),
                "presence": read.found.support.presence,
                "read_again": read.found.read_again,
                "right": self._is_right(said, "".join(item.text for item in draft.quoted)),
            }
            self._rows.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._rows.flush()
        return False

    def _checked(self, read: Read, draft: Draft) -> float | None:
        return None if read.check is None else read.check.log_odds(draft.quoted)


def collect(rows: Path, rgb: Path | None, sets: Sequence[str]) -> None:
    """Rows of ``sets``, of ``SETS``."""
    with tempfile.TemporaryDirectory() as folder:
        spaces = {pages: workspace_over(ROOT / "data" / pages, Path(folder)) for pages in PAGES}
        first = spaces["sample"]
        for pages in PAGES[1:]:
            spaces[pages] = Workspace(spaces[pages].settings, encoder=first.encoder, generator=first.generator)
        asking = {pages: Collector(space, rows) for pages, space in spaces.items()}
        if "strangers" in sets:
            collect_strangers(first, rows, Path(folder))
        for name in ("typed", "natural"):
            for item in seen(name) if name in sets else ():
                asking[item["pages"]].ask(name, item["question"], natural_right(item))
        for item in seen("slot_pairs")[: MOST["slots"]] if "slots" in sets else ():
            for text, wanted in (("fits", [item["answer"]]), ("differs", item["marks"])):
                passage = Passage("1", "", item[text], 0, len(item[text]), 1.0, DAY)
                asking["sample"].ask("slots", item["question"], any_of(wanted), [passage])
        for item in seen("questions")[: MOST["gold"]] if "gold" in sets else ():
            pieces = [piece for part in item["answers"] for piece in part] if item["answerable"] else []
            asking["sample"].ask("gold", item["question"], any_of(pieces))
        for article, asked in asked_seen()[: MOST["asked"]] if "asked" in sets else ():
            passage = Passage("1", "", article.text, 0, len(article.text), 1.0, article.day)
            asking["sample"].ask("asked", asked.text, asked_right(article, asked), [passage])
        if rgb is not None and "rgb" in sets:
            collect_rgb(asking["sample"], rgb)


def collect_rgb(asking: Collector, rgb: Path) -> None:
    """Rows of RGB's refine questions with passages of which some, one and none answer."""
    for noise in NOISES:
        for gold in read_gold(rgb, "rgb", noise=noise)[: MOST[f"rgb {noise}"]]:
            asking.ask(f"rgb {noise}", gold.question, gold_right(gold), gold.passages)


def collect_strangers(first: Workspace, rows: Path, folder: Path) -> None:
    """Rows of the strangers' pages that may be read: right is what stands on the sentence marked as the evidence."""
    lines = (ROOT / "data" / "gold" / "strangers.jsonl").read_text(encoding="utf-8").splitlines()
    items = [item for item in map(json.loads, lines) if strangers.half(item) == "seen"]
    stores: dict[int, Workspace] = {}
    for item in items:
        pages = item["pages"]
        if pages not in stores:
            stores[pages] = workspace_over(ROOT / "data" / "strangers" / str(pages), folder)
        asking = Collector(strangers.asking(stores[pages], item["day"], first), rows)
        asking.ask("strangers", item["question"], evidence_right(item))


def evidence_right(item: dict[str, Any]) -> IsRight:
    """A draft is right that quotes the evidence; none is of a question that the pages do not answer."""
    return lambda _, quoted: item["answerable"] and strangers.holds(quoted, item["evidence"])


def seen(name: str) -> list[dict[str, Any]]:
    """Items of the half that may be read."""
    lines = (ROOT / "data" / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [item for item in map(json.loads, lines) if half(item) == "seen"]


def asked_seen() -> list[tuple[AskedArticle, Asked]]:
    """Questions on the articles that the reader did not learn from, one half of them by the hash of the question."""
    found = [
        (article, question)
        for article in read_asked(ASKED, held_out=True)
        for question in article.questions
        if half({"id": question.text}) == "seen" and not is_of_a_year(question.text)
    ]
    random.Random(5).shuffle(found)
    return found


def asked_right(article: AskedArticle, asked: Asked) -> IsRight:
    """A draft is right that tells of the sentence that answers: its own words, or what in it answers."""
    if asked.at is None:
        return lambda *_: False
    sentence = plain(article.sentences[asked.at])
    return lambda text, _: plain(without_day_lead(text)) in sentence or tells(asked.span, text)


def tells(span: str, text: str) -> bool:
    """Whether a text has the figures of what answers, or where that has none half of its pairs of characters."""
    figures = [item.text for item in find_figures(span)]
    if figures:
        return plain(figures[0]) in plain(text)
    pairs = {span[i : i + 2] for i in range(len(span) - 1)} or {span}
    return sum(pair in text for pair in pairs) >= len(pairs) / 2


def any_of(pieces: Sequence[str]) -> IsRight:
    """Whether one of the pieces stands in a text."""
    return lambda text, _: any(stands(piece, text) or plain(piece) in plain(text) for piece in pieces)


def gold_right(gold: GoldQuestion) -> IsRight:
    """Whether a text holds an answer of the gold; none does to a question without one."""
    return lambda text, _: gold.answerable and all_met(gold.answers, text)


def natural_right(item: dict[str, Any]) -> IsRight:
    """A draft is right that has a piece of the gold, and none of what must not be said."""
    if item.get("refuse"):
        return lambda *_: False
    wanted = [*item.get("all", []), *item.get("any", []), *item.get("refuse_or", [])]
    return lambda text, _: (
        any(stands(piece, text) for piece in wanted)
        and not any(plain(piece) in plain(text) for piece in item.get("none", []))
    )


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


def clear_limit(scores: Floats, right: Floats, precision: float = PRECISION) -> float:
    """The least score from which on ``precision`` of the rows are right."""
    order = np.argsort(-scores)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= precision)
    return round(float(scores[order][enough[-1]]), 2) if len(enough) else float(scores.max())


def hopeless_limit(scores: Floats, checked_scores: Floats, right: Floats, accepted: float) -> float:
    """The greatest score below which at most one in a hundred of the right rows that a check would keep is lost."""
    saved = np.sort(scores[(right > 0) & (checked_scores >= accepted)])
    return round(float(saved[len(saved) // 100]), 2)


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
            "clear": clear_limit(before, right),
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
