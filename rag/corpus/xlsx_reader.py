"""Excel workbooks by their XML: values as Excel shows them, merged cells in each of their places.

A sheet with a heading row of an article's fields (标题, 正文 …) holds articles; any other sheet is one table, and so
one article, named by its own title.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rag.corpus.archives import Archive
from rag.corpus.records_reader import read_rows
from rag.corpus.safe_xml import attribute, children, find_all, find_first, local_name, parse_xml
from rag.corpus.source_content import SourceContent
from rag.corpus.table_articles import read_table
from rag.errors import SourceError
from rag.records import DraftArticle, LeftOut

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DATE_CODES = (*range(14, 18), *range(27, 32), 36, 45, *range(50, 59))
"""Built-in number formats that show a day, those of the Chinese edition among them."""
_DATE_FORMAT = re.compile(r"(?:^|[^\\])(?:y|年|m+[-/月]d)", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_MOST_CELLS = 500_000
_MOST_MERGED = 20_000
_MOST_COLUMNS = 512
_EPOCH = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)

Sheet = list[list[str]]
"""Rows of cells as shown; every row has the same length."""


def read_xlsx(archive: Archive) -> SourceContent:
    """The articles of a workbook, sheet by sheet; a page of the content is a sheet.

    Raises:
        SourceError: damaged, locked, without any value, or larger than half a million cells.
    """
    book = _Book(archive)
    articles: list[DraftArticle] = []
    pages: list[str] = []
    warnings: list[str] = []
    left_out: list[LeftOut] = []
    for name, rows, hidden in book.sheets():
        if hidden:
            left_out.append(LeftOut(f"{name}\n" + "\n".join("\t".join(row) for row in rows), "a hidden sheet"))
            continue
        found = read_rows(rows, f"{archive.name}/{name}", len(pages))
        content = found if found is not None else read_table(rows, name, len(pages))
        articles += content.articles
        pages += content.pages
        warnings += content.warnings
        left_out += content.left_out
    if not articles:
        raise SourceError(f"{archive.name} holds no cell with a value; expected a table or one article a row")
    return SourceContent(tuple(articles), tuple(pages), warnings=tuple(warnings), left_out=tuple(left_out))


class _Book:
    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.root = parse_xml(archive.read("xl/workbook.xml"), archive.name)
        self.strings = list(self._shared_strings())
        self.formats = list(self._number_formats())
        properties = find_first(self.root, "workbookPr")
        is_1904 = properties is not None and attribute(properties, "date1904") in ("1", "true")
        self.epoch = _EPOCH_1904 if is_1904 else _EPOCH

    def _part(self, member: str) -> Any | None:
        return parse_xml(self.archive.read(member), self.archive.name) if self.archive.holds(member) else None

    def _shared_strings(self) -> Iterator[str]:
        root = self._part("xl/sharedStrings.xml")
        for item in children(root, "si") if root is not None else ():
            yield _rich_text(item)

    def _number_formats(self) -> Iterator[str]:
        """The format of each cell style: ``date``, a number of decimals of a per cent, or nothing to note."""
        root = self._part("xl/styles.xml")
        if root is None:
            return
        own = {attribute(item, "numFmtId"): attribute(item, "formatCode") for item in find_all(root, "numFmt")}
        styles = find_first(root, "cellXfs")
        for style in children(styles, "xf") if styles is not None else ():
            number = attribute(style, "numFmtId")
            code = _LITERAL.sub("", own.get(number, {"9": "0%", "10": "0.00%"}.get(number, "")))
            is_date = (number.isdigit() and int(number) in _DATE_CODES) or bool(_DATE_FORMAT.search(code))
            yield "date" if is_date else "%" if "%" in code else ""

    def sheets(self) -> Iterator[tuple[str, Sheet, bool]]:
        """Each sheet's name, its rows and whether it is hidden."""
        links = self._part("xl/_rels/workbook.xml.rels")
        targets: Mapping[str, str] = (
            {attribute(link, "Id"): attribute(link, "Target") for link in links} if links is not None else {}
        )
        for sheet in find_all(self.root, "sheet"):
            target = targets.get(next((v for k, v in sheet.attrib.items() if k.endswith("}id")), ""), "")
            member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            root = self._part(member) if target else None
            if root is not None and find_first(root, "sheetData") is not None:
                hidden = attribute(sheet, "state") in ("hidden", "veryHidden")
                yield attribute(sheet, "name"), self._rows(root), hidden

    def _rows(self, root: Any) -> Sheet:
        cells: dict[tuple[int, int], str] = {}
        row_number = 0
        for row in find_all(root, "row"):
            given = attribute(row, "r")
            row_number = int(given) if given.isdigit() else row_number + 1
            column = 0
            for cell in children(row, "c"):
                place = _CELL.fullmatch(attribute(cell, "r"))
                column = _column_number(place[1]) if place else column + 1
                value = self._shown(cell).strip()
                if value and column <= _MOST_COLUMNS:
                    cells[row_number, column] = value
            if len(cells) > _MOST_CELLS:
                raise SourceError(f"{self.archive.name} has over {_MOST_CELLS} cells; expected fewer: split it")
        _fill_merged(root, cells)
        width = max((column for _, column in cells), default=0)
        return [[cells.get((r, c), "") for c in range(1, width + 1)] for r in sorted({row for row, _ in cells})]

    def _shown(self, cell: Any) -> str:
        """A cell's value as Excel shows it, but never rounded: 0.061 under a format of per cent is 6.1%."""
        kind = attribute(cell, "t")
        if kind == "inlineStr":
            inline = find_first(cell, "is")
            return _rich_text(inline) if inline is not None else ""
        value = find_first(cell, "v")
        text = (value.text or "") if value is not None else ""
        if kind == "s":
            return self.strings[int(text)] if text.isdigit() and int(text) < len(self.strings) else ""
        if kind in ("str", "d", "b", "e"):
            return {"0": "FALSE", "1": "TRUE"}.get(text, text) if kind == "b" else text
        style = attribute(cell, "s")
        shown = self.formats[int(style)] if style.isdigit() and int(style) < len(self.formats) else ""
        return _number(text, shown, self.epoch)


def _number(text: str, shown: str, epoch: dt.date) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    if shown == "date" and 0 < value < 200_000:
        return (epoch + dt.timedelta(days=int(value))).isoformat()
    if shown == "%":
        return f"{_plain(value * 100)}%"
    return _plain(value)


def _plain(value: float) -> str:
    """Digits without an exponent; fifteen are all that Excel keeps."""
    shown = format(value, ".15g")
    return format(value, ".0f") if "e+" in shown else format(value, ".10f").rstrip("0") if "e" in shown else shown


def _rich_text(item: Any) -> str:
    """The text of a string, the phonetic reading above it left out."""
    pieces = []
    for child in item:
        name = local_name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [text.text or "" for text in children(child, "t")]
    return "".join(pieces)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _fill_merged(root: Any, cells: dict[tuple[int, int], str]) -> None:
    """Put the value of a merged cell into each place that it covers, as far as the sheet has values at all."""
    last_row = max((row for row, _ in cells), default=0)
    last_column = max((column for _, column in cells), default=0)
    filled = 0
    for merged in find_all(root, "mergeCell"):
        ends = [_CELL.fullmatch(end) for end in attribute(merged, "ref").split(":")]
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            continue
        top, left = int(ends[0][2]), _column_number(ends[0][1])
        value = cells.get((top, left), "")
        for row in range(top, min(int(ends[1][2]), last_row) + 1):
            for column in range(left, min(_column_number(ends[1][1]), last_column) + 1):
                filled += 1
                if value and filled <= _MOST_MERGED:
                    cells[row, column] = value
