"""Text flowing through the columns of a page, and the headline over them."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from page_texts import NO_LINE_START, SENTENCE_ENDS, Texts
from typeset_page import Box, Page, Style, advance


def set_lines(paragraphs: list[str], size: float, measures: Callable[[int], float]) -> list[tuple[str, bool, bool]]:
    """Paragraphs broken into lines (text, first of its paragraph, last of it); ``measures(n)`` is line n's width."""
    lines: list[tuple[str, bool, bool]] = []
    for paragraph in paragraphs:
        rest, first = paragraph, True
        while rest:
            room = measures(len(lines)) - (2 * size if first else 0)
            used, count = 0.0, 0
            while count < len(rest) and used + advance(rest[count], size) <= room + 0.01:
                used += advance(rest[count], size)
                count += 1
            count = max(count, 1)
            while count < len(rest) and rest[count] in NO_LINE_START and count > 2:
                count -= 1
            lines.append((rest[:count], first, count == len(rest)))
            rest, first = rest[count:], False
    return lines


def columns_of(box: Box, count: int, style: Style) -> list[Box]:
    """The text columns of a box."""
    width = (box.width - (count - 1) * style.gutter) / count
    width = int(width / style.size) * style.size
    pitch = (box.width - width) / (count - 1) if count > 1 else 0.0
    return [Box(box.left + index * pitch, box.top, width, box.height) for index in range(count)]


def flow(page: Page, columns: list[Box], texts: Texts, title: str | None = None) -> str:
    """Fill columns with one article; the title found for it."""
    style = page.style
    slots = [
        (column, column.top + style.leading * row + style.size)
        for column in columns
        for row in range(int((column.height + style.leading - style.size) // style.leading))
    ]
    capacity = sum(column.width / style.size for column, _ in slots)
    found, paragraphs = texts.take(capacity * 0.93 - 14)
    while True:
        lines = set_lines(paragraphs, style.size, lambda n: slots[min(n, len(slots) - 1)][0].width)
        if len(lines) <= len(slots):
            break
        paragraphs[-1] = paragraphs[-1][: max(0, len(paragraphs[-1]) - 25)]
        end = max(paragraphs[-1].rfind(mark) for mark in SENTENCE_ENDS) + 1
        paragraphs[-1] = paragraphs[-1][:end]
        if not paragraphs[-1]:
            paragraphs.pop()
    for (text, first, last), (column, baseline) in zip(lines, slots, strict=False):
        indent = 2 * style.size if first else 0.0
        page.line(text.rstrip(), column.left + indent, baseline, style.size, None if last else column.width - indent)
    if style.column_rules:
        for one, other in itertools.pairwise(columns):
            if one.right < other.left:
                middle = (one.right + other.left) / 2
                page.rules.append((middle, max(one.top, other.top), middle, min(one.bottom, other.bottom)))
    page.truth.titles.append(title or found)
    page.truth.texts.append("".join(paragraphs))
    return found


def headline(page: Page, box: Box, title: str, size: float, *, kicker: bool = False) -> float:
    """A headline centred over a box, in one line or two; the height it took."""
    top = box.top
    if kicker:
        page.line("本地新闻：", box.left + box.width / 2 - 2.5 * size * 0.55, top + size * 0.55, size * 0.55)
        top += size * 0.8
    per_line = max(4, int(box.width / size))
    rows = [title] if len(title) <= per_line else [title[: (len(title) + 1) // 2], title[(len(title) + 1) // 2 :]]
    while max(map(len, rows)) * size > box.width:
        size *= 0.92
    for row in rows:
        left = box.left + (box.width - len(row) * size) / 2
        page.line(row, left, top + size * 0.9, size)
        top += size * 1.2
    return top - box.top + size * 0.25


def headline_room(page: Page, box: Box, size: float) -> float:
    """The height kept free for a headline of any title that may come."""
    rows = 1 if 26 * size <= box.width else 2
    return rows * 1.2 * size + 0.5 * size + page.style.size * 0.4
