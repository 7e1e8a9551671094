"""How well newspaper pages are divided into articles: pages typeset for the purpose, then read back from the PDF.

    python benchmarks/pdf_pages.py TEXTS.jsonl [--pages 12] [--seed 7] [--json OUT] [--keep DIR]

``TEXTS.jsonl`` (also ``.gz``) gives ``title`` and ``text`` of real articles to fill the pages. Needs reportlab.
An article is found if some article read holds at least 90 % of its text and at most 10 % that is not its own, by
runs of six characters. Purity is the share of text that stands in the article it is mostly of; exact, the share of
articles whose text came back with every character in order.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from rag.corpus.readers import read_source

SONG = "STSong-Light"
NO_LINE_START = "，。、；：？！”’）》】%"
SENTENCE_ENDS = "。！？"
SHINGLE = 6


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the page, in points from the top left."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.top + self.height


@dataclass(slots=True)
class Truth:
    """What was set on one page."""

    titles: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Style:
    """Measures of one page's type."""

    size: float
    leading: float
    gutter: float
    columns: int
    column_rules: bool


class Page:
    """One page: strokes are collected, then drawn in an order that has nothing to do with reading."""

    def __init__(self, width: float, height: float, style: Style, rng: random.Random) -> None:
        self.width, self.height, self.style, self.rng = width, height, style, rng
        self.truth = Truth()
        self.strokes: list[list[tuple[str, float, float, float, str]]] = []
        self.rules: list[tuple[float, float, float, float]] = []
        self.frames: list[Box] = []
        self.pictures: list[Box] = []

    def line(self, text: str, left: float, baseline: float, size: float, width: float | None = None) -> None:
        """A line of text; with ``width``, its characters are spread to fill it."""
        natural = sum(advance(character, size) for character in text)
        extra = (width - natural) / (len(text) - 1) if width is not None and len(text) > 1 else 0.0
        stroke, x = [], left
        for character in text:
            stroke.append((character, x, baseline, size, SONG if ord(character) > 127 else "Times-Roman"))
            x += advance(character, size) + extra
        self.strokes.append(stroke)

    def down(self, text: str, left: float, top: float, size: float, step: float) -> None:
        """A line of text set downwards."""
        self.strokes.append(
            [(character, left, top + size * 0.88 + index * step, size, SONG) for index, character in enumerate(text)]
        )

    def draw(self, canvas: Canvas) -> None:
        """Everything onto the page."""
        canvas.setPageSize((self.width, self.height))
        for box in self.pictures:
            canvas.setFillGray(0.8)
            canvas.rect(box.left, self.height - box.bottom, box.width, box.height, stroke=0, fill=1)
        canvas.setFillGray(0)
        for box in self.frames:
            canvas.rect(box.left, self.height - box.bottom, box.width, box.height)
        for x0, y0, x1, y1 in self.rules:
            canvas.line(x0, self.height - y0, x1, self.height - y1)
        self.rng.shuffle(self.strokes)
        for stroke in self.strokes:
            for character, x, baseline, size, font in stroke:
                canvas.setFont(font, size)
                canvas.drawString(x, self.height - baseline, character)
        canvas.showPage()


def advance(character: str, size: float) -> float:
    """How far a character moves the pen."""
    if ord(character) > 127:
        return size
    return pdfmetrics.stringWidth(character, "Times-Roman", size)


def set_lines(paragraphs: list[str], size: float, measures: Callable[[int], float]) -> list[tuple[str, bool, bool]]:
    """Paragraphs broken into lines (text, first of its paragraph, last of it); ``measures(n)`` is line n's width."""
    lines: list[tuple[str, bool, bool]] = []
    for paragraph in paragraphs:
        rest, first = paragraph, True
        while rest:
            room = measures(len(lines)) - (2 * size if first else 0)
            used, count = 0.0, 0
            while count < len(rest) and used + advance(rest[count], size) <= room + 0.01:
                used += advance(rest[count], size)
                count += 1
            count = max(count, 1)
            while count < len(rest) and rest[count] in NO_LINE_START and count > 2:
                count -= 1
            lines.append((rest[:count], first, count == len(rest)))
            rest, first = rest[count:], False
    return lines


class Texts:
    """Real articles, handed out in random order and cut to the room there is."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            records = [json.loads(line) for _, line in zip(range(6000), file, strict=False)]
        self.records = [
            (clean(record["title"]), [clean(part) for part in record["text"].split("\n") if is_prose(clean(part))])
            for record in records
        ]
        self.records = [(t, p) for t, p in self.records if 6 <= len(t) <= 26 and sum(map(len, p)) > 150]
        self.records.sort(key=lambda record: sum(map(len, record[1])))
        self.rng = rng

    def take(self, characters: float) -> tuple[str, list[str]]:
        """A title and whole sentences of at most about ``characters``."""
        long_enough = [record for record in self.records if sum(map(len, record[1])) >= characters]
        title, paragraphs = self.rng.choice(long_enough or self.records[-20:])
        kept: list[str] = []
        left = characters
        opening = (
            f"本报讯（记者{self.rng.choice('陈吴郑何')}小{self.rng.choice('禾舟川')}） "
            if self.rng.random() < 0.6
            else ""
        )
        for paragraph in paragraphs:
            if len(paragraph) > left:
                end = max(paragraph.rfind(mark, 0, int(left)) for mark in SENTENCE_ENDS) + 1
                if end > 10:
                    kept.append(paragraph[:end])
                break
            kept.append(paragraph)
            left -= len(paragraph)
        if not kept:
            kept = [paragraphs[0][: int(characters)]]
        kept[0] = opening + kept[0]
        return title, kept


def is_prose(text: str) -> bool:
    """Whether a paragraph is text and no link."""
    return len(text) > 8 and "http" not in text


def clean(text: str) -> str:
    """Text without what the fonts here cannot draw."""
    text = "".join(text.split()).replace("—", "—")
    return "".join(c for c in text if c.isascii() or "\u4e00" <= c <= "\u9fa5" or c in NO_LINE_START + "“‘（《【·—…")


def columns_of(box: Box, count: int, style: Style) -> list[Box]:
    """The text columns of a box."""
    width = (box.width - (count - 1) * style.gutter) / count
    width = int(width / style.size) * style.size
    pitch = (box.width - width) / (count - 1) if count > 1 else 0.0
    return [Box(box.left + index * pitch, box.top, width, box.height) for index in range(count)]


def flow(page: Page, columns: list[Box], texts: Texts, title: str | None = None) -> str:
    """Fill columns with one article; the title found for it."""
    style = page.style
    slots = [
        (column, column.top + style.leading * row + style.size)
        for column in columns
        for row in range(int((column.height + style.leading - style.size) // style.leading))
    ]
    capacity = sum(column.width / style.size for column, _ in slots)
    found, paragraphs = texts.take(capacity * 0.93 - 14)
    while True:
        lines = set_lines(paragraphs, style.size, lambda n: slots[min(n, len(slots) - 1)][0].width)
        if len(lines) <= len(slots):
            break
        paragraphs[-1] = paragraphs[-1][: max(0, len(paragraphs[-1]) - 25)]
        end = max(paragraphs[-1].rfind(mark) for mark in SENTENCE_ENDS) + 1
        paragraphs[-1] = paragraphs[-1][:end]
        if not paragraphs[-1]:
            paragraphs.pop()
    for (text, first, last), (column, baseline) in zip(lines, slots, strict=False):
        indent = 2 * style.size if first else 0.0
        page.line(text.rstrip(), column.left + indent, baseline, style.size, None if last else column.width - indent)
    if style.column_rules:
        for one, other in itertools.pairwise(columns):
            if one.right < other.left:
                middle = (one.right + other.left) / 2
                page.rules.append((middle, max(one.top, other.top), middle, min(one.bottom, other.bottom)))
    page.truth.titles.append(title or found)
    page.truth.texts.append("".join(paragraphs))
    return found


def headline(page: Page, box: Box, title: str, size: float, *, kicker: bool = False) -> float:
    """A headline centred over a box, in one line or two; the height it took."""
    top = box.top
    if kicker:
        page.line("本地新闻：", box.left + box.width / 2 - 2.5 * size * 0.55, top + size * 0.55, size * 0.55)
        top += size * 0.8
    per_line = max(4, int(box.width / size))
    rows = [title] if len(title) <= per_line else [title[: (len(title) + 1) // 2], title[(len(title) + 1) // 2 :]]
    while max(map(len, rows)) * size > box.width:
        size *= 0.92
    for row in rows:
        left = box.left + (box.width - len(row) * size) / 2
        page.line(row, left, top + size * 0.9, size)
        top += size * 1.2
    return top - box.top + size * 0.25


def module_top(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline over all columns."""
    size = page.style.size * page.rng.choice([1.6, 2.0, 2.6, 3.2]) if count > 1 else page.style.size * 1.5
    used = headline_room(page, box, size)
    columns = columns_of(Box(box.left, box.top + used, box.width, box.height - used), count, page.style)
    headline(page, box, flow(page, columns, texts), size)


def headline_room(page: Page, box: Box, size: float) -> float:
    """The height kept free for a headline of any title that may come."""
    rows = 1 if 26 * size <= box.width else 2
    return rows * 1.2 * size + 0.5 * size + page.style.size * 0.4


def module_partial(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline over the first columns; the others rise beside it."""
    if count < 3:
        module_top(page, box, count, texts)
        return
    over = page.rng.randint(2, count - 1)
    columns = columns_of(box, count, page.style)
    size = page.style.size * page.rng.choice([1.8, 2.2])
    span = Box(box.left, box.top, columns[over - 1].right - box.left, box.height)
    used = headline_room(page, span, size)
    rows = -(-used // page.style.leading)
    low = [
        Box(c.left, c.top + rows * page.style.leading, c.width, c.height - rows * page.style.leading) for c in columns
    ]
    headline(page, span, flow(page, low[:over] + columns[over:], texts), size)


def module_vertical(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline set downwards at the left."""
    size = page.style.size * 2.2
    step = size * 1.12
    if box.height < 16 * step:
        size *= max(0.6, box.height / (16 * step))
        step = size * 1.12
    room = 2.9 * size
    inner = Box(box.left + room, box.top, box.width - room, box.height)
    title = flow(page, columns_of(inner, max(1, count - 1), page.style), texts)
    per = max(4, int(box.height / step))
    rows = [title[start : start + per] for start in range(0, len(title), per)][:2]
    for index, row in enumerate(rows):
        page.down(row, box.left + (len(rows) - 1 - index) * 1.3 * size, box.top, size, step)


def module_boxed(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A frame with headline and text inside."""
    page.frames.append(box)
    inner = Box(box.left + 8, box.top + 8, box.width - 16, box.height - 16)
    module_top(page, inner, count, texts)


def module_picture(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline over all columns and a picture that some of them flow around."""
    if count < 3:
        module_top(page, box, count, texts)
        return
    style, size = page.style, page.style.size * 2.2
    used = headline_room(page, box, size)
    columns = columns_of(Box(box.left, box.top + used, box.width, box.height - used), count, style)
    first = page.rng.randint(0, count - 2)
    rows = int(columns[0].height // style.leading)
    low = page.rng.randint(0, max(0, rows // 2))
    high = min(rows, low + max(6, rows // 3))
    if page.rng.random() < 0.4:
        low, high = rows - max(6, rows // 3), rows + 1
    picture = Box(
        columns[first].left,
        columns[first].top + low * style.leading + 2,
        columns[first + 1].right - columns[first].left,
        (high - low) * style.leading - style.leading * 0.9,
    )
    page.pictures.append(picture)
    pieces: list[Box] = []
    for index, column in enumerate(columns):
        if index not in (first, first + 1):
            pieces.append(column)
            continue
        if low > 0:
            pieces.append(Box(column.left, column.top, column.width, low * style.leading - 2))
        if high < rows:
            top = column.top + high * style.leading
            pieces.append(Box(column.left, top, column.width, column.bottom - top))
    headline(page, box, flow(page, pieces, texts), size)


MODULES: dict[str, list[Callable[[Page, Box, int, Texts], None]]] = {
    "headline across": [module_top],
    "headline over some columns": [module_partial, module_top],
    "headline downwards": [module_vertical, module_top],
    "boxed": [module_boxed, module_top],
    "around pictures": [module_picture],
    "mixed": [module_top, module_partial, module_vertical, module_boxed, module_picture],
}


def divide(box: Box, count: int, page: Page, depth: int = 0) -> list[tuple[Box, int]]:
    """A page's area as modules (place, columns)."""
    style, rng = page.style, page.rng
    tall = box.height > 24 * style.leading
    wide = count >= 4
    if depth >= 5 or not (tall or wide) or (depth >= 2 and is_small(box, style) and rng.random() < 0.5):
        return [(box, count)]
    if tall and (not wide or rng.random() < 0.6):
        cut = round(box.height * rng.uniform(0.38, 0.62) / style.leading) * style.leading
        space = style.leading * rng.choice([0.9, 1.3, 1.8])
        if rng.random() < 0.5:
            page.rules.append((box.left, box.top + cut - space / 2, box.right, box.top + cut - space / 2))
        upper = Box(box.left, box.top, box.width, cut - space)
        lower = Box(box.left, box.top + cut, box.width, box.height - cut)
        return divide(upper, count, page, depth + 1) + divide(lower, count, page, depth + 1)
    if not wide:
        return [(box, count)]
    left_count = rng.randint(2, count - 2)
    columns = columns_of(box, count, style)
    left = Box(box.left, box.top, columns[left_count - 1].right - box.left, box.height)
    right = Box(columns[left_count].left, box.top, box.right - columns[left_count].left, box.height)
    if rng.random() < 0.6:
        middle = (left.right + right.left) / 2
        page.rules.append((middle, box.top, middle, box.bottom))
    return divide(left, left_count, page, depth + 1) + divide(right, count - left_count, page, depth + 1)


def is_small(box: Box, style: Style) -> bool:
    """Whether an article of usual length fills a box."""
    return box.width * box.height < 1600 * style.size * style.leading


def make_page(layout: str, columns: int, texts: Texts, rng: random.Random) -> Page:
    """One page of a layout."""
    size = rng.choice([8.5, 9.0, 9.5, 10.5])
    style = Style(
        size, round(size * rng.uniform(1.35, 1.6), 1), size * rng.uniform(1.1, 2.0), columns, rng.random() < 0.3
    )
    width = columns * rng.uniform(12, 15) * size + (columns - 1) * style.gutter + 80
    page = Page(width, width * 1.35, style, rng)
    page.line("青桐日报 2021年3月7日 星期日 第03版 责任编辑 何小禾", 40, 34, 10)
    page.rules.append((40, 42, width - 40, 42))
    for box, count in divide(Box(40, 56, width - 80, page.height - 96), columns, page):
        rng.choice(MODULES[layout])(page, box, count, texts)
    return page


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
