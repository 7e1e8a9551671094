"""Plain text that was broken at a width → its paragraphs; text of one paragraph a line stays as it is.

For texts that are no newspaper page: one article, pasted from a mail or a printed sheet. A line goes on in the next
if it is as wide as the text and ends in the middle of prose. Lists, verses and rows of tables stay in lines.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from rag.corpus.line_shapes import TOLERANCE, split_cost
from rag.corpus.lines import INDENT, PageLine
from rag.corpus.normalisation import MappedText, join_wrapped
from rag.corpus.torn_tokens import is_torn

_WIDEST = 60.0
"""Em: a wider line is a paragraph, not a line of print."""
_HAN = re.compile("[\u3400-\u9fff]")
_PAUSE = re.compile("[，。；、](?!$)")
_PAUSES_AT_END = re.compile("[，、；：,:;]$")


def paragraphs_of(lines: Sequence[PageLine]) -> list[MappedText]:
    """The paragraphs of a text in order; every line is in one of them."""
    goes_on = _breaks_that_go_on(lines)
    paragraphs: list[list[MappedText]] = []
    for line, joined in zip(lines, [False, *goes_on], strict=False):
        if joined:
            paragraphs[-1].append(line.text)
        else:
            paragraphs.append([line.text])
    return [join_wrapped(paragraph) for paragraph in paragraphs]


def is_broken_off(line: PageLine, after: PageLine) -> bool:
    """Whether the first line of a text is no headline, because its sentence goes on in the next line."""
    one, other = line.text.text, after.text.text
    number = one[-1].isdigit() and other[0].isdigit() and bool(_HAN.search(one))
    return is_torn(one, other) or number or (split_cost(one, other) > 0 and bool(_PAUSE.search(one)))


def _breaks_that_go_on(lines: Sequence[PageLine]) -> list[bool]:
    """For each break between two lines whether a sentence goes on over it."""
    pairs = list(itertools.pairwise(lines))
    torn = [is_torn(one.text.text, other.text.text) for one, other in pairs]
    full = _is_full(lines)
    spaced_out = all(line.gap for line in lines[1:])
    may = [
        cut or (full[place] and _may_go_on(one, other, spaced_out=spaced_out))
        for place, (cut, (one, other)) in enumerate(zip(torn, pairs, strict=True))
    ]
    found = list(torn)
    for open_run, group in itertools.groupby(range(len(may)), key=lambda place: may[place]):
        run = list(group)
        if open_run and _is_prose([pairs[place] for place in run], full_lines=sum(full)):
            found[run[0] : run[-1] + 1] = [True] * len(run)
    return found


def _is_full(lines: Sequence[PageLine]) -> list[bool]:
    """Which lines fill the width of the text; none where its lines end as verses do, or at no common width."""
    open_lines = [line for line in lines[:-1] if not line.closed and line.width <= _WIDEST]
    widest = max((line.width + line.indent for line in open_lines), default=0.0)
    longest = max((line.end - line.start for line in open_lines), default=0)
    full = [
        not line.closed
        and not line.is_row
        # Print is broken at a width, mails and terminals at a number of characters.
        and (abs(line.width + line.indent - widest) <= TOLERANCE or line.end - line.start == longest)
        for line in lines
    ]
    paused = sum(bool(_PAUSES_AT_END.search(line.text.text)) for line, fits in zip(lines, full, strict=True) if fits)
    return full if paused * 2 <= sum(full) or sum(full) < 3 else [False] * len(lines)


def _may_go_on(line: PageLine, after: PageLine, *, spaced_out: bool) -> bool:
    if line.text.text[-1] in "：:" or after.is_row or after.indent >= line.indent + INDENT - 0.5:
        return False
    return not after.gap or spaced_out or split_cost(line.text.text, after.text.text) > 0


def _is_prose(pairs: Sequence[tuple[PageLine, PageLine]], *, full_lines: int) -> bool:
    """Whether lines that may belong together are a sentence: a word is broken between two, or one pauses inside."""
    pauses = any(_PAUSE.search(line.text.text) for line, _ in pairs)
    broken = any(split_cost(one.text.text, other.text.text) > 0 for one, other in pairs)
    return pauses or (broken and full_lines > 1) or any(is_broken_off(*pair) for pair in pairs)
