"""Does the reader find the sentence that answers a question as people type it? On the articles that are held out.

    python benchmarks/asked_quality.py --base FOLDER --reader before=OLD.safetensors \\
        --reader after=embeddings/reader.safetensors --output data/results/reader_asked.json

Of each question of ``data/asked`` that its article answers: how often what is read where the presence is
highest is what is marked as the answer, or holds it, or is a part of it, and how often that is so in the right
sentence. Of all questions: how well the highest presence tells those that are answered from those that are not (AUC),
questions of another year left out.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

import torch
from asked_examples import ASKED, is_of_a_year, read_asked
from reader_examples import MAX_TOKENS
from safetensors.torch import load_file
from train_reader import HALF, Reader, area_under_curve
from transformers import AutoTokenizer


def main() -> None:
    """Measure each reader and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--reader", action="append", required=True, help="name=file")
    parser.add_argument("--limit", type=int, default=0, help="so many questions, drawn by chance; 0 for all")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_flush_denormal(True)
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    found = {}
    for name, path in (text.split("=", 1) for text in options.reader):
        reader = Reader(options.base)
        reader.restore(load_file(path))
        reader.settle(0)
        found[name] = measured(reader.eval(), tokenizer, options.limit)
        print(name, json.dumps(found[name]), flush=True)
    if options.output:
        options.output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def measured(reader: Reader, tokenizer: Any, limit: int) -> dict[str, float]:
    """Counts and shares over the articles held out."""
    asked = [(article, question) for article in read_asked(ASKED, held_out=True) for question in article.questions]
    random.Random(1).shuffle(asked)
    right: list[bool] = []
    spans: list[bool] = []
    best: list[float] = []
    answered: list[int] = []
    for article, question in asked[: limit or None]:
        if question.at is None and is_of_a_year(question.text):
            continue
        passages = [article.passage(at) for at in range(len(article.sentences))]
        presence, read = readings(reader, tokenizer, question.text, passages)
        best.append(max(presence))
        answered.append(int(question.at is not None))
        if question.at is not None:
            right.append(is_same(read[presence.index(max(presence))], question.span))
            spans.append(is_same(read[question.at], question.span))
    return {
        "questions": len(best),
        "answered": len(right),
        "right where surest": round(sum(right) / len(right), 3),
        "right in the sentence": round(sum(spans) / len(spans), 3),
        "auc of answered": round(area_under_curve(best, answered), 3),
    }


def is_same(read: str, marked: str) -> bool:
    """Whether one of the two holds the other."""
    return bool(read) and (marked in read or read in marked)


@torch.inference_mode()
def readings(reader: Reader, tokenizer: Any, question: str, passages: list[str]) -> tuple[list[float], list[str]]:
    """The presence of each passage and the text of its best span."""
    encoded = tokenizer(
        [question] * len(passages),
        passages,
        truncation="only_second",
        max_length=MAX_TOKENS,
        padding=True,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        spans, present = reader(encoded["input_ids"], encoded["attention_mask"])
    texts = []
    for row, passage in enumerate(passages):
        inside = torch.tensor([kind == 1 for kind in encoded.sequence_ids(row)])
        first = int(spans[row, :, 0].float().masked_fill(~inside, -1e4).argmax())
        last = int(spans[row, :, 1].float().masked_fill(~inside, -1e4)[first:].argmax()) + first
        offsets = encoded["offset_mapping"][row].tolist()
        texts.append(passage[offsets[first][0] : offsets[last][1]])
    return present.float().tolist(), texts


if __name__ == "__main__":
    main()
