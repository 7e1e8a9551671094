"""HTML to articles. The only import of trafilatura; nothing is fetched and no script runs."""

from __future__ import annotations

import re

from rag.corpus.html_articles import PageReading, read_blocks
from rag.corpus.html_blocks import HtmlBlock, blocks_of, parse_page
from rag.corpus.html_facts import HtmlFacts, facts_of
from rag.corpus.html_heads import HtmlArticle
from rag.corpus.normalisation import fold
from rag.corpus.page_headers import heading_of
from rag.corpus.source_content import PageText, Piece, SourceContent, body_of
from rag.corpus.text_decoding import decode_declared, decode_text
from rag.errors import SourceError
from rag.records import DraftArticle, LeftOut

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_WHITE = re.compile(r"\s")
_EDITION_WORDS = re.compile(r"多媒体|数字(?:报纸?|版)|电子(?:报纸?|版)|[_|—-]")


def read_html(data: bytes, name: str) -> SourceContent:
    """The articles of a saved web page, headlines and page header read by the page's own structure.

    The page text is every visible line; what is in no article (menus, copyright) is listed as left out.

    Raises:
        SourceError: the page holds no article text.
    """
    return read_page(decode_page(data, name), name)


def read_page(text: str, name: str, address: str = "") -> SourceContent:
    """The same for a page already decoded, saved from ``address`` where that is known."""
    root = parse_page(text, name)
    facts = facts_of(root, text, address)
    blocks = blocks_of(root)
    reading = read_blocks(blocks, facts.names, _main_lines(text))
    if not reading.articles:
        raise SourceError(f"{name} holds no article text that could be found; expected a saved news page")
    page = PageText()
    pieces = [page.add(block.text) for block in blocks]
    articles = tuple(
        _draft(article, pieces, facts, single=len(reading.articles) == 1) for article in reading.articles
    )
    heading = reading.heading
    return SourceContent(
        tuple(article for article in articles if article.text),
        (page.build(),),
        date=heading.date,
        source=heading.source or _source_of(facts),
        page=heading.page,
        metadata_date=facts.date,
        left_out=_left_out(blocks, reading),
    )


def _left_out(blocks: list[HtmlBlock], reading: PageReading) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(blocks[number].text, reason) for number, reason in sorted(reading.reasons.items()))


def _draft(article: HtmlArticle, pieces: list[Piece], facts: HtmlFacts, *, single: bool) -> DraftArticle:
    body = body_of(pieces[number] for number in article.body)
    # What the page's program noted of its one article fills what its lines do not show.
    kicker = article.kicker or (facts.kicker if single else "")
    subtitle = article.subtitle or (facts.subtitle if single else "")
    return DraftArticle(
        title=fold(article.title),
        text=body.text,
        subtitle=fold(" ".join(part for part in (kicker, subtitle) if part)),
        byline=article.byline or (facts.author if single else ""),
        runs=body.runs,
    )


def _main_lines(text: str) -> frozenset[str]:
    """The lines that a general extraction of a page's main text keeps, without white space."""
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(text, with_metadata=False, include_comments=False, favor_recall=True)
    except (ValueError, RecursionError, AttributeError, TypeError):
        # A second opinion only: its own faults with odd pages must not cost the page, which names its parts itself.
        return frozenset()
    kept = (found.text or "") if found is not None else ""
    return frozenset(_WHITE.sub("", line) for line in kept.split("\n") if line.strip())


def _source_of(facts: HtmlFacts) -> str:
    """The paper that the page's name or its site's name gives, unless that is only a host."""
    names = [_EDITION_WORDS.sub(" ", name) for name in (*facts.names, facts.site)]
    paper = heading_of(names).source
    return paper or ("" if re.fullmatch(r"[\w.-]+\.\w+", facts.site, re.ASCII) else facts.site.strip())


def decode_page(data: bytes, name: str) -> str:
    """A page's text by the encoding that it declares, or by its bytes where it declares what it is not."""
    declared = _CHARSET.search(data[:4096])
    return decode_declared(data, declared[1].decode("ascii"), name) if declared else decode_text(data, name)
