"""The piece of a text that shows why it was found, with the words of the search marked; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.chinese.sentences import split_sentences
from rag.chinese.terms import question_terms

_BEFORE = 24
_CHARACTERS = 110
_LEAST_SHARE = 0.5
"""Of the words searched for, how many a text must hold to be called found."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text; ``marks`` are half-open spans of it, in order and without overlap."""

    text: str
    marks: tuple[tuple[int, int], ...]


def find_excerpt(find: str, title: str, text: str) -> Excerpt | None:
    """The sentence with most of the words of ``find``; None where title and text hold too few of them to be found.

    What holds the whole phrase is found whatever its words; marks may be none where the title alone holds them.
    """
    phrase = "".join(find.split())
    terms = question_terms(find)
    words = list(dict.fromkeys([*terms.words, *terms.exacts])) or list(terms.bigrams) or [phrase]
    whole = f"{title}\n{text}".casefold()
    if phrase.casefold() not in whole:
        held = [word for word in words if word.casefold() in whole]
        if not held or len(held) < _LEAST_SHARE * len(words):
            return None
    pattern = re.compile("|".join(re.escape(word) for word in sorted([phrase, *words], key=len, reverse=True)), re.I)
    spans = split_sentences(text)
    if not spans:
        return Excerpt("", ())
    best = max(spans, key=lambda span: _held(text[span.start : span.end], [phrase, *words]))
    return _cut(text[best.start : best.end], pattern)


def _held(sentence: str, words: list[str]) -> int:
    folded = sentence.casefold()
    return sum(word.casefold() in folded for word in words)


def _cut(sentence: str, pattern: re.Pattern[str]) -> Excerpt:
    first = pattern.search(sentence)
    begin = max(0, first.start() - _BEFORE) if first and first.start() > _CHARACTERS // 2 else 0
    piece = sentence[begin : begin + _CHARACTERS]
    text = ("…" if begin else "") + piece + ("…" if begin + _CHARACTERS < len(sentence) else "")
    return Excerpt(text, tuple(found.span() for found in pattern.finditer(text)))
