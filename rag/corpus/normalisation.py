"""Source characters → clean text, once, with the way back to every character.

Normalisation only folds one character into one other (full-width letters and digits, compatibility ideographs)
or drops white space, so each kept character stands for exactly one source character. It knows nothing of pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.corpus.torn_tokens import glue
from rag.records import SourceRun

INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
"""Characters that print nothing and are no white space: byte order marks, zero-width joints, control codes."""

_TOKEN = re.compile(r"[^\s\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
_WIDE_PUNCTUATION = frozenset("“”‘’…—·•°′″×÷±℃℉‰")
_FULL_WIDTH_SIGN = re.compile(
    r"(?<=[0-9A-Za-z])[．－／＋＠＆＿](?=[0-9A-Za-z])"
    r"|(?<=[0-9])[．](?=\s*\n\s*[0-9])|(?<=[0-9]\n)[．](?=[0-9])"
)
_HAN = "\u3400-\u9fff"
_FULL_WIDTH = {",": "，", ":": "：", ";": "；", "?": "？", "!": "！", "(": "（", ")": "）", ".": "。"}
_HALF_WIDTH = re.compile(
    f"(?<=[{_HAN}”’》）)%])[,:;?!](?![0-9A-Za-z/])|(?<=[0-9A-Za-z])[,;?!](?=[{_HAN}“])"
    f"|[(](?=[{_HAN}])|(?<=[{_HAN}])[)]|(?<=[{_HAN}”’》）%])[.](?=\\s|$)"
)
_BRACKETED = re.compile(f"[(]([^()\n]{{0,30}}[{_HAN}][^()\n]{{0,30}})[)]")
_OPENED = re.compile(f"[(](?=[{_HAN}“])")
_CLOSED = re.compile(f"(?<=[{_HAN}”])[)]")
_STOP = re.compile(
    f"(?<=[{_HAN}”’》）%])[.](?=\\s|$)|(?<=[{_HAN}”’》）%])(?<![一二三四五六七八九十])[.](?=[{_HAN}“”’）])"
)
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长门青页风飞食马鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)


_VERTICAL_SIGNS = dict(
    zip("︐︑︒︓︔︕︖︵︶︻︼︽︾︿﹀﹁﹂﹃﹄︱", "，、。：；！？（）【】《》〈〉「」『』—", strict=True)
)
"""Punctuation in the forms that vertical type has of it."""


def _fold_table() -> dict[int, str]:
    """One character → one character; full-width punctuation stays, ％ becomes % as part of a figure."""
    table = {
        code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
    }
    table[0xFF05] = "%"
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00)):
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1 and folded != chr(code):
            table[code] = folded
    for signs in (_RADICALS, _VERTICAL_SIGNS):
        table |= {ord(sign): character for sign, character in signs.items()}
    return table


_FOLD = _fold_table()


@dataclass(frozen=True, slots=True)
class MappedText:
    """Text whose characters know where they stand in the source.

    ``runs`` are in order of ``start`` and do not overlap; a character in no run was put there by the program.
    """

    text: str = ""
    runs: tuple[SourceRun, ...] = ()

    def __len__(self) -> int:
        return len(self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def part(self, start: int, end: int | None = None) -> MappedText:
        """Characters ``[start, end)`` with their runs; indices as in ``str`` slices, but not negative."""
        end = len(self.text) if end is None else min(end, len(self.text))
        runs = []
        for run in self.runs:
            low, high = max(run.start, start), min(run.start + run.length, end)
            if low < high:
                runs.append(SourceRun(low - start, high - low, run.source_start + low - run.start, run.source_page))
        return MappedText(self.text[start:end], tuple(runs))

    def strip(self) -> MappedText:
        """Without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))

    def source_offset(self, index: int) -> int:
        """Where character ``index`` stands in its page's source; -1 if the program put it there."""
        for run in self.runs:
            if run.start <= index < run.start + run.length:
                return run.source_start + index - run.start
        return -1


NOTHING = MappedText()


def inserted(text: str) -> MappedText:
    """Text that stands nowhere in the source."""
    return MappedText(text)


def join(parts: Iterable[MappedText], separator: str = "") -> MappedText:
    """The non-empty parts one after the other, ``separator`` (from nowhere in the source) between them."""
    texts: list[str] = []
    runs: list[SourceRun] = []
    length = 0
    for part in parts:
        if not part.text:
            continue
        if texts:
            texts.append(separator)
            length += len(separator)
        for run in part.runs:
            _append_run(runs, SourceRun(run.start + length, run.length, run.source_start, run.source_page))
        texts.append(part.text)
        length += len(part.text)
    return MappedText("".join(texts), tuple(runs))


def _append_run(runs: list[SourceRun], run: SourceRun) -> None:
    last = runs[-1] if runs else None
    if (
        last is not None
        and last.source_page == run.source_page
        and last.start + last.length == run.start
        and last.source_start + last.length == run.source_start
    ):
        runs[-1] = SourceRun(last.start, last.length + run.length, last.source_start, last.source_page)
    else:
        runs.append(run)


def fold(text: str) -> str:
    """Full-width letters, digits and ％ to half width, compatibility ideographs to common ones; same length.

    >>> fold("２０２０年，ＧＤＰ增长３．５％")
    '2020年，GDP增长3.5%'
    """
    return _FULL_WIDTH_SIGN.sub(lambda match: chr(ord(match.group()) - 0xFEE0), text.translate(_FOLD))


def fold_signs(folded: str) -> str:
    """Half-width punctuation of Chinese sentences to full width, all else as ``fold`` left it; same length.

    >>> fold_signs("会议指出,今年(2020年)完成3.5亿元.")
    '会议指出，今年（2020年）完成3.5亿元。'
    """
    if not _HALF_WIDTH.search(folded):
        return folded
    folded = _BRACKETED.sub(r"（\1）", folded)
    folded = _OPENED.sub("（", _CLOSED.sub("）", folded))
    folded = _STOP.sub("。", folded)
    return _HALF_WIDTH.sub(lambda match: _FULL_WIDTH[match.group()], folded)


def is_narrow(character: str) -> bool:
    """Whether a character belongs to a script that puts spaces between words."""
    return character < "\u2e80" and character not in _WIDE_PUNCTUATION


_TORN_POINT = re.compile(r"[A-Z]\d{1,4}\. +\d{1,2}(?!\d)|[\u4e00-\u9fff]\d{1,4}\. +\d{1,2} ?[%‰]")
"""PM2. 5 and 增长3. 5%, torn at the point; 任务1. 5个 may be a numbered list and stays as it is."""


_TORN_NUMBER = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:[1-9]\d{0,2}|\d{1,3}\.\d+)(?P<gap> +)\d{1,3}(?=(?:\.\d+)?[\u4e00-\u9fff%‰])"
)
"""计划1 1月20日恢复, 献血5 8.7万毫升: two numbers are not printed so without a sign between."""


def normalise_line(source: str, start: int = 0, end: int | None = None, *, page: int = 0) -> MappedText:
    """One line of ``source``, ``[start, end)``, folded, without the spaces that typesetting put in.

    Spaces stay between words of scripts that use them and between two numbers, unless these stand within Chinese as
    one torn apart; they go everywhere else:
    ``"建 成 5 条 （ 含 支 线 ）"`` → ``"建成5条（含支线）"``, ``"Hello World"`` stays.
    """
    end = len(source) if end is None else end
    return normalise_folded(fold(source[start:end]), start, page)


def normalise_folded(folded: str, start: int, page: int = 0) -> MappedText:
    """The same for a line already folded, whose first character stands at ``start`` of its page."""
    tokens = [(match.start(), match.group()) for match in _TOKEN.finditer(folded)]
    if len(tokens) == 1:
        position, token = tokens[0]
        return MappedText(token, (SourceRun(0, len(token), start + position, page),))
    loose = _is_letterspaced([token for _, token in tokens])
    texts: list[str] = []
    runs: list[SourceRun] = []
    length = 0
    before = ""
    torn = {match.start() + match.group().index(".") + 1 for match in _TORN_POINT.finditer(folded)}
    torn |= {match.start("gap") for match in _TORN_NUMBER.finditer(folded)}
    previous_end = 0
    for position, token in tokens:
        gap = folded[previous_end:position]
        glued = loose or previous_end in torn
        if before and not glued and _keeps_space(before, token[0]) and not INVISIBLE.fullmatch(gap):
            space = next(index for index, character in enumerate(gap) if character.isspace())
            _append_run(runs, SourceRun(length, 1, start + previous_end + space, page))
            texts.append(" ")
            length += 1
        _append_run(runs, SourceRun(length, len(token), start + position, page))
        texts.append(token)
        length += len(token)
        before = token[-1]
        previous_end = position + len(token)
    return MappedText("".join(texts), tuple(runs))


def _keeps_space(before: str, after: str) -> bool:
    if before.isdigit() and after == "%":
        return False
    return is_narrow(before) and is_narrow(after)


def _is_letterspaced(tokens: Sequence[str]) -> bool:
    """Whether every character stands alone, digits too: ``"共 1 0 2 个 项 目"``."""
    if len(tokens) < 5 or any(len(token) > 1 for token in tokens):
        return False
    return sum(not is_narrow(token) for token in tokens) >= 3


def join_wrapped(parts: Sequence[MappedText]) -> MappedText:
    """Lines of one paragraph as the sentence that was broken."""
    pieces: list[MappedText] = []
    for part in parts:
        if pieces and part.text:
            pieces.append(inserted(glue(pieces[-1].text, part.text)))
        if part.text:
            pieces.append(part)
    return join(piece for piece in pieces if piece.text)


def spaced(text: MappedText, source: str) -> str:
    """``text`` with the source's own spaces between characters put back as one, where a line does not end.

    For names and headlines, where a space may divide: ``"记者王明 李芳"``.
    """
    if len(text.runs) < 2:
        return text.text
    pieces: list[str] = []
    previous: SourceRun | None = None
    position = 0
    for run in text.runs:
        pieces.append(text.text[position : run.start])
        if previous is not None and previous.source_page == run.source_page:
            between = source[previous.source_start + previous.length : run.source_start]
            if (
                between
                and between.isspace()
                and "\n" not in between
                and "\r" not in between
                and position == run.start
            ):
                pieces.append(" ")
        pieces.append(text.text[run.start : run.start + run.length])
        position = run.start + run.length
        previous = run
    pieces.append(text.text[position:])
    return "".join(pieces)
