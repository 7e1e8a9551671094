"""Units of one article → title, subtitle, byline and text, each with the way back to the source."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.corpus.article_cuts import ArticleCut
from rag.corpus.bylines import closing_length, ends_with_credit, opening_length
from rag.corpus.captions import CAPTION_CHARACTERS, credit_place
from rag.corpus.furniture import FurnitureLine
from rag.corpus.headlines import Headline, compose_headline
from rag.corpus.jump_lines import Jump, cut_jump_in, cut_jump_out
from rag.corpus.line_shapes import MarkedLine
from rag.corpus.lines import PageLine, is_closed
from rag.corpus.normalisation import NOTHING, MappedText, join, join_wrapped, spaced
from rag.corpus.page_units import Unit, body_units, caption_units
from rag.corpus.spaced_numbers import close_numbers
from rag.corpus.wrapped_text import is_broken_off, paragraphs_of
from rag.records import ArticleKind, DraftArticle

_NAME_GAP = re.compile("(?<=[\u3400-\u9fff]{2}) (?=[\u3400-\u9fff]{2})")
_NOTICE = re.compile("(?:公告|公示|通告|通知|启事|声明|讣告|通报)$")
_MARKDOWN = re.compile(r"^#{1,6}\s*")
TITLE_CHARACTERS = 40
"""The first line of plain text is its title if it is no longer."""


@dataclass(frozen=True, slots=True)
class ArticleParts:
    """One article by its parts; ``furniture`` what was printed inside it but is not of it, such as jump lines."""

    title: MappedText = NOTHING
    subtitle: MappedText = NOTHING
    byline: MappedText = NOTHING
    text: MappedText = NOTHING
    kind: ArticleKind = "news"
    furniture: tuple[FurnitureLine, ...] = ()
    jump_in: Jump | None = None
    jump_out: Jump | None = None
    shown_title: str = ""
    shown_subtitle: str = ""
    shown_byline: str = ""
    confidence: float = 1.0
    """The probability, in [0, 1], that these lines and no others are the article."""

    def as_draft(self, page: str = "") -> DraftArticle:
        """The article as readers hand it on."""
        text = close_numbers(self.text)
        return DraftArticle(
            title=close_numbers(MappedText(self.shown_title)).text,
            text=text.text,
            subtitle=close_numbers(MappedText(self.shown_subtitle)).text,
            byline=self.shown_byline,
            kind=self.kind,
            page=page,
            runs=text.runs,
            confidence=self.confidence,
        )


def compose_cut(
    cut: ArticleCut, lines: Sequence[MarkedLine], subtitle: Sequence[float], source: str
) -> list[ArticleParts]:
    """An article from its lines of a page, and after it the photo captions set into it.

    ``subtitle`` is for each line of the page the probability that it is subtitle if it is headline.
    """
    headline = compose_headline(
        [lines[place].line.text for place in cut.headline], [subtitle[place] for place in cut.headline], source
    )
    captions = [[lines[place] for place in caption] for caption in cut.captions]
    if not cut.body:
        headlines = [headline, *([Headline()] * (len(captions) - 1))]
        return [_compose_caption(*pair, source) for pair in zip(headlines, captions, strict=True)]
    body = body_units([lines[place] for place in cut.body], cut.body, frozenset(cut.subheads))
    article = compose_article(headline, list(body), source)
    return [article, *(_compose_caption(Headline(), caption, source) for caption in captions)]


def _compose_caption(headline: Headline, lines: Sequence[MarkedLine], source: str) -> ArticleParts:
    paragraphs, names = caption_units(lines, credit_place(lines))
    return _assemble(headline, list(names), list(paragraphs), True, source)


def compose_article(headline: Headline, units: Sequence[Unit], source: str) -> ArticleParts:
    """One article of its headline and units, captions left out."""
    names = [line for unit in units if unit.kind in ("byline", "credit") for line in unit.paragraphs]
    paragraphs = [line for unit in units if unit.kind == "body" for line in unit.paragraphs]
    return _assemble(headline, names, paragraphs, any(unit.kind == "credit" for unit in units), source)


def continue_article(article: ArticleParts, continuation: ArticleParts) -> ArticleParts:
    """An article with its rest from another page; a sentence broken by the jump is whole again."""
    wrapped = not is_closed(article.text.text)
    texts = [article.text, continuation.text]
    shown = " ".join(name for name in (article.shown_byline, continuation.shown_byline) if name)
    return replace(
        article,
        text=join_wrapped(texts) if wrapped else join(texts, "\n"),
        byline=join([article.byline, continuation.byline]),
        shown_byline=shown,
        jump_out=continuation.jump_out,
        confidence=article.confidence * continuation.confidence,
    )


def _assemble(
    headline: Headline, names: list[MappedText], paragraphs: list[MappedText], credited: bool, source: str
) -> ArticleParts:
    jump_in = jump_out = None
    if paragraphs:
        paragraphs[0], jump_in = cut_jump_in(paragraphs[0])
        paragraphs[-1], jump_out = cut_jump_out(paragraphs[-1])
    credited = credited or bool(paragraphs and ends_with_credit(paragraphs[-1].text))
    names = _cut_bylines(names, paragraphs, source)
    text = join(paragraphs, "\n")
    byline = join(names)
    kind: ArticleKind = "news"
    if credited and len(text) <= CAPTION_CHARACTERS:
        kind = "photo"
    elif _NOTICE.search(headline.title.text):
        kind = "notice"
    return ArticleParts(
        title=headline.title,
        subtitle=headline.subtitle,
        byline=byline,
        text=text,
        kind=kind,
        furniture=tuple(line for jump in (jump_in, jump_out) if jump for line in jump.furniture),
        jump_in=jump_in,
        jump_out=jump_out,
        shown_title=_shown(headline.title, source),
        shown_subtitle=_shown(headline.subtitle, source),
        shown_byline=_shown_names(names, source),
    )


def _cut_bylines(names: list[MappedText], paragraphs: list[MappedText], source: str) -> list[MappedText]:
    """Bylines moved from the paragraphs' edges to ``names``, in reading order; paragraphs change in place."""
    opening: list[MappedText] = []
    closing: list[MappedText] = []
    if paragraphs:
        length = opening_length(paragraphs[0], source)
        opening = [paragraphs[0].part(0, length).strip()] if length else []
        paragraphs[0] = paragraphs[0].part(length).strip()
        length = closing_length(paragraphs[-1], source)
        if length and length < len(paragraphs[-1]):
            cut = len(paragraphs[-1]) - length
            closing = [paragraphs[-1].part(cut).strip()]
            paragraphs[-1] = paragraphs[-1].part(0, cut).strip()
    return [*opening, *names, *closing]


def _shown(text: MappedText, source: str) -> str:
    """A headline as shown: a space between its halves stays where the paper set one between words."""
    return _keep_word_gaps(spaced(text, source))


def _keep_word_gaps(text: str) -> str:
    pieces = text.split(" ")
    shown = pieces[0]
    for before, after in itertools.pairwise(pieces):
        gap = _NAME_GAP.search(f"{before[-2:]} {after[:2]}") or (before[-1:].isascii() and after[:1].isascii())
        shown += (" " if gap else "") + after
    return shown


def _shown_names(names: Sequence[MappedText], source: str) -> str:
    shown = ""
    for name in names:
        piece = re.sub("(?<=[\u3400-\u9fff]{2}) ?(?=摄(?:影)?）?$)", " ", _keep_word_gaps(spaced(name, source)))
        shown += (" " if shown and not shown.endswith("）") and not piece.startswith(("（", "(")) else "") + piece
    return shown


def compose_plain_article(lines: Sequence[PageLine], source: str) -> list[ArticleParts]:
    """Text that is no newspaper page as one article: first line the title if it reads like one; nothing lost."""
    if not lines:
        return []
    texts = [line.text for line in lines]
    title = MappedText()
    furniture: tuple[FurnitureLine, ...] = ()
    if _reads_like_title(lines):
        title = texts.pop(0)
        marker = _MARKDOWN.match(title.text)
        if marker and marker.end() < len(title):
            start = title.source_offset(0)
            sign = marker.group().rstrip()
            furniture = (FurnitureLine(sign, "other", start, start + len(sign)),)
            title = title.part(marker.end())
    parts = _assemble(Headline(title), [], paragraphs_of(lines[len(lines) - len(texts) :]), False, source)
    return [replace(parts, furniture=(*furniture, *parts.furniture))]


def _reads_like_title(lines: Sequence[PageLine]) -> bool:
    first = lines[0]
    if len(lines) < 2 or len(first.text) > TITLE_CHARACTERS or first.closed or is_broken_off(*lines[:2]):
        return False
    if _MARKDOWN.match(first.text.text):
        return True
    return first.text.text[-1] not in "，、；：,;:" and lines[1].text.text[0] not in "-*•·"
