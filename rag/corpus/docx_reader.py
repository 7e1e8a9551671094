"""Word documents by their XML: every cell, insertion, footnote and text box; macros and links are data only.

Tracked insertions are accepted; what the author deleted is no text of the document and is reported as left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rag.corpus.archives import Archive
from rag.corpus.head_lines import read_head_lines
from rag.corpus.normalisation import fold
from rag.corpus.page_headers import PageHeading, heading_of
from rag.corpus.safe_xml import attribute, children, find_all, find_first, local_name, parse_xml
from rag.corpus.source_content import PageText, Piece, SourceContent, body_of
from rag.records import DraftArticle, LeftOut

_DELETED = ("del", "moveFrom", "delText")
_SKIPPED = ("instrText", "delInstrText", "Fallback", "rt", "pPr", "rPr", "txbxContent")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_HEADINGS = ("title", "标题", "heading 1", "heading 2", "标题 1", "标题 2")
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_WIDEST_SPAN = 200
_MOST_DEPTH = 30


@dataclass(slots=True)
class _Section:
    title: str
    lines: list[Piece] = field(default_factory=list)
    notes: list[Piece] = field(default_factory=list)


def read_docx(archive: Archive) -> SourceContent:
    """Articles by Heading 1 and 2 (or Title); a document without headings is one article.

    The page text is every paragraph on a line and every row of a table on a line, its cells set apart by tabs;
    a cell over several columns or rows stands in each of them. Footnotes end their article.

    Raises:
        SourceError: damaged or locked with a password.
    """
    document = _Document(archive)
    body = find_first(document.root, "body")
    if body is not None:
        document.take(body, 0)
    content = document.sections
    articles = [_article(section, only=len(content) == 1) for section in content]
    heading = document.heading
    return SourceContent(
        tuple(article for article in articles if article.text),
        (document.page.build(),),
        date=heading.date,
        source=heading.source,
        page=heading.page,
        left_out=tuple(document.left_out),
    )


class _Document:
    """Walks a document once and puts its articles together."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.root = parse_xml(archive.read("word/document.xml"), archive.name)
        self.styles = dict(self._style_names())
        self.notes = {part: dict(self._notes(part)) for part in _NOTES.values()}
        self.left_out: list[LeftOut] = []
        self.heading = self._page_heading()
        self.left_out += [LeftOut(text, "a comment") for _, text in self._notes("comments")]
        self.page = PageText()
        self.sections = [_Section("")]

    def _style_names(self) -> Iterator[tuple[str, str]]:
        if not self.archive.holds("word/styles.xml"):
            return
        for style in find_all(parse_xml(self.archive.read("word/styles.xml"), self.archive.name), "style"):
            name = find_first(style, "name")
            yield attribute(style, "styleId"), attribute(name, "val").lower() if name is not None else ""

    def _notes(self, part: str) -> Iterator[tuple[str, str]]:
        if not self.archive.holds(f"word/{part}.xml"):
            return
        for note in find_all(parse_xml(self.archive.read(f"word/{part}.xml"), self.archive.name), part[:-1]):
            yield attribute(note, "id"), " ".join(_text_of(p) for p in find_all(note, "p")).strip()

    def _page_heading(self) -> PageHeading:
        """What the headers and footers say of the edition; their lines belong to no article."""
        lines = []
        for member in sorted(self.archive.members):
            if member.startswith(("word/header", "word/footer")) and member.endswith(".xml"):
                root = parse_xml(self.archive.read(member), self.archive.name)
                lines += [text for p in find_all(root, "p") if (text := _text_of(p).strip())]
        self.left_out += [LeftOut(line, "page header or footer") for line in dict.fromkeys(lines)]
        return heading_of(lines)

    def take(self, container: Any, depth: int) -> None:
        """Every paragraph and table below ``container``, in order."""
        for child in container:
            name = local_name(child)
            if name == "p":
                self._take_paragraph(child, depth)
            elif name == "tbl":
                for row in _rows(child):
                    self.sections[-1].lines.append(self.page.add_row(row))
                self._report_deleted(child)
            elif name not in _DELETED and name not in _SKIPPED and depth < _MOST_DEPTH:
                self.take(child, depth + 1)

    def _take_paragraph(self, paragraph: Any, depth: int) -> None:
        is_heading = self._style_of(paragraph) in _HEADINGS
        for line in _text_of(paragraph).split("\n"):
            if not line.strip():
                continue
            piece = self.page.add(line.rstrip())
            if is_heading:
                self.sections.append(_Section(line.strip()))
            else:
                self.sections[-1].lines.append(piece)
        for box in _own_text_boxes(paragraph):
            if depth < _MOST_DEPTH:
                self.take(box, depth + 1)
        for reference, part in _NOTES.items():
            for mark in find_all(paragraph, reference):
                note = self.notes[part].get(attribute(mark, "id"), "")
                if note:
                    self.sections[-1].notes.append(self.page.add(f"注：{note}"))
        self._report_deleted(paragraph)

    def _style_of(self, paragraph: Any) -> str:
        style = find_first(paragraph, "pStyle")
        name = attribute(style, "val") if style is not None else ""
        return self.styles.get(name, name).lower()

    def _report_deleted(self, element: Any) -> None:
        """What tracked changes take away: words, words moved elsewhere, and whole rows."""
        deleted = "".join(found.text or "" for found in find_all(element, "delText"))
        moved = "".join(_text_of(found) for found in find_all(element, "moveFrom"))
        for row in find_all(element, "tr"):
            if any(find_first(properties, "del") is not None for properties in children(row, "trPr")):
                moved += " ".join(_text_of(p) for p in find_all(row, "p"))
        if (deleted + moved).strip():
            self.left_out.append(LeftOut(deleted + moved, "deleted by a tracked change"))


def _text_of(element: Any) -> str:
    """The text of a paragraph or a run as it reads when every tracked change is accepted."""
    pieces: list[str] = []
    for child in element:
        name = local_name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name in _SIGNS:
            pieces.append(_SIGNS[name])
        elif name and name not in _DELETED and name not in _SKIPPED:
            pieces.append(_text_of(child))
    return "".join(pieces)


def _own_text_boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes anchored in a paragraph, each once: Word writes every box a second time for old versions."""
    for box in find_all(paragraph, "txbxContent"):
        names = [local_name(parent) for parent in box.iterancestors()]
        inner = names[: names.index("p")] if "p" in names else names
        if "Fallback" not in names and "txbxContent" not in inner:
            yield box


def _rows(table: Any) -> Iterator[list[str]]:
    """The rows of a table as a full grid of texts."""
    above: list[str] = []
    for row in children(table, "tr"):
        if any(find_first(properties, "del") is not None for properties in children(row, "trPr")):
            continue
        cells: list[str] = []
        for cell in _cells(row):
            properties = next(children(cell, "tcPr"), None)
            span = _number(properties, "gridSpan")
            merged = find_first(properties, "vMerge") if properties is not None else None
            if merged is not None and attribute(merged, "val") != "restart" and len(cells) < len(above):
                text = above[len(cells)]
            else:
                text = "\n".join(_text_of(p) for p in find_all(cell, "p"))
            cells += [text] * min(span, _WIDEST_SPAN)
        if any(text.strip() for text in cells):
            above = cells
            yield cells


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, those inside content controls too."""
    for child in row:
        name = local_name(child)
        if name == "tc":
            yield child
        elif name in ("sdt", "sdtContent", "ins", "customXml"):
            yield from _cells(child)


def _number(properties: Any | None, name: str) -> int:
    found = find_first(properties, name) if properties is not None else None
    value = attribute(found, "val") if found is not None else ""
    return max(1, int(value)) if value.isdigit() else 1


def _article(section: _Section, *, only: bool) -> DraftArticle:
    lines, title, deck, byline = [*section.lines, *section.notes], section.title, "", ""
    if only and not title:
        head = read_head_lines(section.lines)
        lines, title, deck, byline = [*head.body, *section.notes], head.title, head.deck, head.byline
    body = body_of(lines)
    return DraftArticle(fold(title), body.text, subtitle=fold(deck), byline=byline, runs=body.runs)
