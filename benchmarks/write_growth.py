"""Write the tables of docs/growth.md and docs/scale.md from the committed results under ``data/results/``.

python benchmarks/write_growth.py           # writes them
python benchmarks/write_growth.py --check   # fails where a table is not what the results say
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
from write_figures import result  # noqa: E402

Figures = dict[str, Any]
_STEPS = (
    ("search with the encoder, ms", ("search", "whole, with the encoder", "cpu_p50_ms")),
    ("the same, p95", ("search", "whole, with the encoder", "cpu_p95_ms")),
    ("the same questions again", ("search", "the same, read once", "cpu_p50_ms")),
    ("by the clock, the first time", ("search", "whole, with the encoder", "p50_ms")),
    ("by the clock, again", ("search", "the same, read once", "p50_ms")),
    ("gathering alone", ("search", "gathering, any", "cpu_p50_ms")),
    ("gathering in one paper", ("search", "gathering, one paper", "cpu_p50_ms")),
    ("gathering in half of the days", ("search", "gathering, half of the days", "cpu_p50_ms")),
    ("numbers of a question's terms", ("search", "numbers of terms", "cpu_p50_ms")),
    ("nearest vectors", ("search", "vectors", "cpu_p50_ms")),
    ("counts and first page of the archive", ("pages", "first page", "cpu_p50_ms")),
    ("last page", ("pages", "last page", "cpu_p50_ms")),
    ("claims by words", ("claims", "claims by words", "cpu_p50_ms")),
    ("two thousand newest claims", ("claims", "newest claims", "cpu_p50_ms")),
    ("newest claims of a rare unit and a mood", ("claims", "newest claims of a rare unit", "cpu_p50_ms")),
    ("four hundred claims of a common value", ("claims", "claims of a value", "cpu_p50_ms")),
    ("five thousand holders of a common title", ("claims", "holders of an office", "cpu_p50_ms")),
    ("a page read, encoded, stored, its notices tied", ("upload", "stored", "cpu_p50_ms")),
    ("counts and first page after it", ("upload", "counts and first page after it", "cpu_p50_ms")),
    ("an article removed", ("upload", "removed", "cpu_p50_ms")),
    ("a search after it", ("upload", "search after it", "cpu_p50_ms")),
)
_OTHERS = (
    ("opening, seconds", ("opening s", "cpu")),
    ("of it, by the clock, claims that are missing", ("opening s", "missing claims")),
    ("memory of the process, encoder included, MB", ("memory MB", "now")),
    ("bytes a chunk on the disk", ("bytes a chunk", "all")),
    ("recall@60 of the vectors", ("recall@60",)),
)


def read(figures: Figures, path: tuple[str, ...]) -> float | None:
    """A figure by the names that lead to it; None where it was not measured."""
    found: Any = figures
    for name in path:
        found = None if found is None else found.get(name)
    return None if found is None else float(found)


def said(value: float | None) -> str:
    """``0.52``, ``5.2``, ``52``, ``5,200``: as many digits as tell something; – for what was not measured."""
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def growth_table() -> list[str]:
    """One row a step: before, after at each size, and how it grew with the largest over the smallest."""
    found = result("archive_growth")
    before, after = found.get("before", {}), found["after"]
    sides = [("before", size, before[size]) for size in sorted(before, key=int)]
    sides += [("now", size, after[size]) for size in sorted(after, key=int)]
    smallest, largest = (after[size] for size in (min(after, key=int), max(after, key=int)))
    heads = [f"{name}, {int(size):,} articles" for name, size, _ in sides]
    several = len(after) > 1
    heads += ["growth"] if several else []
    lines = [f"| processor time | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name, path in (("chunks", ("chunks",)), *_STEPS, *_OTHERS):
        cells = [said(read(figures, path)) for _, _, figures in sides]
        ends = read(largest, path), read(smallest, path)
        cells += [f"{(ends[0] or 0.0) / max(ends[1], 1e-3):.1f}" if ends[1] is not None else "–"] if several else []
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def steps_table() -> list[str]:
    """Instructions of each step before and now, in the smaller and the larger store."""
    found = result("store_steps")
    before, now = found["before"], found["now"]
    few, many = sorted(next(iter(now.values())), key=int)
    lines = [f"| step | before: {few} → {many} articles | grows | now: {few} → {many} | grows |", "|---" * 5 + "|"]
    for name, counts in now.items():
        cells = []
        for side in (before.get(name), counts):
            cells += [f"{side[few]:,} → {side[many]:,}", f"{side[many] / side[few]:.1f}"] if side else ["–", "–"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def index_table() -> list[str]:
    """The vector index at a million articles."""
    found = result("vector_index_size")
    rows = [
        (
            f"{found['chunks']:,} vectors of 384 values: file / memory",
            f"{found['file MB']:,} / {found['memory MB']:,} MB",
        )
    ]
    names = {
        "opening": "opening, its SHA-256 checked",
        "saving": "written anew",
        "search": "a search, 60 of the nearest",
        "seven chunks added and two removed": "seven chunks added and two removed",
        "mask of a filter": "mask of a filter by paper and days",
    }
    rows += [(said_as, f"{said(found[name]['cpu_p50_ms'])} ms") for name, said_as in names.items() if name in found]
    return ["| what | processor time, median |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def service_table() -> list[str]:
    """What the run of API processes over HTTP found."""
    found = result("postgresql_service")
    killed = ", ".join(f"{count} {name}" for name, count in sorted(found["killed"].items()))
    answers = ", ".join(f"{count} × {name}" for name, count in sorted(found["answers"].items()))
    away = found["server_away"] or {"said": ["–"], "ready again after s": "–"}
    rows = (
        ("articles stored, each once, with its claims", f"{found['articles']:,}"),
        ("searches answered meanwhile", f"{found['searches']:,}"),
        ("processes killed with `kill -9`", killed),
        ("replies", answers),
        ("a search, p50 / p95 s, waits for a killed process included",
         f"{found['search_seconds']['p50']} / {found['search_seconds']['p95']}"),
        ("`/readyz` while the server was dead", away["said"][0]),
        ("ready again after the server was started", f"{away['ready again after s']} s"),
        ("promises broken", str(len(found["broken"]))),
        ("seconds", f"{found['seconds']:,.0f}"),
    )  # fmt: skip
    return ["| what | found |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]


def graph_or_lists_table() -> list[str]:
    """Recall, questions led elsewhere and time of both kinds of index, over the same vectors."""
    found = result("graph_or_lists")
    lines = [
        "| vectors | index | made in | search | recall | led elsewhere | ms, one search |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in ("real passages", "one part of many"):
        vectors = f"{found[name]['vectors']:,}, {name}, the {found[name]['nearest wanted']} nearest"
        for index, row in found[name].items():
            if not isinstance(row, dict):
                continue
            for way, one in row.items():
                if isinstance(one, dict):
                    share = f" ({one['looked at']:.1%} of all)" if "looked at" in one else ""
                    lines.append(
                        f"| {vectors} | {index} | {row['made in s']} s | {way}{share} | {one['recall']:.3f} | "
                        f"{one['led elsewhere']:.1%} | {one['ms']} |"
                    )
    return lines


TABLES: dict[str, dict[str, Callable[[], list[str]]]] = {
    "growth.md": {"steps": steps_table, "index": index_table, "growth": growth_table},
    "scale.md": {"service": service_table, "graph or lists": graph_or_lists_table},
}


def written(page: str, text: str) -> str:
    """``text`` of a page with its tables as the results have them."""
    for name, table in TABLES[page].items():
        place = re.compile(rf"<!-- {name} -->\n.*?<!-- /{name} -->", re.DOTALL)
        if not place.search(text):
            raise ValueError(f"docs/{page} has no place for the table {name}; expected <!-- {name} -->")
        body = "\n".join([f"<!-- {name} -->", *table(), f"<!-- /{name} -->"])
        text = place.sub(lambda _, body=body: body, text)
    return text


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for page in TABLES:
        path = ROOT / "docs" / page
        text = path.read_text(encoding="utf-8")
        new = written(page, text)
        if options.check and new != text:
            sys.exit(f"docs/{page} does not hold the committed results; run python benchmarks/write_growth.py")
        path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
