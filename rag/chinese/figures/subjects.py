"""What a figure is about: the noun phrase it counts, the time of its sentence, and whether it rises or falls.

Reads clauses by punctuation and a few function words; there is no parser behind it. In 签约引进各类项目102个 the
counted thing stands before the number, in 共有5家单位获批 after it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from rag.chinese.figures.record import Direction, Figure
from rag.chinese.lexicon import alternation
from rag.chinese.times.grammar import TIME

MAX_SUBJECT_CHARACTERS = 24

_CLAUSE_END = re.compile(r"[，。；;：！!？?\n|]|,(?!\d)")
_SENTENCE_END = re.compile(r"[。！!？?\n]")
_LIGHT_TAIL = re.compile(rf"(?:{alternation('figure_words', 'tail')})+$")
_LEADING = re.compile(rf"^[、，（）()“”\s…·—\-《》：:]+|^(?:{alternation('figure_words', 'lead')})+")
_AFTER_STOP = re.compile(r"[、“”（(《【\[]|$")
_NOT_COUNTED = re.compile(r"^(?:[，。；：、）)”】的]|和|与|及|或|等|并|以上|以下|左右|\s*$)")
_RELATIVE_START = re.compile(f"^(?:{alternation('figure_words', 'relative')})")
_DIRECTIONS = re.compile(
    f"(?P<up>{alternation('figure_words', 'up')})|(?P<down>{alternation('figure_words', 'down')})"
)
_LEVEL = re.compile(r"至|到")
_DIRECTED_KINDS = frozenset({"share", "change", "count", "money", "weight", "area", "length", "other", "time_span"})


def add_subjects(figures: Sequence[Figure], text: str) -> list[Figure]:
    """``figures`` of ``text`` with subject, period and direction filled in."""
    if not figures:
        return []
    # 较2020年 is what the figure is compared with, not its time.
    times = [
        (match.start(), match.end())
        for match in TIME.finditer(text)
        if text[match.start() - 1 : match.start()] not in {"较", "比"}
    ]
    time_starts = [start for start, _ in times]
    finished: list[Figure] = []
    head, previous_end = "", 0
    for position, figure in enumerate(figures):
        counted = figure.kind not in {"date", "time_of_day"}
        if _SENTENCE_END.search(text, previous_end, figure.start):
            head = ""
        clause_start = _clause_start(text, figure.start, previous_end)
        subject = ""
        direction: Direction = ""
        if counted:
            before = text[clause_start : figure.start]
            after = _after(text, figures, position)
            subject, head = _subject(figure, before, after, head, text, previous_end, clause_start)
            direction = figure.direction or _direction(figure, before)
            previous_end = figure.end
        period = _period(text, figure, times, time_starts) if counted else ""
        finished.append(replace(figure, subject=subject, period=period, direction=direction))
    return finished


def _clause_start(text: str, start: int, floor: int) -> int:
    window = max(floor, start - 60)
    ends = [match.end() for match in _CLAUSE_END.finditer(text, window, start)]
    return ends[-1] if ends else window


def _after(text: str, figures: Sequence[Figure], position: int) -> str:
    figure = figures[position]
    limit = min(len(text), figure.end + 18)
    for index in range(position + 1, len(figures)):
        other = figures[index]
        if other.start >= limit:
            break
        if other.kind not in {"date", "ordinal", "time_of_day"}:
            limit = other.start
            break
    stop = _CLAUSE_END.search(text, figure.end, limit)
    piece = text[figure.end : stop.start() if stop else limit]
    cut = _AFTER_STOP.search(piece, 1) if piece else None
    return piece[: cut.start()] if cut else piece


def _subject(
    figure: Figure, before: str, after: str, head: str, text: str, previous_end: int, clause_start: int
) -> tuple[str, str]:
    """The subject, and the head that a following 增幅达23.7% still talks about."""
    own = _trim(before)
    counts_after = figure.kind in {"count", "ordinal"} and not _NOT_COUNTED.match(after)
    if counts_after:
        subject = _trim(after)
        return _limit(subject), own + subject if own else subject
    if not own:
        own = _trim(text[_clause_start(text, max(previous_end, clause_start - 1), previous_end) : clause_start])
    if _RELATIVE_START.match(own) or not own:
        return _limit(head + own), head
    return _limit(own), own


def _trim(piece: str) -> str:
    piece = TIME.sub("", piece)
    piece = _LEADING.sub("", piece.strip())
    piece = _LEADING.sub("", piece)
    return _LIGHT_TAIL.sub("", piece.rstrip(" \u3000、（(“：:")).rstrip("，、 ")


def _limit(subject: str) -> str:
    return subject[-MAX_SUBJECT_CHARACTERS:]


_IN_A_NAME = re.compile("[本效质收能级耗]?(?:改造|工程|项目|行动|计划|方案|活动|专项|政策|措施)")
"""提升改造工程, 降本项目 and 增收计划 are names of works, and tell of no rise or fall."""


def _direction(figure: Figure, before: str) -> Direction:
    if figure.kind not in _DIRECTED_KINDS:
        return ""
    window = before[-14:]
    found = list(_DIRECTIONS.finditer(window))
    if not found:
        return ""
    last = found[-1]
    rest = window[last.end() :]
    if len(rest) > 6 or _IN_A_NAME.match(rest):
        return ""
    level = (bool(_LEVEL.search(rest)) or rest.startswith(("为", "成"))) and last.group() not in {
        "增幅",
        "增速",
        "降幅",
        "涨幅",
        "跌幅",
        "减幅",
    }
    if last.lastgroup == "up":
        return "up_to" if level else "up"
    return "down_to" if level else "down"


def _period(text: str, figure: Figure, times: Sequence[tuple[int, int]], starts: Sequence[int]) -> str:
    """The time expression nearest before the figure in its sentence, else the first one in the text before it."""
    index = bisect_right(starts, figure.start) - 1
    if index < 0:
        return ""
    start, end = times[index]
    if _SENTENCE_END.search(text, end, figure.start):
        return ""
    return text[start:end].strip()
