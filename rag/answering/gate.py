"""The gate: every figure of an answer must stand in a quote with its value, unit, bound, direction and subject.

A figure that does not is never shown as fact. The gate does not judge what is true; it judges what is printed in the
quotes. Names and dates are checked against the quotes and what stands around them in the same article.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.chinese.figures import Figure, find_figures, supports
from rag.chinese.figures.comparison import same_value
from rag.chinese.lexicon import words
from rag.chinese.names import CheckedName, check_names
from rag.chinese.numerals import fold_width
from rag.chinese.times.dates import find_times

__all__ = ["CheckedFigure", "CheckedName", "GateResult", "Reason", "check_answer", "check_names"]

Reason = Literal[
    "supported", "resolved date", "in the question", "computed", "no such figure", "other unit", "other bound",
    "other direction", "other subject",
    "altered copy",
]  # fmt: skip

_MARKER = re.compile(r"\[(\d{1,3})\]")
_SENTENCE_END = re.compile(r"[。！？!?\n]+(?:\s*\[\d{1,3}\])*|(?<=[^\d\s.])\.(?:\s*\[\d{1,3}\])*(?=\s|$)")
_HAN_OR_WORD = re.compile(r"[一-鿿]")
_CHANGED_TO = re.compile(r"[一-鿿]{0,4}[到至为成]")
_ASKS_ANOTHER = re.compile(r"多少|几|谁|什么|哪|何[时地处人]|多[大高长远久重]")
_PART = re.compile(r"[底末]|初(?![步级中次])|[上中下]旬")
_UNIT_OF_PART = re.compile(r"\d*月$|年$")
_EMPTY_GRAMS = frozenset(words("stop_words", "pair"))


@dataclass(frozen=True, slots=True)
class CheckedFigure:
    """A figure of the answer; ``marker`` is the quote it stands in (or was cited to, when unsupported)."""

    figure: Figure
    supported: bool
    marker: int | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class GateResult:
    """What the gate found, in reading order."""

    figures: tuple[CheckedFigure, ...]
    names: tuple[CheckedName, ...]

    @property
    def unsupported_figures(self) -> tuple[CheckedFigure, ...]:
        """The figures that must not be shown as fact."""
        return tuple(item for item in self.figures if not item.supported)

    @property
    def unsupported_names(self) -> tuple[CheckedName, ...]:
        """The names no source holds."""
        return tuple(item for item in self.names if not item.supported)

    @property
    def passed(self) -> bool:
        """Whether every figure and every name is supported."""
        return not self.unsupported_figures and not self.unsupported_names


@dataclass(frozen=True, slots=True)
class _Quote:
    marker: int
    text: str
    figures: tuple[Figure, ...]
    context: str
    published: dt.date | None


def check_answer(
    text: str,
    quotes: Mapping[int, str],
    marker_of_span: Callable[[int, int], int | None] | None = None,
    *,
    context: Mapping[int, str] | None = None,
    published: Mapping[int, dt.date | None] | None = None,
    question: str = "",
    computed: Sequence[str] = (),
    unit_optional: bool = False,
) -> GateResult:
    """Check every figure and name of ``text`` against ``quotes`` (marker to quoted text).

    Args:
        text: the answer, with its ``[n]`` markers.
        quotes: what each marker cites.
        marker_of_span: the marker a span of the answer is cited to; by default the ``[n]`` that follows it in its
            sentence, else the one before it. A figure is looked for there first, then in the other quotes.
        context: for each marker, more of the same article (title, sentences around the quote) in which names and
            dates may stand; figures may not.
        published: for each marker the article's day, by which 今年 in a quote carries 2020年 in the answer.
        question: names and dates repeated from the question need no quote; its figures do.
        computed: equations the program itself wrote into the answer; figures inside them are accepted.
        unit_optional: accept a bare number for one with a unit (``102`` for ``102个``).
    """
    prepared = [
        _Quote(marker, quote, find_figures(quote), (context or {}).get(marker, ""), (published or {}).get(marker))
        for marker, quote in quotes.items()
    ]
    figures = find_figures(text)
    locate = marker_of_span or _marker_from_text(text, quotes)
    equations = _spans_of(text, computed)
    checked = []
    for position, figure in enumerate(figures):
        if any(start <= figure.start and figure.end <= end for start, end in equations):
            checked.append(CheckedFigure(figure, True, None, "computed"))
            continue
        if _altered_copy(figure, _place(text, figure), prepared):
            checked.append(CheckedFigure(figure, False, locate(figure.start, figure.end), "altered copy"))
            continue
        about = _segment(text, figures, position)
        result = _check_figure(figure, about, prepared, locate(figure.start, figure.end), question, unit_optional)
        if result is not None and not _part_stands(text, figure, prepared, question):
            result = CheckedFigure(figure, False, result.marker, "no such figure")
        if result is not None and not result.supported and _is_asked(result, text, question):
            continue
        if result is not None:
            checked.append(result)
    sources = "\n".join([*(f"{quote.text}\n{quote.context}" for quote in prepared), question, *computed])
    return GateResult(tuple(checked), check_names(_without_markers(text), sources))


def _is_asked(checked: CheckedFigure, text: str, question: str) -> bool:
    """Whether a figure only repeats the question's way of naming its thing: 一个标准展位, 其余2处隐患.

    Its value must stand in a quote all the same, if it is more than one; and something else must be asked for: to
    是不是签约102个项目 the figure itself is the answer.
    """
    figure = checked.figure
    if not _ASKS_ANOTHER.search(question):
        return False
    if checked.reason != "other subject" and figure.value != 1:
        return False
    after = text[figure.end : figure.end + 2]
    return len(after) == 2 and text[figure.start : figure.end] + after in question


def _without_markers(text: str) -> str:
    """``text`` with its ``[n]`` blanked out, so that offsets hold."""
    return _MARKER.sub(lambda match: " " * len(match.group()), text)


def _spans_of(text: str, pieces: Sequence[str]) -> list[tuple[int, int]]:
    spans = []
    for piece in pieces:
        start = text.find(piece)
        if start >= 0:
            spans.append((start, start + len(piece)))
    return spans


def _marker_from_text(text: str, quotes: Mapping[int, str]) -> Callable[[int, int], int | None]:
    """The marker after a span in its own sentence, else before it there; the only quote when there is one."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]
    only = next(iter(quotes)) if len(quotes) == 1 else None

    def locate(start: int, end: int) -> int | None:
        stop = next((position for position in ends if position >= end), len(text))
        begin = max((position for position in ends if position <= start), default=0)
        after = _MARKER.search(text, end, stop)
        if after and int(after[1]) in quotes:
            return int(after[1])
        before = [int(match[1]) for match in _MARKER.finditer(text, begin, start) if int(match[1]) in quotes]
        return before[-1] if before else only

    return locate


def _place(text: str, figure: Figure) -> tuple[str, str]:
    """The two characters on each side of a figure: where the same place in a quote holds another, one was altered."""
    return text[max(0, figure.start - 2) : figure.start], text[figure.end : figure.end + 2]


def _altered_copy(figure: Figure, place: tuple[str, str], quotes: Sequence[_Quote]) -> bool:
    """Whether this place of the answer is copied from one that holds other figures only."""
    if not _HAN_OR_WORD.match(place[0][-1:]) or len(place[1]) < 2 or not _HAN_OR_WORD.search(place[1]):
        return False
    there = [found for quote in quotes for found in quote.figures if _place(quote.text, found) == place]
    if figure.kind == "date" and any(_agree(found, figure) for found in there):
        return False
    return bool(there) and not any(supports(found, figure) for found in there)


def _agree(found: Figure, figure: Figure) -> bool:
    """Whether two dates differ only in parts that one of them leaves out: 6月 and 2020年6月."""
    if found.kind != "date":
        return False
    pairs = zip(_date_parts(found), _date_parts(figure), strict=True)
    return all(mine == theirs or not mine or not theirs for mine, theirs in pairs)


def _date_parts(figure: Figure) -> tuple[int, int, int]:
    value = int(figure.value)
    return value // 10_000, value // 100 % 100, value % 100


def _check_figure(
    figure: Figure, about: str, quotes: Sequence[_Quote], marker: int | None, question: str, unit_optional: bool
) -> CheckedFigure | None:
    ordered = sorted(quotes, key=lambda quote: quote.marker != marker)
    if figure.kind == "date":
        return _check_date(figure, ordered, marker, question)
    unlike: CheckedFigure | None = None
    for quote in ordered:
        matches = [found for found in quote.figures if supports(found, figure, unit_optional=unit_optional)]
        for found in matches:
            if _subject_agrees(figure, about, found, quote, quotes):
                return CheckedFigure(figure, True, quote.marker, "supported")
            unlike = unlike or CheckedFigure(figure, False, quote.marker, "other subject")
    if unlike is not None:
        return unlike
    if figure.indefinite and not _counts_something_else(figure, quotes):
        return None  # 一个重要项目: an article, not a count
    return CheckedFigure(figure, False, marker, _why(figure, quotes))


def _counts_something_else(figure: Figure, quotes: Sequence[_Quote]) -> bool:
    """Whether a quote counts the same thing otherwise: 两家单位 where the answer says 一家单位."""
    grams = _grams(figure.subject)
    return any(
        found.unit == figure.unit and bool(grams & _grams(found.subject))
        for quote in quotes
        for found in quote.figures
    )


def _why(figure: Figure, quotes: Sequence[_Quote]) -> Reason:
    near = [found for quote in quotes for found in quote.figures if same_value(found, figure)]
    if not near:
        return "no such figure"
    if all(found.unit != figure.unit for found in near):
        return "other unit"
    if all(found.bound != figure.bound for found in near):
        return "other bound"
    return "other direction"


# -- dates -------------------------------------------------------------------------------------------------------


def _check_date(figure: Figure, quotes: Sequence[_Quote], marker: int | None, question: str) -> CheckedFigure:
    for quote in quotes:
        if any(supports(found, figure) for found in (*quote.figures, *find_figures(quote.context))):
            return CheckedFigure(figure, True, quote.marker, "supported")
        if quote.published is not None and _resolves(figure, quote, quote.published):
            return CheckedFigure(figure, True, quote.marker, "resolved date")
    if any(supports(found, figure) for found in find_figures(question)):
        return CheckedFigure(figure, True, marker, "in the question")
    return CheckedFigure(figure, False, marker, "no such figure")


def _part_stands(text: str, figure: Figure, quotes: Sequence[_Quote], question: str) -> bool:
    """Whether the part of a month or year that the answer names (9月底) stands in a quote or the question."""
    part = _PART.match(text, figure.end) if figure.kind == "date" else None
    unit = _UNIT_OF_PART.search(figure.text) if part else None
    if part is None or unit is None:
        return True
    sources = "".join([question, *(f"{quote.text}\n{quote.context}\n" for quote in quotes)])
    return f"{unit.group()}{part.group()}" in re.sub(r"\s", "", fold_width(sources))


def _resolves(figure: Figure, quote: _Quote, published: dt.date) -> bool:
    """Whether a time expression of the quote, read on the day of publication, lies in the date of the answer."""
    value = int(figure.value)
    year, month, day = value // 10_000, value // 100 % 100, value % 100
    if not year or figure.unit not in {"年", "年月", "年月日"}:
        return False

    def inside(moment: dt.date) -> bool:
        return moment.year == year and month in (0, moment.month) and day in (0, moment.day)

    if inside(published) and day:
        return True
    mentions = find_times(f"{quote.text}\n{quote.context}", published)
    return any(inside(mention.first) and inside(mention.last) for mention in mentions if mention.certainty > 0.5)


# -- subjects ----------------------------------------------------------------------------------------------------


def _segment(text: str, figures: Sequence[Figure], position: int) -> str:
    """The words about one figure: its subject and its clause, without the clause's other figures."""
    figure = figures[position]
    others = [other for other in figures[:position] if other.kind != "date"]
    if others and others[-1].unit == figure.unit and _CHANGED_TO.fullmatch(text[others[-1].end : figure.start]):
        others.pop()  # 车程由25分钟缩短到12分钟: both are of 车程
    begin = max((other.end for other in others), default=0)
    stop = min((other.start for other in figures[position + 1 :] if other.kind != "date"), default=len(text))
    before = re.split(r"[，。；;！!？?\n]", text[max(begin, figure.start - 40) : figure.start])[-1]
    after = re.split(r"[，。；;！!？?\n]", text[figure.end : min(stop, figure.end + 24)])[0]
    return f"{figure.subject}|{before}|{after}"


def _grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters that say something."""
    pairs = (text[i : i + 2] for i in range(len(text) - 1))
    return frozenset(pair for pair in pairs if len(_HAN_OR_WORD.findall(pair)) == 2 and pair not in _EMPTY_GRAMS)


def _subject_agrees(figure: Figure, about: str, found: Figure, quote: _Quote, quotes: Sequence[_Quote]) -> bool:
    """Whether the answer speaks of what ``found`` counts, and not of what another figure of the quotes counts.

    Refused when the answer's words are those of another figure with the same unit and none of them is particular
    to this one, or when they share no character with the sentence of the quote.
    """
    said = _grams(about)
    if not said:
        return True
    own = _grams(_segment(quote.text, quote.figures, quote.figures.index(found)))
    for other_quote in quotes:
        for position, other in enumerate(other_quote.figures):
            if other.unit != figure.unit or supports(other, figure):
                continue
            theirs = _grams(_segment(other_quote.text, other_quote.figures, position))
            foreign = len(said & (theirs - own))
            if not said & (own - theirs) and (foreign >= 2 or (foreign and not said & own)):
                return False
    if not _HAN_OR_WORD.search(quote.text):
        return True
    shared = set(_HAN_OR_WORD.findall(about)) & set(_HAN_OR_WORD.findall(quote.text + quote.context))
    return bool(shared)
