"""A claim's sentence: as a quote with its place, and in its whole article; pure but for reading the article."""

from __future__ import annotations

from rag.claims.index_rows import FoundClaim
from rag.corpus.store import ArticleStore
from rag.errors import BaowenError
from ui.failures import failure_text
from ui.messages import Texts
from ui.render import action_html, article_html, escape, notice_html, place_html
from ui.serialisation import date_text
from ui.web.problems import log_error


def quoted_claim_html(found: FoundClaim, texts: Texts) -> str:
    """The sentence with its figure marked, where it stands, and a button that opens it in its article."""
    start, end = found.claim.start - found.sentence.start, found.claim.end - found.sentence.start
    quote = found.quote
    marked = f"{escape(quote[:start])}<mark>{escape(quote[start:end])}</mark>{escape(quote[end:])}"
    place = place_html(date_text(found.date), found.source, found.page, texts)
    button = action_html(
        "sentence",
        texts.read_sentence,
        id=found.article_id,
        start=str(found.sentence.start),
        end=str(found.sentence.end),
    )
    return (
        f'<blockquote class="bw-quoted">{marked}<footer>《{escape(found.title or texts.untitled)}》{place}{button}'
        "</footer></blockquote>"
    )


def opened_sentence_html(store: ArticleStore, article_id: str, start: str, end: str, texts: Texts) -> str:
    """The whole article with ``[start, end)`` marked, or that it is gone; offsets come from the page."""
    try:
        article = store.article(article_id)
    except BaowenError as error:
        log_error(error)
        return notice_html(failure_text(error, texts))
    span = (int(start), int(end)) if start.isdecimal() and end.isdecimal() else (0, 0)
    close = action_html("close", texts.sentence_close)
    return f'<div class="bw-sentence" tabindex="-1">{close}{article_html(article, texts, *span)}</div>'


def no_sentence_html(texts: Texts) -> str:
    """What stands in the place of an article while none is open."""
    return f'<p class="bw-soft">{escape(texts.sentence_empty)}</p>'
