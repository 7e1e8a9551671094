"""Files as newspapers, their crawlers and offices hand them over, made with what must be read out of them.

Each kind has a function that makes one file; those that pack files of other kinds together are here.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from html import escape

from benchmarks.made_crawled_files import crawled, records
from benchmarks.made_files import Draw, MadeFile, zipped
from benchmarks.made_laid_out_files import fixed_page, vertical
from benchmarks.made_office_files import sheet_text, word, workbook
from benchmarks.made_web_pages import epaper, mhtml, site


def book(draw: Draw) -> MadeFile:
    """An edition as an electronic book: a document an article."""
    made = [replace(draw.story(), page="") for _ in range(draw.rng.randrange(2, 5))]
    documents = {
        f"OEBPS/a{number}.xhtml": (
            f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>"
            f"<h1>{s.title}</h1>" + "".join(f"<p>{escape(p)}</p>" for p in s.paragraphs) + "</body></html>"
        ).encode()
        for number, s in enumerate(made)
    }
    items = "".join(
        f"<item id='i{n}' href='{path[6:]}' media-type='application/xhtml+xml'/>" for n, path in enumerate(documents)
    )
    package = (
        "<package xmlns='http://www.idpf.org/2007/opf' xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata>"
        f"<dc:title>{draw.paper} {draw.stamp()}</dc:title><dc:date>{draw.day}</dc:date></metadata><manifest>{items}"
        f"</manifest><spine>{''.join(f'<itemref idref=&quot;i{n}&quot;/>' for n in range(len(made)))}"
        f"</spine></package>"
    ).replace("&quot;", '"')
    container = "<container><rootfiles><rootfile full-path='OEBPS/p.opf'/></rootfiles></container>"
    members = {"mimetype": b"application/epub+zip", "META-INF/container.xml": container.encode(),
               "OEBPS/p.opf": package.encode(), **documents}  # fmt: skip
    return MadeFile("book", "edition.epub", zipped(members), tuple(made), draw.day, draw.paper)


def archive(draw: Draw) -> MadeFile:
    """An archive of pages of one day: web pages and crawlers' text."""
    parts = []
    for number in range(draw.rng.randrange(2, 4)):
        part = crawled(replace_page(draw)) if number % 2 else epaper(draw)
        parts.append((f"{draw.day:%Y%m%d}/{number}_{part.name}", part))
    members = {name: part.data for name, part in parts}
    stories = tuple(story for _, part in parts for story in part.stories)
    foreign = tuple(word for _, part in parts for word in part.foreign)
    return MadeFile("archive", "打包.zip", zipped(members), stories, draw.day, "", foreign)


def replace_page(draw: Draw) -> Draw:
    """The same draw; a crawler's file takes a new page of it."""
    draw.page = draw.rng.choice(["02", "03", "05"])
    return draw


KINDS: tuple[Callable[[Draw], MadeFile], ...] = (
    epaper, epaper, mhtml, site, word, word, workbook, sheet_text, crawled, crawled, records, records, book, archive,
    vertical, fixed_page,
)  # fmt: skip


def make_files(count: int, seed: int, kind: str | None = None) -> list[MadeFile]:
    """``count`` files of all kinds in turn, or of one, by its function's name."""
    rng = random.Random(seed)
    makers = KINDS if kind is None else [maker for maker in KINDS if maker.__name__ == kind]
    return [makers[number % len(makers)](Draw(random.Random(rng.randrange(2**32)))) for number in range(count)]
