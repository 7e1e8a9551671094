"""The headlines and names over the body of an article on a web page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.corpus.bylines import line_mark
from rag.corpus.head_lines import label_of
from rag.corpus.html_blocks import HtmlBlock
from rag.corpus.html_line_kinds import bare_of, is_caption, is_furniture, is_header, names_facts
from rag.corpus.lines import is_closed

_AUTHOR = re.compile(
    r"(?:作者|记者)\s*[:：]\s*([\u3400-\u9fff·]{2,4}(?:[\s、,，][\u3400-\u9fff·]{2,4}(?!\s*[:：])){0,3})"
)
_TITLE_MARK = re.compile(r"\b(?:\w*title|font0?1|biaoti|headline|bt1?|tit|h1|arttit)\b")
_OTHER_MARK = re.compile(
    r"sub-?title|futi|intro|kicker|yinti|lead|site|page-?title|logo|banner|nav|bt[23]\b|shoulder"
)
_KICKER_MARK = re.compile(
    r"yinti|introtitle|intro-title|kicker|lead-?title|pre-?title|shoulder|eyebrow|overline|\byt\b"
)
_SUBTITLE_MARK = re.compile(r"futi|sub-?title|\bft\b|deck|second-?title|vice-?title")
_TITLE_CHARACTERS = 70
_TITLE_REACH = 14
_ALIKE = 0.6


@dataclass(slots=True)
class HtmlArticle:
    """One article of a page; ``body`` are its lines by their numbers among the page's."""

    title: str = ""
    kicker: str = ""
    subtitle: str = ""
    byline: str = ""
    body: list[int] = field(default_factory=list)


def head_of(
    blocks: Sequence[HtmlBlock], first: int, start: int, names: Sequence[str]
) -> tuple[HtmlArticle, set[int], list[int]]:
    """Headlines and names before line ``start``, where the body tells its first sentence.

    With them the lines that they take, and all lines before the body, which may be the page's header.
    """
    article = HtmlArticle()
    used: set[int] = set()
    before = list(range(first, start))
    scored = [(_title_score(blocks[n], start - n, names), n) for n in before[-_TITLE_REACH:]]
    best = max(scored, default=(0.0, -1))
    if best[0] > 0:
        number = _middle_of_three(scored, best)
        article.title = label_of(blocks[number].text)[1]
        used.add(number)
        _take_decks(blocks, article, used, number, before)
    else:
        article.title = next((name for name in names if not _is_site_name(name)), "")
    return article, used, before


def _middle_of_three(scored: Sequence[tuple[float, int]], best: tuple[float, int]) -> int:
    """The title among headlines that nothing else tells apart: of three together the one in the middle."""
    alike = [number for score, number in scored if score > 0 and abs(score - best[0]) < _ALIKE]
    is_run = len(alike) == 3 and alike[2] - alike[0] == 2 and best[1] in alike
    return alike[1] if is_run else best[1]


def _title_score(block: HtmlBlock, distance: int, names: Sequence[str]) -> float:
    text = block.text
    if block.hidden or len(text) > _TITLE_CHARACTERS or len(text) < 3 or "\t" in text or is_header(block):
        return -1.0
    label = label_of(text)[0]
    if label in ("kicker", "subtitle") or line_mark(text) != "none" or names_facts(text) or is_furniture(block):
        return -1.0
    nearest = block.marks.split()[:2]
    score = 8.0 * ("founder-title" in block.marks) + 6.0 * (label == "title")
    score += {1: 5.0, 2: 3.0, 3: 2.0}.get(block.level, 0.0)
    bare = bare_of(text)
    score += 5.0 * any(bare == bare_of(name) or (len(bare) > 5 and bare in bare_of(name)) for name in names)
    score += 3.0 * any(_TITLE_MARK.search(mark) and not _OTHER_MARK.search(mark) for mark in nearest)
    score -= 4.0 * any(_OTHER_MARK.search(mark) for mark in nearest[:1])
    score += 0.8 * block.strong + 0.5 * ((block.element.get("align") or "") == "center")
    score -= 3.0 * (is_closed(text) and text[-1] == "。") + 0.1 * distance
    return score + 1.2


def _is_site_name(name: str) -> bool:
    return bool(re.search(r"数字报|数字版|电子版|电子报|多媒体|首页|读报", name)) or len(name) < 5


def _take_decks(
    blocks: Sequence[HtmlBlock], article: HtmlArticle, used: set[int], title: int, before: Sequence[int]
) -> None:
    """Kicker, subtitle and byline around the title: by label, by class, else by standing before or after it."""
    kickers: list[str] = []
    subtitles: list[str] = []
    names: list[str] = []
    for number in (n for n in before if n >= title - 4 and n != title):
        block = blocks[number]
        kind, words = label_of(block.text)
        if block.hidden or is_furniture(block) or len(block.text) > _TITLE_CHARACTERS or "\t" in block.text:
            continue
        if is_caption(block.text):
            continue
        if number > title and line_mark(block.text) in ("byline", "signature", "opening"):
            names.append(block.text)
        elif kind == "kicker" or (not kind and _KICKER_MARK.search(block.marks)):
            kickers.append(words)
        elif kind == "subtitle" or (not kind and _SUBTITLE_MARK.search(block.marks)):
            subtitles.append(words)
        elif is_header(block) or names_facts(block.text) or not _stands_by(block, blocks[title]):
            continue
        else:
            (kickers if number < title else subtitles).append(words)
        used.add(number)
    article.kicker, article.subtitle = " ".join(kickers), " ".join(subtitles)
    article.byline = " ".join(names) or _author_in(blocks[n].text for n in before if n > title)


def _author_in(texts: Any) -> str:
    for text in texts:
        found = _AUTHOR.search(text)
        if found:
            return str(found[1])
    return ""


def _stands_by(block: HtmlBlock, title: HtmlBlock) -> bool:
    """Whether a line shares a near container with the title, which the page's header and lists do not."""
    near = [title.element, *title.element.iterancestors()][1:4]
    near = [element for element in near if element.tag not in ("body", "html")]
    return any(parent in near for parent in list(block.element.iterancestors())[:3])
