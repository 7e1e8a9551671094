"""What the reader sees: presence on held-out questions, and on pairs that differ in one slot with words kept back.

    python benchmarks/reader_quality.py --base FOLDER --news ARTICLES.jsonl.gz --pairs PAIRS.jsonl \\
        --reader before=OLD.safetensors --reader after=embeddings/reader.safetensors \\
        --output data/results/reader.json train_a.jsonl.gz train_b.jsonl.gz

The questions are those of the texts that ``train_reader`` holds out. ``PAIRS`` holds pairs written by hand, one a
line: class, question, a passage that answers and one that does not.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
from reader_examples import Example, Row, batches, encode
from safetensors.torch import load_file
from slot_examples import SlotExamples
from slot_half import Half
from slot_words import Vocabulary, mine
from train_reader import HALF, Reader, area_under_curve, held_out, make_examples
from transformers import AutoTokenizer
from word_exchange import WordExchange


def main() -> None:
    """Measure each reader and write the figures."""
    options = read_options()
    torch.set_flush_denormal(True)
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    held = held_out(options.data)[0][: options.questions]
    words = mine(options.news)
    questions = encode(list(make_examples(held, 5)), tokenizer)
    slots = encode(slot_examples(words, list(make_examples(held, 5)), options.facts), tokenizer)
    written = encode(read_pairs(options.pairs), tokenizer) if options.pairs else []
    figures = {}
    for name, path in (text.split("=", 1) for text in options.reader):
        reader = Reader(options.base)
        reader.restore(load_file(path))
        figures[name] = {"questions": described(reader, questions), "slots": described(reader, slots)}
        if written:
            figures[name]["written pairs"] = described(reader, written)
        print(name, json.dumps(figures[name], ensure_ascii=False), flush=True)
    if options.output:
        options.output.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--news", type=Path, required=True)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--reader", action="append", required=True, help="name=file")
    parser.add_argument("--questions", type=int, default=600, help="of the held-out texts")
    parser.add_argument("--facts", type=int, default=900, help="made-up statements with words kept back")
    parser.add_argument("--output", type=Path)
    return parser.parse_args()


def slot_examples(words: Vocabulary, held: list[Example], facts: int) -> list[Example]:
    """Made-up statements and held-out questions with a slot exchanged, all with words kept back."""
    half = Half(words, kept_back=True, seed=97)
    examples = list(SlotExamples(half, plain=True).make(facts))
    exchange = WordExchange(half)
    for example in held:
        if example.target == 1.0:
            answer = example.passage[example.start : example.end]
            examples += exchange.exchanged(example.question, example.passage, answer)
    return examples


def read_pairs(path: Path) -> list[Example]:
    """Both passages of every pair; the answered one under the pair's class too."""
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, question, answers, differs = json.loads(line)
        examples.append(Example(question, answers, 0, 1, 1.0, "answered"))
        examples.append(Example(question, differs, 0, 0, 0.0, kind))
    return examples


@torch.inference_mode()
def described(reader: Reader, rows: list[Row]) -> dict[str, Any]:
    """AUC and the shares on the right side of 0, over all and for each class against all that answer."""
    reader.eval()
    scores: dict[str, list[float]] = defaultdict(list)
    keyed = [(*row[:4], str(number)) for number, row in enumerate(rows)]
    for tokens, mask, _, _, _, names in batches(keyed, 4096, 0):
        with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
            present = reader(tokens, mask)[1]
        for score, name in zip(present.tolist(), names, strict=True):
            scores[rows[int(name)][4]].append(score)
    answered = scores.pop("answered")
    every = [score for group in scores.values() for score in group]
    return {
        "pairs": len(rows),
        "auc": _auc(answered, every),
        "answered above 0": _share(answered, above=True),
        "caught below 0": _share(every, above=False),
        "classes": {
            name: {"pairs": len(group), "auc": _auc(answered, group), "caught below 0": _share(group, above=False)}
            for name, group in sorted(scores.items())
        },
    }


def _auc(answered: list[float], differing: list[float]) -> float:
    labels = [1] * len(answered) + [0] * len(differing)
    return round(area_under_curve(answered + differing, labels), 4)


def _share(scores: list[float], *, above: bool) -> float:
    return round(sum((score > 0) == above for score in scores) / max(1, len(scores)), 3)


if __name__ == "__main__":
    main()
