"""The lines of a web page → its articles: which lines are headline, body, page header, navigation, copyright.

Newspapers' electronic pages name their parts (founder-title, founder-content) or are laid out as a printed page is:
a header with paper, day and page, lists of links, the article, the notice of copyright. Sites name them by classes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.corpus.html_blocks import HtmlBlock
from rag.corpus.html_bodies import bodies_of, body_lines
from rag.corpus.html_heads import HtmlArticle, head_of
from rag.corpus.html_line_kinds import (
    HEADER_CHARACTERS,
    PAGE_NAME,
    is_caption,
    is_control,
    is_copyright,
    is_header,
    names_facts,
    tells,
)
from rag.corpus.page_headers import PageHeading, find_date, heading_of, page_name

_PAPER_ALONE = re.compile(r"[\u3400-\u9fff]{2,8}(?:日报|晚报|早报|晨报|时报|都市报|商报|周报|快报|导报|青年报)")
_SERVER_CLOCK = re.compile(r"今天是|现在是|当前时间|欢迎")
_SOURCE = re.compile(r"来源\s*[:：]\s*([\u3400-\u9fffA-Za-z·]{2,20})")


@dataclass(slots=True)
class PageReading:
    """What the lines of a page are; ``reasons`` says of each line in no article why."""

    articles: list[HtmlArticle] = field(default_factory=list)
    heading: PageHeading = field(default_factory=PageHeading)
    reasons: dict[int, str] = field(default_factory=dict)


def read_blocks(blocks: Sequence[HtmlBlock], names: Sequence[str], kept: frozenset[str]) -> PageReading:
    """The articles among ``blocks``.

    ``names`` are what the page's metadata calls it; ``kept`` the lines, without white space, that a general
    extraction of main text keeps, consulted where the page does not name its parts.
    """
    reading = PageReading()
    header: list[int] = []
    done = 0
    for inside in bodies_of(blocks, kept):
        body = body_lines(blocks, inside)
        if not body:
            continue
        start = next((n for n in body if tells(blocks[n])), body[0])
        article, used, zone = head_of(blocks, done, start, names)
        # What stands between headline and first sentence is a line of facts, or belongs to the text.
        facts = {n for n in body if n < start and (is_header(blocks[n]) or names_facts(blocks[n].text))}
        facts |= {n for n in body if used and n < max(used, key=lambda u: blocks[u].text == article.title)}
        article.body = sorted(
            {*(n for n in body if n not in used and n not in facts), *_captions(blocks, zone, used)}
        )
        header += [number for number in zone if number not in used]
        if not article.body:
            continue
        reading.articles.append(article)
        reading.reasons.update(dict.fromkeys(used, ""))
        done = body[-1] + 1
    reading.heading = _page_heading(blocks, header)
    _give_reasons(blocks, reading, header)
    return reading


def _captions(blocks: Sequence[HtmlBlock], zone: Sequence[int], used: set[int]) -> list[int]:
    """The lines under a picture between headline and text, which belong to the article."""
    return [n for n in zone if used and n > min(used) and n not in used and is_caption(blocks[n].text)]


def _page_heading(blocks: Sequence[HtmlBlock], header: Sequence[int]) -> PageHeading:
    """What the lines before the body say of day, paper and page; the ones nearest to the body first."""
    lines = [
        blocks[n].plain for n in header if not blocks[n].hidden and len(blocks[n].plain) <= 2 * HEADER_CHARACTERS
    ]
    lines = [line for line in lines if line and not _SERVER_CLOCK.search(line) and "。" not in line][::-1]
    found = heading_of([line for line in lines if find_date(line) or PAGE_NAME.search(line)])
    pages = [{m[1] or m[2] or m[3] for m in PAGE_NAME.finditer(line)} for line in lines]
    only = next((numbers.copy().pop() for numbers in pages if len(numbers) == 1), "")
    source = next((line for line in lines if _PAPER_ALONE.fullmatch(line)), found.source)
    source = source or next((m[1] for line in lines if (m := _SOURCE.search(line))), "")
    return PageHeading(found.date, source, page_name(only) if only else "")


def _give_reasons(blocks: Sequence[HtmlBlock], reading: PageReading, header: Sequence[int]) -> None:
    taken = {number for article in reading.articles for number in article.body} | set(reading.reasons)
    before = set(header)
    for number, block in enumerate(blocks):
        if number in taken:
            continue
        if block.hidden:
            reason = "hidden text"
        elif is_copyright(block.text):
            reason = "copyright"
        elif number in before and not block.is_link and (is_header(block) or names_facts(block.text)):
            reason = "page header"
        else:
            reason = "navigation" if block.is_link or is_control(block.text) else "outside the article"
        reading.reasons[number] = reason
    reading.reasons = {number: reason for number, reason in reading.reasons.items() if reason}
