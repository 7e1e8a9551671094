"""Each line of a page as numbers: its shape beside its neighbours, its grammar, and which lines say the same.

Knows lines, not articles; what the numbers mean together is learned (``line_model``).
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.corpus.bylines import LineMark, ends_with_credit, ends_with_signature
from rag.corpus.line_shapes import REPORT_START, MarkedLine, split_cost, word_pairs
from rag.corpus.torn_tokens import is_torn

Floats = NDArray[np.float32]

_LEDE = re.compile(
    "(?:近日|日前|连日来|昨[日天]|今[日天]|眼下|当地时间|记者(?:[从近今昨日获]|[0-9])|[0-9]{1,2}日|[0-9]{1,2}月[0-9]{1,2}日)"
    "|[^，。：；、“]{2,16}(?:近日|日前|昨[日天]|今[日天（]|[0-9]{1,2}日)"
)
"""A report's first words, who and when, over the end of its first line."""
_FUNCTION_WORDS = re.compile("[的了着是也还就都]|已经|以及|据了解|此次|其中")
_DATE_END = re.compile("年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日$")
_HAN = re.compile("[\u3400-\u9fff]")
_TELEPHONE = re.compile(r"[0-9]{3,4}[-—－][0-9]{6,8}|[0-9]{7,11}")
_NUMBERED = re.compile("(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.]|[0-9]{1,2}[、.](?![0-9]))")
_CAPTION = re.compile("(?:图为|图片为|[上下左右]图|这是|图[①②③④⑤一二三])")
_MARKS: tuple[LineMark, ...] = ("opening", "byline", "credit", "signature", "jump in", "jump out")
_LABELLED = re.compile("^[【▍●■◆]|】$|^——|^—")
_OPENERS, _CLOSERS = "“《（【", "”》）】"
NEAR = ((1, 4), (2, 7), (4, 13), (4, 31))
"""Lines ``[from, to)`` above and below in which a line's words are looked for."""
WINDOWS = (3, 8, 20)
"""So many lines before and after a line are compared with each other."""
NEAR_CHARACTERS = ((1, 4), (1, 9))
"""The same for its characters, which say more of a headline that shortens the words of its article."""
GROUPS = {"shape": slice(0, 40), "wording": slice(40, 67), "continuity": slice(67, 72), "likeness": slice(72, 95)}
"""The features by kind of evidence."""
CHUNK = 320
"""Lines whose words are compared at a time, with ``_MARGIN`` more on both sides; bounds the memory of a long page."""
_MARGIN = 64
_BLOCKS, _FURTHEST = 3, 45
"""A word broken by something set between goes on within so many blocks and lines."""


def line_features(lines: Sequence[MarkedLine]) -> Floats:
    """(n_lines, n_features) float32, not scaled; one row a line, in page order."""
    shapes = np.asarray([_shape(lines, place) for place in range(len(lines))], np.float32)
    words = np.asarray([_wording(lines, place) for place in range(len(lines))], np.float32)
    pairs = [word_pairs(line.text) for line in lines]
    characters = [set(_HAN.findall(line.text)) for line in lines]
    return np.hstack([shapes, words, _nesting(lines), _broken_words(lines), _likeness(pairs, characters)])


def _shape(lines: Sequence[MarkedLine], place: int) -> list[float]:
    """The line's width, gaps, block and breaks."""
    line = lines[place]
    above, below, width = line.above, line.below, line.line.width
    next_gap = lines[place + 1].line.gap if place + 1 < len(lines) else 2
    before_gap = line.line.gap if place else 2
    previous = lines[place - 1].line.width if place else 0.0
    following = lines[place + 1].line.width if place + 1 < len(lines) else 0.0
    return [
        min(width, 50.0) / 20,
        _difference(width, above),
        _difference(width, below),
        _difference(width, previous),
        _difference(width, following),
        _difference(above, below),
        float(above == 0),
        float(below == 0),
        line.fits_full,
        line.fits_first,
        line.firstness,
        line.line.indent >= 1.5,
        line.indented_page,
        line.line.loose_width - line.line.tight_width > 3,
        before_gap > 0,
        before_gap > 1,
        next_gap > 0,
        next_gap > 1,
        line.line.closed,
        line.ends_thought,
        line.after_end,
        line.block_size == 1,
        line.block_size == 2,
        line.block_size <= 4,
        line.block_size / 20 if line.block_size < 40 else 2.0,
        line.block_closed,
        line.split_cost > 0,
        line.split_cost > 3,
        line.bridged,
        line.is_entry,
        place < 3,
        place >= len(lines) - 3,
        line.line.is_row,
        place > 0 and is_torn(lines[place - 1].text, line.text),
        *(line.mark == mark for mark in _MARKS),
    ]


def _difference(one: float, other: float) -> float:
    return max(-12.0, min(12.0, one - other)) / 4 if one and other else 0.0


def _wording(lines: Sequence[MarkedLine], place: int) -> list[float]:
    """Punctuation and the words that bodies, headlines, captions and lists begin or end with."""
    text = lines[place].text
    head = text + (lines[place + 1].text if place + 1 < len(lines) else "")
    digits = sum(character.isdigit() for character in text)
    return [
        math.log(1 + len(text)),
        min(3, text.count("，")),
        min(3, text.count("、")),
        text[-1] in "，、；,;",
        text[-1] in "：:",
        text[-1] in "！？!?…",
        text[-1] in "”》）",
        bool(re.search("[。；]", text[:-1])),
        "：" in text[:-1],
        text[0] in "，。、；：）”！？%",
        text[0] in "“《",
        text[0] in "（(" and text[-1] in "）)",
        text[0] in "的了和与等是着也还就都及",
        text[-1] in "的了和与在对为将从向把被及由",
        min(3, len(_FUNCTION_WORDS.findall(text))),
        bool(REPORT_START.match(text)),
        bool(_LEDE.match(head)),
        bool(_CAPTION.match(text)),
        bool(_DATE_END.search(text)),
        bool(_LABELLED.search(text)),
        bool(_NUMBERED.match(text)),
        bool(_TELEPHONE.search(text)),
        digits / len(text),
        not re.search(r"\w", text),
        ends_with_signature(text),
        ends_with_credit(text),
        text[-1] == "摄",
    ]


def _nesting(lines: Sequence[MarkedLine]) -> Floats:
    """How many quotation marks and brackets stand open where a line begins and where it ends, forgotten in time."""
    rows = []
    open_since: list[int] = []
    for place, line in enumerate(lines):
        open_since = [since for since in open_since if place - since < 24]
        before = len(open_since)
        unmatched = 0
        for character in line.text:
            if character in _OPENERS:
                open_since.append(place)
            elif character in _CLOSERS:
                if open_since:
                    open_since.pop()
                else:
                    unmatched += 1
        rows.append((min(2, before), min(2, len(open_since)), min(2, unmatched)))
    return np.asarray(rows, np.float32)


def _broken_words(lines: Sequence[MarkedLine]) -> Floats:
    """Whether a word left open at a block's end goes on at the start of a later block than the next one.

    Two numbers a line: such a word goes on here; such a word is left open here.
    """
    found = np.zeros((len(lines), 2), np.float32)
    starts = [place for place, line in enumerate(lines) if place and line.line.gap]
    for number, place in enumerate(starts):
        for after in starts[number + 1 : number + 1 + _BLOCKS]:
            before = lines[place - 1]
            if before.ends_thought or after - place > _FURTHEST:
                break
            if split_cost(before.text, lines[after].text) > 0:
                found[place - 1, 1] = found[after, 0] = 1
    return found


def _likeness(words: Sequence[set[str]], characters: Sequence[set[str]]) -> Floats:
    """What a line shares with those above and below it, and those above it with those below."""
    found = []
    for start in range(0, len(words), CHUNK):
        low, high = max(0, start - _MARGIN), min(len(words), start + CHUNK + _MARGIN)
        has, weighted, mass = _weighted(words[low:high])
        shared = np.asarray(weighted @ has.T, np.float32)
        rows = [_coverage(has, weighted, mass, NEAR), _cohesion(shared, mass)]
        rows.append(_coverage(*_weighted(characters[low:high]), NEAR_CHARACTERS))
        found.append(np.hstack(rows)[start - low : min(start + CHUNK, len(words)) - low].astype(np.float32))
    return np.vstack(found)


def _weighted(words: Sequence[set[str]]) -> tuple[Floats, Floats, Floats]:
    """Which line has which word that another has too; the same, rare words weighing more; the weight of each line."""
    count = len(words)
    lines_with = Counter(itertools.chain.from_iterable(words))
    columns = {word: place for place, word in enumerate(word for word, number in lines_with.items() if number > 1)}
    has = np.zeros((count, max(1, len(columns))), np.float32)
    total = np.asarray([len(own) for own in words], np.float32)
    shared = [[columns[word] for word in own if word in columns] for own in words]
    has[np.repeat(np.arange(count), [len(own) for own in shared]), list(itertools.chain.from_iterable(shared))] = 1
    weight = np.zeros(has.shape[1], np.float32)
    weight[: len(columns)] = [1 / (0.3 + math.log(lines_with[word])) for word in columns]
    unseen = total - has.sum(axis=1)
    weighted = has * weight
    mass = np.asarray(weighted.sum(axis=1) + 0.6 * unseen + 1e-6, np.float32)
    return has, weighted, mass


def _coverage(has: Floats, weighted: Floats, mass: Floats, windows: Sequence[tuple[int, int]]) -> Floats:
    """For each line the part of its words, rare ones weighing more, that the lines near above and below have."""
    count, margin = len(has), max(far for _, far in windows)
    sums = np.zeros((count + 2 * margin + 1, has.shape[1]), np.float32)
    np.cumsum(has, axis=0, out=sums[margin + 1 : margin + 1 + count])
    sums[margin + 1 + count :] = sums[margin + count]

    def found(start: int, end: int) -> Floats:
        """Coverage by lines ``[place + start, place + end)``."""
        around = sums[margin + end : margin + end + count] > sums[margin + start : margin + start + count]
        return np.asarray((weighted * around).sum(axis=1) / mass, np.float32)

    columns = []
    for near, far in windows:
        over, under = found(1 - far, 1 - near), found(near, far)
        columns += [over, under, over - under]
    return np.stack(columns, axis=1)


def _cohesion(shared: Floats, mass: Floats) -> Floats:
    """How alike the lines before each line and from it on are, and two lines from it on to either side."""
    count = len(shared)
    sums = np.zeros((count + 1, count + 1), np.float64)
    sums[1:, 1:] = np.cumsum(np.cumsum(shared, axis=0), axis=1)
    masses = np.concatenate([[0.0], np.cumsum(mass, dtype=np.float64)])
    place = np.arange(count)

    def likeness(one: NDArray[np.int64], two: NDArray[np.int64], three: NDArray[np.int64]) -> NDArray[np.float64]:
        box = sums[two, three] - sums[one, three] - sums[two, two] + sums[one, two]
        return np.asarray(box / np.sqrt(1.0 + (masses[two] - masses[one]) * (masses[three] - masses[two])))

    columns = [likeness(np.clip(place - size, 0, count), place, np.clip(place + size, 0, count)) for size in WINDOWS]
    after = np.clip(place + 2, 0, count)
    columns.append(likeness(np.clip(place - 10, 0, count), place, after))
    columns.append(likeness(place, after, np.clip(place + 12, 0, count)))
    return np.minimum(4.0, 4.0 * np.stack(columns, axis=1))
