"""How well scans of newspaper pages are read: pages typeset, printed to pictures, spoilt as scanners do, recognised.

    python benchmarks/scan_pages.py TEXTS.jsonl.gz [--pages 2] [--seed 9] [--json OUT]

The pages are those of ``pdf_pages`` in four columns, drawn with the machine's Chinese type (Noto CJK; without it the
command says so). ``clean`` is a scan at 200 dots an inch, ``skewed`` one turned by up to a degree and a half,
``grey`` one on grey paper with noise, little contrast and the blur of a copy, ``turned`` one that lies on its side.
Articles are found as in ``pdf_pages``; character accuracy is the share of an article's characters that came back in
order, over all articles, lost ones too.
"""

from __future__ import annotations

import argparse
import difflib
import io
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from page_modules import make_page
from page_texts import Texts
from pdf_pages import Score, opening_free
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from typeset_page import SONG, Page, Truth

from rag.corpus.readers import read_source

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
DOTS = 200 / 72
"""Dots a point."""
LAYOUT = "headline across"


def draw_page(page: Page) -> Any:
    """A page as a picture, black on white."""
    picture = Image.new("L", (round(page.width * DOTS), round(page.height * DOTS)), 255)
    pen = ImageDraw.Draw(picture)
    fonts: dict[float, Any] = {}
    for x0, y0, x1, y1 in page.rules:
        pen.line([(x0 * DOTS, y0 * DOTS), (x1 * DOTS, y1 * DOTS)], fill=0, width=2)
    for stroke in page.strokes:
        for character, x, baseline, size, _ in stroke:
            font = fonts.setdefault(size, ImageFont.truetype(str(FONT), round(size * DOTS), index=2))
            pen.text((x * DOTS, baseline * DOTS), character, fill=0, font=font, anchor="ls")
    return picture


def clean(picture: Any, dice: random.Random) -> Any:
    """A good scan: paper not quite white."""
    return picture.point(lambda value: min(value, 250 - dice.randint(0, 3)))


def skewed(picture: Any, dice: random.Random) -> Any:
    """A page that lay askew on the glass."""
    angle = dice.choice((-1, 1)) * dice.uniform(0.5, 1.5)
    return picture.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)


def grey(picture: Any, dice: random.Random) -> Any:
    """A copy of a copy: grey paper, grey ink, grain and blur."""
    values = np.asarray(picture.filter(ImageFilter.GaussianBlur(0.8)), np.float32)
    grain = np.random.default_rng(dice.randrange(1 << 30)).normal(0, 9, values.shape)
    return Image.fromarray(np.clip(90 + values * 0.47 + grain, 0, 255).astype(np.uint8))


def turned(picture: Any, dice: random.Random) -> Any:
    """A page that lay on its side."""
    return picture.transpose(dice.choice((Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)))


KINDS: dict[str, Callable[[Any, random.Random], Any]] = {
    "clean": clean,
    "skewed": skewed,
    "grey": grey,
    "turned": turned,
}


def right_characters(truth: Truth, read: list[str]) -> Iterator[tuple[int, int]]:
    """For each article how many of its characters the text most like it has in order, and how many it has itself."""
    bare = ["".join(text.split()) for text in read]
    for text in truth.texts:
        wanted = "".join(opening_free(text).split())
        match = max(bare, key=lambda other: len(set(wanted) & set(other)) - abs(len(wanted) - len(other)), default="")
        blocks = difflib.SequenceMatcher(None, wanted, match, autojunk=False).get_matching_blocks()
        yield sum(block.size for block in blocks), len(wanted)


def measure(kind: str, pages: int, texts: Texts, seed: int) -> dict[str, float]:
    """So many pages spoilt in one way."""
    score, right, characters, seconds = Score(), 0, 0, 0.0
    for number in range(pages):
        dice = random.Random(seed + number)
        page = make_page(LAYOUT, 4, texts, dice)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "scan.png"
            data = io.BytesIO()
            KINDS[kind](draw_page(page), dice).convert("RGB").save(data, "PNG")
            path.write_bytes(data.getvalue())
            begun = time.process_time()
            articles = read_source(path).articles
            seconds += time.process_time() - begun
        read = [article.text for article in articles]
        score.add(page.truth, read, [article.title for article in articles])
        for found, wanted in right_characters(page.truth, read):
            right, characters = right + found, characters + wanted
    accuracy = round(right / max(1, characters), 4)
    return score.as_json() | {"characters_right": accuracy, "seconds_a_page": round(seconds / pages, 1)}


def main() -> None:
    """Draw, spoil, recognise, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path)
    parser.add_argument("--pages", type=int, default=2, help="pages of each kind")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--kind", choices=tuple(KINDS), help="only this kind")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if not FONT.exists():
        parser.error(f"{FONT} is not here; expected the Noto CJK type: install fonts-noto-cjk")
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    results: dict[str, dict[str, float]] = {}
    for kind in KINDS if arguments.kind is None else (arguments.kind,):
        texts = Texts(arguments.texts, random.Random(arguments.seed))
        results[kind] = measure(kind, arguments.pages, texts, arguments.seed)
        print(f"{kind:8} {results[kind]}", flush=True)
    if arguments.json:
        command = f"python benchmarks/scan_pages.py TEXTS.jsonl.gz --pages {arguments.pages} --seed {arguments.seed}"
        report = {"command": command, "results": results}
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
