"""Where the bodies of the articles on a web page are: by elements' names, else by where most sentences stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from rag.corpus.html_blocks import HtmlBlock
from rag.corpus.html_line_kinds import bare_of, is_furniture, tells

_MARKED_BODY = ("founder-content",)
_BODY_MARK = re.compile(
    r"^(?:ozoom|articlebody|zoom|(?:article|news|main|art|text|detail|content|doc|post|entry|con)[-_]?"
    r"(?:content|body|text|txt|con|detail|main|article|zoom|inner)?\d?)$",
    re.IGNORECASE,
)
_LEAST_SHARE = 0.8


def bodies_of(blocks: Sequence[HtmlBlock], kept: frozenset[str]) -> list[list[int]]:
    """The lines of each article's body, by number."""
    for wanted in (lambda e: e.tag in _MARKED_BODY, _is_named_body):
        found = _grouped(blocks, wanted)
        told = sum(len(block.text) for block in blocks if tells(block))
        if sum(len(blocks[n].text) for group in found for n in group if tells(blocks[n])) > 0.5 * told:
            return [_narrowed(blocks, group) for group in found if any(tells(blocks[n]) for n in group)]
    chosen = [n for n, block in enumerate(blocks) if tells(block) and bare_of(block.text) in kept]
    chosen = chosen or [n for n, block in enumerate(blocks) if tells(block)]
    if not chosen:
        return []
    container = _container(blocks, chosen)
    inside = [n for n, block in enumerate(blocks) if _is_within(block.element, container)]
    return [[n for n in inside if n <= chosen[-1] or not blocks[n].is_link]]


def _narrowed(blocks: Sequence[HtmlBlock], group: list[int]) -> list[int]:
    """Of the lines in an element of a telling name those in its innermost part that holds the text."""
    container = _container(blocks, [n for n in group if tells(blocks[n])])
    return [n for n in group if _is_within(blocks[n].element, container)]


def _grouped(blocks: Sequence[HtmlBlock], wanted: Any) -> list[list[int]]:
    """The lines within each outermost element that is ``wanted``."""
    groups: dict[Any, list[int]] = {}
    for number, block in enumerate(blocks):
        outer = None
        for element in (block.element, *block.element.iterancestors()):
            outer = element if wanted(element) else outer
        if outer is not None:
            groups.setdefault(outer, []).append(number)
    return list(groups.values())


def _is_named_body(element: Any) -> bool:
    names = [element.get("id") or "", element.get("itemprop") or "", *(element.get("class") or "").split()]
    return element.tag != "body" and any(_BODY_MARK.match(name) for name in names)


def _container(blocks: Sequence[HtmlBlock], chosen: Sequence[int]) -> Any:
    """The innermost element that holds most of the chosen lines' text."""
    weights: dict[Any, int] = {}
    total = 0
    for number in chosen:
        length = len(blocks[number].text)
        total += length
        for element in (blocks[number].element, *blocks[number].element.iterancestors()):
            weights[element] = weights.get(element, 0) + length
    holding = [element for element, weight in weights.items() if weight >= _LEAST_SHARE * total]
    return max(holding, key=lambda element: sum(1 for _ in element.iterancestors()))


def _is_within(element: Any, container: Any) -> bool:
    return element is container or any(parent is container for parent in element.iterancestors())


def body_lines(blocks: Sequence[HtmlBlock], inside: Sequence[int]) -> list[int]:
    """Those of the lines ``inside`` a body that are shown and belong to an article."""
    return [n for n in inside if not blocks[n].hidden and not is_furniture(blocks[n])]
