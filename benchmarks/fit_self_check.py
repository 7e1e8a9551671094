"""Learn what a model's state after a sentence and a question says of whether the one answers the other.

    python benchmarks/fit_self_check.py collect STATES.npz --pairs 5000     # an hour of two cores
    python benchmarks/fit_self_check.py fit STATES.npz --output data/results/self_check.json

Pairs are of ``data/asked`` and its folders of other hands: the sentence that answers, or the one that looks most like
it. A question with 今年 or 去年 is also asked a year later, and of another year than the sentence tells of. Of some
questions the sentences are those that a search of all articles of one hand finds (``asked_papers``). Each is
put to the model as the product puts it (``reading_message``), and the state in the middle of its layers is kept.
Learnt is a ridge-penalised logistic regression of the standardised state, written to
``rag/answering/state_probe.npz``; the penalty is the one with which a probe learnt from all folders but one is least
surprised by that one. Two hands of the near misses are left out, and measured on at the end.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from asked_examples import ASKED, COMPARISONS, NEAR_MISSES, OTHER_HANDS, Asked, AskedArticle, read_asked, shared_pairs
from asked_papers import ReadSentence, sentences_read
from meaning import workspace_over
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from rag.answering.second_reading import MOST_CHARACTERS
from rag.answering.self_check import understood
from rag.answering.state_probe import REFERENCE
from rag.chinese.spoken_words import as_printed
from rag.generation.generator import HIDDEN_LAYER, Generator, Message
from rag.generation.prompts import EvidenceLine, reading_message
from rag.generation.runtime import load_generator
from rag.settings import load_settings

PROBE = Path(__file__).parents[1] / "rag" / "answering" / "state_probe.npz"
_LEFT_OUT = "near misses, left out"
SEARCHED = "found by a search"
_SHARES = {
    ASKED: ("asked", 0.32),
    OTHER_HANDS: ("other hands", 0.28),
    NEAR_MISSES: ("near misses", 0.4),
    COMPARISONS: ("comparisons", 0.3),
}
"""How many pairs of a folder, at the most, for each that is asked for; more than one in all."""
_HANDS_LEFT_OUT = ("y", "z")
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
_SEARCHED = {
    COMPARISONS: (50, "comparisons"),
    NEAR_MISSES: (35, "near misses"),
    OTHER_HANDS: (18, "other hands"),
}
"""Of so many questions of each hand the sentences that a search finds are taken, the ``_SURE`` surest."""
_SURE = 3
_ANSWERED = 0.62
"""Of the questions that a sentence answers, so many are paired with it, the others with the nearest that does not."""
_UNDATED, _UNTITLED = 0.12, 0.08
"""Passages that a program sends have no day, or no headline."""
_A_YEAR = re.compile(r"今年|去年")
_ANY_TIME = re.compile(r"[今去前明上当]年|\d年|[本上这]个?月|[昨今]天")
_MONTHS_LATER = (0, 0, 0, 1, 2, 6, 18, 30)
_PENALTIES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
_MOVED = (1.18, 0.51)
"""Scale and shift by which the log-odds mean, of the strangers' seen half, what those meant that the weights and
limits of ``confidence.json`` were fitted to; (1.0, 0.0) once these are fitted anew."""
_BATCH, _SORTED, _SAVED_EVERY = 6, 120, 480
Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question asked on ``today`` and a sentence printed on ``printed``; ``label`` is 1 where it answers."""

    hands: str
    question: str
    title: str
    sentence: str
    label: int
    printed: dt.date | None
    today: dt.date | None
    kind: str = ""


def pairs_of(folder: Path, hands: str, chance: random.Random) -> Iterator[Pair]:
    """A pair of each question in ``folder``, in the order of chance; articles that are only measured on left out."""
    articles = read_asked(folder, held_out=False if folder == ASKED else None)
    asked = [(article, question) for article in articles for question in article.questions]
    chance.shuffle(asked)
    for article, question in asked:
        text = as_printed(question.text) if chance.random() < 0.5 else question.text
        found = _paired(article, replace(question, text=text), hands, chance)
        if found is None:
            continue
        if chance.random() < _UNTITLED:
            found = replace(found, title="")
        yield replace(found, printed=None, today=None) if _may_be_undated(found, chance) else found


def _may_be_undated(pair: Pair, chance: random.Random) -> bool:
    return not _ANY_TIME.search(pair.question) and chance.random() < _UNDATED


def _paired(article: AskedArticle, question: Asked, hands: str, chance: random.Random) -> Pair | None:
    text, day = question.text, article.day
    others = [at for at in range(len(article.sentences)) if at != question.at]
    others.sort(key=lambda at: (at != question.near, -shared_pairs(text, article.sentences[at])))
    today = day if _ANY_TIME.search(text) else _months_later(day, chance.choice(_MONTHS_LATER))
    if question.at is not None and chance.random() < _ANSWERED:
        pair = Pair(hands, text, article.title, article.sentences[question.at], 1, day, today)
        return _of_another_time(pair, day, chance) if _A_YEAR.search(text) else pair
    if others and not (question.span and question.span in article.sentences[others[0]]):
        return Pair(hands, text, article.title, article.sentences[others[0]], 0, day, today)
    return None


def _of_another_time(pair: Pair, day: dt.date, chance: random.Random) -> Pair:
    """An answer to a question of this year or the last as it is, asked otherwise, or asked of another year."""
    years = chance.choice((1, 1, 2, 3))
    later = _months_later(day, 12 * years)
    return chance.choice(
        (
            pair,
            replace(pair, question=pair.question.replace("去年", "前年").replace("今年", "去年"), kind="a year later",
                    today=_months_later(day, 12)),
            replace(pair, question=_with_years(pair.question, day.year), kind="a year named", today=later),
            replace(pair, label=0, kind="another year", today=later),
            replace(pair, label=0, kind="another year named", today=later,
                    question=_with_years(pair.question, day.year + chance.choice((-2, -1, 1, 1, 2)))),
        )
    )  # fmt: skip


def _with_years(question: str, year: int) -> str:
    return question.replace("今年", f"{year}年").replace("去年", f"{year - 1}年")


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, 28))


def pairs(count: int) -> list[Pair]:
    """Some ``count`` pairs of all folders, mixed, and those of the hands that are left out."""
    chance = random.Random(5)
    found: list[Pair] = []
    for folder, (hands, share) in _SHARES.items():
        of_folder = list(pairs_of(folder, hands, chance))
        if folder == NEAR_MISSES:
            left_out = {article.title for article in read_asked(folder, held_out=None, names=_HANDS_LEFT_OUT)}
            found += [replace(pair, hands=_LEFT_OUT) for pair in of_folder if pair.title in left_out]
            of_folder = [pair for pair in of_folder if pair.title and pair.title not in left_out]
        found += of_folder[: round(count * share)]
    chance.shuffle(found)
    return found


def searched_pairs() -> Iterator[Pair]:
    """The sentences that a search finds for some questions of each hand.

    All are told to be of the paper's month, for that another is of another year would give it away.
    """
    with tempfile.TemporaryDirectory() as place:
        first = workspace_over(SAMPLE, Path(place))
        for folder, (questions, hands) in _SEARCHED.items():
            for path in sorted(folder.glob("*.jsonl")):
                if folder == NEAR_MISSES and path.stem in _HANDS_LEFT_OUT:
                    continue
                for found in sentences_read(folder, path.stem, questions, _SURE, first):
                    yield _searched(found, hands)


def _searched(found: ReadSentence, hands: str) -> Pair:
    day, text = found.article.day, understood(found.sentence)[:MOST_CHARACTERS]
    # Of one question all sentences are asked in one month.
    months = random.Random(found.question).choice(_MONTHS_LATER)
    today = day if _ANY_TIME.search(found.question) else _months_later(day, months)
    return Pair(hands, found.question, found.sentence.article.title, text, int(found.answers), day, today, SEARCHED)


def collect(output: Path, count: int, generator: Generator) -> None:
    """Ask the model of all pairs and keep its states; what was asked so far is kept on the way."""
    chosen = [*pairs(count), *searched_pairs()]
    states: list[Array] = []
    reference = _told(generator, [REFERENCE])[0]
    for begin in range(0, len(chosen), _SORTED):
        block = chosen[begin : begin + _SORTED]
        order = sorted(range(len(block)), key=lambda place: len(block[place].title + block[place].sentence))
        of_block: list[Array] = [np.empty(0)] * len(block)
        for first in range(0, len(block), _BATCH):
            places = order[first : first + _BATCH]
            told = _told(generator, [(_message(block[place]),) for place in places])
            for place, state in zip(places, told, strict=True):
                of_block[place] = state.astype(np.float16)
        states += of_block
        print(len(states), "of", len(chosen), flush=True)
        if begin % _SAVED_EVERY == 0 or len(states) == len(chosen):
            _save(output, chosen[: len(states)], states, reference, generator.name)


def _message(pair: Pair) -> Message:
    return reading_message(pair.question, EvidenceLine(pair.title, pair.sentence), pair.printed, pair.today)


def _told(generator: Generator, prompts: Sequence[Sequence[Message]]) -> Array:
    states = generator.hidden_states(prompts)
    if states is None:
        raise SystemExit(f"the runtime {generator.runtime} tells no states; set BAOWEN_RUNTIME=openvino")
    return states


def _save(output: Path, chosen: Sequence[Pair], states: Sequence[Array], reference: Array, model: str) -> None:
    np.savez(
        output,
        states=np.stack(states),
        labels=np.array([pair.label for pair in chosen]),
        titles=np.array([pair.title or pair.sentence for pair in chosen]),
        hands=np.array([pair.hands for pair in chosen]),
        kinds=np.array([pair.kind for pair in chosen]),
        reference=np.asarray(reference, np.float32),
        model=np.array(model),
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
    states, labels, titles, hands, kinds = (saved[name] for name in ("states", "labels", "titles", "hands", "kinds"))
    states = states.astype(np.float32)
    left_out = hands == _LEFT_OUT
    learn = ~left_out
    folders = hands[learn].tolist()
    of_others = {
        penalty: held_out(states[learn], labels[learn], folders, penalty, folds=len(set(folders)))
        for penalty in _PENALTIES
    }
    best = min(of_others, key=lambda penalty: surprise(of_others[penalty], labels[learn]))
    weights, bias = learnt(states[learn], labels[learn], best)
    scores = np.zeros(len(labels))
    scores[learn] = held_out(states[learn], labels[learn], titles[learn].tolist(), best, folds=5)
    scores[left_out] = states[left_out] @ weights + bias
    result: dict[str, Any] = {"model": str(saved["model"]), "layers": HIDDEN_LAYER, "penalty": best}
    groups = {"all learnt from, other articles": learn, **{str(name): hands == name for name in np.unique(hands)}}
    of_a_year = np.char.find(kinds, "year") >= 0
    groups["of a year, asked otherwise or of another"] = of_a_year & learn
    groups["found by a search"] = (kinds == SEARCHED) & learn
    for name, of in groups.items():
        result[name] = {
            "pairs": int(of.sum()),
            "answered": int(labels[of].sum()),
            "auc": round(float(roc_auc_score(labels[of], scores[of])), 3),
        }
    auc = roc_auc_score(labels[learn], of_others[best])
    result["learnt from the other folders"] = {"auc": round(float(auc), 3)}
    scale, shift = _MOVED
    np.savez(PROBE, weights=scale * weights, bias=np.float32(scale * bias + shift), reference=saved["reference"])
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if output:
        output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Collect or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=("collect", "fit"))
    parser.add_argument("states", type=Path)
    parser.add_argument("--pairs", type=int, default=5_000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if options.work == "collect":
        collect(options.states, options.pairs, load_generator(load_settings()))
    else:
        fit(options.states, options.output)


if __name__ == "__main__":
    main()
