"""Pages that no paper ever printed: no character may be lost or doubled, none may raise anything.

    python benchmarks/fuzz_pages.py --pages 100000 [--seed 1] [--output data/results/fuzz_pages.json]

A third are random strings of what pages are made of, a third set pages with lines and characters moved, dropped and
doubled, a third any Unicode. Every character that is no white space must stand in exactly one part of one article or
in one line of the furniture, and every run must lead back to the source. The first fault is printed with its page.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path

import newspaper_layouts
import other_newspaper_layouts
from segmentation_pages import load_stories, make_page

from rag.corpus.normalisation import fold, fold_signs
from rag.corpus.segmentation import PageSegmentation, segment_page

PIECES = (
    "\n|\n|\n\n| |　|。|，|、|；|：|“|”|（|）|《|》|.|,|(|)|本报讯|本报讯（记者王明） |本报记者 |李芳|（王明 李芳）|"
    "摄|本报记者 何影 摄|图为|近日，|3月5日，|（下转第3版）|（上接第1版）|广告|今日天气|晴 5℃|电话13912345678|——|"
    "新华社北京|12月5日电|ABC |１２|%|102|个|第3版|2020年12月25日|星期五|青石日报|会议强调，全区上下|"
    "全年完成投资12亿元，增长8.5%。|"
    "通车典礼举行|青禾镇：|一、|（二）|\u200b|\ufeff|\r\n|\f|\x00|\x85|\u2028|𠀀|⽔|．|# |-|□"
).split("|")


def random_page(choice: random.Random, pages: Sequence[str]) -> str:
    """One page of the three kinds."""
    kind = choice.randrange(3)
    if kind == 0:
        return "".join(choice.choices(PIECES, k=choice.randint(0, 120)))
    if kind == 1:
        return shaken(choice.choice(pages), choice)
    codes = choice.choices((0x80, 0x3100, 0xA000, 0x11000), (4, 2, 4, 1), k=choice.randint(0, 200))
    return "".join(chr(choice.randrange(limit)) for limit in codes if limit).translate(SURROGATES)


SPACE = re.compile(r"\s")
SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\n")


def shaken(page: str, choice: random.Random) -> str:
    """A set page with some of its lines and characters moved, dropped, doubled."""
    lines = page.split("\n")
    start = choice.randrange(len(lines))
    lines = lines[start : start + choice.randint(5, 80)]
    for _ in range(choice.randint(1, 12)):
        place, other = choice.randrange(len(lines)), choice.randrange(len(lines))
        change = choice.randrange(4)
        if change == 0:
            lines[place], lines[other] = lines[other], lines[place]
        elif change == 1:
            lines[place] = lines[other][: choice.randint(0, 12)]
        elif change == 2:
            lines.insert(place, choice.choice(PIECES))
        else:
            cut = choice.randint(0, len(lines[place]))
            lines[place] = lines[place][:cut] + choice.choice(PIECES) + lines[place][cut:]
    return "\n".join(lines)


def fault_of(text: str, page: PageSegmentation) -> str:
    """What is wrong with a segmentation; empty if nothing is."""
    counts = [0] * len(text)
    folded = fold_signs(fold(text))
    for part in page.parts:
        for mapped in (part.title, part.subtitle, part.byline, part.text):
            for run in mapped.runs:
                source = slice(run.source_start, run.source_start + run.length)
                if mapped.text[run.start : run.start + run.length] != SPACE.sub(" ", folded[source]):
                    return f"a run at {run.source_start} does not lead back"
                for place in range(source.start, source.stop):
                    counts[place] += not text[place].isspace()
    for line in page.furniture:
        for place in range(line.start, line.end):
            counts[place] += not text[place].isspace()
    for place, count in enumerate(counts):
        if count != (not text[place].isspace()):
            return f"character {place} ({text[place]!r}) stands {count} times"
    return ""


def main() -> None:
    """Segment the pages, stop at the first fault, print what was done."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    choice = random.Random(options.seed)
    stories = load_stories(None)
    layouts = (*newspaper_layouts.LAYOUTS, *other_newspaper_layouts.LAYOUTS)
    pages = [make_page(layout, stories, options.seed * 100 + n).text for layout in layouts for n in range(2)]
    started, articles = time.monotonic(), 0
    for number in range(options.pages):
        text = random_page(choice, pages)
        try:
            found = segment_page(text)
            fault = fault_of(text, found)
        except Exception as error:
            raise SystemExit(f"page {number} raised {error!r}: {text!r}") from error
        if fault:
            raise SystemExit(f"page {number}: {fault}: {text!r}")
        articles += len(found.articles)
    report = {
        "command": f"python benchmarks/fuzz_pages.py --pages {options.pages} --seed {options.seed}",
        "machine": platform.platform(),
        "pages": options.pages,
        "articles": articles,
        "faults": 0,
        "seconds": round(time.monotonic() - started, 1),
    }
    print(json.dumps(report))
    if options.output:
        options.output.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
