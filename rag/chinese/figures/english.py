"""Figures in English: ``102 projects``, ``35 billion yuan``, ``¥3.5 billion``, ``five``, ``162.7 percent``.

An English count has no measure word; its unit is ``*`` and agrees with any Chinese measure word.
"""

from __future__ import annotations

import re
from decimal import Decimal

from rag.chinese.figures.comparison import ANY_COUNT
from rag.chinese.figures.record import Bound, Direction, Figure
from rag.chinese.figures.units import UNITS, Kind
from rag.chinese.lexicon import lexicon
from rag.chinese.numerals import ARABIC

_WORDS = {word: int(value) for kind, value, word in lexicon("english_figures") if kind == "number"}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "bn": 10**9,
    "mn": 10**6,
}
_UNIT_FORMS = [(unit, forms) for kind, unit, forms in lexicon("english_figures") if kind == "unit"]
_BOUND_NAMES: tuple[Bound, ...] = ("over", "about", "near", "at_least", "at_most", "under")
_BOUND_FORMS = {bound: forms for kind, bound, forms in lexicon("english_figures") if kind == "bound"}
_BOUNDS = {name: _BOUND_FORMS[name] for name in _BOUND_NAMES}
_NUMBER_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SCALE_WORD = "|".join(_SCALES)
_FORMS = sorted(
    ((form, unit) for unit, forms in _UNIT_FORMS for form in forms.split("|")), key=lambda item: -len(item[0])
)
_UNIT_GROUP = "|".join(form for form, _ in _FORMS)
_UNIT_MATCHERS = [(re.compile(form, re.IGNORECASE), unit) for form, unit in _FORMS]
_WORD_NUMBER = rf"(?:{_NUMBER_WORD})(?:[ -](?:and )?(?:{_NUMBER_WORD}|{_SCALE_WORD}))*"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December".split("|")

_FIGURE = re.compile(
    rf"(?P<bound>{'|'.join(f'(?P<{name}>{words})' for name, words in _BOUNDS.items())})?\s*"
    rf"(?P<sign>RMB|CNY|US\$|[$¥￥€£])?\s?(?<![A-Za-z\d.-])(?:(?P<arabic>{ARABIC})(?:\s?(?P<scale>{_SCALE_WORD})\b)?|\b(?P<words>{_WORD_NUMBER})\b)"
    rf"(?:[ "
    rf"-]?(?P<unit>{_UNIT_GROUP})(?![A-Za-z])|(?P<of>(?:\s[a-z]+){{0,2}}?\s(?P<noun>[a-z]{{3,}}s|people|staff)\b))?",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:(?P<day_first>[0-3]?\d)(?:st|nd|rd|th)?(?:\sof)?\s)?(?P<month>{'|'.join(_MONTHS)})"
    rf"(?:\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?)?(?:,?\s(?P<year>(?:19|20)\d\d))?\b"
    r"|\bin (?P<only_year>(?:19|20)\d\d)\b"
)
_ENGLISH_RUN = re.compile(r"[\x20-\x7e¥￥€£–—‘’“”]*[A-Za-z]{2}[\x20-\x7e¥￥€£–—‘’“”]*")
_DIRECTION = re.compile(
    r"\b(?:(?P<up>up|rose|rise|increase[ds]?|grew|growth|gain(?:ed)?)|(?P<down>down|fell|fall|decrease[ds]?|declin(?:e|ed)|dropp?(?:ed)?|reduc(?:ed|tion)))\b",
    re.IGNORECASE,
)
_SIGN_UNITS = {"RMB": "元", "CNY": "元", "¥": "元", "￥": "元", "US$": "美元", "$": "美元", "€": "欧元", "£": "英镑"}


def read_english_figures(text: str) -> list[Figure]:
    """The English figures of ``text`` (folded to half width) that have an English word about them, in order."""
    dates: list[Figure] = []
    figures: list[Figure] = []
    for run in _ENGLISH_RUN.finditer(text):
        dates.extend(_date(match) for match in _DATE.finditer(text, run.start(), run.end()))
        for match in _FIGURE.finditer(text, run.start(), run.end()):
            figure = _figure(match, text)
            if figure is not None:
                figures.append(figure)
    free = [f for f in figures if all(f.end <= d.start or f.start >= d.end for d in dates)]
    return sorted([*dates, *free], key=lambda figure: figure.start)


def _date(match: re.Match[str]) -> Figure:
    year = int(match["year"] or match["only_year"] or 0)
    month = _MONTHS.index(match["month"]) + 1 if match["month"] else 0
    day = int(match["day_first"] or match["day"] or 0)
    unit = ("年" if year else "") + ("月" if month else "") + ("日" if day else "")
    start = match.start("only_year") if match["only_year"] else match.start()
    value = Decimal(year * 10_000 + month * 100 + day)
    return Figure(
        match.string[start : match.end()], start, match.end(), value, None, unit, unit, "date", written_value=value
    )


def _figure(match: re.Match[str], text: str) -> Figure | None:
    english = match["scale"] or match["words"] or match["unit"] or match["noun"] or match["bound"] or match["sign"]
    if not english or (match["words"] and not _counts(match)):
        return None
    written = _words_value(match["words"]) if match["words"] else Decimal(match["arabic"].replace(",", ""))
    value = written * _SCALES[(match["scale"] or "").lower()] if match["scale"] else written
    unit, kind = _unit(match)
    if (
        kind == "count"
        and unit == ANY_COUNT
        and match["arabic"]
        and re.fullmatch(r"(?:19|20)\d\d", match["arabic"])
        and not match["scale"]
    ):
        return None
    end = match.end("unit") if match["unit"] else max(match.end(group) for group in ("arabic", "scale", "words"))
    if match["noun"]:
        end = match.end("noun")
    start = next(match.start(group) for group in ("bound", "sign", "arabic", "words") if match[group])
    bound: Bound = next((name for name in _BOUNDS if match[name]), "exact")
    return Figure(
        text=text[start:end],
        start=start,
        end=end,
        value=value,
        upper=None,
        unit=unit,
        measure_text=text[match.end("arabic" if match["arabic"] else "words") : end].strip(),
        kind=kind,
        bound=bound,
        direction=_direction(text, start),
        written_value=written,
        indefinite=(match["words"] or "").lower() == "one",
    )


def _counts(match: re.Match[str]) -> bool:
    """A number word counts when it has a unit, a noun or a scale; ``one`` and ``no one`` alone do not."""
    return bool(match["unit"] or match["noun"] or match["bound"]) or match["words"].lower() not in {"one", "zero"}


def _words_value(words: str) -> Decimal:
    total = current = 0
    for word in re.split(r"[ -]", words.lower()):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = (current or 1) * 100
        elif word in _SCALES:
            total, current = total + (current or 1) * _SCALES[word], 0
    return Decimal(total + current)


def _unit(match: re.Match[str]) -> tuple[str, Kind]:
    if match["sign"]:
        unit = UNITS[_SIGN_UNITS[match["sign"].upper()]]
        return unit.name, unit.kind
    if match["unit"]:
        name = next(unit for pattern, unit in _UNIT_MATCHERS if pattern.fullmatch(match["unit"]))
        return UNITS[name].name, UNITS[name].kind
    return ANY_COUNT, "count"


def _direction(text: str, start: int) -> Direction:
    found = list(_DIRECTION.finditer(text, max(0, start - 24), start))
    if not found:
        return ""
    return "up" if found[-1].lastgroup == "up" else "down"
