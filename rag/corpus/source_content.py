"""What one format reader hands back, and the bookkeeping that maps its text to the source's characters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rag.corpus.normalisation import MappedText, fold
from rag.corpus.torn_tokens import glue, is_torn
from rag.records import DraftArticle, LeftOut, SourceRun

_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_UNTIDY = re.compile(
    r"[\r\u2028\u2029\x0b\x0c\x85]|^[\s\u200b\ufeff]|[\s\u200b\ufeff]$|\n[\s\u200b\ufeff]"
    r"|[ \t\u3000\xa0\u200b\ufeff\u2002\u2003]\n"
)
"""What ``clean_paragraphs`` would take away; a text without any needs no second look."""
_FOLDABLE = re.compile("[０-９Ａ-Ｚａ-ｚ％．－／＋＠＆＿\u2e80-\u2fdf\uf900-\ufaff\ufe10-\ufe16\ufe31-\ufe44]")
_MAY_BE_TORN = re.compile(r"[\d.．,:：%年月/~～–—A-Z-]\n[\d.．,:：%‰℃年月日万亿元千公平立吨亩个百~～–—/-]")
"""Breaks between lines that a number may go on over; what does is told by ``is_torn``."""
_TITLE_CHARACTERS = 4
"""The least of a title; a shorter text may stand in every cell of a row by chance."""
_BLANK = " \t\u3000\xa0\u200b\ufeff\u2002\u2003"


@dataclass(frozen=True, slots=True)
class SourceContent:
    """The articles of one file in reading order; ``date``, ``source`` and ``page`` as a page header gives them.

    ``metadata_date`` is what the file says of itself where its reader cannot see it: a ``meta`` element, a field.
    """

    articles: tuple[DraftArticle, ...]
    pages: tuple[str, ...] = ()
    date: dt.date | None = None
    source: str = ""
    page: str = ""
    warnings: tuple[str, ...] = ()
    metadata_date: dt.date | None = None
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that stands at ``start`` of its page."""

    text: str
    start: int


@dataclass(slots=True)
class PageText:
    """The source text of a page that its format gives in pieces: lines joined by ``\\n``, cells by ``\\t``."""

    _pieces: list[str] = field(default_factory=list)
    _length: int = 0

    def add(self, text: str, joiner: str = "\n") -> Piece:
        """Append ``text`` behind ``joiner``, which the first piece does without."""
        if self._pieces:
            self._pieces.append(joiner)
            self._length += len(joiner)
        piece = Piece(text, self._length)
        self._pieces.append(text)
        self._length += len(text)
        return piece

    def add_row(self, cells: Sequence[str]) -> Piece:
        """Append one row of a table; white space inside a cell becomes a single space.

        A text that fills the whole row is the table's title, and stands once.
        """
        tidy = [" ".join(cell.split()) for cell in cells]
        is_title = len(set(tidy)) == 1 and len(tidy) > 1 and len(tidy[0]) >= _TITLE_CHARACTERS
        return self.add(tidy[0] if is_title else "\t".join(tidy))

    def build(self) -> str:
        """Everything added so far."""
        return "".join(self._pieces)


@dataclass(slots=True)
class RunBuilder:
    """Puts a body text together piece by piece and remembers where each piece stood."""

    page: int = 0
    _pieces: list[str] = field(default_factory=list)
    _runs: list[SourceRun] = field(default_factory=list)
    _length: int = 0

    def __len__(self) -> int:
        return self._length

    def add(self, text: str, source_start: int, page: int | None = None) -> None:
        """Append ``text``, which stands at ``source_start`` of ``page`` in the source."""
        if not text:
            return
        place = self.page if page is None else page
        last = self._runs[-1] if self._runs else None
        if (
            last is not None
            and last.source_page == place
            and last.start + last.length == self._length
            and last.source_start + last.length == source_start
        ):
            self._runs[-1] = SourceRun(last.start, last.length + len(text), last.source_start, place)
        else:
            self._runs.append(SourceRun(self._length, len(text), source_start, place))
        self._pieces.append(text)
        self._length += len(text)

    def join(self, text: str) -> None:
        """Append ``text`` that stands nowhere in the source, such as the break between two paragraphs."""
        self._pieces.append(text)
        self._length += len(text)

    def join_line(self, before: str, after: str) -> None:
        """End the line ``before`` where another follows; a number that the break tore goes on without one."""
        if before:
            torn = "\t" not in before + after and is_torn(before, after)
            self.join(glue(before, after) if torn else "\n")

    def build(self) -> MappedText:
        """The text so far, with its runs in order."""
        return MappedText("".join(self._pieces), tuple(self._runs))


def clean_paragraphs(text: str, page: int = 0, offset: int = 0) -> MappedText:
    """Every non-blank line of ``text`` as a paragraph, folded, its indent and trailing blanks left out.

    Paragraphs are joined by ``\\n``; ``offset`` is where ``text`` begins in source page ``page``.
    """
    folded = fold(text) if _FOLDABLE.search(text) else text
    if folded and not _UNTIDY.search(folded) and not _MAY_BE_TORN.search(folded):
        return MappedText(folded, (SourceRun(0, len(folded), offset, page),))
    builder = RunBuilder(page)
    before = ""
    for match in _LINE.finditer(folded):
        line = match.group()
        kept = line.strip(_BLANK)
        if not kept:
            continue
        builder.join_line(before, kept)
        builder.add(kept, offset + match.start() + line.index(kept[0]))
        before = kept
    return builder.build()


def body_of(lines: Iterable[Piece], page: int = 0) -> MappedText:
    """A body of the given lines, each a paragraph with its place; cells of a row stay apart by their tabs."""
    builder = RunBuilder(page)
    before = ""
    for line in lines:
        kept = line.text.strip() if "\t" not in line.text else line.text.strip("\r\n")
        if not kept.strip():
            continue
        builder.join_line(before, folded := fold(kept))
        builder.add(folded, line.start + line.text.index(kept))
        before = folded
    return builder.build()
