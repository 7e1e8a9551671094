"""Random spans of articles against the file they came from: every character must agree.

    python benchmarks/map_back.py --spans 10000 [--corpus FILE.jsonl.gz] [--seed 1] [--output …json]

Pages of both generators and the sample editions are read through the reader that the product uses. A span is drawn
from an article at random; its characters that stand in the file must be there, one for one, after folding of width,
signs and spaces, and those that do not may only be line ends, which the program puts between paragraphs.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import sys
import tempfile
from pathlib import Path

import newspaper_layouts
import other_newspaper_layouts
from segmentation_pages import ROOT, load_stories, make_page

from rag.corpus.normalisation import fold, fold_signs
from rag.corpus.readers import read_source
from rag.records import DraftArticle

LONGEST = 200
_SPACE = re.compile(r"\s")


def source_places(article: DraftArticle) -> dict[int, int]:
    """For each character of the article's text that stands in the file, its place there."""
    return {run.start + offset: run.source_start + offset for run in article.runs for offset in range(run.length)}


def fault_of(article: DraftArticle, places: dict[int, int], source: str, start: int, end: int) -> str:
    """What is wrong with the span ``[start, end)`` of the article; empty if nothing is."""
    for position in range(start, end):
        character = article.text[position]
        place = places.get(position)
        if place is None:
            if character != "\n":
                return f"{character!r} at {position} of 《{article.title}》 stands nowhere in the file"
        elif character != source[place]:
            return f"{character!r} at {position} of 《{article.title}》 is {source[place]!r} in the file"
    return ""


def main() -> None:
    """Draw spans, stop at the first that does not agree, print what was done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=10_000)
    parser.add_argument("--pages", type=int, default=4, help="pages of each layout")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    stories = load_stories(options.corpus)
    layouts = (*newspaper_layouts.LAYOUTS, *other_newspaper_layouts.LAYOUTS)
    texts = [
        make_page(layout, stories, options.seed * 100 + n).text for layout in layouts for n in range(options.pages)
    ]
    texts += [path.read_text("utf-8") for path in sorted((ROOT / "data" / "sample").glob("*.txt"))]
    held = []
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            path = Path(folder) / f"page_{number}.txt"
            path.write_text(text, encoding="utf-8")
            source = _SPACE.sub(" ", fold_signs(fold(text)))
            held += [(article, source_places(article), source) for article in read_source(path).articles]
    held = [item for item in held if item[0].text]
    choice = random.Random(options.seed)
    characters = 0
    for _ in range(options.spans):
        article, places, source = choice.choice(held)
        start = choice.randrange(len(article.text))
        end = min(len(article.text), start + choice.randint(1, LONGEST))
        fault = fault_of(article, places, source, start, end)
        if fault:
            raise SystemExit(fault)
        characters += end - start
    report = {
        "command": " ".join(["python", *sys.argv]),
        "machine": platform.platform(),
        "pages": len(texts),
        "articles": len(held),
        "spans": options.spans,
        "characters": characters,
        "faults": 0,
    }
    text = json.dumps(report, ensure_ascii=False, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
