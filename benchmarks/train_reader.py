"""Train the reader: given a question and a passage, is the answer in it, and where.

The embedding model's own layers, with low-rank adapters (LoRA, Hu et al. 2021) and two small heads, learn on
questions of the CMRC 2018 and DRCD form. Only adapters and heads are saved, a few megabytes; the base weights
are the fetched embedding model's. Questions that a passage does not answer are made in three ways: another part
of the same text, the nearest part of another text, and the question with a year, number or name exchanged.

    python benchmarks/train_reader.py --base FOLDER --output reader.safetensors train_a.jsonl.gz train_b.jsonl.gz

It does not know newspapers, and nothing of the sets that quality is reported on.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import Counter
from pathlib import Path

import torch
from asked_examples import AskedExamples, read_asked
from reader_examples import Batch, Question, Row, batches, encode, make_examples, read_questions
from safetensors.torch import load_file, save_file
from slot_examples import SlotExamples
from slot_half import Half
from slot_words import mine
from torch import Tensor, nn
from transformers import AutoTokenizer, BertModel
from word_exchange import WordExchange

RANK = 32
HALF = True
"""Products in bfloat16: three times as fast on processors that have it, and as good."""


class LowRankLinear(nn.Module):
    """A frozen linear layer plus a trained product of two thin matrices, scaled by 2."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, inputs: Tensor) -> Tensor:
        """``base(inputs) + 2 · up · down · inputs``."""
        base: Tensor = self.base(inputs.to(self.base.weight.dtype))
        return base + 2.0 * (inputs @ self.down.T) @ self.up.T


class Reader(nn.Module):
    """Start and end of the answer for each token, and one logit for its being there at all."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
        self.encoder.requires_grad_(False)
        for module in list(self.encoder.encoder.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, nn.Linear):
                    setattr(module, name, LowRankLinear(child))
        width = self.encoder.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.present = nn.Linear(width, 1)

    def forward(self, tokens: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """``(batch, tokens, 2)`` span logits and ``(batch,)`` presence logits."""
        hidden = self.encoder(input_ids=tokens, attention_mask=mask).last_hidden_state
        return self.span(hidden), self.present(hidden[:, 0])[:, 0]

    def added(self) -> dict[str, nn.Parameter]:
        """Adapters and heads by the names they are saved under."""
        return {
            name.replace("encoder.encoder.layer.", "layer."): value
            for name, value in self.named_parameters()
            if name.endswith((".up", ".down")) or not name.startswith("encoder.")
        }

    def trained(self) -> dict[str, Tensor]:
        """The parameters worth saving, in half precision."""
        return {name: value.detach().half().contiguous() for name, value in self.added().items()}

    def restore(self, kept: dict[str, Tensor]) -> None:
        """Take up the parameters that ``trained`` gave."""
        for name, value in self.added().items():
            value.data.copy_(kept[name])

    def settle(self, layers: int) -> None:
        """Leave the adapters of the lowest ``layers`` as they are, and nothing out by chance (dropout)."""
        for name, value in self.added().items():
            value.requires_grad_(not name.startswith(tuple(f"layer.{layer}." for layer in range(layers))))
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
            if isinstance(module, LowRankLinear):
                module.base.bfloat16()


def loss_of(reader: Reader, batch: Batch) -> Tensor:
    """Cross-entropy of both ends (token 0 stands for no answer) and of presence."""
    tokens, mask, first, last, target, _ = batch
    with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
        spans, present = reader(tokens, mask)
    spans, present = spans.float(), present.float()
    spans = spans.masked_fill(mask[..., None] == 0, -1e4)
    ends = nn.functional.cross_entropy(spans[..., 0], first) + nn.functional.cross_entropy(spans[..., 1], last)
    return 0.5 * ends + nn.functional.binary_cross_entropy_with_logits(present, target)


def area_under_curve(scores: list[float], labels: list[int]) -> float:
    """The probability that a positive scores above a negative (ROC AUC)."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = sum(rank for rank, i in enumerate(order, 1) if labels[i])
    positives = sum(labels)
    negatives = len(labels) - positives
    return (ranks - positives * (positives + 1) / 2) / max(1, positives * negatives)


@torch.inference_mode()
def evaluate(reader: Reader, rows: list[Row]) -> dict[str, float]:
    """AUC of presence and the share of answered pairs whose span is exact."""
    reader.eval()
    scores, labels, exact = [], [], []
    for tokens, mask, first, last, _, _ in batches(rows, 4096, 0):
        with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
            spans, present = reader(tokens, mask)
        spans = spans.masked_fill(mask[..., None] == 0, -1e4)[:, 1:].argmax(1) + 1
        scores += present.tolist()
        labels += (last > 0).long().tolist()
        right = (spans[:, 0] == first) & (spans[:, 1] == last)
        exact += right[last > 0].tolist()
    reader.train()
    return {"auc": area_under_curve(scores, labels), "exact": sum(exact) / max(1, len(exact))}


def main() -> None:
    """Train and save."""
    options = read_options()
    torch.manual_seed(options.seed)
    # Peaked attention leaves numbers too small to be normal, which a processor handles a hundred times slower.
    torch.set_flush_denormal(True)
    train_rows, test_rows = read_rows(options)
    reader = Reader(options.base)
    if options.resume:
        reader.restore(load_file(options.resume))
        reader.settle(options.settled)
    train(reader, train_rows, options)
    save_file(reader.trained(), options.output)
    print(evaluate(reader, test_rows), flush=True)


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--news", type=Path, help="dated articles, for pairs that differ in one slot")
    parser.add_argument("--facts", type=int, default=6000, help="made-up statements")
    parser.add_argument("--sentences", type=int, default=6000, help="news sentences")
    parser.add_argument("--asked", type=Path, help="folder of questions as people type them")
    parser.add_argument("--asked-times", type=int, default=2, help="how often each of them is learnt from")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--settled", type=int, default=4, help="lowest layers whose adapters stay, where resumed")
    parser.add_argument("--longest", type=int, default=190, help="characters of a passage of the CMRC form")
    parser.add_argument("--resume", type=Path, help="go on from these adapters, with the full rate at once")
    return parser.parse_args()


def held_out(paths: list[Path]) -> tuple[list[Question], list[Question]]:
    """Questions of texts that are only measured on, and the others."""
    questions = read_questions(paths)
    random.Random(1).shuffle(questions)
    held = {question.document for question in questions[:300]}
    return (
        [question for question in questions if question.document in held][:600],
        [question for question in questions if question.document not in held],
    )


def read_rows(options: argparse.Namespace) -> tuple[list[Row], list[Row]]:
    """Rows to train on and rows of texts held out."""
    test, kept = held_out(options.data)
    kept = kept[: options.limit or None]
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    examples = list(make_examples(kept, 7 + options.seed, options.longest))
    if options.news:
        half = Half(mine(options.news), kept_back=False, seed=11 + options.seed)
        exchange = WordExchange(half)
        for example in [example for example in examples if example.target == 1.0]:
            answer = example.passage[example.start : example.end]
            examples += exchange.exchanged(example.question, example.passage, answer)
        examples += SlotExamples(half, plain=False).make(options.facts)
        examples += exchange.from_news(half.random.sample(half.words.clauses, options.sentences))
    if options.asked:
        asked = read_asked(options.asked, held_out=False)
        for turn in range(options.asked_times):
            examples += AskedExamples(asked, options.seed + turn).make()
    print(Counter(example.group for example in examples), flush=True)
    return encode(examples, tokenizer), encode(list(make_examples(test, 5)), tokenizer)


def planned_batches(rows: list[Row], options: argparse.Namespace) -> list[Batch]:
    """Every batch of the training, in order; another seed or epoch has another order."""
    epochs = math.ceil(options.epochs)
    plan = [b for epoch in range(epochs) for b in batches(rows, options.tokens, epoch + 10 * options.seed)]
    return plan[: int(len(plan) * options.epochs / epochs)]


def train(reader: Reader, rows: list[Row], options: argparse.Namespace) -> None:
    """Until the plan or the time is over, the rate falling to nothing by then; saves every 100 steps."""
    plan = planned_batches(rows, options)
    parameters = [value for value in reader.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=0.01)
    print(f"{len(rows)} pairs, {len(plan)} batches, {sum(p.numel() for p in parameters)} parameters", flush=True)
    started = time.monotonic()
    running = 0.0
    for step, batch in enumerate(plan):
        minutes = (time.monotonic() - started) / 60
        progress = max(step / len(plan), minutes / options.minutes)
        if progress >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1.0, step / 40) * (1 - progress)
        loss = loss_of(reader, batch)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        running = 0.95 * running + 0.05 * loss.item() if step else loss.item()
        if step % 25 == 0:
            print(f"step {step} of {len(plan)}: loss {running:.3f} after {minutes:.1f} minutes", flush=True)
        if step and step % 100 == 0:
            save_file(reader.trained(), options.output)


if __name__ == "__main__":
    main()
