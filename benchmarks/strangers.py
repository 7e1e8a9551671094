"""Is a stranger's question answered from the sentence that answers it? On newspaper pages written for it alone.

    python benchmarks/strangers.py                # data/gold/strangers.jsonl over data/strangers
    python benchmarks/strangers.py --show seen    # what failed on the pages that may be read
    python benchmarks/strangers.py --sentence     # only the paper's sentence that comes with the evidence, and when

Eight hands, none of which knew the code, each wrote three torn pages and sixty questions as an official types them; a
fifth of these the pages do not answer. Pages 1, 3, 5 and 7 are the seen half, on which failures were looked at, the
others the unseen one. Every question is asked on the day of the paper that it is about. Counted is where an answer
comes from: its citations hold the sentence marked as the evidence (``found``), or others only (``another``), or it is
refused, with that sentence shown in the reason (``shown``) or not (``refused``). Of questions without an answer
counted is how many are refused. Results: ``data/results/strangers.json``.

With ``--sentence`` nothing is written: counted is for how many questions the sentence that comes with the evidence
is held for the answer before the model is asked, and how often it is the marked one; and for how many questions that
the pages do not answer. Results: ``data/results/strangers_sentence.json``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from meaning import workspace_over

from rag.answering.events import EvidenceFound
from rag.records import Answer
from rag.workspace import Workspace

ROOT = Path(__file__).parents[1]
RUN = 12
"""So many characters of the evidence in a row are taken for it."""


def half(item: dict[str, Any]) -> str:
    """``seen`` for the pages with an odd number."""
    return "seen" if item["pages"] % 2 else "unseen"


def runs(sentence: str) -> list[str]:
    """Pieces of a sentence by which it is known again, for a page may cut it otherwise."""
    plain = "".join(sentence.split())
    return [plain[start : start + RUN] for start in range(0, max(1, len(plain) - RUN + 1), 3)]


def holds(text: str, evidence: list[str]) -> bool:
    """Whether a text holds a piece of the evidence."""
    plain = "".join(text.split())
    return any(piece in plain for sentence in evidence for piece in runs(sentence))


def state_of(item: dict[str, Any], answer: Answer) -> str:
    """``found``, ``another``, ``shown`` or ``refused``."""
    if answer.refused:
        return "shown" if holds(answer.refusal_reason or "", item["evidence"]) else "refused"
    return "found" if any(holds(cited.quote, item["evidence"]) for cited in answer.citations) else "another"


def asking(pages: Workspace, day: str, first: Workspace) -> Workspace:
    """A workspace over the store of ``pages`` on the day of a paper, with the models of ``first``."""
    settings = dataclasses.replace(pages.settings, today=day)
    return Workspace(settings, encoder=first.encoder, generator=first.generator)


def main() -> None:
    """Ask everything and write the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", choices=["seen"], help="print what failed of the half that may be read")
    parser.add_argument("--pages", type=int, nargs="*", help="of these pages only; writes no result")
    parser.add_argument("--sentence", action="store_true", help="only what comes with the evidence")
    options = parser.parse_args()
    lines = (ROOT / "data" / "gold" / "strangers.jsonl").read_text(encoding="utf-8").splitlines()
    items = [item for item in map(json.loads, lines) if not options.pages or item["pages"] in options.pages]
    items.sort(key=lambda item: (item["pages"], item["day"]))
    rows: dict[str, list[dict[str, Any]]] = {"seen": [], "unseen": []}
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[int, Workspace] = {}
        spaces: dict[tuple[int, str], Workspace] = {}
        for item in items:
            pages, day = item["pages"], item["day"]
            if pages not in stores:
                stores[pages] = workspace_over(ROOT / "data" / "strangers" / str(pages), Path(folder))
            first = next(iter(stores.values()))
            if (pages, day) not in spaces:
                spaces = {(pages, day): asking(stores[pages], day, first)}
            if options.sentence:
                rows[half(item)].append(sentence_first(item, spaces[pages, day]))
                continue
            began = time.monotonic()
            answer = spaces[pages, day].assistant.answer(item["question"])
            state = state_of(item, answer)
            kind = item["kind"]
            rows[half(item)].append(
                {"state": state, "kind": kind, "answerable": item["answerable"], "seconds": time.monotonic() - began}
            )
            wanted = ("found",) if item["answerable"] else ("shown", "refused")
            if options.show == half(item) and state not in wanted:
                print(json.dumps({**item, "state": state, "answer": answer.answer}, ensure_ascii=False), flush=True)
        first = next(iter(stores.values()))
        report = {
            "command": f"python benchmarks/strangers.py{' --sentence' * options.sentence}",
            "model": first.generator.name,
            "runtime": first.generator.runtime,
            **{
                side: (sentence_summary if options.sentence else summary)(found)
                for side, found in rows.items()
                if found
            },
        }
    if not options.pages:
        path = ROOT / "data" / "results" / f"strangers{'_sentence' * options.sentence}.json"
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(report, ensure_ascii=False, indent=1))


def sentence_first(item: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    """Whether the sentence that comes with the evidence is held for the answer, and is it; after how long it came."""
    began = time.monotonic()
    stream = workspace.assistant.stream(item["question"])
    found = next(event for event in stream if isinstance(event, EvidenceFound))
    seconds = time.monotonic() - began
    is_right = found.sentence is not None and holds(found.sentence.quote, item["evidence"])
    return {"answerable": item["answerable"], "answers": found.answers, "right": is_right, "seconds": seconds}


def sentence_summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Of the questions that the pages answer, and of the others, how many a sentence is held to answer."""
    told = [row for row in rows if row["answerable"]]
    untold = [row for row in rows if not row["answerable"]]
    held = [row for row in told if row["answers"]]
    seconds = sorted(row["seconds"] for row in rows)
    return {
        "answered by the pages": len(told),
        "a sentence is held for the answer": round(len(held) / max(1, len(told)), 3),
        "of these it is": round(sum(row["right"] for row in held) / max(1, len(held)), 3),
        "not held for it, but right": round(
            sum(row["right"] and not row["answers"] for row in told) / max(1, len(told)), 3
        ),
        "not answered by the pages": len(untold),
        "a sentence is held for the answer of these": round(
            sum(row["answers"] for row in untold) / max(1, len(untold)), 3
        ),
        "median_seconds": round(seconds[len(seconds) // 2], 2),
        "90th_percentile_seconds": round(seconds[int(0.9 * len(seconds))], 2),
    }


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares of the questions that the pages answer, and of those that they do not; what was not found, by kind."""
    told = [row for row in rows if row["answerable"]]
    untold = [row for row in rows if not row["answerable"]]
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for row in told:
        kinds[row["kind"]][row["state"]] += 1
    seconds = sorted(row["seconds"] for row in rows)
    counts = Counter(row["state"] for row in told)
    refused = sum(row["state"] in ("shown", "refused") for row in untold)
    return {
        "answered by the pages": len(told),
        **{state: round(counts[state] / max(1, len(told)), 3) for state in ("found", "another", "shown", "refused")},
        "not answered by the pages": len(untold),
        "rightly refused": round(refused / max(1, len(untold)), 3),
        "median_seconds": round(seconds[len(seconds) // 2], 2),
        "kinds": {name: dict(sorted(found.items())) for name, found in sorted(kinds.items())},
    }


if __name__ == "__main__":
    main()
