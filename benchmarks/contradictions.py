"""Passages that contradict each other, and whether the answer says so.

    python benchmarks/contradictions.py rgb_zh_fact.dev.jsonl.gz [--pairs 2]

Each question of RGB's counterfactual set is asked of its first true passages and of the same ones with the answer
changed. Printed are the shares of answers that show both values (in the answer or beside it as another reading), the
true one alone, the changed one alone, neither, and of refusals. A question whose changed answer is its true one is
left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.records import Answer, Passage
from rag.settings import load_settings
from rag.workspace import Workspace

_SIGNS = re.compile(r"[\s,，·]")


def main() -> None:
    """Ask every question and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--pairs", type=int, default=2, help="true passages of each question, and changed ones")
    arguments = parser.parse_args()
    assistant = Workspace(load_settings()).assistant
    counts: Counter[str] = Counter()
    with gzip.open(arguments.file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            true, changed = _values(row["answer"]), _values(row["fakeanswer"])
            if set(true) & set(changed):
                continue
            answer = assistant.answer(row["query"], passages=_passages(row, arguments.pairs))
            counts[_shown(answer, true, changed)] += 1
    total = sum(counts.values())
    print(
        f"{total} questions: "
        + "; ".join(f"{name} {count} ({count / total:.0%})" for name, count in counts.most_common())
    )


def _passages(row: dict[str, Any], pairs: int) -> list[Passage]:
    texts = [text for pair in zip(row["positive"], row["positive_wrong"], strict=False) for text in pair][: 2 * pairs]
    return [Passage(f"passage-{n}", "", text, 0, len(text), 1.0, None, "", "") for n, text in enumerate(texts)]


def _values(value: object) -> list[str]:
    return list(_flat(value))


def _flat(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _flat(item)
    else:
        yield _SIGNS.sub("", str(value))


def _shown(answer: Answer, true: list[str], changed: list[str]) -> str:
    if answer.refused:
        return "refused"
    readings = " ".join(f"{item.text} {item.citation.quote}" for item in answer.other_readings)
    text = _SIGNS.sub("", f"{answer.answer} {readings}")
    said = any(value in text for value in true), any(value in text for value in changed)
    return {(True, True): "both", (True, False): "true alone", (False, True): "changed alone"}.get(said, "neither")


if __name__ == "__main__":
    main()
