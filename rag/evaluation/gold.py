"""Evaluation files to gold questions: the project's own form, RGB's, and that of the news figures."""

from __future__ import annotations

import gzip
import json
import math
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rag.chinese.figures import find_figures
from rag.errors import GoldFileError
from rag.records import Passage, Turn

GoldFormat = Literal["native", "rgb", "numbers"]
RGB_PASSAGES = 5
"""RGB's protocol: so many passages a question."""


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question with its known answer.

    Each item of ``answers`` must be met by one of its aliases. ``titles`` and ``article_ids`` name the articles
    that may be cited; ``passages``, where given, are all the evidence there is.
    """

    id: str
    question: str
    answers: tuple[tuple[str, ...], ...]
    answerable: bool = True
    tags: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    passages: tuple[Passage, ...] | None = None
    fake_answers: tuple[str, ...] = field(default=())
    """RGB's counterfactual set: the planted wrong answer."""


def read_gold(path: Path, form: GoldFormat = "native", *, noise: float = 0.0) -> list[GoldQuestion]:
    """The questions of a file (``.jsonl`` or ``.jsonl.gz``), in its order.

    ``noise`` in [0, 1] is the share of RGB's five passages that are taken from its negative ones, rounded up; at
    1.0 no question can be answered. The same file and noise give the same passages.

    Raises:
        GoldFileError: the file cannot be read, or a line has another shape.
    """
    if not 0 <= noise <= 1:
        raise GoldFileError(f"noise is {noise}; expected a number from 0 to 1")
    rows = list(_rows(path))
    read = {"native": _native, "rgb": lambda row: _rgb(row, noise), "numbers": _numbers}[form]
    found = []
    for number, row in rows:
        try:
            question = read(row)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise GoldFileError(
                f"{path}, line {number}, is not a {form} question ({error!r}); found the keys {', '.join(row)}: "
                "give another --format or mend the line"
            ) from error
        if question is not None:
            found.append(question)
    if not found:
        raise GoldFileError(f"{path} holds no {form} question; expected one JSON object a line")
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    number = 0
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise GoldFileError(f"{path}, line {number}: found {type(row).__name__}; expected an object")
                    yield number, row
    except FileNotFoundError as error:
        raise GoldFileError(f"there is no file {path}; expected gold questions, one JSON object a line") from error
    except json.JSONDecodeError as error:
        raise GoldFileError(f"{path}, line {number}: not valid JSON ({error}); expected one object a line") from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise GoldFileError(f"{path} cannot be read as JSON lines: {error}") from error


def _aliases(group: object) -> tuple[str, ...]:
    """The ways to write one answer; a bare string would come apart into characters."""
    if not isinstance(group, list) or not all(isinstance(alias, str) and alias.strip() for alias in group):
        raise TypeError(f"found the answer {group!r}, expected a list of strings")
    return tuple(group)


def _native(row: dict[str, Any]) -> GoldQuestion:
    return GoldQuestion(
        id=str(row["id"]),
        question=row["question"],
        answers=tuple(_aliases(group) for group in row["answers"]),
        answerable=bool(row.get("answerable", True)),
        tags=tuple(row.get("tags", ())),
        article_ids=tuple(row.get("article_ids", ())),
        titles=tuple(row.get("articles", ())),
        history=tuple(Turn(turn["question"], turn["answer"]) for turn in row.get("history") or ()),
    )


def _rgb(row: dict[str, Any], noise: float) -> GoldQuestion:
    answers = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
    groups = tuple(tuple(map(str, item)) if isinstance(item, list) else (str(item),) for item in answers)
    negatives = math.ceil(RGB_PASSAGES * noise)
    texts = _rgb_texts(row, negatives)
    passages = tuple(
        Passage(article_id=f"passage-{number}", title="", text=text, start=0, end=len(text), score=0.0)
        for number, text in enumerate(texts, 1)
    )
    fake = row.get("fakeanswer", ())
    return GoldQuestion(
        id=str(row["id"]),
        question=row["query"],
        answers=groups,
        answerable=negatives < RGB_PASSAGES,
        tags=("counterfactual",) if fake else ("integration",) if isinstance(row["positive"][0], list) else (),
        passages=passages,
        fake_answers=tuple(map(str, fake)) if isinstance(fake, list) else (str(fake),) if fake else (),
    )


def _rgb_texts(row: dict[str, Any], negatives: int) -> list[str]:
    """Positive and negative passages in random order, the same each time.

    For integration, one positive of each part first; for the counterfactual set, the altered positives.
    """
    generator = random.Random(f"{row['id']} {row['query']}")  # noqa: S311
    positive = row.get("positive_wrong") or row["positive"]
    parts = [list(part) for part in positive] if isinstance(positive[0], list) else [list(positive)]
    for part in parts:
        generator.shuffle(part)
    longest = max(len(part) for part in parts)
    ordered = [part[place] for place in range(longest) for part in parts if place < len(part)]
    noise = list(row["negative"])
    generator.shuffle(noise)
    texts = ordered[: RGB_PASSAGES - negatives] + noise[:negatives]
    generator.shuffle(texts)
    return texts


def _numbers(row: dict[str, Any]) -> GoldQuestion | None:
    """A question on real news; one that says 文中 only makes sense beside its own article and is left out."""
    if "文中" in row["question"] or "本文" in row["question"]:
        return None
    return GoldQuestion(
        id=str(row["id"]),
        question=row["question"],
        answers=_by_figure(_aliases(row["answers"])),
        tags=("number",),
        titles=(row["title"],),
    )


def _by_figure(aliases: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Each figure of the answer, or its whole wording: 22名 is as right as 至少有22名警员受伤."""
    figures = [figure.text for figure in find_figures(aliases[0]) if figure.kind != "date"] if aliases else []
    if len(figures) <= 1:
        return (tuple(dict.fromkeys([*aliases, *figures])),)
    return tuple((*aliases, figure) for figure in figures)
