"""One exchange of a conversation as HTML: the question, its answer on the way, and the answer; pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote as quoted

from rag.records import Answer, AnswerFigure, Citation, Reading
from ui.citing import copied_text, marker_text
from ui.conversation import Exchange
from ui.messages import Texts
from ui.render import (
    OPENS,
    action_html,
    attribute,
    citation_place_html,
    escape,
    leading_id,
    quote_id,
    reading_row_html,
    understood_html,
)

if TYPE_CHECKING:
    from ui.asking import LiveAnswer

_MARKER = re.compile(r"\[(\d+)\]")
_SIGN = re.compile("[。，；：、！？）]")
FEEDBACK_KINDS = ("figure", "time", "source", "off_topic")


def exchange_html(conversation_id: str, exchange: Exchange, turn: int, texts: Texts) -> str:
    """A question with what became of it."""
    return _turn_html(exchange.question, turn, _outcome_html(conversation_id, exchange, turn, texts))


def live_html(live: LiveAnswer, texts: Texts) -> str:
    """A question that is being answered: the steps with their time, and the best that is there already."""
    return _turn_html(live.question, live.turn, pending_html(live, texts))


def _turn_html(question: str, turn: int, body: str) -> str:
    return (
        f'<section class="bw-exchange" data-turn="{turn}"><h2 class="bw-question">{escape(question)}</h2>{body}'
        "</section>"
    )


# On the way


def pending_html(live: LiveAnswer, texts: Texts) -> str:
    """What goes on, and the nearest sentence or the checked text so far, which the answer replaces."""
    found = ""
    if live.passages is not None:
        words = texts.step_found.format(count=len(live.passages), seconds=live.search_seconds)
        found = f'<li class="bw-step-done">{escape(words)}</li>'
    now = {
        "in line": texts.step_line.format(count=live.ahead),
        "loading": texts.step_loading,
        "searching": texts.step_searching,
        "writing": texts.step_writing,
    }[live.phase]
    since = live.seconds - (live.search_seconds if live.passages is not None else 0.0)
    clock = (
        f'<span class="bw-clock" aria-hidden="true" data-elapsed="{since:.1f}" '
        f'data-unit="{attribute(texts.seconds)}"></span>'
    )
    steps = (
        f'<ol class="bw-steps">{found}<li class="bw-step-now"><span role="status">{escape(now)}</span>{clock}</li>'
    )
    return f'<div class="bw-answer bw-pending">{steps}</ol>{_provisional_html(live, texts)}</div>'


def _provisional_html(live: LiveAnswer, texts: Texts) -> str:
    if live.text:
        written = _MARKER.sub(lambda found: marker_text(int(found[1])), live.text)
        return f'<div class="bw-text">{escape(written)}</div>'
    if live.leading is None:
        return ""
    link = (
        f'<button type="button" class="bw-link {OPENS}{leading_id(live.turn)}">{escape(texts.read_article)}</button>'
    )
    name, note = texts.provisional, texts.provisional_note
    if live.leading_answers:
        name, note = texts.provisional_answer, texts.provisional_answer_note
    return (
        f'<div class="bw-provisional"><p class="bw-soft"><b>{escape(name)}</b> '
        f"（{escape(note)}）</p><blockquote>{escape(live.leading.quote)}</blockquote>"
        f"<p>《{escape(live.leading.title or texts.untitled)}》 {link}</p>"
        f"{citation_place_html(live.leading, texts)}</div>"
    )


# What became of it


def _outcome_html(conversation_id: str, exchange: Exchange, turn: int, texts: Texts) -> str:
    if exchange.answer is not None:
        return answer_html(exchange.answer, turn, texts, conversation_id)
    again = action_html("ask", texts.ask_again, text=exchange.question) + _edit_html(exchange.question, texts)
    if exchange.state == "failed":
        words = texts.failures.get(exchange.failure, texts.failures["unexpected"])
        return f'<div class="bw-answer"><div class="bw-failure">{escape(words)}</div>{_tools_html(again)}</div>'
    words = texts.stopped if exchange.state == "stopped" else texts.interrupted
    return f'<div class="bw-answer"><div class="bw-status">{escape(words)}</div>{_tools_html(again)}</div>'


def answer_html(answer: Answer, turn: int, texts: Texts, conversation_id: str = "") -> str:
    """A finished answer; its markers open the quotes of ``turn`` in the evidence panel."""
    body = _refusal_html(answer, texts) if answer.refused else _statement_html(answer, turn, texts)
    parts = [body]
    if not answer.asked_back:  # nothing was searched then, whatever it was read as
        parts.append(understood_html(answer.question, answer.standalone_question, texts))
    if answer.notes:  # a warning stands beside the answer, before what else was found
        notes = "".join(f"<li>{escape(note)}</li>" for note in answer.notes)
        parts.append(f'<div class="bw-notes"><b>{escape(texts.notes)}</b><ul>{notes}</ul></div>')
    parts.append(_readings_html(answer.other_readings, turn, texts))
    if not answer.asked_back:
        parts.append(_answer_tools_html(answer, turn, texts, conversation_id))
    return f'<div class="bw-answer bw-finished">{"".join(parts)}</div>'


def _refusal_html(answer: Answer, texts: Texts) -> str:
    if answer.asked_back:  # a greeting is greeted, and what is missing is said in the answer itself
        reason = f'<p class="bw-soft">{escape(answer.refusal_reason or "")}</p>'
        return f'<div class="bw-text">{escape(answer.answer)}</div>{reason}'
    said = f"<p>{escape(answer.refusal_reason or answer.answer)}</p>"
    nearest = f'<p class="bw-soft">{escape(texts.refused_nearest)}</p>' if answer.passages else ""
    return f'<div class="bw-refusal"><b>{escape(texts.refused)}</b>{said}{nearest}</div>'


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
            button = marker_html(cited[int(found[1])], turn, texts)
            sign = _SIGN.match(text, position)
            # No line begins with 。
            parts.append(f'<span class="bw-together">{button}{sign.group()}</span>' if sign else button)
            position = sign.end() if sign else position
    return "".join([*parts, escape(text[position:])])


def _struck_html(text: str, texts: Texts) -> str:
    return f'<span class="bw-unsupported"><s>{escape(text)}</s><small>{escape(texts.unsupported)}</small></span>'


def marker_html(citation: Citation, turn: int, texts: Texts) -> str:
    """A marker that opens its quote and shows it when pointed at; however it is copied, it reads ``〔1〕``."""
    name = texts.marker_name.format(marker=citation.marker, title=citation.title or texts.untitled)
    return (
        f'<button type="button" class="bw-marker {OPENS}{quote_id(turn, citation.marker)}" '
        f'aria-label="{attribute(name)}" data-quote="{attribute(citation.quote)}">'
        f"{marker_text(citation.marker)}</button>"
    )


def _readings_html(readings: Sequence[Reading], turn: int, texts: Texts) -> str:
    if not readings:
        return ""
    heads = (texts.reading_value, texts.reading_subject, texts.reading_relation, texts.reading_source)
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    rows = "".join(reading_row_html(item, turn, texts) for item in readings)
    return (
        f'<div class="bw-readings" tabindex="0" role="region" aria-label="{attribute(texts.other_readings)}">'
        f"<b>{escape(texts.other_readings)}</b>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


# What can be done with it


def _tools_html(inner: str) -> str:
    return f'<div class="bw-tools">{inner}</div>'


def _edit_html(question: str, texts: Texts) -> str:
    return action_html("edit", texts.edit_question, text=question)


def _answer_tools_html(answer: Answer, turn: int, texts: Texts, conversation_id: str) -> str:
    tools = [
        action_html("copy", texts.copy, text=copied_text(answer, texts), done=texts.copied),
        _edit_html(answer.question, texts),
    ]
    if conversation_id:
        tools.append(export_link_html(conversation_id, "docx", texts.save_word, texts, turn))
        tools.append(export_link_html(conversation_id, "md", texts.save_markdown, texts, turn))
    made_by = texts.made_by.format(
        model=answer.model, generation=answer.generation, seconds=answer.timings.total_ms / 1000
    )
    packet = export_link_html(conversation_id, "json", texts.save_json, texts, turn) if conversation_id else ""
    details = (
        f'<details class="bw-details"><summary>{escape(texts.details)}</summary>'
        f'<div class="bw-made">{escape(made_by)} {packet}</div></details>'
    )
    return _tools_html("".join(tools)) + _tools_html(_feedback_html(turn, texts) + details)


def export_link_html(conversation_id: str, suffix: str, label: str, texts: Texts, turn: int | None = None) -> str:
    """A link that saves one answer, or without ``turn`` the whole conversation."""
    number = f"&turn={turn}" if turn is not None else ""
    address = (
        f"{texts.root}page/conversations/{quoted(conversation_id)}/export.{suffix}?language={texts.language}{number}"
    )
    return f'<a class="bw-action" download href="{address}">{escape(label)}</a>'


def _feedback_html(turn: int, texts: Texts) -> str:
    kinds = "".join(
        action_html("feedback", getattr(texts, f"feedback_{kind}"), turn=str(turn), verdict="down", kind=kind)
        for kind in FEEDBACK_KINDS
    )
    return (
        f'<span class="bw-feedback" role="group" aria-label="{attribute(texts.feedback)}">'
        f"{action_html('feedback', texts.feedback_good, turn=str(turn), verdict='up')}"
        f'<details class="bw-wrong"><summary>{escape(texts.feedback_bad)}</summary>{kinds}</details></span>'
    )
