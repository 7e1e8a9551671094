"""A web page → its visible lines in order, each with where it stands: its element, its links, its heading level.

Knows nothing of news. Tables of data come as rows whose cells are set apart by tabs; tables that only lay out the
page are looked through, as old newspapers' sites are made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree, html

from rag.errors import SourceError

_UNSEEN = frozenset("script style noscript template head select textarea iframe object svg rt rp button".split())
_INLINE = frozenset(
    "a abbr b big cite code em font i ins kbd label mark nobr q ruby rb s small span strong sub sup time u".split()
)
_SPACE = re.compile(r"[ \t\r\n\xa0\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FRAME = re.compile(r"<!--\s*(/?)\s*enpcontent\s*-->", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>|<!DOCTYPE[^>\[]*(?:\[[^\]]*\])?[^>]*>", re.IGNORECASE)
_CELL_CHARACTERS = 120
_MEAN_CELL_CHARACTERS = 25
_WIDEST_SPAN = 100
_MARKED_ANCESTORS = 5
_MAX_CHARACTERS = 40_000_000


@dataclass(frozen=True, slots=True, eq=False)
class HtmlBlock:
    """One line of a page.

    ``plain`` is its text outside links; ``marks`` the classes and ids around it, nearest first; ``level`` 1 to 6 for
    a heading, else 0; ``hidden`` text is in the page but not shown.
    """

    text: str
    plain: str
    element: Any
    marks: str
    level: int = 0
    strong: bool = False
    hidden: bool = False

    @property
    def is_link(self) -> bool:
        """Whether most of the line leads somewhere else."""
        return len(self.plain.strip()) < 0.4 * len(self.text)


def parse_page(text: str, name: str) -> Any:
    """The root element of a page; comments that frame its article are made elements.

    Raises:
        SourceError: there is no element in it, or it is larger than 40 million characters.
    """
    if len(text) > _MAX_CHARACTERS:
        raise SourceError(f"{name} has {len(text)} characters; expected a web page of at most {_MAX_CHARACTERS}")
    framed = _FRAME.sub(r"<\1founder-content>", _DECLARATION.sub("", text, count=3)).replace("\0", "")
    parser = html.HTMLParser(remove_comments=False, remove_pis=True, no_network=True, huge_tree=False)
    try:
        root = html.fromstring(framed, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(
            f"{name} is no web page that can be read ({error}); save it again from the browser"
        ) from error
    return root


def blocks_of(root: Any) -> list[HtmlBlock]:
    """Every line of the page that a reader may see, in order."""
    reader = _BlockReader()
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if event == "end":
            reader.leave(element)
        elif not isinstance(element.tag, str) or element.tag in _UNSEEN:
            walker.skip_subtree()
        elif element.tag == "table" and (rows := data_rows(element)):
            reader.take_rows(element, rows)
            walker.skip_subtree()
        else:
            reader.enter(element)
    reader.flush()
    return reader.blocks


class _BlockReader:
    """Gathers text until an element ends the line."""

    def __init__(self) -> None:
        self.blocks: list[HtmlBlock] = []
        self._pieces: list[tuple[str, bool, bool]] = []
        self._owner: Any = None
        self._links = self._strong = 0

    def enter(self, element: Any) -> None:
        if element.tag not in _INLINE:
            self.flush()
        self._links += element.tag == "a" and element.get("href") is not None
        self._strong += element.tag in ("b", "strong")
        self._add(element.text, element)

    def leave(self, element: Any) -> None:
        if isinstance(element.tag, str) and element.tag not in _UNSEEN:
            self._links = max(0, self._links - (element.tag == "a" and element.get("href") is not None))
            self._strong = max(0, self._strong - (element.tag in ("b", "strong")))
            if element.tag not in _INLINE:
                self.flush()
        parent = element.getparent()
        if parent is not None:
            self._add(element.tail, parent)

    def take_rows(self, table: Any, rows: Sequence[Sequence[str]]) -> None:
        self.flush()
        for row in rows:
            text = "\t".join(row)
            self.blocks.append(HtmlBlock(text, text, table, _marks_of(table)))

    def _add(self, text: str | None, element: Any) -> None:
        if text:
            self._pieces.append((text, self._links > 0, self._strong > 0))
            self._owner = element if self._owner is None and text.strip() else self._owner

    def flush(self) -> None:
        """End the line."""
        text = _tidy(piece for piece, _, _ in self._pieces)
        if text:
            plain = _tidy(piece for piece, linked, _ in self._pieces if not linked)
            bold = _tidy(piece for piece, _, strong in self._pieces if strong)
            owner = self._owner
            while owner.tag in _INLINE and owner.getparent() is not None:
                owner = owner.getparent()
            level = int(owner.tag[1]) if re.fullmatch("h[1-6]", owner.tag) else 0
            marks = _marks_of(self._owner)
            strong = len(bold) > 0.8 * len(text)
            self.blocks.append(HtmlBlock(text, plain, owner, marks, level, strong, _is_hidden(self._owner)))
        self._pieces, self._owner = [], None


def _tidy(pieces: Iterator[str]) -> str:
    return _SPACE.sub(" ", "".join(pieces)).strip(" \u3000\u200b\ufeff")


def _marks_of(element: Any) -> str:
    found: list[str] = []
    for _ in range(_MARKED_ANCESTORS):
        if element is None:
            break
        tag = element.tag if isinstance(element.tag, str) and "-" in element.tag else ""
        found += [part for part in (tag, element.get("class"), element.get("id"), element.get("itemprop")) if part]
        element = element.getparent()
    return " ".join(found).lower()


def _is_hidden(element: Any) -> bool:
    while element is not None:
        if _HIDDEN.search(element.get("style") or "") or element.get("hidden") is not None:
            return True
        element = element.getparent()
    return False


def data_rows(table: Any) -> list[list[str]]:
    """The rows of a table of data as a full grid; nothing for a table that lays out a page."""
    if next(table.iterdescendants("table"), None) is not None:
        return []
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iterdescendants("tr")]
    rows = [row for row in rows if row]
    if len(rows) < 2 or max(len(row) for row in rows) < 2:
        return []
    texts = [_cell_text(cell) for row in rows for cell in row]
    linked = sum(len(_tidy(link.itertext())) for link in table.iterdescendants("a"))
    filled = [text for text in texts if text]
    total = sum(map(len, filled))
    if not filled or max(map(len, filled)) > _CELL_CHARACTERS or total > _MEAN_CELL_CHARACTERS * len(filled):
        return []
    if linked * 2 > total or sum(1 for row in rows if len(row) > 1) * 2 < len(rows):
        return []
    return _full_grid(rows)


def _cell_text(cell: Any) -> str:
    return _tidy(text for text in cell.itertext() if isinstance(text, str))


def _full_grid(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """Each cell's text in every place that it spans."""
    grid: dict[tuple[int, int], str] = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in grid:
                column += 1
            for down in range(min(_span(cell, "rowspan"), len(rows) - number)):
                for across in range(_span(cell, "colspan")):
                    grid[number + down, column + across] = _cell_text(cell)
            column += _span(cell, "colspan")
    width = max(column for _, column in grid) + 1
    return [[grid.get((number, column), "") for column in range(width)] for number in range(len(rows))]


def _span(cell: Any, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(1, int(value)), _WIDEST_SPAN) if value.isdigit() and len(value) < 6 else 1
