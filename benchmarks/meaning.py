"""Do answers mean what the paper means? Measured on pairs that differ in one slot, and on loosely worded questions.

    python benchmarks/meaning.py slots                     # data/gold/slot_pairs.jsonl
    python benchmarks/meaning.py natural                   # data/gold/natural.jsonl over data/sample and data/natural
    python benchmarks/meaning.py typed                     # data/gold/typed.jsonl over data/typed, typed carelessly
    python benchmarks/meaning.py slots --show seen         # the failures of the half that may be read

Each set has two halves by the SHA-256 of its ids (see ``data/gold/README.md``): of the unseen half only counts are
ever printed. Results are written to ``data/results/slot_pairs.json`` and ``data/results/natural.json``.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import hashlib
import json
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from rag.evaluation.matching import stands_in
from rag.records import Answer, Passage
from rag.settings import load_settings
from rag.workspace import Workspace

ROOT = Path(__file__).parents[1]
PAGES = ("sample", "natural", "typed")
DAY = dt.date(2021, 12, 30)
"""The day of the passages of ``slot_pairs``."""


def half(item: dict[str, Any]) -> str:
    """``seen`` or ``unseen``, by the first digit of the id's SHA-256."""
    return "unseen" if int(hashlib.sha256(item["id"].encode()).hexdigest()[0], 16) % 2 else "seen"


def plain(text: str) -> str:
    """``text`` without white space, commas and quotation marks, as pieces of an answer are looked for in it."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in ",，“”\"'‘’")


def stands(wanted: str, text: str) -> bool:
    """Whether a piece of gold stands in an answer; numbers count whole."""
    return stands_in(wanted, text) or (not wanted[:1].isdigit() and plain(wanted) in plain(text))


def slot_verdict(workspace: Workspace, item: dict[str, Any]) -> dict[str, Any]:
    """Whether the passage that fits is answered, and whether the difference of the other is refused or said."""
    fits = _from(workspace, item["question"], item["fits"])
    differs = _from(workspace, item["question"], item["differs"])
    answered = not fits.refused and stands(item["answer"], fits.answer)
    caught = (
        differs.refused
        or not stands(item["answer"], differs.answer)
        or any(plain(mark) in plain(differs.answer) for mark in item["marks"])
    )
    return {
        "class": item["slot"],
        "answered": answered,
        "caught": caught,
        "state": "right" if answered and caught else "not caught" if answered else "not answered",
        "said": [fits.answer, differs.answer],
    }


def _from(workspace: Workspace, question: str, text: str) -> Answer:
    return workspace.assistant.answer(question, passages=[Passage("1", "", text, 0, len(text), 1.0, DAY)])


def natural_verdict(workspace: Workspace, item: dict[str, Any]) -> dict[str, Any]:
    """Right, wrongly refused, or wrong or half."""
    answer = workspace.assistant.answer(item["question"])
    text = answer.answer
    if item.get("refuse"):
        right = answer.refused
    elif "refuse_or" in item:
        right = answer.refused or any(stands(piece, text) for piece in item["refuse_or"])
    else:
        right = (
            not answer.refused
            and all(stands(piece, text) for piece in item.get("all", []))
            and not any(plain(piece) in plain(text) for piece in item.get("none", []))
            and (not item.get("any") or any(stands(piece, text) for piece in item["any"]))
        )
    state = "right" if right else "refused" if answer.refused else "wrong or half"
    return {"class": item["kind"], "state": state, "said": [text]}


def workspace_over(pages: Path, folder: Path) -> Workspace:
    """A workspace whose store holds these pages alone."""
    workspace = Workspace(dataclasses.replace(load_settings(), store=folder / pages.name))
    workspace.ingest([pages])
    return workspace


def main() -> None:
    """Measure one set and write its result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=["slots", "natural", "typed"])
    parser.add_argument("--limit", type=int, default=10_000, help="of each half")
    parser.add_argument("--show", choices=["seen"], help="print the failures of the half that may be read")
    options = parser.parse_args()
    name = "slot_pairs" if options.set == "slots" else options.set
    lines = (ROOT / "data" / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    # In the order of their hashes, so that a limit takes of all classes.
    items = sorted(map(json.loads, lines), key=lambda item: hashlib.sha256(item["id"].encode()).hexdigest()[1:])
    rows: dict[str, list[dict[str, Any]]] = {"seen": [], "unseen": []}
    with tempfile.TemporaryDirectory() as folder:
        spaces = {pages: workspace_over(ROOT / "data" / pages, Path(folder)) for pages in PAGES}
        first = spaces["sample"]
        generator = first.generator
        for pages in PAGES[1:]:
            spaces[pages] = Workspace(spaces[pages].settings, encoder=first.encoder, generator=generator)
        for item in items:
            done = rows[half(item)]
            if len(done) >= options.limit:
                continue
            began = time.monotonic()
            workspace = spaces[item.get("pages", "sample")]
            found = (slot_verdict if options.set == "slots" else natural_verdict)(workspace, item)
            done.append({**found, "seconds": time.monotonic() - began})
            if options.show == half(item) and found["state"] != "right":
                print(json.dumps({**item, **found}, ensure_ascii=False))
        report = {
            "command": f"python benchmarks/meaning.py {options.set}",
            "model": generator.name,
            "runtime": generator.runtime,
            **{side: summary(found) for side, found in rows.items()},
        }
    (ROOT / "data" / "results" / f"{name}.json").write_text(
        json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(json.dumps(report, ensure_ascii=False, indent=1))


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares of each state, and of each class what was not right."""
    states = Counter(row["state"] for row in rows)
    classes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        classes[row["class"]][row["state"]] += 1
    shares = {state: round(count / len(rows), 3) for state, count in sorted(states.items())}
    if rows and "answered" in rows[0]:
        shares = {key: round(sum(row[key] for row in rows) / len(rows), 3) for key in ("answered", "caught")}
    seconds = sorted(row["seconds"] for row in rows)
    return {
        "n": len(rows),
        **shares,
        "median_seconds": round(seconds[len(seconds) // 2], 2) if seconds else None,
        "classes": {name: dict(sorted(found.items())) for name, found in sorted(classes.items())},
    }


if __name__ == "__main__":
    main()
