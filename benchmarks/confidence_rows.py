"""Rows of signals, one a draft that is judged, right or wrong by the gold: what ``fit_confidence`` is fitted to."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import patch

import strangers
from asked_examples import ASKED, Asked, AskedArticle, is_of_a_year, read_asked
from meaning import DAY, PAGES, half, workspace_over
from right_drafts import IsRight, any_of, asked_right, evidence_right, gold_right, natural_right

from rag.answering.drafts import Draft
from rag.answering.judge import Read, signals_of
from rag.answering.saying import in_the_papers_words
from rag.evaluation.gold import read_gold
from rag.records import Passage
from rag.workspace import Workspace

ROOT = Path(__file__).parents[1]
MOST = {"slots": 35, "gold": 8, "asked": 70, "rgb 0.4": 8, "rgb 0.8": 24, "rgb 1.0": 15}
"""How many questions of a set are asked; of the natural ones all of the seen half."""
NOISES = (0.4, 0.8, 1.0)
SETS = ("strangers", "typed", "natural", "slots", "gold", "asked", "rgb")
"""The weights of the second reading are fitted to those asked of newspaper pages: the first three and ``gold``."""


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
