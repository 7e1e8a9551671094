"""Records as HTML for the page; pure, and the only place where article text becomes markup.

Everything that comes from an article, a model or a user goes through ``escape``, which leaves nothing that HTML,
Markdown, LaTeX or a template language would read as its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.records import Answer, AnswerFigure, Article, Citation, Passage, Reading
from ui.messages import Texts
from ui.serialisation import date_text

_SPECIAL = re.compile(r"[&<>\"'`*_~{}\[\]()#+\-!|\\$:/=@]")
_MARKER = re.compile(r"\[(\d+)\]")
_SIGN = re.compile("[。，；：、！？）]")
OPENS = "bw-opens-"
"""Before a quote's id, the class of a button that opens it: the chat's sanitiser keeps classes and drops data."""


def escape(text: str) -> str:
    """``text`` as inert markup on one line; a line break becomes ``<br>``."""
    inert = _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text.replace("\x00", ""))
    return re.sub(r"\r\n|[\r\n\u2028\u2029]", "<br>", inert)


def place_html(date: str | None, source: str, page: str, texts: Texts) -> str:
    """``2020-12-25 · 晨报 · 03版``."""
    parts = [date or texts.unknown_date, source, texts.page.format(page=page) if page else ""]
    return f'<span class="place">{" · ".join(escape(part) for part in parts if part)}</span>'


# The answer


def question_html(question: str) -> str:
    """What the user asked."""
    return f'<div class="bw-question">{escape(question)}</div>'


def pending_html(text: str, status: str) -> str:
    """An answer in the making: what is written so far, and what is going on."""
    written = f'<div class="bw-text">{escape(text)}</div>' if text else ""
    return f'<div class="bw-answer bw-pending">{written}<div class="bw-status">{escape(status)}</div></div>'


def stopped_html(text: str) -> str:
    """An answer that its asker stopped."""
    return f'<div class="bw-answer bw-status">{escape(text)}</div>'


def failure_html(title: str, detail: str, texts: Texts) -> str:
    """An answer that failed."""
    return f'<div class="bw-answer bw-failure">{escape(texts.failed.format(title=title, detail=detail))}</div>'


def answer_html(answer: Answer, turn: int, texts: Texts) -> str:
    """A finished answer; its markers open the quotes of ``turn`` in the evidence panel."""
    body = _refusal_html(answer, texts) if answer.refused else _statement_html(answer, turn, texts)
    understood = understood_html(answer.question, answer.standalone_question, texts)
    parts = [body, understood]
    if answer.notes:  # a warning stands beside the answer, before what else was found
        notes = "".join(f"<li>{escape(note)}</li>" for note in answer.notes)
        parts.append(f'<div class="bw-notes"><b>{escape(texts.notes)}</b><ul>{notes}</ul></div>')
    parts.append(_readings_html(answer.other_readings, turn, texts))
    made_by = texts.made_by.format(
        model=answer.model, generation=answer.generation, seconds=answer.timings.total_ms / 1000
    )
    parts.append(f'<div class="bw-made">{escape(made_by)}</div>')
    return f'<div class="bw-answer">{"".join(parts)}</div>'


def _refusal_html(answer: Answer, texts: Texts) -> str:
    reason = f"<p>{escape(answer.refusal_reason)}</p>" if answer.refusal_reason else ""
    nearest = f'<p class="bw-soft">{escape(texts.refused_nearest)}</p>' if answer.passages else ""
    said = f"<p>{escape(answer.answer)}</p>" if answer.answer else ""
    heading = texts.asked_back if answer.asked_back else texts.refused
    return f'<div class="bw-refusal"><b>{escape(heading)}</b>{said}{reason}{nearest}</div>'


def _statement_html(answer: Answer, turn: int, texts: Texts) -> str:
    unsupported = [figure for figure in answer.figures if not figure.supported]
    text = f'<div class="bw-text">{marked_html(answer.answer, answer.citations, unsupported, turn, texts)}</div>'
    if not unsupported:
        return text
    listed = "、".join(escape(figure.text) for figure in unsupported)
    return f'{text}<div class="bw-warning">{escape(texts.unsupported_warning)}<b>{listed}</b></div>'


def marked_html(
    text: str, citations: Sequence[Citation], unsupported: Sequence[AnswerFigure], turn: int, texts: Texts
) -> str:
    """The answer with its markers as buttons and every unsupported figure struck out and named so."""
    cited = {citation.marker: citation for citation in citations}
    bad = sorted({figure.text for figure in unsupported if figure.text}, key=len, reverse=True)
    pattern = "|".join([_MARKER.pattern, *(f"(?<![0-9.])(?:{re.escape(item)})" for item in bad)])
    parts: list[str] = []
    position = 0
    for found in re.finditer(pattern, text):
        parts.append(escape(text[position : found.start()]))
        position = found.end()
        if found[1] is None:
            parts.append(_struck_html(found[0], texts))
        elif int(found[1]) in cited:
            button = marker_html(cited[int(found[1])], turn)
            sign = _SIGN.match(text, position)
            # No line begins with 。
            parts.append(f'<span class="bw-together">{button}{sign.group()}</span>' if sign else button)
            position = sign.end() if sign else position
    return "".join([*parts, escape(text[position:])])


def _struck_html(text: str, texts: Texts) -> str:
    return f'<span class="bw-unsupported"><s>{escape(text)}</s><small>{escape(texts.unsupported)}</small></span>'


def marker_html(citation: Citation, turn: int) -> str:
    """A marker that opens its quote; hovering shows it."""
    quote = escape(citation.quote)
    return (
        f'<button type="button" class="bw-marker {OPENS}{quote_id(turn, citation.marker)}">'
        f'{citation.marker}<span class="bw-hover">{quote}</span></button>'
    )


def quote_id(turn: int, marker: int) -> str:
    """The name that a marker and its quote share."""
    return f"quote-{turn}-{marker}"


def understood_html(typed: str, searched: str, texts: Texts) -> str:
    """What was searched in place of what was typed; nothing where that is the same."""
    if not searched or searched == typed:
        return ""
    return f'<div class="bw-understood">{escape(texts.understood_as)}：{escape(searched)}</div>'


def _readings_html(readings: Sequence[Reading], turn: int, texts: Texts) -> str:
    if not readings:
        return ""
    heads = (texts.reading_value, texts.reading_subject, texts.reading_relation, texts.reading_source)
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    rows = "".join(_reading_row(item, turn, texts) for item in readings)
    return (
        f'<div class="bw-readings"><b>{escape(texts.other_readings)}</b>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _reading_row(reading: Reading, turn: int, texts: Texts) -> str:
    citation = reading.citation
    place = place_html(date_text(citation.date), citation.source, citation.page, texts)
    title = (
        f'<button type="button" class="bw-link {OPENS}{escape(reading_id(turn, citation))}">'
        f"《{escape(citation.title or texts.untitled)}》</button>"
    )
    return (
        f"<tr><td><b>{escape(reading.text)}</b></td><td>{escape(reading.subject)}</td>"
        f"<td>{escape(reading.relation)}</td><td>{title}{place}</td></tr>"
    )


def reading_id(turn: int, citation: Citation) -> str:
    """The name that a reading and its quote share."""
    return f"reading-{turn}-{citation.article_id}-{citation.start}"


# The evidence


def evidence_html(
    passages: Sequence[Passage], articles: Mapping[str, Article], answer: Answer | None, turn: int, texts: Texts
) -> str:
    """The panel of one turn: the passages, and behind them each cited quote in its whole article."""
    head = texts.evidence_found.format(count=len(passages)) if passages else texts.evidence_none
    cards = "".join(_passage_html(item, number, turn, texts) for number, item in enumerate(passages, start=1))
    views = "".join(_view_html(quote, articles, texts) for quote in _quotes(passages, answer, turn, texts))
    return (
        f'<section class="bw-turn" data-turn="{turn}"><div class="bw-cards"><p class="bw-soft">{escape(head)}</p>'
        f"{cards}</div>{views}</section>"
    )


def _passage_html(passage: Passage, number: int, turn: int, texts: Texts) -> str:
    place = place_html(date_text(passage.date), passage.source, passage.page, texts)
    title = f'<span class="bw-number">{number}</span>{escape(passage.title or texts.untitled)}'
    link = f'<button type="button" class="bw-link {OPENS}passage-{turn}-{number}">{escape(texts.read_article)}'
    return f'<article class="bw-card"><h4>{title}</h4>{place}<p>{escape(passage.text)}</p>{link}</button></article>'


_Quote = tuple[str, str, Citation]
"""Its id, its heading, and the span."""


def _quotes(passages: Sequence[Passage], answer: Answer | None, turn: int, texts: Texts) -> list[_Quote]:
    found: list[_Quote] = []
    if answer:
        found.extend(
            (quote_id(turn, item.marker), texts.quote_view.format(marker=item.marker), item)
            for item in answer.citations
        )
        found.extend(
            (reading_id(turn, item.citation), texts.other_readings, item.citation) for item in answer.other_readings
        )
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
        f'<div class="bw-view" id="{escape(name)}" hidden><div class="bw-view-head">'
        f'<button type="button" class="bw-link bw-back">← {escape(texts.back_to_evidence)}</button>'
        f"<span>{escape(heading)}</span></div>{body}</div>"
    )


def _bare_quote_html(span: Citation, texts: Texts) -> str:
    place = place_html(date_text(span.date), span.source, span.page, texts)
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
    return f'<div class="bw-article">{"".join(lines)}{_paragraphs_html(article.text, start, end)}</div>'


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
