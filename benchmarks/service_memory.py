"""What a serving process holds in memory: once the models are warm, and as it answers one question after another.

    python benchmarks/service_memory.py --questions data/gold/natural.jsonl --count 10 --output FILE.json

The script ingests folders of articles into a store of its own, serves it with the real models (``BAOWEN_RUNTIME``
sets the runtime) and asks the questions in turn. After each, it notes what is resident: *anonymous* memory is the
process's own, *mapped* is that of files, which the system may take back at any time. Of each answer all fields but
its times are kept as a SHA-256, and ``--same-as`` names an earlier result whose answers should be the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
from load_service import service  # noqa: E402

from rag.settings import load_settings  # noqa: E402
from rag.workspace import Workspace  # noqa: E402
from ui.client import BaowenClient  # noqa: E402

_TIMEOUT_SECONDS = 1200.0
_LARGEST = 6
_NOT_COMPARED = ("timings",)
_IDLE_SECONDS = 8.0
"""So long after warming up, and after the last answer, it is looked at: what goes back when nobody asks is gone."""


def held(process: int) -> dict[str, Any]:
    """Resident megabytes of one process: in all, its own, of files, at its highest, and of the largest files."""
    own = mapped = 0
    of_files: dict[str, int] = {}
    name, resident = "", 0
    for line in Path(f"/proc/{process}/smaps").read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split(maxsplit=5)
        if not fields[0].endswith(":"):
            name = Path(fields[5]).name if len(fields) == 6 else ""
        elif fields[0] == "Rss:":
            resident = int(fields[1])
        elif fields[0] == "Anonymous:":
            own += int(fields[1])
            mapped += resident - int(fields[1])
            of_files[name] = of_files.get(name, 0) + resident - int(fields[1])
    largest = sorted(of_files.items(), key=lambda item: -item[1])[:_LARGEST]
    return {
        "resident": round((own + mapped) / 1000),
        "anonymous": round(own / 1000),
        "mapped": round(mapped / 1000),
        "highest": round(_highest(process) / 1000),
        "largest_files": {name: round(size / 1000) for name, size in largest},
    }


def _highest(process: int) -> int:
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def processor_seconds(process: int) -> float:
    """Processor time that all threads of a process have used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(client: BaowenClient, process: int, question: str) -> dict[str, Any]:
    """One answer, what it took, and what the process holds after it."""
    began, used = time.monotonic(), processor_seconds(process)
    document = client.ask(question).model_dump(mode="json")
    compared = {name: value for name, value in document.items() if name not in _NOT_COMPARED}
    return {
        "question": question,
        "seconds": round(time.monotonic() - began, 1),
        "processor_seconds": round(processor_seconds(process) - used, 1),
        "held_mb": held(process)["resident"],
        "answer": document["answer"],
        "fields_sha256": hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest(),
    }


def differing(rows: list[dict[str, Any]], earlier: list[dict[str, Any]]) -> list[str]:
    """The questions that both results hold and answer differently."""
    known = {row["question"]: row["fields_sha256"] for row in earlier}
    return [
        row["question"] for row in rows if known.get(row["question"], row["fields_sha256"]) != row["fields_sha256"]
    ]


def ingest(folders: list[Path], store: Path) -> None:
    """Make a store of the files in ``folders``."""
    workspace = Workspace(load_settings(store=str(store)))
    workspace.ingest(folders)
    workspace.close()


def measure(questions: list[str], store: Path) -> dict[str, Any]:
    """Serve ``store`` and ask ``questions`` one after the other."""
    with service(store, root=ROOT) as (address, process):
        time.sleep(_IDLE_SECONDS)
        warm = held(process)
        print(json.dumps({"warm": warm}), file=sys.stderr, flush=True)
        rows = []
        with BaowenClient(address, timeout_seconds=_TIMEOUT_SECONDS) as client:
            for question in questions:
                rows.append(ask(client, process, question))
                print(json.dumps(rows[-1], ensure_ascii=False)[:240], file=sys.stderr, flush=True)
        time.sleep(_IDLE_SECONDS)
        return {"warm": warm, "after_answers": held(process), "rows": rows}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, default=ROOT / "data" / "gold" / "questions.jsonl")
    parser.add_argument("--folders", type=Path, nargs="+", default=[ROOT / "data" / "sample"])
    parser.add_argument("--store", type=Path, help="serve this store in place of one made from the folders")
    parser.add_argument("--count", type=int, default=9)
    parser.add_argument("--same-as", type=Path, help="an earlier result, whose answers should be the same")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    lines = options.questions.read_text(encoding="utf-8").splitlines()[: options.count]
    questions = [json.loads(line)["question"] for line in lines]
    with tempfile.TemporaryDirectory(prefix="baowen-memory-") as folder:
        if options.store is None:
            ingest(options.folders, Path(folder))
        result = measure(questions, options.store or Path(folder))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    result = {"machine": machine, "runtime": load_settings().runtime, **result}
    if options.same_as:
        earlier = json.loads(options.same_as.read_text(encoding="utf-8"))["rows"]
        result["answered_differently"] = differing(result["rows"], earlier)
    print(json.dumps({name: value for name, value in result.items() if name != "rows"}, ensure_ascii=False, indent=1))
    if options.output:
        options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
