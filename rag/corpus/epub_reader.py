"""Electronic books of a newspaper's edition (.epub): the documents in reading order, articles by their headings."""

from __future__ import annotations

import datetime as dt
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from rag.corpus.archives import Archive
from rag.corpus.file_names import parse_date
from rag.corpus.head_lines import read_head_lines
from rag.corpus.html_blocks import HtmlBlock, blocks_of, parse_page
from rag.corpus.html_reader import decode_page
from rag.corpus.normalisation import fold
from rag.corpus.page_headers import heading_of
from rag.corpus.safe_xml import attribute, find_all, find_first, parse_xml
from rag.corpus.source_content import PageText, Piece, SourceContent, body_of
from rag.errors import SourceError
from rag.records import DraftArticle, LeftOut

_DOCUMENT_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_ARTICLE_LEVELS = (1, 2)


@dataclass(frozen=True, slots=True)
class _Book:
    title: str
    publisher: str
    date: dt.date | None
    documents: tuple[str, ...]


def read_epub(archive: Archive) -> SourceContent:
    """The articles of a book: each heading of the first two levels that has text, or each document.

    A page of the content is one document of the book; lists of links are left out.

    Raises:
        SourceError: damaged, locked, or without text.
    """
    if archive.holds("META-INF/encryption.xml") and archive.holds("META-INF/rights.xml"):
        raise SourceError(f"{archive.name} is locked by its seller; expected an open EPUB")
    book = _open_book(archive)
    articles: list[DraftArticle] = []
    pages: list[str] = []
    left_out: list[LeftOut] = []
    for member in book.documents:
        if not archive.holds(member):
            left_out.append(LeftOut(member, "a document that the book lacks"))
            continue
        root = parse_page(decode_page(archive.read(member), archive.name), archive.name)
        blocks = blocks_of(root)
        if sum(len(block.text) for block in blocks if block.is_link) * 2 > sum(len(block.text) for block in blocks):
            left_out += [LeftOut(block.text, "navigation") for block in blocks]
            continue
        text = PageText()
        articles += _articles_of([(block, text.add(block.text)) for block in blocks], len(pages))
        pages.append(text.build())
    if not articles:
        raise SourceError(f"{archive.name} holds no text; expected an edition saved as EPUB")
    heading = heading_of([book.title, book.publisher])
    own = heading.date or parse_date(book.title)
    return SourceContent(
        tuple(articles), tuple(pages), own, heading.source, metadata_date=book.date, left_out=tuple(left_out)
    )


def _open_book(archive: Archive) -> _Book:
    container = parse_xml(archive.read("META-INF/container.xml"), archive.name)
    root_file = find_first(container, "rootfile")
    path = attribute(root_file, "full-path") if root_file is not None else ""
    package = parse_xml(archive.read(path), archive.name)
    items = {attribute(item, "id"): item for item in find_all(package, "item")}
    spine = [items.get(attribute(reference, "idref")) for reference in find_all(package, "itemref")]
    folder = posixpath.dirname(path)
    documents = [
        posixpath.normpath(posixpath.join(folder, unquote(attribute(item, "href"))))
        for item in spine
        if item is not None
        and attribute(item, "media-type") in _DOCUMENT_TYPES
        and "nav" not in attribute(item, "properties").split()
    ]
    return _Book(
        _first_text(package, "title"), _first_text(package, "publisher"), _published(package), tuple(documents)
    )


def _first_text(package: Any, name: str) -> str:
    found = find_first(package, name)
    return "".join(found.itertext()).strip() if found is not None else ""


def _published(package: Any) -> dt.date | None:
    """The day of publication; the day of a change or of the conversion is another field or says so."""
    for found in find_all(package, "date"):
        if attribute(found, "event") in ("", "publication", "original-publication"):
            return parse_date("".join(found.itertext()))
    return None


def _articles_of(lines: Sequence[tuple[HtmlBlock, Piece]], page: int) -> Iterator[DraftArticle]:
    title = ""
    body: list[Piece] = []
    for block, piece in lines:
        if block.level in _ARTICLE_LEVELS:
            yield from _article(title, body, page)
            # Two headings with nothing between are a section and its first article; the article's is the title.
            title, body = block.text, []
        else:
            body.append(piece)
    yield from _article(title, body, page)


def _article(title: str, lines: Sequence[Piece], page: int) -> Iterator[DraftArticle]:
    if not lines:
        return
    head = read_head_lines(lines) if not title else None
    rest = head.body if head else lines
    body = body_of(rest, page)
    yield DraftArticle(
        fold(head.title if head else title), body.text, subtitle=head.deck if head else "", runs=body.runs
    )
