"""Fits the weights of ``rag/corpus/line_model.npz`` on pages of ``random_pages``, left-out families never among them.

    nice -n 15 python benchmarks/fit_line_model.py --corpus ARTICLES.jsonl.gz --pages 16 --epochs 8

``--ablate`` fits a small model anew without each kind of evidence in turn and writes what that costs. Needs torch,
which the project has for its other models; reading pages needs numpy only. About twenty minutes of one core.
"""

from __future__ import annotations

import argparse
import json
import math
import pickle
import platform
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from line_network import HEADLINES, Network
from line_samples import Sample, samples
from numpy.typing import NDArray
from segmentation_pages import ROOT
from torch import Tensor, nn, optim

from rag.corpus.line_features import GROUPS
from rag.corpus.line_model import DILATIONS, LIMIT, STATES, WEIGHTS, LineModel

BATCH = 12
KEPT = 0.999
"""How much of the weights' running mean each step keeps; the mean is what is saved."""


def fit(
    data: Sequence[Sample],
    network: Network,
    epochs: int,
    keep: NDArray[np.bool_] | None = None,
    start: Mapping[str, NDArray[np.float32]] | None = None,
    rate: float = 2e-3,
    path: Path | None = None,
) -> dict[str, NDArray[np.float32]]:
    """The weights after so many rounds over the pages; features outside ``keep`` count as usual.

    ``rate`` is the highest learning rate; ``path`` keeps the weights after each round.
    """
    if start is None:
        rows = np.concatenate([sample.features for sample in data[::5]]).astype(np.float32)
        mean, deviation = rows.mean(axis=0), rows.std(axis=0) + 0.05
    else:
        mean, deviation = start["mean"], start["deviation"]
        network.take(start)
    optimiser = optim.AdamW(network.parameters(), rate, weight_decay=1e-3)
    rounds = math.ceil(len(data) / BATCH)
    schedule = optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=epochs * rounds + 1, pct_start=0.1)
    order = np.random.default_rng(0)
    mean_weights = optim.swa_utils.AveragedModel(network, multi_avg_fn=optim.swa_utils.get_ema_multi_avg_fn(KEPT))
    for epoch in range(epochs):
        total = 0.0
        for batch in _batches(data, order):
            features, labels, subtitles, mask = _packed(batch, mean, deviation, keep)
            loss = network.loss(network(features, mask), labels, subtitles, mask) / 20
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            schedule.step()
            mean_weights.update_parameters(network)
            total += float(loss.detach())
        if path is not None:
            save(_averaged(mean_weights).weights(mean, deviation), path)
        print(f"epoch {epoch} loss {total / rounds:.4f} {time.process_time():.0f} s", flush=True)
    return _averaged(mean_weights).weights(mean, deviation)


def _averaged(mean_weights: optim.swa_utils.AveragedModel) -> Network:
    averaged = mean_weights.module
    assert isinstance(averaged, Network)  # noqa: S101
    return averaged


def _batches(data: Sequence[Sample], order: np.random.Generator) -> list[list[Sample]]:
    """Pages of about one length together, in a new order each time."""
    places = sorted(order.permutation(len(data)), key=lambda place: len(data[place].labels) // 40)
    groups = [[data[place] for place in places[start : start + BATCH]] for start in range(0, len(data), BATCH)]
    order.shuffle(groups)
    return groups


def _packed(
    batch: Sequence[Sample],
    mean: NDArray[np.float32],
    deviation: NDArray[np.float32],
    keep: NDArray[np.bool_] | None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    longest = max(len(sample.labels) for sample in batch)
    features = torch.zeros(len(batch), longest, len(mean))
    labels = torch.zeros(len(batch), longest, dtype=torch.long)
    subtitles = torch.zeros(len(batch), longest)
    mask = torch.zeros(len(batch), longest, dtype=torch.bool)
    for row, sample in enumerate(batch):
        count = len(sample.labels)
        scaled = np.clip((sample.features.astype(np.float32) - mean) / deviation, -LIMIT, LIMIT)
        features[row, :count] = torch.from_numpy(scaled if keep is None else scaled * keep)
        labels[row, :count] = torch.from_numpy(sample.labels)
        subtitles[row, :count] = torch.from_numpy(sample.subtitles)
        mask[row, :count] = True
    return features, labels, subtitles, mask


def accuracy(model: LineModel, data: Sequence[Sample], keep: NDArray[np.bool_] | None = None) -> dict[str, float]:
    """How often a line's label, a whole page and a subtitle are right."""
    lines = right = whole = headlines = told = 0
    for sample in data:
        features = sample.features.astype(np.float32)
        if keep is not None:
            features = np.where(keep, features, model.usual)
        reading = model.read(features)
        found = np.asarray([STATES.index(state) for state in reading.states])
        same = found == sample.labels
        headline = np.isin(sample.labels, HEADLINES)
        lines += len(same)
        right += int(same.sum())
        whole += bool(same.all())
        headlines += int(headline.sum())
        told += int(((reading.subtitle > 0.5) == (sample.subtitles > 0.5))[headline].sum())
    return {
        "lines_right": round(right / lines, 4),
        "pages_whole": round(whole / len(data), 4),
        "subtitles_right": round(told / max(1, headlines), 4),
    }


def ablations(data: Sequence[Sample], test: Sequence[Sample], epochs: int) -> dict[str, dict[str, float]]:
    """What a small model gets right with all evidence, and without each kind of it."""
    n_features = data[0].features.shape[1]
    found: dict[str, dict[str, float]] = {}
    cases: list[tuple[str, Sequence[int], bool, NDArray[np.bool_] | None]] = [
        ("everything", DILATIONS, True, None),
        ("each line alone", (), True, None),
        ("without the page's mean", DILATIONS, False, None),
    ]
    for name, columns in GROUPS.items():
        keep = np.ones(n_features, bool)
        keep[columns] = False
        cases.append((f"without {name}", DILATIONS, True, keep))
    for name, dilations, sees_page, keep in cases:
        torch.manual_seed(0)
        weights = fit(data, Network(n_features, dilations, sees_page=sees_page), epochs, keep)
        if not sees_page:
            weights |= {key: np.zeros_like(value) for key, value in weights.items() if key.endswith(".page")}
        found[name] = accuracy(LineModel(weights), test, keep)
        print(name, found[name], flush=True)
    return found


def save(weights: dict[str, NDArray[np.float32]], path: Path) -> None:
    """The weights as a file, large ones with half the digits."""
    np.savez_compressed(
        path,
        allow_pickle=False,
        **{name: value.astype(np.float16 if value.size > 1000 else np.float32) for name, value in weights.items()},
    )


def main() -> None:
    """Fit and save, or ablate."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", type=Path, required=True, help="jsonl.gz with title and text")
    parser.add_argument("--pages", type=int, default=16, help="pages a family")
    parser.add_argument(
        "--first", type=int, default=1000, help="number of a family's first page; new pages, new numbers"
    )
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--samples", type=Path, help="file that keeps the pages' features between runs")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--workers", type=int, default=1, help="processes and threads")
    parser.add_argument("--start", type=Path, help="weights to begin with")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--output", type=Path, default=ROOT / "data/results/line_model.json")
    options = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(options.workers)
    start = time.process_time()
    if options.samples and options.samples.exists():
        data, test = pickle.loads(options.samples.read_bytes())  # noqa: S301 - written by this script
    else:
        data = samples(options.corpus, options.pages, options.workers, options.first, left_out=False)
        test = samples(options.corpus, 6, options.workers, 0, left_out=True)
    if options.samples:
        options.samples.write_bytes(pickle.dumps((data, test)))
    print(len(data), "pages", f"{time.process_time() - start:.0f} s", flush=True)
    report: dict[str, object] = {"command": "python benchmarks/fit_line_model.py", "machine": platform.platform()}
    if options.output.exists():
        report = json.loads(options.output.read_text("utf-8"))
    if options.ablate:
        report["ablation"] = {
            "pages": len(data),
            "epochs": options.epochs,
            "left-out families": ablations(data, test, options.epochs),
        }
    else:
        start_weights = dict(np.load(options.start)) if options.start else None
        network = Network(data[0].features.shape[1])
        fitted = fit(data, network, options.epochs, start=start_weights, rate=options.rate, path=options.weights)
        save(fitted, options.weights)
        report["pages"], report["epochs"], report["corpus"] = len(data), options.epochs, options.corpus.name
        report["left-out families"] = accuracy(LineModel.load(options.weights), test)
        report["seconds of one core"] = round(time.process_time() - start)
    options.output.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
