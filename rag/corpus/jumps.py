"""Which continuation belongs to which jump line, over the pages of one edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.article_parts import ArticleParts
from rag.corpus.page_units import terms_of


@dataclass(frozen=True, slots=True)
class JumpMatch:
    """Article ``article`` of page ``page`` goes on as ``next_article`` of ``next_page``; all indices 0-based."""

    page: int
    article: int
    next_page: int
    next_article: int


def match_jumps(pages: Sequence[Sequence[ArticleParts]], names: Sequence[str]) -> list[JumpMatch]:
    """The jumps whose both ends are there, in page order; each end is used once.

    A 下转 to a page and a 上接 on that page match if the one names the other's page; among several, the
    continuation that shares most terms with the headline and text goes first.
    """
    found: list[tuple[float, JumpMatch]] = []
    for page, parts in enumerate(pages):
        for number, part in enumerate(parts):
            if part.jump_out is None:
                continue
            for next_page, name in enumerate(names):
                if name == part.jump_out.page and next_page != page:
                    found += _candidates(JumpMatch(page, number, next_page, 0), part, pages[next_page], names[page])
    chosen: list[JumpMatch] = []
    for _, match in sorted(found, key=lambda item: -item[0]):
        if not any(_clash(match, other) for other in chosen):
            chosen.append(match)
    return sorted(chosen, key=lambda match: (match.page, match.article))


def _candidates(
    start: JumpMatch, part: ArticleParts, others: Sequence[ArticleParts], name: str
) -> list[tuple[float, JumpMatch]]:
    terms = terms_of(part.title.text + part.text.text)
    title = terms_of(part.title.text)
    found = []
    for number, other in enumerate(others):
        if other.jump_in is None or other.jump_in.page != name:
            continue
        heading = terms_of(other.title.text)
        shared = len(title & heading) / max(1, min(len(title), len(heading)))
        body = terms_of(other.text.text)
        score = 2 * shared + len(terms & body) / max(1, len(body))
        found.append((score, JumpMatch(start.page, start.article, start.next_page, number)))
    return found


def _clash(match: JumpMatch, other: JumpMatch) -> bool:
    same_start = (match.page, match.article) == (other.page, other.article)
    return same_start or (match.next_page, match.next_article) == (other.next_page, other.next_article)
