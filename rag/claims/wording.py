"""What the words of a claim say its figure is of, and whether another claim's words hold them.

Figures, times and places are taken out first: they are slots of their own. What is left are nouns, verbs and
modifiers; words that only link a figure to its clause (达到, 共有) say nothing of the thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.chinese.figures import find_figures
from rag.chinese.lexicon import lexicon
from rag.chinese.terms import fold, tagged
from rag.chinese.times.grammar import TIME
from rag.claims.clauses import split
from rag.claims.slots import places_in

_THING_TAGS = ("n", "b", "j", "a", "l", "i", "s", "z", "x")
_NOUN_TAGS = ("n", "x", "j")
_WRITTEN = re.compile(r"[一-鿿A-Za-z0-9]")
_CHANGE = re.compile(r"增长|增加|提高|上升|上涨|增幅|增速|涨幅|增|升|涨")
_FALL = re.compile(r"下降|减少|降低|回落|下跌|下滑|降幅|跌幅|减|降|跌")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a piece of text: nouns and modifiers, and verbs of two characters and more."""

    things: tuple[str, ...]
    acts: tuple[str, ...]


@lru_cache(maxsize=1)
def _light() -> frozenset[str]:
    return frozenset(word for _, word in lexicon("light_words"))


@lru_cache(maxsize=4096)
def wording(text: str) -> Wording:
    """The words of a piece of text that say what its figures are of; those that measure or link do not."""
    plain = blanked(text)
    things, acts = [], []
    for word, tag, _ in tagged(plain):
        if word in _light() or not _WRITTEN.search(word) or _CHANGE.fullmatch(word) or _FALL.fullmatch(word):
            continue
        if (tag[:1] in _THING_TAGS and tag != "ad") or tag == "vn":
            things.append(word)
        elif tag[:1] == "v" and len(word) > 1:
            acts.append(word)
    return Wording(tuple(dict.fromkeys(things)), tuple(dict.fromkeys(acts)))


def blanked(text: str) -> str:
    """``text`` with its figures, times and places made blank, of the same length."""
    plain = TIME.sub(_blank, text)
    for figure in find_figures(text):
        plain = plain[: figure.start] + "　" * (figure.end - figure.start) + plain[figure.end :]
    for place in sorted(set(places_in(text)), key=len, reverse=True):
        plain = plain.replace(place, "　" * len(place))
    return plain


def _blank(match: re.Match[str]) -> str:
    return "　" * len(match.group())


@lru_cache(maxsize=4096)
def nouns_in(text: str) -> tuple[str, ...]:
    """The nouns of a text, without places and times, which are slots of their own."""
    found = (
        word
        for word, tag, _ in tagged(blanked(text))
        if tag[:1] in _NOUN_TAGS and len(word) > 1 and word not in _light() and _WRITTEN.search(word)
    )
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def subjects_before(text: str) -> tuple[str, ...]:
    """What the words before a clause may have made its subject: their nouns, but for those of other figures.

    Of 云帆公司现有员工86人， the company; of 生产总值86亿元， nothing, since the value is that of the noun itself.
    Words of the same clause (甲街道11个小区 before 约7800户) all belong to it.
    """
    clauses = split(text)
    found: list[str] = []
    for place, span in enumerate(clauses.spans):
        clause = clauses.at(place)
        figures = [item for item in find_figures(clause) if item.kind != "date"]
        is_other = bool(figures) and span.end < len(text)
        found += _topic(text[span.start : span.start + figures[0].start]) if is_other else nouns_in(clause)
    return tuple(dict.fromkeys(found))


def _topic(text: str) -> tuple[str, ...]:
    """The nouns with which a clause begins, if a verb follows them."""
    words = [(word, tag) for word, tag, _ in tagged(blanked(text)) if _WRITTEN.search(word)]
    verb = next((place for place, (_, tag) in enumerate(words) if tag in ("v", "vd")), 0)
    return tuple(
        word for word, tag in words[:verb] if tag[:1] in _NOUN_TAGS and len(word) > 1 and word not in _light()
    )


@lru_cache(maxsize=4096)
def heads_of(sentence: str, position: int) -> str:
    """The clauses of ``sentence`` before the one at ``position`` that hold no figure: what goes on into it."""
    clauses = split(sentence)
    index = clauses.index_at(position)
    earlier = [clauses.at(place) for place in range(index)]
    return "，".join(text for text in earlier if not any(f.kind not in ("date",) for f in find_figures(text)))


def missing(words: tuple[str, ...], near: str, around: str) -> tuple[str, ...]:
    """Those of ``words`` that do not stand in ``near``, nor (but for single characters) in ``around``."""
    close, wide = fold(near).replace(" ", ""), fold(around).replace(" ", "")
    return tuple(word for word in words if word not in close and (len(word) == 1 or word not in wide))
