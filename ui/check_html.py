"""A checked draft as HTML: the text with each part marked by its status, and beside it what the paper says; pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.claims.checking import CheckedItem
from rag.claims.draft_claims import SlotDifference
from ui.messages import Texts
from ui.render import attribute, escape
from ui.sentence_html import quoted_claim_html

_QUOTES = 2
_SIGNS = {"supported": "✓", "contradicted": "✗", "differs": "≠", "not found": "?"}
"""Status without colour."""


def checked_html(text: str, items: Sequence[CheckedItem], word_address: str, texts: Texts) -> str:
    """The whole result: counts, the marked text, what to mend, what is supported, and the way to the Word file."""
    if not items:
        return f'<p class="bw-done" role="status">{escape(texts.check_no_items)}</p>'
    link = f'<a class="bw-action" download href="{attribute(word_address)}">{escape(texts.check_word)}</a>'
    return (
        f'<div class="bw-checked-head"><p class="bw-counts" role="status">{_counts_html(items, texts)}</p>'
        f"{link}</div>"
        f'<p class="bw-soft">{escape(texts.check_note)}</p><div class="bw-checked">'
        f'<section class="bw-draft" aria-label="{attribute(texts.check_draft)}">{draft_html(text, items, texts)}'
        f'</section><section class="bw-findings">{findings_html(items, texts)}</section></div>'
    )


def _counts_html(items: Sequence[CheckedItem], texts: Texts) -> str:
    statuses = [item.status for item in items]
    return "".join(
        f'<span class="{_status_class(status)}">{_SIGNS[status]} {escape(name)} {statuses.count(status)}</span>'
        for status, name in texts.statuses.items()
        if status in statuses
    )


def _status_class(status: str) -> str:
    return f"bw-is-{status.replace(' ', '-')}"


def draft_html(text: str, items: Sequence[CheckedItem], texts: Texts) -> str:
    """The text, each item a link to what was found of it; of items that overlap the first is marked."""
    parts, position = [], 0
    for number, item in enumerate(items, start=1):
        if item.start < position:
            continue
        parts += [escape(text[position : item.start]), _marked_html(item, number, texts)]
        position = item.end
    return "".join([*parts, escape(text[position:])])


def _marked_html(item: CheckedItem, number: int, texts: Texts) -> str:
    status = texts.statuses[item.status]
    quote = f' data-quote="{attribute(item.quotes[0].quote.strip())}"' if item.quotes else ""
    return (
        f'<a class="bw-part {_status_class(item.status)}" href="#bw-item-{number}"{quote}>{escape(item.text)}'
        f'<span class="bw-sign"><span class="sr-only">{escape(status)}</span>'
        f'<span aria-hidden="true">{_SIGNS[item.status]}</span>{number}</span></a>'
    )


def findings_html(items: Sequence[CheckedItem], texts: Texts) -> str:
    """What to mend, the most urgent first, then what is supported; items keep their numbers."""
    numbered = list(enumerate(items, start=1))
    order = list(texts.statuses)
    to_mend = [pair for pair in numbered if pair[1].status != "supported"]
    to_mend.sort(key=lambda pair: order.index(pair[1].status))
    fine = [pair for pair in numbered if pair[1].status == "supported"]
    head = texts.check_to_mend.format(count=len(to_mend)) if to_mend else texts.check_nothing_to_mend
    parts = [_list_html("bw-to-mend", head, to_mend, texts)]
    if fine:
        parts.append(_list_html("bw-fine", texts.check_fine.format(count=len(fine)), fine, texts))
    return "".join(parts)


def _list_html(name: str, head: str, pairs: Sequence[tuple[int, CheckedItem]], texts: Texts) -> str:
    rows = "".join(_finding_html(number, item, texts) for number, item in pairs)
    return f'<h2 class="bw-heading">{escape(head)}</h2>' + (f'<ol class="{name}">{rows}</ol>' if rows else "")


def _finding_html(number: int, item: CheckedItem, texts: Texts) -> str:
    quotes = "".join(quoted_claim_html(quote, texts) for quote in item.quotes[:_QUOTES])
    said = finding_text(item, texts)
    advice = f"<p>{escape(said)}</p>" if said else ""
    return (
        f'<li class="bw-finding" id="bw-item-{number}"><span class="bw-number">{number}</span>'
        f'<b>{escape(item.text)}</b> <span class="bw-status-word {_status_class(item.status)}">'
        f"{_SIGNS[item.status]} {escape(texts.statuses[item.status])}</span>{advice}{quotes}</li>"
    )


def finding_text(item: CheckedItem, texts: Texts) -> str:
    """What was found of a part, in a sentence; empty for one that agrees in all that is said."""
    quote = item.quotes[0] if item.quotes else None
    if item.status == "supported":
        unsaid = (_filled(texts.check_unsaid, part, texts) for part in item.unsaid)
        return texts.clause_separator.join(unsaid)
    if quote is None:
        return texts.check_not_found
    if item.status == "contradicted" and quote.standing == "withdrawn":
        return texts.check_withdrawn
    if item.status == "contradicted":
        return texts.check_contradicted.format(drafted=item.text, printed=quote.text)
    return texts.clause_separator.join(_filled(texts.check_difference, part, texts) for part in item.differences)


def _filled(words: str, part: SlotDifference, texts: Texts) -> str:
    drafted, printed = _named(part, part.drafted, texts), _named(part, part.printed, texts)
    return words.format(slot=texts.slots[part.slot], drafted=drafted, printed=printed)


def _named(part: SlotDifference, words: str, texts: Texts) -> str:
    """What stands in a slot as a reader calls it; a fact has no word of its own."""
    if part.slot == "mood":
        return texts.moods.get(words or "fact", words)
    if part.slot == "measure":
        return texts.measures.get(words, words) or texts.check_unwritten
    return words or texts.check_unwritten
