"""A checked draft as JSON and as lines; pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.claims.checking import CheckedItem, Status
from rag.claims.draft_claims import SlotDifference
from rag.claims.index_rows import FoundClaim
from rag.records import JsonObject
from ui.claim_documents import MEASURES, MOODS, claim_json
from ui.messages import CHINESE
from ui.serialisation import date_text

STATUS_WORDS: dict[Status, str] = {
    "contradicted": "与报道矛盾 contradicted",
    "differs": "有出入 differs",
    "not found": "未查到 not found",
    "supported": "相符 supported",
}
"""What each status is called, the most urgent first."""
NOTHING_TO_MEND = "没有需要核改的地方。Nothing to mend."


def check_json(items: Sequence[CheckedItem]) -> JsonObject:
    """A checked draft: ``text[start:end]`` of the draft is each item's ``text``."""
    statuses = [item.status for item in items]
    return {
        "items": [_item_json(item) for item in items],
        "counts": {status.replace(" ", "_"): statuses.count(status) for status in STATUS_WORDS},
    }


def _item_json(item: CheckedItem) -> JsonObject:
    return {
        "text": item.text,
        "start": item.start,
        "end": item.end,
        "sort": item.sort,
        "status": item.status.replace(" ", "_"),
        "differences": [_difference_json(difference) for difference in item.differences],
        "unsaid": [_difference_json(difference) for difference in item.unsaid],
        "advice": advice(item),
        "quotes": [claim_json(quote) for quote in item.quotes],
    }


def _difference_json(difference: SlotDifference) -> JsonObject:
    return {"slot": difference.slot, "drafted": difference.drafted, "printed": difference.printed}


def advice(item: CheckedItem) -> str:
    """What a checked part needs, in a sentence."""
    quote = item.quotes[0] if item.quotes else None
    if item.status == "supported":
        said = "、".join(f"{CHINESE.slots[part.slot]}为{part.printed}" for part in item.unsaid)
        return f"报道相符；报道写明{said}。" if said else "报道相符。"
    if quote is None:
        return "库中没有查到这一说法，请核对来源。Not in the archive: check its source."
    if item.status == "contradicted" and quote.standing == "withdrawn":
        return f"报道指出此说不实或已更正{source_line(quote)}。The paper says that this is wrong."
    if item.status == "contradicted":
        return f"报道为{quote.text}{source_line(quote)}。The paper says otherwise."
    return "；".join(map(_difference_words, item.differences)) + f"{source_line(quote)}。"


def _difference_words(difference: SlotDifference) -> str:
    drafted, printed = _named(difference.drafted), _named(difference.printed)
    if difference.slot == "mood":
        # A fact has no word of its own.
        drafted, printed = drafted or "事实", printed or "事实"
    return f"{CHINESE.slots[difference.slot]}不同：稿中{drafted or '未写'}，报道{printed or '未写'}"


def _named(words: str) -> str:
    return MOODS.get(words) or MEASURES.get(words) or words


def source_line(quote: FoundClaim) -> str:
    """Where a quote stands: （《标题》2021-06-25 某报 第01版）."""
    parts = (f"《{quote.title}》" if quote.title else "", date_text(quote.date) or "", quote.source)
    page = f" 第{quote.page}版" if quote.page else ""
    return f"（{' '.join(part for part in parts if part)}{page}）"


def item_lines(item: CheckedItem) -> str:
    """A checked part on the terminal: status, its words, and what the paper says."""
    lines = [f"[{STATUS_WORDS[item.status]}] {item.text}　{advice(item)}"]
    lines += [f"    “{quote.quote.strip()}”{source_line(quote)}" for quote in item.quotes[:1]]
    return "\n".join(lines)
