"""The same questions answered by two runtimes, question by question in turn: time, processor time, and what was said.

    python benchmarks/runtime_answers.py llama.cpp openvino --questions 20 [--seconds 280] [--output FILE.json]

Everything of the product takes part: search, evidence, checks and writing, over data/sample and data/gold. Both
runtimes share the encoder and the store, so other work on the machine slows both; ``cpu`` is the processor time of
all threads. Loading the models and reading the prompt's fixed part are not counted. It stops after ``--seconds``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from rag.generation.machine import detect_machine, quiet_waiting_threads
from rag.settings import load_settings
from rag.workspace import Workspace

_DATA = Path(__file__).parents[1] / "data"


def main() -> None:
    """Answer, compare, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runtimes", nargs=2)
    parser.add_argument("--questions", type=int, default=20)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=280.0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    quiet_waiting_threads()
    lines = (_DATA / "gold" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines][options.skip : options.skip + options.questions]
    with tempfile.TemporaryDirectory() as folder:
        settings = dataclasses.replace(load_settings(), store=Path(folder))
        first = Workspace(dataclasses.replace(settings, runtime=options.runtimes[0]))
        first.ingest([_DATA / "sample"])
        second = Workspace(dataclasses.replace(settings, runtime=options.runtimes[1]), encoder=first.encoder)
        workspaces = dict(zip(options.runtimes, (first, second), strict=True))
        for workspace in workspaces.values():
            workspace.warm_up()
        rows = _answer(workspaces, questions, options.seconds)
        for workspace in workspaces.values():
            workspace.close()
    result = _summary(rows, options.runtimes) | {"machine": dataclasses.asdict(detect_machine()), "rows": rows}
    print(json.dumps({key: value for key, value in result.items() if key != "rows"}, ensure_ascii=False))
    if options.output:
        options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _answer(workspaces: dict[str, Workspace], questions: list[str], seconds: float) -> list[dict[str, Any]]:
    began = time.monotonic()
    rows: list[dict[str, Any]] = []
    for number, question in enumerate(questions):
        if time.monotonic() - began > seconds:
            break
        row: dict[str, Any] = {"question": question}
        names = list(workspaces)
        for name in names if number % 2 else reversed(names):
            wall, cpu = time.perf_counter(), time.process_time()
            answer = workspaces[name].assistant.answer(question)
            row[name] = {
                "wall": round(time.perf_counter() - wall, 2),
                "cpu": round(time.process_time() - cpu, 2),
                "text": answer.answer,
            }
        rows.append(row)
        print(json.dumps(row, ensure_ascii=False), flush=True)
    return rows


def _summary(rows: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    medians = {
        name: {kind: round(statistics.median(row[name][kind] for row in rows), 2) for kind in ("wall", "cpu")}
        for name in names
    }
    first, second = names
    return {
        "questions": len(rows),
        "medians": medians,
        "cpu_ratio": round(sum(row[first]["cpu"] for row in rows) / sum(row[second]["cpu"] for row in rows), 2),
        "median_of_ratios": round(statistics.median(row[first]["cpu"] / row[second]["cpu"] for row in rows), 2),
        "same_text": sum(row[first]["text"] == row[second]["text"] for row in rows),
    }


if __name__ == "__main__":
    main()
