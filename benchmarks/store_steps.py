"""How many instructions SQLite's machine executes for each step of a question, a page, an upload, as a store grows.

    python benchmarks/store_steps.py --side now --output data/results/store_steps.json

Counted, not timed: the same on every machine however busy. The steps and the made-up articles are those of
``tests/rag/corpus/test_growth.py``, which holds that they do not grow. Run it on an older version of the program by
``PYTHONPATH``, as ``--side before``; a step that it does not know is left out.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "rag" / "corpus")]
from test_growth import (  # noqa: E402
    FEW,
    MANY,
    NEWEST,
    STEPS,
    filled,
    instructions,
    put,
    replaced,
    story,
)

from rag.claims import finding  # noqa: E402
from rag.corpus.correction_links import link_corrections  # noqa: E402
from rag.corpus.embedded.store import EmbeddedStore  # noqa: E402


def _upload(store: EmbeddedStore) -> None:
    put(store, replaced(story(33), "a1"))


def measured(sizes: list[int]) -> dict[str, dict[str, int]]:
    """Step to size to instructions."""
    found: dict[str, dict[str, int]] = {}
    steps: dict[str, Any] = {**STEPS, "an upload stored": _upload}
    steps |= {"its notices tied": link_corrections, "the upload removed": lambda store: store.remove(["a1"])}
    with ExitStack() as opened:
        for size in sizes:
            store = opened.enter_context(filled(Path(opened.enter_context(tempfile.TemporaryDirectory())), size))
            for name, step in steps.items():
                try:
                    found.setdefault(name, {})[str(size)] = instructions(store, step)
                except AttributeError as error:
                    print(f"{name}: this version does not know {error}", file=sys.stderr)
    return {name: counts for name, counts in found.items() if len(counts) == len(sizes)}


def main() -> None:
    """Count, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[FEW, MANY])
    parser.add_argument("--side", default="now")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    finding._NEWEST = NEWEST
    result: dict[str, Any] = {}
    if options.output and options.output.exists():
        result = json.loads(options.output.read_text(encoding="utf-8"))
    result[options.side] = measured(options.articles)
    text = json.dumps(result, indent=1, ensure_ascii=False)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
