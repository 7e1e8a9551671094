"""A name typed with a character of the same sound, as the articles write it: 清螺湾 is 青螺湾.

Whoever types Chinese by its sound slips in just this way, and a search by characters or a check of names then finds
nothing. A piece of the question is read as a piece of the articles only where no article has it as typed, both sound
the same without their tones, and they share a character in the same place. Two real names may sound alike, so that
what was read is always told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from pypinyin.constants import PINYIN_DICT
from pypinyin.contrib.tone_convert import to_normal

from rag.chinese.terms import HAN

LONGEST, SHORTEST = 5, 3
_RUN = re.compile(f"[{HAN}]+")


def as_articles_write(question: str, texts: Iterable[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The question with what was typed by sound as ``texts`` write it, and each pair of typed and written.

    >>> as_articles_write("清螺湾大桥多长", ["青螺湾大桥全长2.8公里。"])
    ('青螺湾大桥多长', (('清螺湾大桥', '青螺湾大桥'),))
    """
    runs = [run for text in texts for run in _RUN.findall(text)]
    known = "\n".join(runs)
    mended: list[tuple[str, str]] = []
    for length in range(LONGEST, SHORTEST - 1, -1):
        sounds = _by_sound(runs, length)
        for window in [piece for run in _RUN.findall(question) for piece in _windows(run, length)]:
            if window not in question or window in known:
                continue
            written = next((text for text in sounds.get(_sound(window), ()) if _shares(window, text)), "")
            if written:
                question = question.replace(window, written)
                mended.append((window, written))
    return question, tuple(mended)


def _windows(run: str, length: int) -> list[str]:
    return [run[start : start + length] for start in range(len(run) - length + 1)]


def _shares(typed: str, written: str) -> bool:
    """Whether all characters but one are the same, or all but two of four and more."""
    other = sum(first != second for first, second in zip(typed, written, strict=True))
    return other == 1 or (other == 2 and len(typed) > 3)


def _by_sound(runs: Iterable[str], length: int) -> dict[tuple[str, ...], list[str]]:
    """Pieces of the articles by their sound, the most frequent first."""
    counted = Counter(piece for run in runs for piece in _windows(run, length))
    found: dict[tuple[str, ...], list[str]] = {}
    for piece, _ in counted.most_common():
        found.setdefault(_sound(piece), []).append(piece)
    return found


def _sound(text: str) -> tuple[str, ...]:
    return tuple(map(_syllable, text))


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    """Its first reading without the tone; itself where it has none."""
    readings = PINYIN_DICT.get(ord(character), "")
    return to_normal(readings.split(",")[0]) if readings else character
