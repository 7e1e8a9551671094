"""Records as HTML for the page; pure, and the only place where article text becomes markup.

Everything that comes from an article, a model or a user goes through ``escape``, which leaves nothing that HTML,
Markdown, LaTeX or a template language would read as its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote as quoted

from rag.records import Answer, Article, Citation, Passage, Reading
from ui.messages import Texts
from ui.serialisation import date_text

_SPECIAL = re.compile(r"[&<>\"'`*_~{}\[\]()#+\-!|\\$:/=@]")
_PICTURED_SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
"""Of files whose pages can be looked at."""
_TEXT_SUFFIXES = (".txt", ".text")
"""Of files whose text can be looked at as it was."""
OPENS = "bw-opens-"
"""Before a quote's id, the class of a button that opens it."""


def escape(text: str) -> str:
    """``text`` as inert markup on one line; a line break becomes ``<br>``."""
    inert = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text.replace("\x00", ""))
    return re.sub(r"\r\n|[\r\n\u2028\u2029]", "<br>", inert)


def attribute(text: str) -> str:
    """``text`` inside the quotes of an attribute, line breaks kept."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text.replace("\x00", "")).replace("\n", "&#10;")


def place_html(date: str | None, source: str, page: str, texts: Texts) -> str:
    """``2020-12-25 · 晨报 · 03版``."""
    parts = [date or texts.unknown_date, source, texts.page.format(page=page) if page else ""]
    return f'<span class="place">{" · ".join(escape(part) for part in parts if part)}</span>'


def citation_place_html(citation: Citation, texts: Texts) -> str:
    """The place of a citation."""
    return place_html(date_text(citation.date), citation.source, citation.page, texts)


def action_html(name: str, label: str, **values: str) -> str:
    """A button that tells the server ``name`` with ``values`` (see ``chat.js``)."""
    data = "".join(f' data-{key.replace("_", "-")}="{attribute(value)}"' for key, value in values.items())
    return f'<button type="button" class="bw-action" data-action="{name}"{data}>{escape(label)}</button>'


def notice_html(text: str, go_import: str = "") -> str:
    """Something the user should know at once; ``go_import`` labels a button that leads to the import."""
    button = action_html("tab", go_import, tab="import") if go_import else ""
    return f'<div class="bw-failure" role="alert">{escape(text)} {button}</div>' if text else ""


def understood_html(typed: str, searched: str, texts: Texts) -> str:
    """What was searched in place of what was typed; nothing where that is the same."""
    if not searched or searched == typed:
        return ""
    return f'<div class="bw-understood">{escape(texts.understood_as)}：{escape(searched)}</div>'


def quote_id(turn: int, marker: int) -> str:
    """The name that a marker and its quote share."""
    return f"quote-{turn}-{marker}"


def reading_id(turn: int, citation: Citation) -> str:
    """The name that a reading and its quote share."""
    return f"reading-{turn}-{citation.article_id}-{citation.start}"


def leading_id(turn: int) -> str:
    """The name that a provisional sentence and its article share."""
    return f"leading-{turn}"


# The evidence


def evidence_html(
    passages: Sequence[Passage],
    articles: Mapping[str, Article],
    answer: Answer | None,
    turn: int,
    texts: Texts,
    leading: Citation | None = None,
) -> str:
    """The panel of one turn: the passages, and behind them each cited quote in its whole article."""
    head = texts.evidence_found.format(count=len(passages)) if passages else texts.evidence_none
    cards = "".join(_passage_html(item, number, turn, texts) for number, item in enumerate(passages, start=1))
    views = "".join(_view_html(quote, articles, texts) for quote in _quotes(passages, answer, turn, texts, leading))
    return (
        f'<section class="bw-turn" data-turn="{turn}"><div class="bw-cards"><p class="bw-soft">{escape(head)}</p>'
        f"{cards}</div>{views}</section>"
    )


def _passage_html(passage: Passage, number: int, turn: int, texts: Texts) -> str:
    place = place_html(date_text(passage.date), passage.source, passage.page, texts)
    title = f'<span class="bw-number">{number}</span>{escape(passage.title or texts.untitled)}'
    link = f'<button type="button" class="bw-link {OPENS}passage-{turn}-{number}">{escape(texts.read_article)}'
    return f'<article class="bw-card"><h3>{title}</h3>{place}<p>{escape(passage.text)}</p>{link}</button></article>'


_Quote = tuple[str, str, Citation]
"""Its id, its heading, and the span."""


def _quotes(
    passages: Sequence[Passage], answer: Answer | None, turn: int, texts: Texts, leading: Citation | None
) -> list[_Quote]:
    found: list[_Quote] = []
    if answer:
        found.extend(
            (quote_id(turn, item.marker), texts.quote_view.format(marker=item.marker), item)
            for item in answer.citations
        )
        found.extend(
            (reading_id(turn, item.citation), texts.other_readings, item.citation) for item in answer.other_readings
        )
    elif leading:
        found.append((leading_id(turn), texts.provisional, leading))
    found.extend(
        (f"passage-{turn}-{number}", "", _passage_span(item)) for number, item in enumerate(passages, start=1)
    )
    return list({name: (name, heading, span) for name, heading, span in found}.values())


def _passage_span(item: Passage) -> Citation:
    return Citation(
        0, item.article_id, item.title, item.date, item.source, item.page, item.text, item.start, item.end
    )


def _view_html(quote: _Quote, articles: Mapping[str, Article], texts: Texts) -> str:
    name, heading, span = quote
    article = articles.get(span.article_id)
    body = article_html(article, texts, span.start, span.end) if article else _bare_quote_html(span, texts)
    return (
        f'<div class="bw-view" id="{escape(name)}" tabindex="-1" hidden><div class="bw-view-head">'
        f'<button type="button" class="bw-link bw-back">← {escape(texts.back_to_evidence)}</button>'
        f"<span>{escape(heading)}</span></div>{body}</div>"
    )


def _bare_quote_html(span: Citation, texts: Texts) -> str:
    place = citation_place_html(span, texts)
    return (
        f'<div class="bw-article"><h3>{escape(span.title)}</h3>{place}<p><mark>{escape(span.quote)}</mark></p></div>'
    )


# Articles


def article_html(article: Article, texts: Texts, start: int = 0, end: int = 0) -> str:
    """One article with ``text[start:end]`` highlighted, as a newspaper sets it."""
    lines = [f"<h3>{escape(article.title or texts.untitled)}</h3>"]
    if article.subtitle:
        lines.append(f'<div class="bw-subtitle">{escape(article.subtitle)}</div>')
    lines.append(place_html(date_text(article.date), article.source, article.page, texts))
    if article.byline:
        lines.append(f'<span class="place bw-byline">{escape(article.byline)}</span>')
    body = _paragraphs_html(article.text, start, end)
    return f'<div class="bw-article">{"".join(lines)}{_original_html(article, texts, start, end)}{body}</div>'


def _original_html(article: Article, texts: Texts, start: int, end: int) -> str:
    """The button to the page or text that an article was cut out of, if it has one, and the place to show it."""
    path = article.origin.path.lower()
    if not article.origin.runs or not path.endswith((*_PICTURED_SUFFIXES, *_TEXT_SUFFIXES)):
        return ""
    label = texts.torn_show if path.endswith(_TEXT_SUFFIXES) else texts.original_show
    address = f"page/articles/{quoted(article.id)}/original?language={texts.language}&start={start}&end={end}"
    return (
        f'<div class="bw-original"><button type="button" class="bw-action" data-action="original" '
        f'data-address="{attribute(texts.root + address)}" data-waiting="{attribute(texts.original_waiting)}" '
        f'aria-expanded="false">{escape(label)}</button><div class="bw-original-place"></div></div>'
    )


def _paragraphs_html(text: str, start: int, end: int) -> str:
    parts: list[str] = []
    position = 0
    for line in text.split("\n"):
        begin, stop = max(start - position, 0), min(end - position, len(line))
        if begin < stop:
            inner = f"{escape(line[:begin])}<mark>{escape(line[begin:stop])}</mark>{escape(line[stop:])}"
        else:
            inner = escape(line)
        if line.strip():
            parts.append(f"<p>{inner}</p>")
        position += len(line) + 1
    return "".join(parts)


def reading_row_html(reading: Reading, turn: int, texts: Texts) -> str:
    """One other figure with what it is of, how it differs, and a button to its sentence."""
    citation = reading.citation
    title = (
        f'<button type="button" class="bw-link {OPENS}{escape(reading_id(turn, citation))}">'
        f"《{escape(citation.title or texts.untitled)}》</button>"
    )
    return (
        f"<tr><td><b>{escape(reading.text)}</b></td><td>{escape(reading.subject)}</td>"
        f"<td>{escape(reading.relation)}</td><td>{title}{citation_place_html(citation, texts)}</td></tr>"
    )
