"""Chinese text broken into lines as newspapers break it."""

from __future__ import annotations

import re
from itertools import pairwise

import rjieba

NO_LINE_START = "，。、；：？！”’）》」』】%…—·"
NO_LINE_END = "“‘（《「『【"
HALF = str.maketrans("，。：；？！（）", ",.:;?!()")
"""Full-width punctuation to half-width."""


def break_lines(text: str, width: int) -> list[str]:
    """A paragraph's lines, ``width`` em wide, the first two shorter; the rules of punctuation kept."""
    rows: list[str] = []
    start = 0
    while start < len(text):
        room = width - (0 if rows else 2)
        end = start
        while end < len(text) and room > 0:
            room -= 0.5 if text[end] < "\u2000" else 1
            end += 1
        while end < len(text) and text[end] in NO_LINE_START:
            end += 1
        while end < len(text) and end > start + 1 and text[end - 1] in NO_LINE_END:
            end -= 1
        if end < len(text) and text[end].isdigit() and text[end - 1].isdigit():
            cut = re.search(r"[0-9.]+$", text[start:end])
            if cut and cut.start() > 2:
                end = start + cut.start()
        rows.append(text[start:end].strip())
        start = end
    return [row for row in rows if row]


def divide_words(text: str, count: int) -> list[str]:
    """A headline in ``count`` lines of about one length, no word broken."""
    ends = [
        end
        for _, _, end in rjieba.tokenize(text, "default")
        if text[end - 1] not in "“《、（‘" and text[end : end + 1] not in tuple("”》、），：—！？’")
    ]
    wanted = [len(text) * number / count for number in range(1, count)]
    cuts = sorted({min(ends, key=lambda end, place=place: abs(end - place)) for place in wanted} - {len(text)})
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
