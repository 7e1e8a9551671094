"""Questions of the CMRC 2018 and DRCD form made into pairs for the reader, answered and not; see ``train_reader``."""

from __future__ import annotations

import gzip
import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import opencc
import rjieba
import torch
from torch import Tensor

from rag.chinese.sentences import split_sentences

MAX_TOKENS = 192
Row = tuple[list[int], int, int, float, str]
"""Token ids, the first and last token of the answer (0 and 0 where there is none), target and group."""

Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, list[str]]
"""Token ids and mask ``(n, longest)``, first and last token, target ``(n,)`` and group of each row."""


@dataclass(frozen=True, slots=True)
class Example:
    """A pair for training; ``start == end`` where the passage does not answer the question.

    ``target`` is the presence to learn, in [0, 1]; ``group`` names what an unanswered pair differs in.
    """

    question: str
    passage: str
    start: int
    end: int
    target: float
    group: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question on one text, with the answer's place in it."""

    text: str
    answers: tuple[str, ...]
    title: str
    context: str
    start: int
    document: int


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


def make_examples(questions: list[Question], seed: int, longest: int = 190) -> Iterator[Example]:
    """One answered pair for each question, and nearly as many unanswered ones.

    Passages have about 40 to ``longest`` characters.
    """
    generator = random.Random(seed)
    misses = NearMisses(questions)
    names = [
        word
        for question in questions[:4000]
        for word, tag in rjieba.tag(question.text)
        if tag in {"nr", "ns", "nt", "nz"} and len(word) > 1
    ]
    for question in questions:
        begin, end = window(question.context, question.start, generator.randint(40, longest), generator)
        title = f"{question.title}：" if question.title and generator.random() < 0.6 else ""
        positive = title + question.context[begin:end]
        start = len(title) + question.start - begin
        yield Example(question.text, positive, start, start + len(question.answers[0]), 1.0, "answered")
        draw = generator.random()
        if draw < 0.4:
            spans = split_sentences(question.context)
            place = generator.choice(spans).start
            begin, end = window(question.context, place, generator.randint(40, longest), generator)
            text = question.context[begin:end]
            if not any(answer in text for answer in question.answers):
                yield Example(question.text, title + text, 0, 0, 0.0, "same text")
        elif draw < 0.75:
            found = misses.find(question, generator)
            if found:
                yield Example(question.text, (f"{found[0]}：" if title else "") + found[1], 0, 0, 0.0, "near text")
        elif draw < 0.95:
            other = exchange(question.text, names, generator)
            if other:
                yield Example(other, positive, 0, 0, 0.0, "exchanged question")


def encode(examples: list[Example], tokenizer: object) -> list[Row]:
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
        rows.append((batch["input_ids"], first, last, example.target, example.group))
    return rows


def batches(rows: list[Row], budget: int, seed: int) -> Iterator[Batch]:
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
        ends = (torch.tensor([rows[i][place] for i in group]) for place in (1, 2))
        yield tokens, mask, *ends, torch.tensor([rows[i][3] for i in group]), [rows[i][4] for i in group]
