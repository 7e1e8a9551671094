"""The model's reply to statements: one sentence each, freed of the marks only the program may set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rag.chinese.lexicon import alternation

_END = re.compile(r"[。！？!?\n]+[”’」』）)\"]*|(?<=[^\d\s.])\.(?=\s)")
_MARKER = re.compile(r"\s*(?:[【(（]\s*\d{1,2}(?:\s*[,，、]\s*\d{1,2})*\s*[】)）](?!\d)|[\[［][\d\s,，、-]*[\]］])")
_NUMBERING = re.compile(r"^\d{1,2}(?:[.．]\s+|[.．、](?=[一-鿿]))")
_PLACED = re.compile(r"\[(\d{1,3})\]")
_ENDS, _GO_ON = "。！？!?.", "；;，,、：: \n"
_OPENING = re.compile(rf"^(?:{alternation('reply_openings', 'zh', 'en')})", re.IGNORECASE)


def statements_of(pieces: Iterable[str]) -> Iterator[str]:
    """Sentences as soon as they are whole; the last one as it stands when the reply ends.

    ``["签约102个，总投", "资350亿元。其他"]`` gives ``签约102个，总投资350亿元。`` and ``其他``.
    """
    waiting = ""
    for piece in pieces:
        waiting += piece
        while match := _END.search(waiting):
            # The closing quote may still be on its way.
            if match.end() == len(waiting) and not waiting.endswith("\n"):
                break
            yield from _clean(waiting[: match.end()])
            waiting = waiting[match.end() :]
    yield from _clean(waiting)


def _clean(statement: str) -> Iterator[str]:
    text, count = statement, 1
    while count:  # [7[8]] leaves a marker behind
        text, count = _MARKER.subn("", text)
    text = _OPENING.sub("", _NUMBERING.sub("", text.strip())).strip()
    if any(character.isalnum() for character in text):
        yield text


def without_markers(text: str) -> str:
    """``text`` of the paper without its own ``[3]``, which would pose as a citation."""
    return re.sub(r"\[\s*\d+\s*\]", "", text)


def with_markers(statement: str, markers: Iterable[int]) -> str:
    """The statement with its ``[n]`` before the sign that ends it, without one after which more was to come."""
    marks = "".join(f"[{marker}]" for marker in markers)
    body = statement.rstrip(_ENDS + _GO_ON)
    return f"{body}{marks}{statement[len(body) :].strip(_GO_ON)}"


def is_told(text: str, told: Iterable[str]) -> bool:
    """Whether a text has been said, alone or in a longer one; 3人受伤 is not said by 13人受伤."""
    said = re.compile(rf"(?<![\d.,]){re.escape(text)}")
    return any(said.search(other) for other in told)


def cited_in(text: str, quotes: Mapping[int, str]) -> dict[int, str]:
    """Those of ``quotes`` (marker to quote) whose marker stands in ``text``."""
    markers = {int(match[1]) for match in _PLACED.finditer(text)}
    return {marker: quote for marker, quote in quotes.items() if marker in markers}
