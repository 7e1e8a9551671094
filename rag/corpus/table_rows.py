"""Tables of figures as sentences: each row said with the head, the unit and the name that its figures belong to.

A row such as ``石门镇 2871 4.8`` means nothing by itself. Behind the rows as printed each is said once more, as
``…收入完成情况，石门镇：完成数2871万元，同比增长4.8%。``; every word of it stands in the source, and is mapped there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.normalisation import MappedText, fold, inserted, join
from rag.corpus.source_content import Piece
from rag.records import DraftArticle, SourceRun

_ROW_HINT = re.compile(r"\t|[\u3400-\u9fff）)%][ \u3000\xa0]+[-+±]?[\d０-９]")
_LINE = re.compile(r"[^\r\n\f\u2028\u2029]+")
_FIELD = re.compile(r"[^\s\u3000\xa0]+")
_FIGURE = re.compile(
    r"[-+±−—]?\d[\d,，]*(?:\.\d+)?\s?(?:[%‰]|个百分点|[万亿]?[\u3400-\u9fff㎡℃]{0,3})|[-—–―－/／…]+|持平|无"
    r"|\d{1,2}[:：]\d{2}(?:[-—–~～至]{1,2}\d{1,2}[:：]\d{2})?"
)
_BARE = re.compile(r"[-+±−]?\d[\d,，]*(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_NOTED_UNIT = re.compile(r"[（(]?\s*(?:计量)?单位\s*[:：]\s*([^（）()\s；;]{1,12})\s*[)）]?")
_OWN_UNIT = re.compile(
    r"[（(]\s*(?:单位\s*[:：]\s*)?[±+]?\s*([^（）()\d±+]{1,6}|%|‰)\s*[)）]$|[/／]([^/／\d]{1,4})$|([%‰])$"
)
_RATE = re.compile(r"增长|增幅|增速|同比|环比|比上年|比重|占比|占|率$|幅度$")
_NO_UNIT = re.compile(r"序号|编号|排名|位次|名次|[个户人家件次处台套所座村]数|面积|人口|里程|日期|时间|年份|备注")
_LIST_UNIT = re.compile(r"[、,，/／]")
_NUMBERING = re.compile(r"序号?|编号|排名|名次|位次|No\.?", re.IGNORECASE)
_CAPTION_CHARACTERS = 50
_MOST_HEAD_ROWS = 3
_FEWEST_OF_KINDS = 3
"""Rows from which on a column of words between columns of figures shows a table."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Rows of one table, each with the same number of cells; it takes up ``[start, end)`` of its page."""

    start: int
    end: int
    rows: tuple[tuple[Piece, ...], ...]
    above: tuple[Piece, ...]
    """The lines before it, nearest last."""


@dataclass(frozen=True, slots=True)
class _Column:
    head: tuple[Piece, ...]
    unit: Piece | None


def with_said_rows(article: DraftArticle, pages: Sequence[str]) -> DraftArticle:
    """``article`` with every table in its text said row by row behind the rows as printed.

    ``pages`` are the source texts that its runs point into.
    """
    if not article.runs or not any(_ROW_HINT.search(pages[page]) for page in {r.source_page for r in article.runs}):
        return article
    text = MappedText(article.text, article.runs)
    for page in sorted({run.source_page for run in article.runs}):
        for grid in _find_grids(pages[page]):
            place = _place_in(text, grid, page)
            said = _say_rows(grid, article.title, page) if place else []
            if place is None or not said:
                continue
            printed = [_joined_row(row, page) for row in grid.rows]
            parts = (text.part(0, place[0]).strip(), join([*printed, *said], "\n"), text.part(place[1]).strip())
            text = join(parts, "\n")
    return replace(article, text=text.text, runs=text.runs) if text.text != article.text else article


def _place_in(text: MappedText, grid: _Grid, page: int) -> tuple[int, int] | None:
    """Where the text holds the grid's characters, if all of them stand there together."""
    inside = [
        run
        for run in text.runs
        if run.source_page == page and run.source_start < grid.end and run.source_start + run.length > grid.start
    ]
    if not inside:
        return None
    first, last = inside[0], inside[-1]
    start = first.start + max(0, grid.start - first.source_start)
    end = last.start + min(last.length, grid.end - last.source_start)
    held = re.sub(r"\s", "", text.text[start:end])
    return (start, end) if held == fold("".join(re.sub(r"\s", "", c.text) for r in grid.rows for c in r)) else None


def _joined_row(row: tuple[Piece, ...], page: int) -> MappedText:
    """A row as printed; where cells are empty, tabs keep the others in their columns."""
    if all(cell.text for cell in row):
        return join([_mapped(cell, page) for cell in row], " ")
    parts = [part for cell in row for part in (_mapped(cell, page), inserted("\t"))]
    return join(parts[:-1])


def _mapped(piece: Piece, page: int) -> MappedText:
    return MappedText(fold(piece.text), (SourceRun(0, len(piece.text), piece.start, page),) if piece.text else ())


def _find_grids(source: str) -> list[_Grid]:
    """The tables of a page's text: rows of cells set apart by tabs, or of a name and figures set apart by spaces."""
    lines = [(m.start(), m.group()) for m in _LINE.finditer(source) if m.group().strip()]
    rows = [_cells(line, start) for start, line in lines]
    grids: list[_Grid] = []
    index = 0
    while index < len(rows):
        stop = index + 1
        while stop < len(rows) and len(rows[stop]) == len(rows[index]) > 1:
            stop += 1
        if len(rows[index]) > 1 and _is_table(rows[index:stop], "\t" in lines[index][1]):
            above = tuple(
                Piece(line.strip(), start + len(line) - len(line.lstrip())) for start, line in lines[:index]
            )
            end = lines[stop - 1][0] + len(lines[stop - 1][1].rstrip())
            grids.append(_Grid(lines[index][0], end, tuple(rows[index:stop]), above[-3:]))
        index = stop
    return grids


def _cells(line: str, start: int) -> tuple[Piece, ...]:
    if "\t" in line:
        cells, offset = [], start
        for cell in line.split("\t"):
            kept = cell.strip()
            cells.append(Piece(kept, offset + (cell.index(kept) if kept else 0)))
            offset += len(cell) + 1
        return tuple(cells)
    if len(line) > 200 or "。" in line:
        return ()
    return tuple(Piece(m.group(), start + m.start()) for m in _FIELD.finditer(line))


def _is_table(rows: Sequence[tuple[Piece, ...]], tabbed: bool) -> bool:
    """Whether rows are a table with a head: figures under words, and of rows set by spaces nothing else."""
    heads = _head_rows(rows)
    body = rows[heads:]
    if not heads or not body or not any(_is_figure(cell.text) for row in body for cell in row[1:]):
        return False
    if tabbed:
        return True
    if len(body) >= _FEWEST_OF_KINDS and _columns_are_of_one_kind(body):
        return True
    return len(body) >= 2 and all(
        all(_is_figure(cell.text) for cell in row[1:] if cell is not row[1] or len(row) < 4) for row in body
    )


def _columns_are_of_one_kind(rows: Sequence[tuple[Piece, ...]]) -> bool:
    """Whether each column holds words or figures all the way down, as those of a timetable do."""
    return len(rows[0]) > 2 and all(len({_is_figure(row[n].text) for row in rows}) == 1 for n in range(len(rows[0])))


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(fold(text)))


def _head_rows(rows: Sequence[tuple[Piece, ...]]) -> int:
    """How many rows at the top hold no figure but years, so that they name the columns."""
    count = 0
    for row in rows[:_MOST_HEAD_ROWS]:
        texts = [fold(cell.text) for cell in row if cell.text]
        if any(_is_figure(text) and not _YEAR.fullmatch(text) for text in texts):
            break
        if all(_YEAR.fullmatch(text) for text in texts[1:]) and count:
            break
        count += 1
    return count if count < len(rows) else 0


def _say_rows(grid: _Grid, title: str, page: int) -> list[MappedText]:
    noted, caption = _caption_of(grid)
    rows = list(grid.rows)
    while rows and len({cell.text for cell in rows[0] if cell.text}) == 1:
        # One text over the whole width is the table's own title or its note of the unit.
        only = next(cell for cell in rows.pop(0) if cell.text)
        noted = _units_in(only) or noted
        caption = _without_note(only) or caption
    count = _head_rows(rows)
    columns = (
        [_column([row[number] for row in rows[:count]], noted) for number in range(len(rows[0]))] if rows else []
    )
    topic = _mapped(caption, page) if caption else inserted(fold(title))
    said = (_say_row(row, columns, _name_columns(rows[count:]), topic, page) for row in rows[count:])
    return [sentence for sentence in said if sentence.text]


def _name_columns(rows: Sequence[tuple[Piece, ...]]) -> tuple[int, ...]:
    """Which columns name a row: the first that holds words, and the one behind it where the first only groups."""
    words = [n for n in range(len(rows[0])) if not all(_is_figure(row[n].text) for row in rows if row[n].text)]
    words = [n for n in words if any(row[n].text for row in rows)]
    if not words:
        return (0,)
    groups = [row[words[0]].text for row in rows]
    follows = len(words) > 1 and words[1] == words[0] + 1
    return tuple(words[:2]) if follows and len(set(groups)) < len(groups) else (words[0],)


def _say_row(
    row: tuple[Piece, ...], columns: Sequence[_Column], names: tuple[int, ...], topic: MappedText, page: int
) -> MappedText:
    name = join([_mapped(row[number], page) for number in names if row[number].text])
    values = [
        _say_cell(cell, column, page)
        for number, (cell, column) in enumerate(zip(row, columns, strict=True))
        if number not in names and cell.text
    ]
    if not name or not values:
        return MappedText()
    topic = MappedText() if topic.text in name.text else topic
    row_text = join([name, inserted("："), join(values, "，"), inserted("。")])
    return join([topic, row_text], "，")


def _say_cell(cell: Piece, column: _Column, page: int) -> MappedText:
    parts = [join([_mapped(piece, page) for piece in column.head], "")]
    value = _mapped(cell, page)
    if not _is_figure(value.text) and parts[0].text:
        parts.append(inserted("："))
    parts.append(value)
    if column.unit is not None and _BARE.fullmatch(value.text):
        parts.append(_mapped(column.unit, page))
    return join(parts)


def _column(cells: Sequence[Piece], noted: tuple[Piece, ...]) -> _Column:
    """A column's words, each once, and the unit of its figures: its own, else the table's where that can be meant."""
    head: list[Piece] = []
    unit: Piece | None = None
    for cell in cells:
        if not cell.text or any(cell.text == other.text for other in cells[: cells.index(cell)]):
            continue
        own = _OWN_UNIT.search(cell.text)
        if own is None:
            head.append(cell)
            continue
        group = next(number for number in (1, 2, 3) if own[number])
        unit = Piece(own[group].strip(), cell.start + own.start(group))
        head.append(Piece(cell.text[: own.start()].rstrip(), cell.start))
    return _Column(tuple(head), unit or _noted_unit("".join(piece.text for piece in head), noted))


def _noted_unit(head: str, noted: tuple[Piece, ...]) -> Piece | None:
    """Of the units that the table notes the only one that this column can be in; None where that is open."""
    rates = [unit for unit in noted if unit.text in "%‰％"]
    amounts = [unit for unit in noted if unit not in rates]
    if _NO_UNIT.search(head):
        return None
    chosen = rates if _RATE.search(head) and not head.endswith(("额", "量", "数", "值")) else amounts
    return chosen[0] if len(chosen) == 1 else None


def _caption_of(grid: _Grid) -> tuple[tuple[Piece, ...], Piece | None]:
    """The units and the title that the lines above the table give."""
    noted: tuple[Piece, ...] = ()
    for line in reversed(grid.above):
        units = _units_in(line)
        noted = noted or units
        rest = _without_note(line)
        if rest is None:
            continue
        named = len(rest.text) <= _CAPTION_CHARACTERS and not re.search(r"[。！？；：:，,\t]", rest.text)
        return noted, rest if named else None
    return noted, None


def _units_in(line: Piece) -> tuple[Piece, ...]:
    found = _NOTED_UNIT.search(line.text)
    if not found:
        return ()
    units, offset = [], line.start + found.start(1)
    for unit in _LIST_UNIT.split(found[1]):
        units.append(Piece(unit, offset))
        offset += len(unit) + 1
    return tuple(unit for unit in units if unit.text)


def _without_note(line: Piece) -> Piece | None:
    """A line without its note of the unit; None where nothing else stands there."""
    found = _NOTED_UNIT.search(line.text)
    if not found:
        return line if line.text.strip() else None
    before = line.text[: found.start()].rstrip()
    if before:
        return Piece(before, line.start)
    after = line.text[found.end() :]
    return Piece(after.strip(), line.start + line.text.index(after.strip(), found.end())) if after.strip() else None
