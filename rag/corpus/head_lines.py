"""The first lines of one article's text: kicker, headline, subtitle with its dash, byline; then the body.

For files that hold a single article, as a crawler or a word processor leaves it; pages with many are segmented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.bylines import line_mark
from rag.corpus.lines import is_closed
from rag.corpus.source_content import Piece

_HEAD_CHARACTERS = 45
_MOST_HEAD_LINES = 5
_DASH = re.compile(r"^(?:[—–―─-]{1,3}|——)\s*(?=[^\s—–―─\d-])")
_LABEL = re.compile(r"^[（(\[【]?(引题|肩题|眉题|主题|标题|正题|副题|副标题|子题|小标题)[)）\]】]?\s*[:：]?\s*(?=\S)")
_KICKER_LABELS = ("引题", "肩题", "眉题")
_MAIN_LABELS = ("主题", "标题", "正题")
_MIDDLE = re.compile(r"[，、；：,;:]$")


@dataclass(frozen=True, slots=True)
class HeadLines:
    """What the first lines are; ``body`` is what follows them. Labels and dashes are taken off."""

    kicker: str = ""
    title: str = ""
    subtitle: str = ""
    byline: str = ""
    body: tuple[Piece, ...] = ()

    @property
    def deck(self) -> str:
        """Kicker and subtitle as an article keeps them: one line beside its title."""
        return " ".join(part for part in (self.kicker, self.subtitle) if part)


def read_head_lines(lines: Sequence[Piece], *, leading_blank: bool = False) -> HeadLines:
    """The head of an article whose ``lines`` hold text each.

    Of two headlines before the body the first is the kicker, unless the second begins with a dash or says what it
    is; ``leading_blank`` says that the line for the kicker stood empty, so that the first is the title itself.
    """
    count = 0
    while count < min(len(lines) - 1, _MOST_HEAD_LINES) and _is_head(lines[count].text):
        count += 1
    names = [line for line in lines[:count] if line_mark(line.text.strip()) == "byline"]
    head = [line.text.strip() for line in lines[:count] if line not in names]
    kicker, title, subtitle = _divide(head, leading_blank)
    byline = " ".join(line.text.strip() for line in names)
    return HeadLines(kicker, title, subtitle, byline, tuple(lines[count:]))


def label_of(text: str) -> tuple[str, str]:
    """What a headline says it is (``kicker``, ``title``, ``subtitle`` or nothing), and its words.

    >>> label_of("（引题）抢晴天 保归仓")
    ('kicker', '抢晴天 保归仓')
    """
    found = _LABEL.match(text)
    if found:
        kind = "kicker" if found[1] in _KICKER_LABELS else "title" if found[1] in _MAIN_LABELS else "subtitle"
        return kind, text[found.end() :].strip()
    dash = _DASH.match(text)
    return ("subtitle", text[dash.end() :].strip()) if dash else ("", text)


def _is_head(text: str) -> bool:
    kept = text.strip()
    if "\t" in kept or is_closed(kept) or _MIDDLE.search(kept) or "。" in kept:
        return False
    mark = line_mark(kept)
    return len(kept) <= _HEAD_CHARACTERS and mark in ("none", "byline")


def _divide(head: Sequence[str], leading_blank: bool) -> tuple[str, str, str]:
    labelled = [label_of(text) for text in head]
    plain = [text for kind, text in labelled if not kind]
    kicker = [text for kind, text in labelled if kind == "kicker"]
    title = [text for kind, text in labelled if kind == "title"]
    subtitle = [text for kind, text in labelled if kind == "subtitle"]
    if not title and plain:
        has_kicker = len(plain) > 1 and not leading_blank and not kicker
        title = [plain.pop(1 if has_kicker else 0)]
        kicker = [plain.pop(0)] if has_kicker else kicker
    return " ".join(kicker), " ".join(title), " ".join([*plain, *subtitle])
