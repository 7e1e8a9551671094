"""A draft as a document: read from txt or docx, and given back as Word with each checked part coloured and commented.

Colours say the status at a glance; the comment beside a part says what the paper says and where; a list at the end
names what is to be mended. The text of a Word file is its paragraphs and table cells, joined by line breaks.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.claims.checking import CheckedItem, Status
from rag.corpus.text_decoding import decode_text
from rag.errors import SourceError
from ui.check_documents import NOTHING_TO_MEND, STATUS_WORDS, advice, source_line

MAX_CHARACTERS = 200_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COLOURS: dict[Status, str] = {
    "supported": "BRIGHT_GREEN",
    "contradicted": "RED",
    "differs": "YELLOW",
    "not found": "GRAY_25",
}
_AUTHOR, _INITIALS = "报问", "报"


class DraftDocument:
    """A draft with its ``text``; ``marked`` gives it back as a Word file."""

    def __init__(self, document: Any, paragraphs: Sequence[Any]) -> None:
        self._document, self._paragraphs = document, list(paragraphs)
        self.text = "\n".join(paragraph.text for paragraph in self._paragraphs)

    def marked(self, items: Sequence[CheckedItem]) -> bytes:
        """The draft as Word with ``items`` marked, and the list of what to mend after it."""
        self._mark_paragraphs(items)
        self._document.add_heading("核稿结果 Draft check", level=1)
        to_mend = [item for item in items if item.status != "supported"]
        self._document.add_paragraph(summary(items))
        for number, item in enumerate(to_mend, start=1):
            paragraph = self._document.add_paragraph(f"{number}. ")
            _highlight(paragraph.add_run(item.text), item.status)
            paragraph.add_run(f"　{advice(item)}")
        if not to_mend:
            self._document.add_paragraph(NOTHING_TO_MEND)
        written = io.BytesIO()
        self._document.save(written)
        return written.getvalue()

    def _mark_paragraphs(self, items: Sequence[CheckedItem]) -> None:
        offset = 0
        for paragraph in self._paragraphs:
            length = len(paragraph.text)
            inside = [item for item in items if offset <= item.start and item.end <= offset + length]
            # From the last on, so that what is divided does not move what is still to come.
            marked = [(item, _isolated(paragraph, item.start - offset, item.end - offset)) for item in inside[::-1]]
            for item, runs in reversed(marked):
                for run in runs:
                    _highlight(run, item.status)
                if runs:
                    self._document.add_comment(runs, comment_text(item), author=_AUTHOR, initials=_INITIALS)
            offset += length + 1


def read_draft(path: Path) -> DraftDocument:
    """The draft in a txt or docx file.

    Raises:
        SourceError: it is neither, damaged, empty, or longer than ``MAX_CHARACTERS``.
        OSError: it cannot be read.
    """
    data = path.read_bytes()
    draft = _from_word(data, path.name) if path.suffix.lower() == ".docx" else draft_of(decode_text(data, path.name))
    if not draft.text.strip():
        raise SourceError(f"{path.name} holds no text; expected a draft as txt or docx: check the file")
    if len(draft.text) > MAX_CHARACTERS:
        raise SourceError(
            f"{path.name} has {len(draft.text)} characters; expected at most {MAX_CHARACTERS}: check it in parts"
        )
    return draft


def draft_of(text: str) -> DraftDocument:
    """A draft of plain text, one paragraph a line."""
    import docx

    document = docx.Document()
    plain = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return DraftDocument(document, [document.add_paragraph(line) for line in plain.split("\n")])


def _from_word(data: bytes, name: str) -> DraftDocument:
    import docx

    from rag.corpus.archives import open_archive

    if open_archive(data, name).kind != "docx":  # also refuses what unpacks to an unreasonable size
        raise SourceError(f"{name} is no Word document; expected a draft as txt or docx: save it as .docx")
    try:
        document = docx.Document(io.BytesIO(data))
        return DraftDocument(document, list(_paragraphs(document)))
    except (KeyError, ValueError, SyntaxError) as error:
        raise SourceError(
            f"{name} is a damaged Word document ({error}); open it in Word and save it again"
        ) from error


def _paragraphs(document: Any) -> Iterator[Any]:
    """Paragraphs and those of table cells, in reading order; a merged cell once."""
    seen: set[int] = set()
    for block in document.iter_inner_content():
        cells = [block] if not hasattr(block, "rows") else [cell for row in block.rows for cell in row.cells]
        for cell in cells:
            for paragraph in getattr(cell, "paragraphs", [cell]):
                if id(paragraph._p) not in seen:
                    seen.add(id(paragraph._p))
                    yield paragraph


def _isolated(paragraph: Any, start: int, end: int) -> list[Any]:
    """Runs that hold exactly ``[start, end)`` of a paragraph, made by dividing those that reach past its ends.

    Empty where the characters stand in something that is no run of the paragraph itself (a link, say).
    """
    runs = paragraph.runs
    if "".join(run.text for run in runs) != paragraph.text:
        return []
    found, offset = [], 0
    for run in list(runs):
        length = len(run.text)
        first, last = max(start - offset, 0), min(end - offset, length)
        if first < last:
            found.append(_divided(run, first, last))
        offset += length
    return found


def _divided(run: Any, first: int, last: int) -> Any:
    """The run of ``[first, last)`` of a run's text, with its neighbours keeping the rest and the same look."""
    from copy import deepcopy

    text = run.text
    for part, before in ((text[:first], True), (text[last:], False)):
        if not part:
            continue
        twin = deepcopy(run._r)
        (run._r.addprevious if before else run._r.addnext)(twin)
        type(run)(twin, run._parent).text = part
    run.text = text[first:last]
    return run


def _highlight(run: Any, status: Status) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    run.font.highlight_color = WD_COLOR_INDEX[_COLOURS[status]]


def comment_text(item: CheckedItem) -> str:
    """What stands in the margin beside a checked part."""
    quotes = (f"“{quote.quote.strip()}”{source_line(quote)}" for quote in item.quotes[:2])
    return "\n".join((STATUS_WORDS[item.status], advice(item), *quotes))


def summary(items: Iterable[CheckedItem]) -> str:
    """How many parts have each status."""
    statuses = [item.status for item in items]
    return "；".join(f"{words} {statuses.count(status)}" for status, words in STATUS_WORDS.items())
