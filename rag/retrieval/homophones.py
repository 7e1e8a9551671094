"""A name typed with a character of the same sound, as the articles write it: 清螺湾 is 青螺湾.

Whoever types Chinese by its sound slips in just this way, and a search by characters or a check of names then finds
nothing. A piece of the question is read as a piece of the articles only where no article has it as typed, both sound
the same without their tones, and they share a character in the same place. Two real names may sound alike, so that
what was read is always told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import rjieba

from rag.chinese.pinyin import readings
from rag.chinese.terms import HAN, strip_question_words, tagged

LONGEST, SHORTEST = 5, 3
_ASKING = frozenset("哪谁什么几多少怎何")
_USUAL = 2
_RUN = re.compile(f"[{HAN}]+")
_FUNCTION_TAGS = frozenset("pcudrmfyvq")
"""A word of one character with such a tag is typed as it is meant: 为 of 东院区为什么."""


def as_articles_write(question: str, texts: Iterable[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The question with what was typed by sound as ``texts`` write it, and each pair of typed and written.

    >>> as_articles_write("清螺湾大桥多长", ["青螺湾大桥全长2.8公里。"])
    ('青螺湾大桥多长', (('清螺湾大桥', '青螺湾大桥'),))
    """
    known = "\n".join(run for text in texts for run in _RUN.findall(text))
    mended: list[tuple[str, str]] = []
    for length in range(LONGEST, SHORTEST - 1, -1):
        for window in dict.fromkeys(piece for run in _RUN.findall(question) for piece in _windows(run, length)):
            if window not in question or window in known:
                continue
            written = _written(question, window, known)
            if written:
                question = question.replace(window, written)
                mended.append((window, written))
    return question, tuple(mended)


def _windows(run: str, length: int) -> list[str]:
    return [run[start : start + length] for start in range(len(run) - length + 1)]


def _written(question: str, window: str, known: str) -> str:
    """The piece of the articles with one character of ``window`` replaced by one of its sound; empty if none is."""
    start = question.index(window)
    for place, typed in enumerate(window):
        if typed in _ASKING or typed in _function_words(question) or _is_meant(question, start + place, known):
            continue
        pattern = f"{re.escape(window[:place])}([{HAN}]){re.escape(window[place + 1 :])}"
        for found in re.finditer(pattern, known):
            if _readings(typed) & _readings(found[1]) and found[1] not in _function_words(found.group()):
                return found.group()
    return ""


def _is_meant(question: str, place: int, known: str) -> bool:
    """Whether a character is typed as it is meant.

    So it is where the articles have it beside one of its neighbours, and where it is of a word of the dictionary:
    去 of 砚山区去年, 时 of 国葬时间.
    """
    pairs = (question[start : start + 2] for start in (place - 1, place) if start >= 0)
    if any(_RUN.fullmatch(pair) and len(pair) == 2 and pair in known for pair in pairs):
        return True
    return any(
        start <= place < start + len(word)
        for word, tag, start in tagged(question)
        if len(word) > 1 and rjieba.has_word(word) and not tag.startswith(("nr", "ns", "nt", "nz"))
    )


@lru_cache(maxsize=16)
def _function_words(question: str) -> frozenset[str]:
    """The words of one character that are no part of a name; of question words all characters."""
    words = tagged(question)
    asked = set(question) - set(strip_question_words(question))
    return frozenset(word for word, tag, _ in words if len(word) == 1 and tag[:1] in _FUNCTION_TAGS) | asked


@lru_cache(maxsize=8192)
def _readings(character: str) -> frozenset[str]:
    """Its usual sounds without their tones; what is read so once in a dialect or a name of old is left out."""
    return frozenset(readings(character)[:_USUAL])
