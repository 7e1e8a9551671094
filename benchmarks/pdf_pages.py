"""How well newspaper pages are divided into articles: pages typeset for the purpose, then read back from the PDF.

    python benchmarks/pdf_pages.py TEXTS.jsonl [--pages 12] [--seed 7] [--json OUT] [--keep DIR]

``TEXTS.jsonl`` (also ``.gz``) gives ``title`` and ``text`` of real articles to fill the pages. Needs reportlab.
An article is found if some article read holds at least 90 % of its text and at most 10 % that is not its own, by
runs of six characters. Purity is the share of text that stands in the article it is mostly of; exact, the share of
articles whose text came back with every character in order.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from page_modules import MODULES, make_page
from page_texts import Texts
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from typeset_page import SONG, Truth

from rag.corpus.readers import read_source

SHINGLE = 6


def shingles(text: str) -> Counter[str]:
    """Runs of six characters."""
    text = "".join(text.split())
    return Counter(text[index : index + SHINGLE] for index in range(max(1, len(text) - SHINGLE + 1)))


def opening_free(text: str) -> str:
    """A text without its byline, which the reader keeps apart."""
    if text.startswith("本报讯（"):
        return text[text.index("）") + 1 :].strip()
    return text


@dataclass(slots=True)
class Score:
    """Counts over the pages of one layout."""

    wanted: int = 0
    read: int = 0
    found: int = 0
    exact: int = 0
    titled: int = 0
    pure: int = 0
    characters: int = 0

    def add(self, truth: Truth, texts: list[str], titles: list[str]) -> list[int]:
        """Compare one page; the indices of articles not found."""
        wanted = [shingles(opening_free(text)) for text in truth.texts]
        read = [shingles(text) for text in texts]
        self.wanted += len(wanted)
        self.read += len(read)
        missed = []
        for index, own in enumerate(wanted):
            common = [(own & other).total() for other in read]
            best = max(range(len(read)), key=common.__getitem__, default=None)
            if best is None or common[best] < 0.9 * own.total() or common[best] < 0.9 * read[best].total():
                missed.append(index)
                continue
            self.found += 1
            self.exact += "".join(opening_free(truth.texts[index]).split()) == "".join(texts[best].split())
            self.titled += truth.titles[index] == "".join(titles[best].split()).removeprefix("本地新闻：")
        for other in read:
            self.pure += max(((other & own).total() for own in wanted), default=0)
            self.characters += other.total()
        return missed

    def as_json(self) -> dict[str, float]:
        """Shares, in [0, 1]."""
        return {
            "articles": self.wanted,
            "f1": round(2 * self.found / max(1, self.wanted + self.read), 4),
            "purity": round(self.pure / max(1, self.characters), 4),
            "exact": round(self.exact / max(1, self.found), 4),
            "title": round(self.titled / max(1, self.found), 4),
        }


def main() -> None:
    """Typeset, read, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--pages", type=int, default=12, help="pages a layout")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for the pages with an article not found")
    arguments = parser.parse_args()
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    rng = random.Random(arguments.seed)
    texts = Texts(arguments.texts, rng)
    results: dict[str, dict[str, float]] = {}
    total, started, seconds = Score(), time.monotonic(), 0.0
    for layout in MODULES:
        score = Score()
        for number in range(arguments.pages):
            page = make_page(layout, 4 + number % 5, texts, rng)
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "page.pdf"
                canvas = Canvas(str(path))
                page.draw(canvas)
                canvas.save()
                begun = time.monotonic()
                document = read_source(path)
                seconds += time.monotonic() - begun
                read = [article.text for article in document.articles]
                titles = [article.title for article in document.articles]
                missed = score.add(page.truth, read, titles)
                total.add(page.truth, read, titles)
                if missed and arguments.keep:
                    arguments.keep.mkdir(parents=True, exist_ok=True)
                    name = f"{layout.replace(' ', '-')}-{number}"
                    (arguments.keep / f"{name}.pdf").write_bytes(path.read_bytes())
                    (arguments.keep / f"{name}.txt").write_text(
                        "\n".join(f"{page.truth.titles[i]}: {page.truth.texts[i][:60]}" for i in missed),
                        encoding="utf-8",
                    )
        results[layout] = score.as_json()
        print(f"{layout:28} {results[layout]}", flush=True)
    results["all"] = total.as_json() | {"seconds_a_page": round(seconds / (arguments.pages * len(MODULES)), 3)}
    print(f"{'all':28} {results['all']}  ({time.monotonic() - started:.0f} s)")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
