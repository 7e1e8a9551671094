"""Jump lines, 下转第3版 and 上接第1版: found at an article's edges, and joined over pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.corpus.furniture import FurnitureLine, lines_of
from rag.corpus.normalisation import MappedText
from rag.corpus.page_headers import page_name

_NUMBER = r"(?P<page>[A-Z]?\s?[0-9一二三四五六七八九十]{1,3})"
_OUT = re.compile(rf"[（(【\[▼▶→■]?\s?紧?下转\s?第?\s?{_NUMBER}\s?版[^。，（）()\s]{{0,8}}?[）)】\]▼▶→■]?$")
_IN = re.compile(
    rf"^(?:[（(【\[]\s?紧?上接\s?第?\s?{_NUMBER}\s?版[^。，（）()]{{0,16}}?[）)】\]]"
    rf"|[▲◀←■]?\s?紧?上接\s?第?\s?{_NUMBER.replace('page', 'bare')}\s?版[▲◀←■]?)"
)


@dataclass(frozen=True, slots=True)
class Jump:
    """A jump line: the other page's name (``"03"``) and where the line stands."""

    page: str
    furniture: tuple[FurnitureLine, ...]


def cut_jump_out(paragraph: MappedText) -> tuple[MappedText, Jump | None]:
    """A paragraph without the 下转 at its end, and the jump."""
    match = _OUT.search(paragraph.text)
    if not match:
        return paragraph, None
    return paragraph.part(0, match.start()).strip(), _jump(paragraph.part(match.start()), match.group("page"))


def cut_jump_in(paragraph: MappedText) -> tuple[MappedText, Jump | None]:
    """A paragraph without the 上接 at its start, and the jump."""
    match = _IN.match(paragraph.text)
    if not match:
        return paragraph, None
    page = match.group("page") or match.group("bare")
    return paragraph.part(match.end()).strip(), _jump(paragraph.part(0, match.end()), page)


def _jump(text: MappedText, page: str) -> Jump:
    return Jump(page_name(page), lines_of(text.text, text.runs, "jump line"))
