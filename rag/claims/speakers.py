"""Who says a sentence: the person named before the nearest verb of saying, in it or before it in its paragraph."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.chinese.lexicon import lexicon
from rag.chinese.terms import tagged

_REACH = 16
"""Up to so many characters stand between a speaker and the verb: 叶知秋在实地查看后强调."""
_MARKS = re.compile(r"[，。；！？、“”\n]")


def speakers(text: str) -> tuple[str, ...]:
    """Everybody of whom ``text`` tells that he says something, in order.

    >>> speakers("副市长叶知秋在会上强调，要抓紧施工。")
    ('叶知秋',)
    """
    found = []
    for verb in _verbs().finditer(text):
        clause = _MARKS.split(text[max(0, verb.start() - _REACH) : verb.start()])[-1]
        names = [word for word, tag, _ in tagged(clause) if tag in ("nr", "nrt", "nrfg") and len(word) > 1]
        found += names[-1:]
    return tuple(found)


def speaker_of(text: str, start: int, end: int) -> str:
    """Who says ``text[start:end]``, as far as its paragraph tells; empty where nobody is named."""
    own = speakers(text[start:end])
    if own:
        return own[-1]
    before = speakers(text[text.rfind("\n", 0, start) + 1 : start])
    return before[-1] if before else ""


@lru_cache(maxsize=1)
def _verbs() -> re.Pattern[str]:
    return re.compile("|".join(sorted((row[0] for row in lexicon("saying")), key=len, reverse=True)))
