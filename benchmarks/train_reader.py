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
import gzip
import json
import math
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import opencc
import rjieba
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoTokenizer, BertModel

from rag.answering.sentences import split_sentences

RANK = 32
MAX_TOKENS = 192


@dataclass(frozen=True, slots=True)
class Example:
    """A pair for training; ``start == end`` where the passage does not answer the question."""

    question: str
    passage: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question on one text, with the answer's place in it."""

    text: str
    answers: tuple[str, ...]
    title: str
    context: str
    start: int
    document: int


class LowRankLinear(nn.Module):
    """A frozen linear layer plus a trained product of two thin matrices, scaled by 2."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, inputs: Tensor) -> Tensor:
        """``base(inputs) + 2 · up · down · inputs``."""
        base: Tensor = self.base(inputs)
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

    def trained(self) -> dict[str, Tensor]:
        """The parameters worth saving, in half precision."""
        return {
            name.replace("encoder.encoder.layer.", "layer."): value.detach().half().contiguous()
            for name, value in self.named_parameters()
            if value.requires_grad
        }

    def restore(self, kept: dict[str, Tensor]) -> None:
        """Take up the parameters that ``trained`` gave."""
        for name, value in self.named_parameters():
            if value.requires_grad:
                value.data.copy_(kept[name.replace("encoder.encoder.layer.", "layer.")])


def read_questions(paths: list[Path]) -> list[Question]:
    """Questions whose answer stands in their text, in simplified characters."""
    simplify = opencc.OpenCC("t2s").convert
    found, documents = [], {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                context, question = simplify(row["context"]), simplify(row["question"])
                answers = tuple(dict.fromkeys(simplify(answer) for answer in row["answers"]))
                start = best_place(context, answers[0], question)
                if start >= 0:
                    document = documents.setdefault(context, len(documents))
                    title = simplify(row.get("title", ""))
                    found.append(Question(question, answers, title, context, start, document))
    return found


def best_place(context: str, answer: str, question: str) -> int:
    """Of all the places of ``answer``, the one with most of the question's characters around it; -1 if none."""
    places = [match.start() for match in re.finditer(re.escape(answer), context)] if answer else []
    wanted = set(question)
    return max(places, key=lambda at: len(wanted & set(context[max(0, at - 40) : at + 40])), default=-1)


def window(context: str, place: int, length: int, generator: random.Random) -> tuple[int, int]:
    """A stretch of whole sentences around ``place`` of about ``length`` characters."""
    spans = split_sentences(context)
    middle = next((i for i, span in enumerate(spans) if span.start <= place < span.end), 0)
    first = last = middle
    while spans[last].end - spans[first].start < length and (first > 0 or last + 1 < len(spans)):
        if first > 0 and (last + 1 >= len(spans) or generator.random() < 0.5):
            first -= 1
        else:
            last += 1
    return spans[first].start, spans[last].end


class NearMisses:
    """Windows of all texts, found by the bigrams they share with a question."""

    def __init__(self, questions: list[Question]) -> None:
        self.windows: list[tuple[int, str, str]] = []
        self.places: dict[str, list[int]] = defaultdict(list)
        seen: set[int] = set()
        for question in questions:
            if question.document in seen:
                continue
            seen.add(question.document)
            spans = split_sentences(question.context)
            for begin in range(0, len(spans), 2):
                text = question.context[spans[begin].start : spans[min(begin + 2, len(spans) - 1)].end][:220]
                for bigram in {text[i : i + 2] for i in range(len(text) - 1)}:
                    self.places[bigram].append(len(self.windows))
                self.windows.append((question.document, question.title, text))

    def find(self, question: Question, generator: random.Random) -> tuple[str, str] | None:
        """One of the nearest windows of other texts that does not hold the answer."""
        scores: Counter[int] = Counter()
        for bigram in {question.text[i : i + 2] for i in range(len(question.text) - 1)}:
            places = self.places.get(bigram, [])
            if len(places) < 400:
                for place in places:
                    scores[place] += math.log(1 + len(self.windows) / len(places))
        near = [
            self.windows[place][1:]
            for place, _ in scores.most_common(12)
            if self.windows[place][0] != question.document
            and not any(answer in self.windows[place][2] for answer in question.answers)
        ]
        return generator.choice(near[:4]) if near else None


def exchange(question: str, names: list[str], generator: random.Random) -> str | None:
    """The question about another year, number or name, or None where it holds none."""
    numbers = list(re.finditer(r"\d+", question))
    if numbers and generator.random() < 0.6:
        match = generator.choice(numbers)
        other = str(max(1, int(match.group()) + generator.choice([-3, -2, -1, 1, 2, 3, 10])))
        return question[: match.start()] + other + question[match.end() :]
    own = [word for word, tag in rjieba.tag(question) if tag in {"nr", "ns", "nt", "nz"} and len(word) > 1]
    if not own:
        return None
    word = generator.choice(own)
    other = generator.choice(names)
    return question.replace(word, other) if other not in question else None


def make_examples(questions: list[Question], seed: int) -> Iterator[Example]:
    """One answered pair for each question, and nearly as many unanswered ones."""
    generator = random.Random(seed)
    misses = NearMisses(questions)
    names = [
        word
        for question in questions[:4000]
        for word, tag in rjieba.tag(question.text)
        if tag in {"nr", "ns", "nt", "nz"} and len(word) > 1
    ]
    for question in questions:
        begin, end = window(question.context, question.start, generator.randint(40, 190), generator)
        title = f"{question.title}：" if question.title and generator.random() < 0.6 else ""
        positive = title + question.context[begin:end]
        start = len(title) + question.start - begin
        yield Example(question.text, positive, start, start + len(question.answers[0]))
        draw = generator.random()
        if draw < 0.4:
            spans = split_sentences(question.context)
            place = generator.choice(spans).start
            begin, end = window(question.context, place, generator.randint(40, 190), generator)
            text = question.context[begin:end]
            if not any(answer in text for answer in question.answers):
                yield Example(question.text, title + text, 0, 0)
        elif draw < 0.75:
            found = misses.find(question, generator)
            if found:
                yield Example(question.text, (f"{found[0]}：" if title else "") + found[1], 0, 0)
        elif draw < 0.95:
            other = exchange(question.text, names, generator)
            if other:
                yield Example(other, positive, 0, 0)


def encode(examples: list[Example], tokenizer: object) -> list[tuple[list[int], int, int]]:
    """Token ids with the first and last token of the answer; 0 and 0 where there is none."""
    rows = []
    for example in examples:
        batch = tokenizer(  # type: ignore[operator]
            example.question,
            example.passage,
            truncation="only_second",
            max_length=MAX_TOKENS,
            return_offsets_mapping=True,
        )
        first = last = 0
        if example.end > example.start:
            kinds, offsets = batch.sequence_ids(), batch["offset_mapping"]
            inside = [
                i
                for i, (kind, (a, b)) in enumerate(zip(kinds, offsets, strict=True))
                if kind == 1 and b > example.start and a < example.end and b > a
            ]
            if not inside:
                continue
            first, last = inside[0], inside[-1]
        rows.append((batch["input_ids"], first, last))
    return rows


def batches(rows: list[tuple[list[int], int, int]], budget: int, seed: int) -> Iterator[tuple[Tensor, ...]]:
    """Batches of rows of like length, at most ``budget`` tokens each, in random order."""
    generator = random.Random(seed)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + generator.random() * 12)
    groups: list[list[int]] = [[]]
    for i in order:
        if (len(groups[-1]) + 1) * len(rows[i][0]) > budget:
            groups.append([])
        groups[-1].append(i)
    generator.shuffle(groups)
    for group in groups:
        longest = max(len(rows[i][0]) for i in group)
        tokens = torch.tensor([rows[i][0] + [1] * (longest - len(rows[i][0])) for i in group])
        lengths = torch.tensor([len(rows[i][0]) for i in group])
        mask = (torch.arange(longest)[None] < lengths[:, None]).long()
        yield tokens, mask, torch.tensor([rows[i][1] for i in group]), torch.tensor([rows[i][2] for i in group])


def loss_of(reader: Reader, batch: tuple[Tensor, ...]) -> Tensor:
    """Cross-entropy of both ends (token 0 stands for no answer) and of presence."""
    tokens, mask, first, last = batch
    spans, present = reader(tokens, mask)
    spans = spans.masked_fill(mask[..., None] == 0, -1e4)
    ends = nn.functional.cross_entropy(spans[..., 0], first) + nn.functional.cross_entropy(spans[..., 1], last)
    return 0.5 * ends + nn.functional.binary_cross_entropy_with_logits(present, (last > 0).float())


def area_under_curve(scores: list[float], labels: list[int]) -> float:
    """The probability that a positive scores above a negative (ROC AUC)."""
    order = sorted(range(len(scores)), key=scores.__getitem__)
    ranks = sum(rank for rank, i in enumerate(order, 1) if labels[i])
    positives = sum(labels)
    negatives = len(labels) - positives
    return (ranks - positives * (positives + 1) / 2) / max(1, positives * negatives)


@torch.inference_mode()
def evaluate(reader: Reader, rows: list[tuple[list[int], int, int]]) -> dict[str, float]:
    """AUC of presence and the share of answered pairs whose span is exact."""
    reader.eval()
    scores, labels, exact = [], [], []
    for tokens, mask, first, last in batches(rows, 4096, 0):
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="+", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", type=Path, help="go on from these adapters, with the full rate at once")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    # Peaked attention leaves numbers too small to be normal, which a processor handles a hundred times slower.
    torch.set_flush_denormal(True)
    questions = read_questions(options.data)
    random.Random(1).shuffle(questions)
    held = {question.document for question in questions[:300]}
    test = [question for question in questions if question.document in held][:600]
    train = [question for question in questions if question.document not in held][: options.limit or None]
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    test_rows = encode(list(make_examples(test, 5)), tokenizer)
    reader = Reader(options.base)
    if options.resume:
        reader.restore(load_file(options.resume))
    train_rows = encode(list(make_examples(train, 7)), tokenizer)
    plan = [
        batch
        for epoch in range(math.ceil(options.epochs))
        for batch in batches(train_rows, options.tokens, epoch + 10 * options.seed)
    ]
    plan = plan[: int(len(plan) * options.epochs / math.ceil(options.epochs))]
    parameters = [value for value in reader.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=0.01)
    print(
        f"{len(train_rows)} pairs, {len(plan)} batches, {sum(p.numel() for p in parameters)} parameters", flush=True
    )
    started = time.monotonic()
    running = 0.0
    for step, batch in enumerate(plan):
        spent = (time.monotonic() - started) / 60 / options.minutes
        progress = max(step / len(plan), spent)
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
        if step % 50 == 0:
            rate = step * options.tokens / (time.monotonic() - started)
            print(
                f"step {step} loss {running:.3f} {rate:.0f} tokens/s {(time.monotonic() - started) / 60:.1f} min",
                flush=True,
            )
        if step and step % 300 == 0:
            print(evaluate(reader, test_rows[:400]), flush=True)
            save_file(reader.trained(), options.output)
    save_file(reader.trained(), options.output)
    print(evaluate(reader, test_rows), flush=True)


if __name__ == "__main__":
    main()
