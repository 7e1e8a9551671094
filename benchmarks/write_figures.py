"""Write the figures of README.md and README.zh-CN.md from the committed results under ``data/results/``.

python benchmarks/write_figures.py           # writes both tables
python benchmarks/write_figures.py --check   # fails where a table is not what the results say
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_PLACE = re.compile(r"<!-- figures -->\n.*?<!-- /figures -->", re.DOTALL)
_HEADS = {
    "README.md": "| what | seen | unseen | command |",
    "README.zh-CN.md": "| 内容 | 看过的一半 | 没看过的一半 | 命令 |",
}


_ANSWERED, _NOT_ANSWERED = "answered by the pages", "not answered by the pages"
_OF_STRANGERS = (
    (
        (
            "strangers' questions on pages of 24 papers: answered from the sentence that answers",
            "外人就 24 份报纸的版面所提的问题：依据正确的原句作答",
        ),
        "found",
        _ANSWERED,
    ),
    (("the same: refused, with that sentence shown", "同上：拒答，但列出了这句原文"), "shown", _ANSWERED),
    (("the same: answered from another sentence", "同上：依据别的句子作答"), "another", _ANSWERED),
    (
        (
            "questions of theirs that the pages do not answer, near misses all: refused",
            "版面没有答案的同类问题：拒答",
        ),
        "rightly refused",
        _NOT_ANSWERED,
    ),
)
"""Rows of the strangers' questions: in both languages, the key of the share, and of the number it is a share of."""
_OF_FIRST_SENTENCES = (
    (
        (
            "strangers' questions: a sentence of the paper is there as the answer before the model writes",
            "同一批问题：模型动笔之前，已给出报上作答的原句",
        ),
        "a sentence is held for the answer",
    ),
    (("the same: it is the right one", "同上：这句就是正确的原句"), "of these it is"),
    (
        ("the same, wrongly: of near misses that the pages do not answer", "同上，误给：版面没有答案的同类问题"),
        "a sentence is held for the answer of these",
    ),
)
"""Rows of what comes with the evidence: in both languages, and the key of the share."""


def result(name: str) -> dict[str, Any]:
    """A committed result."""
    found: dict[str, Any] = json.loads((ROOT / "data" / "results" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def percent(share: float) -> str:
    """``0.953`` as ``95.3 %``."""
    return f"{100 * share:.1f} %"


def rows(*, chinese: bool) -> list[str]:
    """The table's rows, from slot pairs, loosely worded, typed and strangers' questions."""
    slots, natural, typed, strangers = map(result, ("slot_pairs", "natural", "typed", "strangers"))
    first = result("strangers_sentence")

    def row(what: tuple[str, str], values: list[str], command: str) -> str:
        return f"| {what[1] if chinese else what[0]} | {values[0]} | {values[1]} | `{command}` |"

    def told(key: str, of: str) -> list[str]:
        return [f"{percent(strangers[side][key])} / {strangers[side][of]}" for side in ("seen", "unseen")]

    def both(report: dict[str, Any], key: str) -> list[str]:
        return [f"{percent(report[side].get(key, 0.0))} / {report[side]['n']}" for side in ("seen", "unseen")]

    return [
        row(
            ("pairs of passages that differ in one slot: answered where it answers", "只差一处的两段话：该答的答出"),
            both(slots, "answered"),
            slots["command"],
        ),
        row(
            ("the same: the difference refused or said", "同上：不同之处拒答或说明"),
            both(slots, "caught"),
            slots["command"],
        ),
        row(("loosely worded questions: right", "随口提问：答对"), both(natural, "right"), natural["command"]),
        row(
            ("the same: wrong or half", "同上：答错或答半"),
            both(natural, "wrong or half"),
            natural["command"],
        ),
        row(("the same: refused", "同上：拒答"), both(natural, "refused"), natural["command"]),
        row(
            (
                "questions typed carelessly, with slips, by somebody who had not seen the code: right",
                "没看过代码的人随手打的问题（有错字）：答对",
            ),
            both(typed, "right"),
            typed["command"],
        ),
        row(("the same: wrong or half", "同上：答错或答半"), both(typed, "wrong or half"), typed["command"]),
        *(row(what, told(key, of), strangers["command"]) for what, key, of in _OF_STRANGERS),
        *(
            row(what, [percent(first[side][key]) for side in ("seen", "unseen")], first["command"])
            for what, key in _OF_FIRST_SENTENCES
        ),
    ]


def table(name: str) -> str:
    """The table of one README between its marks."""
    body = "\n".join([_HEADS[name], "|---|---|---|---|", *rows(chinese="zh" in name)])
    return f"<!-- figures -->\n{body}\n<!-- /figures -->"


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for name in _HEADS:
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        written = _PLACE.sub(lambda _, name=name: table(name), text)
        if options.check and written != text:
            sys.exit(f"{name} does not hold the committed results; run python benchmarks/write_figures.py")
        path.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
