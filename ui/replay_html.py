"""What became of a saved answer as HTML: whether it holds, each quote with what changed, then and now; pure."""

from __future__ import annotations

from rag.records import Answer
from ui.citing import marker_text, refusal_text, text_with_markers
from ui.messages import Texts
from ui.render import action_html, attribute, citation_place_html, escape
from ui.replaying import Replay, ReplayedQuote


def replay_html(replay: Replay, texts: Texts, *, is_asking: bool = False) -> str:
    """The verdict, the quotes, and the answer of then; with that of now once it was asked for."""
    verdict = escape(texts.packet_states[replay.state] if replay.quotes else texts.packet_no_quotes)
    rows = "".join(_quote_html(item, texts) for item in replay.quotes)
    shown = [
        f'<p class="bw-verdict" data-state="{replay.state}" role="status"><b>{verdict}</b></p>',
        f'<h3 class="bw-question">{escape(replay.packet.answer.question)}</h3>',
        f'<ul class="bw-list bw-replayed">{rows}</ul>' if rows else "",
        _answer_html(replay.packet.answer, texts.packet_before, texts),
        _now_html(replay, texts, is_asking=is_asking),
    ]
    return "".join(shown)


def _quote_html(item: ReplayedQuote, texts: Texts) -> str:
    citation = item.citation
    marker = marker_text(citation.marker) if citation.marker else ""
    words = "、".join(texts.packet_changes[name] for name in item.changes)
    told = words or texts.packet_states[item.state]
    return (
        f'<li data-state="{item.state}"><b>{escape(marker)}《{escape(citation.title or texts.untitled)}》</b> '
        f"{citation_place_html(citation, texts)}<blockquote>{escape(citation.quote)}</blockquote>"
        f'<span class="bw-told">{escape(told)}</span></li>'
    )


def _answer_html(answer: Answer, label: str, texts: Texts) -> str:
    said = refusal_text(answer, texts) if answer.refused else text_with_markers(answer)
    return (
        f'<section aria-label="{attribute(label)}"><p class="bw-soft">{escape(label)}</p>'
        f'<div class="bw-text">{escape(said)}</div></section>'
    )


def _now_html(replay: Replay, texts: Texts, *, is_asking: bool) -> str:
    if is_asking:
        clock = f'<span class="bw-clock" data-elapsed="0" data-unit="{attribute(texts.seconds)}"></span>'
        return f'<p class="bw-status" role="status">{escape(texts.packet_asking)}{clock}</p>'
    if replay.answer is None:
        return f'<div class="bw-tools">{action_html("again", texts.packet_again)}</div>'
    told = "、".join(texts.packet_changes[name] for name in replay.answer_changes) or texts.packet_same_answer
    now = _answer_html(replay.answer, texts.packet_now, texts)
    return f'{now}<p class="bw-compared" role="status">{escape(told)}</p>'
