"""What each stage of an answer takes, the least that this machine could take for it, and how far it is from that.

    make benchmark-quick        # python benchmarks/stages.py: two to four minutes, with the models

The first questions of ``data/gold/questions.jsonl`` are answered over ``data/sample``. A stage that multiplies is
compared with its multiply-adds at the rate of a large product of matrices here and now, one that writes a token with
the weights' bytes at the rate at which memory is read, the scan of vectors likewise. What other work runs beside it
slows all of it, so the floors are measured in the same run, and ratios to the last result of the same kind of machine
are told. Results: ``data/results/stages.json``, one a kind of machine.

``four_askers`` is the most that four askers could gain by having their tokens written together: the reading of
prompts uses all cores already, so only writing gets cheaper, by as much as a step with four times the tokens is
cheaper than four steps.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from embeddings.vector_index import VectorIndex
from rag.generation.generator import HIDDEN_LAYER
from rag.generation.machine import detect_machine
from rag.generation.token_generator import TokenGenerator
from rag.settings import load_settings
from rag.workspace import Workspace

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "data" / "results" / "stages.json"
LAYERS, LAYER_WEIGHTS, OUTPUT_WEIGHTS = 28, 1_310_000_000, 233_373_696
"""Of the default generation model."""
ENCODER_WEIGHTS = 21_300_000
"""Of the default embedding model's layers; the reader's are as many."""
SCANNED, DIMENSION, HALF = 100_000, 384, 2
SMALL_STEP = 24
"""A step with no more new tokens than this is writing, drafted tokens included."""
STEPS = (1, 2, 4, 8, 16, 24, 32, 64, 96)


def fastest(work: Callable[[], Any], repeats: int = 5) -> float:
    """Seconds of the quickest of some runs, the first not counted."""
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def peak_multiply_adds(bfloat16: bool) -> float:
    """Multiply-adds a second of a large product, in the arithmetic that the models use here."""
    kind = torch.bfloat16 if bfloat16 else torch.float32
    left, right = torch.randn(1024, 2048).to(kind), torch.randn(2048, 4096).to(kind)
    return 1024 * 2048 * 4096 / fastest(lambda: left @ right)


def memory_rate() -> float:
    """Bytes a second at which much more than the caches hold is read."""
    values = torch.ones(128_000_000)
    return values.nbytes / fastest(values.sum)


class Steps:
    """What a generator was asked to compute: seconds by stage, and tokens."""

    def __init__(self, generator: TokenGenerator) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.tokens: defaultdict[str, int] = defaultdict(int)
        self.writing: list[int] = []
        self.predictions = 0
        logits, hidden = generator._logits, generator._hidden

        def counted_logits(tokens: list[int], cache: Any, count: int) -> Any:
            new = len(tokens) - cache.length()
            stage = "write" if new <= SMALL_STEP else "read prompt"
            began = time.perf_counter()
            found = logits(tokens, cache, count)
            self.seconds[stage] += time.perf_counter() - began
            self.tokens[stage] += new
            self.predictions += count if stage == "read prompt" else 0
            if stage == "write":
                self.writing.append(new)
            return found

        def counted_hidden(prompts: Any) -> Any:
            began = time.perf_counter()
            found = hidden(prompts)
            self.seconds["read sentences again"] += time.perf_counter() - began
            self.tokens["read sentences again"] += sum(map(len, prompts))
            return found

        for name, counted in (("_logits", counted_logits), ("_hidden", counted_hidden)):
            setattr(generator, name, counted)


def step_seconds(generator: TokenGenerator) -> dict[int, float]:
    """Seconds to predict after so many new tokens, a context of 400 read before."""
    tokens = np.random.default_rng(0).integers(1000, 90_000, 400 + max(STEPS)).tolist()
    cache = generator._empty_cache()
    generator._logits(tokens[:400], cache, 1)
    found = {}
    for count in STEPS:

        def step(count: int = count) -> None:
            generator._logits(tokens[: 400 + count], cache, count)
            generator._cut(cache, 400)

        found[count] = fastest(step)
    return found


def gain_of_four(steps: Steps, seconds: dict[int, float], whole: float) -> float:
    """How many times as many answers could be had if four askers' tokens were written together."""
    counts, times = list(seconds), list(seconds.values())

    def lasting(count: int) -> float:
        return float(np.interp(count, counts, times))

    alone = sum(lasting(count) for count in steps.writing)
    together = sum(lasting(4 * count) / 4 for count in steps.writing)
    return whole / (whole - steps.seconds["write"] * (1 - together / alone))


def row(seconds: float, floor: float | None, what: str) -> dict[str, Any]:
    """One line of the table."""
    found: dict[str, Any] = {"what": what, "seconds": round(seconds, 4)}
    if floor is not None:
        found |= {"floor": round(floor, 4), "times_the_floor": round(seconds / floor, 2)}
    return found


def measure(questions: list[str], folder: Path) -> dict[str, Any]:
    """All stages, over a store of the sample papers in ``folder``."""
    workspace = Workspace(dataclasses.replace(load_settings(), store=folder))
    encoder, generator = workspace.encoder, workspace.generator
    machine = detect_machine()
    peak, rate = peak_multiply_adds(machine.avx512_bf16 or machine.amx_bf16), memory_rate()
    result: dict[str, Any] = {"multiply_adds_a_second": f"{peak:.3g}", "bytes_a_second": f"{rate:.3g}", "stages": {}}
    stages = result["stages"]

    began = time.perf_counter()
    workspace.ingest([ROOT / "data" / "sample"])
    stages["import"] = row(time.perf_counter() - began, None, "data/sample, encoder loaded")
    texts = [passage.text for passage in workspace.search(questions[0], 40, translate=False).passages] * 3
    tokenizer = encoder.transformer()[1]
    count = sum(map(len, tokenizer(texts, truncation=True, max_length=512)["input_ids"]))
    stages["encode passages"] = row(
        fastest(lambda: encoder.encode_passages(texts), 3),
        count * ENCODER_WEIGHTS / peak,
        f"{len(texts)} passages, {count} tokens",
    )
    count = sum(len(tokenizer(text)["input_ids"]) for text in questions) / len(questions)
    searched = [fastest(lambda text=text: workspace.search(text, translate=False), 3) for text in questions]  # type: ignore[misc]
    stages["search"] = row(
        statistics.median(searched), count * ENCODER_WEIGHTS / peak, "a question, its encoding included"
    )
    stages["scan"] = _scan(rate)

    workspace.warm_up()
    if isinstance(generator, TokenGenerator):
        _answers(workspace, questions, generator, result, peak, rate)
    return result


def _scan(rate: float) -> dict[str, Any]:
    rows = np.random.default_rng(0).standard_normal((SCANNED, DIMENSION), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = VectorIndex.prepare(rows[:2560], SCANNED)
    index.add(np.arange(SCANNED), rows)
    return row(
        fastest(lambda: index.search(rows[:1], 60)), SCANNED * DIMENSION * HALF / rate, f"{SCANNED} vectors, exact"
    )


def _answers(
    workspace: Workspace,
    questions: list[str],
    generator: TokenGenerator,
    result: dict[str, Any],
    peak: float,
    rate: float,
) -> None:
    stages = result["stages"]
    seconds = step_seconds(generator)
    steps = Steps(generator)
    times, evidence = [], []
    for question in questions:
        began = time.perf_counter()
        answer = workspace.assistant.answer(question)
        times.append(time.perf_counter() - began)
        evidence.append(answer.timings.retrieve_ms / 1000)
    asked, whole = len(questions), sum(times)
    stages["evidence"] = row(statistics.median(evidence), None, "a question, median")
    stages["answer"] = row(statistics.median(times), None, "whole, median")
    part = HIDDEN_LAYER / LAYERS
    for name, multiply_adds in (
        ("read sentences again", steps.tokens["read sentences again"] * LAYER_WEIGHTS * part),
        ("read prompt", steps.tokens["read prompt"] * LAYER_WEIGHTS + steps.predictions * OUTPUT_WEIGHTS),
    ):
        what = f"{steps.tokens[name] / asked:.0f} tokens a question"
        stages[name] = row(steps.seconds[name] / asked, multiply_adds / peak / asked, what)
    what = (
        f"{len(steps.writing) / asked:.0f} steps a question, {steps.tokens['write'] / asked:.0f} tokens with drafts"
    )
    stages["write"] = row(steps.seconds["write"] / asked, None, what)
    stages["one token"] = row(seconds[1], _held_bytes(workspace) / rate, "its weights read once")
    rest = whole - sum(steps.seconds.values())
    stages["all else"] = row(rest / asked, None, "search, reader, claims, composing")
    result["step_seconds"] = {str(count): round(value, 4) for count, value in seconds.items()}
    result["four_askers"] = round(gain_of_four(steps, seconds, whole), 2)


def _held_bytes(workspace: Workspace) -> int:
    """The size of the model file that the runtime reads."""
    folder = workspace.settings.models
    names = {"openvino": "*openvino/openvino_model.bin", "llama.cpp": "*/*.gguf"}
    pattern = names.get(workspace.generator.runtime, "*/model.safetensors")
    return max(path.stat().st_size for path in folder.glob(pattern))


def main() -> None:
    """Measure, print the table, and keep the result of this kind of machine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--output", type=Path, default=RESULT)
    options = parser.parse_args()
    lines = (ROOT / "data" / "gold" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines[: options.questions]]
    known = json.loads(options.output.read_text(encoding="utf-8")) if options.output.exists() else {}
    machine = detect_machine()
    kind = f"{machine.cpu}, {machine.cores} cores, Python {platform.python_version()}"
    with tempfile.TemporaryDirectory(prefix="baowen-stages-") as folder:
        result = measure(questions, Path(folder))
    before = known.get(kind, {}).get("stages", {})
    print(f"{kind}; {result['multiply_adds_a_second']} multiply-adds and {result['bytes_a_second']} bytes a second")
    for name, found in result["stages"].items():
        ratio = f"{found['seconds'] / before[name]['seconds']:6.2f} of the last" if name in before else ""
        floor = f"{found['times_the_floor']:6.2f} times the floor" if "floor" in found else " " * 22
        print(f"{name:22}{found['seconds'] * 1000:9.1f} ms {floor} {ratio}  {found['what']}")
    if "four_askers" in result:
        print(f"four askers, written together: at most {result['four_askers']} times the answers")
    known[kind] = result
    options.output.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
