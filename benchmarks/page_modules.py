"""Newspaper pages divided into modules, each one article: its headline across, over some columns, downwards, boxed.

``MODULES`` says which kinds a page of a layout has.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from page_columns import columns_of, flow, headline, headline_room
from page_texts import Texts
from typeset_page import Box, Page, Style


def module_top(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline over all columns."""
    size = page.style.size * page.rng.choice([1.6, 2.0, 2.6, 3.2]) if count > 1 else page.style.size * 1.5
    used = headline_room(page, box, size)
    columns = columns_of(Box(box.left, box.top + used, box.width, box.height - used), count, page.style)
    headline(page, box, flow(page, columns, texts), size)


def module_partial(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline over the first columns; the others rise beside it."""
    if count < 3:
        module_top(page, box, count, texts)
        return
    over = page.rng.randint(2, count - 1)
    columns = columns_of(box, count, page.style)
    size = page.style.size * page.rng.choice([1.8, 2.2])
    span = Box(box.left, box.top, columns[over - 1].right - box.left, box.height)
    used = headline_room(page, span, size)
    rows = -(-used // page.style.leading)
    low = [
        Box(c.left, c.top + rows * page.style.leading, c.width, c.height - rows * page.style.leading) for c in columns
    ]
    headline(page, span, flow(page, low[:over] + columns[over:], texts), size)


def module_vertical(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline set downwards at the left."""
    size = page.style.size * 2.2
    step = size * 1.12
    if box.height < 16 * step:
        size *= max(0.6, box.height / (16 * step))
        step = size * 1.12
    room = 2.9 * size
    inner = Box(box.left + room, box.top, box.width - room, box.height)
    title = flow(page, columns_of(inner, max(1, count - 1), page.style), texts)
    per = max(4, int(box.height / step))
    rows = [title[start : start + per] for start in range(0, len(title), per)][:2]
    for index, row in enumerate(rows):
        page.down(row, box.left + (len(rows) - 1 - index) * 1.3 * size, box.top, size, step)


def module_boxed(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A frame with headline and text inside."""
    page.frames.append(box)
    inner = Box(box.left + 8, box.top + 8, box.width - 16, box.height - 16)
    module_top(page, inner, count, texts)


def module_picture(page: Page, box: Box, count: int, texts: Texts) -> None:
    """A headline over all columns and a picture that some of them flow around."""
    if count < 3:
        module_top(page, box, count, texts)
        return
    style, size = page.style, page.style.size * 2.2
    used = headline_room(page, box, size)
    columns = columns_of(Box(box.left, box.top + used, box.width, box.height - used), count, style)
    first = page.rng.randint(0, count - 2)
    rows = int(columns[0].height // style.leading)
    low = page.rng.randint(0, max(0, rows // 2))
    high = min(rows, low + max(6, rows // 3))
    if page.rng.random() < 0.4:
        low, high = rows - max(6, rows // 3), rows + 1
    picture = Box(
        columns[first].left,
        columns[first].top + low * style.leading + 2,
        columns[first + 1].right - columns[first].left,
        (high - low) * style.leading - style.leading * 0.9,
    )
    page.pictures.append(picture)
    pieces: list[Box] = []
    for index, column in enumerate(columns):
        if index not in (first, first + 1):
            pieces.append(column)
            continue
        if low > 0:
            pieces.append(Box(column.left, column.top, column.width, low * style.leading - 2))
        if high < rows:
            top = column.top + high * style.leading
            pieces.append(Box(column.left, top, column.width, column.bottom - top))
    headline(page, box, flow(page, pieces, texts), size)


MODULES: dict[str, list[Callable[[Page, Box, int, Texts], None]]] = {
    "headline across": [module_top],
    "headline over some columns": [module_partial, module_top],
    "headline downwards": [module_vertical, module_top],
    "boxed": [module_boxed, module_top],
    "around pictures": [module_picture],
    "mixed": [module_top, module_partial, module_vertical, module_boxed, module_picture],
}


def divide(box: Box, count: int, page: Page, depth: int = 0) -> list[tuple[Box, int]]:
    """A page's area as modules (place, columns)."""
    style, rng = page.style, page.rng
    tall = box.height > 24 * style.leading
    wide = count >= 4
    if depth >= 5 or not (tall or wide) or (depth >= 2 and is_small(box, style) and rng.random() < 0.5):
        return [(box, count)]
    if tall and (not wide or rng.random() < 0.6):
        cut = round(box.height * rng.uniform(0.38, 0.62) / style.leading) * style.leading
        space = style.leading * rng.choice([0.9, 1.3, 1.8])
        if rng.random() < 0.5:
            page.rules.append((box.left, box.top + cut - space / 2, box.right, box.top + cut - space / 2))
        upper = Box(box.left, box.top, box.width, cut - space)
        lower = Box(box.left, box.top + cut, box.width, box.height - cut)
        return divide(upper, count, page, depth + 1) + divide(lower, count, page, depth + 1)
    if not wide:
        return [(box, count)]
    left_count = rng.randint(2, count - 2)
    columns = columns_of(box, count, style)
    left = Box(box.left, box.top, columns[left_count - 1].right - box.left, box.height)
    right = Box(columns[left_count].left, box.top, box.right - columns[left_count].left, box.height)
    if rng.random() < 0.6:
        middle = (left.right + right.left) / 2
        page.rules.append((middle, box.top, middle, box.bottom))
    return divide(left, left_count, page, depth + 1) + divide(right, count - left_count, page, depth + 1)


def is_small(box: Box, style: Style) -> bool:
    """Whether an article of usual length fills a box."""
    return box.width * box.height < 1600 * style.size * style.leading


def make_page(layout: str, columns: int, texts: Texts, rng: random.Random) -> Page:
    """One page of a layout."""
    size = rng.choice([8.5, 9.0, 9.5, 10.5])
    style = Style(
        size, round(size * rng.uniform(1.35, 1.6), 1), size * rng.uniform(1.1, 2.0), columns, rng.random() < 0.3
    )
    width = columns * rng.uniform(12, 15) * size + (columns - 1) * style.gutter + 80
    page = Page(width, width * 1.35, style, rng)
    page.line("青桐日报 2021年3月7日 星期日 第03版 责任编辑 何小禾", 40, 34, 10)
    page.rules.append((40, 42, width - 40, 42))
    for box, count in divide(Box(40, 56, width - 80, page.height - 96), columns, page):
        rng.choice(MODULES[layout])(page, box, count, texts)
    return page
