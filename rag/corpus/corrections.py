"""Corrections that a paper prints of its own articles (更正, 勘误, 说明): what was wrong, what is right, where."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_NAMED = re.compile(r"更正|勘误|订正|纠错|来函照登|致歉|说明")
_MEANT = re.compile(r"更正|勘误|订正|有误|误[写排印刊报录植作为成]|笔误|之误|致歉|歉意|应为|错[误登排]")
_OPEN, _CLOSE = '[“"「『‘]', '[”"」』’]'
_WORDS = '[^“”"「」『』《》\n]{1,120}'
_IS_RIGHT = (
    r"(?:应为|应是|应改为|应当为|应更正为|更正为|订正为|修正为|改为|改正为|实为|实际为|现更正为"
    r"|正确的?(?:表述|数据|数字|说法)?(?:应)?(?:为|是))"
)
_BETWEEN = r"[^“”\"「」『』。；\n]{0,24}?"
_QUOTED = (
    re.compile(rf"误(?:写|排|印|刊|报|录|植|登)?(?:成|为|作)?了?{_OPEN}(?P<wrong>{_WORDS}){_CLOSE}{_BETWEEN}{_IS_RIGHT}[:：]?{_OPEN}(?P<right>{_WORDS}){_CLOSE}"),
    re.compile(rf"(?:将|把){_BETWEEN}{_OPEN}(?P<right>{_WORDS}){_CLOSE}误(?:写|排|印|刊|报|录|植|登)?(?:成|为|作)了?{_OPEN}(?P<wrong>{_WORDS}){_CLOSE}"),
    re.compile(rf"误(?:将|把){_BETWEEN}{_OPEN}(?P<right>{_WORDS}){_CLOSE}(?:写|排|印|刊|报|录|植|登)?(?:成|为|作)了?{_OPEN}(?P<wrong>{_WORDS}){_CLOSE}"),
    re.compile(rf"{_OPEN}(?P<wrong>{_WORDS}){_CLOSE}[系是]{_OPEN}(?P<right>{_WORDS}){_CLOSE}(?:之|的)?(?:笔)?误"),
    re.compile(rf"{_OPEN}(?P<wrong>{_WORDS}){_CLOSE}{_BETWEEN}{_IS_RIGHT}[:：]?{_OPEN}(?P<right>{_WORDS}){_CLOSE}"),
)  # fmt: skip
_FIGURE = r"[0-9][0-9,.]*(?:[%‰]|[万亿]?[\u3400-\u9fff]{0,3}?)"
_BARE = (
    re.compile(rf"(?P<wrong>{_FIGURE})(?:有误|系笔误)?[，,]?(?:实际)?{_IS_RIGHT}(?P<right>{_FIGURE})(?=[，。；、\s）)]|$)"),
    re.compile(rf"{_IS_RIGHT}(?P<right>{_FIGURE})[，,]?(?:而非|而不是|不是|误[写刊印排]?[为成作])(?P<wrong>{_FIGURE})(?=[，。；、\s）)]|$)"),
)  # fmt: skip
_NUMBER = r"[0-9][0-9,.]*"
_SENTENCE = re.compile(r"[^。；！？\n]+")
_DENIED = re.compile(
    rf"(?:不是|而非|并非|不应[为是])(?:{_OPEN}(?P<quoted>{_WORDS}){_CLOSE}|(?P<bare>{_FIGURE})(?=[，、）)]|$))"
)
_WRONG = re.compile(rf"{_OPEN}(?P<quoted>{_WORDS}){_CLOSE}[^，。；]{{0,6}}(?:有误|笔误|错误|不实|不准确)")
_TITLE = re.compile(r"《([^《》\n]{4,80})》")
_DAY = re.compile(r"(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>1[0-2]|0?[1-9])月(?P<day>3[01]|[12]\d|0?[1-9])日")
_NEAR_DAY = re.compile(r"本报(昨|前)[日天]")
_PAPERS = re.compile(r"(?:日报|晚报|晨报|早报|商报|时报|周报)$")
_LEAST_LIKENESS = 0.72
_LONG_TITLE, _TITLE_BEGINS = 8, 3
"""A headline of so many characters can name a text; so many of its first are looked for before all lines are."""
_IN_TEXT = 0.9
_NUMBERS = re.compile(_NUMBER)
_MEASURED = re.compile(rf"{_NUMBER}(?:[%‰]|[万亿]?[\u3400-\u9fff])(?:\d+[月日])*")


@dataclass(frozen=True, slots=True)
class Replacement:
    """Words of an article and what they should have been; ``wrong`` is empty where only an article is named."""

    wrong: str
    right: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What one notice says: of which article, of which day, and what replaces what."""

    titles: tuple[str, ...]
    date: dt.date | None
    replacements: tuple[Replacement, ...]


@dataclass(frozen=True, slots=True)
class CorrectedPlace:
    """Where the wrong words stand, half-open, in the text of the article that a notice corrects."""

    start: int
    end: int
    replacement: Replacement


def read_correction(title: str, text: str, published: dt.date | None) -> Correction | None:
    """What a notice corrects; None for an article that corrects nothing.

    A day without its year is the last such day up to ``published``.

    >>> read_correction("更正", "本报3月2日《新桥开工》中“长810米”应为“长180米”。", dt.date(2021, 3, 4)).replacements
    (Replacement(wrong='长810米', right='长180米'),)
    """
    if not (_NAMED.search(title) or "更正" in text) or not _MEANT.search(f"{title}{text}"):
        return None
    replacements = tuple(dict.fromkeys(_replacements(text)))
    titles = tuple(dict.fromkeys(name for name in _TITLE.findall(text) if not _PAPERS.search(name)))
    if not titles and not replacements:
        return None
    if not replacements and not re.search("更正|勘误", f"{title}{text}"):
        return None
    return Correction(titles, _day_named(text, published), replacements)


def _replacements(text: str) -> Iterator[Replacement]:
    taken: list[tuple[int, int]] = []
    for pattern in (*_QUOTED, *_BARE):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            if match["wrong"] != match["right"]:
                yield Replacement(match["wrong"].strip("，。 "), match["right"].strip("，。 "))
    yield from _denied(text, taken)


def _denied(text: str, taken: list[tuple[int, int]]) -> Iterator[Replacement]:
    """补助标准为每台5.3万元，不是“3.5万元”: what is right is the sentence's figure of the form of the wrong one."""
    for sentence in _SENTENCE.finditer(text):
        if any(start < sentence.end() and sentence.start() < end for start, end in taken):
            continue
        for pattern in (_DENIED, _WRONG):
            for match in pattern.finditer(sentence.group()):
                wrong = match["quoted"] or match["bare"]
                rest = sentence.group()[: match.start()] if pattern is _DENIED else sentence.group()[match.end() :]
                right = _with_figure_of(rest[rest.rfind("》") + 1 :], wrong)
                if right is not None:
                    yield Replacement(wrong, right)


def _with_figure_of(text: str, wrong: str) -> str | None:
    """``wrong`` with the first figure of ``text`` that has the form of its own: 3.5万元, 7月1日."""
    figure = _MEASURED.search(wrong)
    if figure is None:  # of 不是“62” nobody knows which of several figures it was
        return None
    form = _NUMBER.join(map(re.escape, re.split(_NUMBER, figure.group())))
    found = re.search(rf"(?<![\d.]){form}", text)
    if found is None or found.group() == figure.group():
        return None
    return wrong[: figure.start()] + found.group() + wrong[figure.end() :]


def _day_named(text: str, published: dt.date | None) -> dt.date | None:
    for match in _DAY.finditer(text):
        if match["year"]:
            return _day(int(match["year"]), int(match["month"]), int(match["day"]))
        if published is None:
            return None
        for year in (published.year, published.year - 1):
            day = _day(year, int(match["month"]), int(match["day"]))
            if day is not None and day <= published:
                return day
    near = _NEAR_DAY.search(text)
    return published - dt.timedelta(days=1 if near[1] == "昨" else 2) if near and published else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def likeness(correction: Correction, title: str, text: str, date: dt.date | None) -> float:
    """How surely an article is the one that a notice corrects, in [0, 1]; 0 where something speaks against it.

    Its day must be the one named, where both are known; beyond that its headline is the one named, or the wrong
    words stand in it.
    """
    if correction.date is not None and date is not None and correction.date != date:
        return 0.0
    named = max((_named(name, title, text) for name in correction.titles), default=0.0)
    if correction.titles and named < _LEAST_LIKENESS:
        return 0.0
    held = [places_of(replacement, title, text) for replacement in correction.replacements]
    found = sum(map(bool, held)) / len(held) if held else 0.0
    same_day = correction.date is not None and date == correction.date
    if not correction.titles and not (found == 1.0 and (same_day or _is_telling(correction))):
        return 0.0
    return (0.5 * named + 0.35 * found + 0.25 * same_day) / 1.1


def _is_telling(correction: Correction) -> bool:
    """Whether the wrong words are long enough to stand in one article alone."""
    return any(len(replacement.wrong) >= 10 for replacement in correction.replacements)


def _named(name: str, title: str, text: str) -> float:
    """How surely the headline ``name`` is an article's; one that was not set apart stands in its text."""
    may_stand = len(name) >= _LONG_TITLE and name[:_TITLE_BEGINS] in text
    in_text = may_stand and any(_plain_title(line).startswith(_plain_title(name)) for line in text.splitlines())
    return max(_title_likeness(name, title), _IN_TEXT if in_text else 0.0)


def _plain_title(text: str) -> str:
    return re.sub(r"[\s，。：；！？、“”\"—·…-]", "", text)


def _title_likeness(one: str, other: str) -> float:
    one, other = _plain_title(one), _plain_title(other)
    if not one or not other:
        return 0.0
    if one in other or other in one:
        return 1.0 if min(len(one), len(other)) >= 0.5 * max(len(one), len(other)) else 0.8
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def places_of(replacement: Replacement, title: str, text: str) -> tuple[CorrectedPlace, ...]:
    """Where the wrong words stand in an article's text; in its title alone they have no place and are ``(0, 0)``.

    Words of the notice that the article has a little otherwise are found by the figure that is corrected.
    """
    wrong = replacement.wrong
    if not wrong:
        return ()
    found = list(re.finditer(_whole(wrong), text))
    changed = set(_NUMBERS.findall(wrong)) - set(_NUMBERS.findall(replacement.right))
    for number in sorted(changed, key=len, reverse=True):
        found = found or [
            match
            for match in re.finditer(_whole(number), text)
            if len(wrong) <= len(number) + 3 or _shares_words(wrong, text, match)
        ]
    places = [(match.start(), match.end()) for match in found] or ([(0, 0)] if wrong in title else [])
    return tuple(CorrectedPlace(start, end, replacement) for start, end in places)


def _whole(words: str) -> str:
    """A pattern of ``words`` that does not begin or end inside a number: 13家 is not in 113家."""
    before = r"(?<![\d.])" if words[:1].isdigit() else ""
    return before + re.escape(words) + (r"(?![\d.]*\d)" if words[-1:].isdigit() else "")


def _shares_words(wrong: str, text: str, found: re.Match[str]) -> bool:
    """Whether the words around a figure are those around it in the notice."""
    around = text[max(0, found.start() - len(wrong)) : found.end() + len(wrong)]
    match = SequenceMatcher(None, wrong, around, autojunk=False)
    return sum(block.size for block in match.get_matching_blocks()) >= 0.6 * len(wrong)
