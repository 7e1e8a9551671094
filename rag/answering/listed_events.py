"""What there was of one kind of event: 最近有哪些重要会议, 上个月办了什么活动, read off the reports of the time.

One report tells of one meeting, so no sentence answers such a question. The reports say of themselves what they are
about: in their first sentences somebody 召开 or 举行 something. These are listed, newest first, in the paper's words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.answering.saying import day_lead
from rag.chinese.lexicon import alternation
from rag.chinese.sentences import split_sentences
from rag.chinese.terms import fold
from rag.chinese.times.grammar import TIME
from rag.records import Article

MOST = 6
"""How many are listed; of more it is said that there are more."""
LATELY = dt.timedelta(days=60)
"""How far back 最近 reaches from the newest report of the kind."""
_KINDS = alternation("held_events", "kind")
_HELD = re.compile(alternation("held_events", "held"))
_WHAT = "(?:哪些|哪几个|哪几场|什么|啥)"
_ASKED = re.compile(
    rf"(?:[有开办]过?了?|召开过?了?|举[行办]过?了?){_WHAT}(?P<which>[一-鿿]{{0,4}}?)的?(?P<kind>{_KINDS})[吗呢啊]?[？?]?$"
)
_EMPTY = re.compile("重要|重大|大型|主要|大")
_HERE = re.compile("(?:我们?|咱们?|本|全)[省市县区镇乡]|[省市县区镇乡]里|[这上本下]个?[周月年]|都|还|又|一共|[，、 ]")
"""What may stand before: where the paper is, and words that say nothing of which events are meant."""
_LATELY = re.compile("最近|近期|近来|近日|这段时间|这阵子")


@dataclass(frozen=True, slots=True)
class HeldEvent:
    """A report's sentence that tells what was held, and its words up to the name of that."""

    sentence: Sentence
    text: str
    day: dt.date


def asks_for_events(question: str) -> str:
    """The kind of event that a question wants listed: 会议; empty for any other question.

    What somebody does, or what belongs to one event (竹编节有哪些活动), is another question.
    """
    found = _ASKED.search(question)
    if found is None or _EMPTY.sub("", found["which"]):
        return ""
    before = _HERE.sub("", _LATELY.sub("", TIME.sub("", question[: found.start()])))
    return "" if before else str(found["kind"])


def held_events(
    question: str, kind: str, articles: Iterable[Article], span: tuple[dt.date, dt.date] | None
) -> list[HeldEvent]:
    """The events of the kind that the articles begin with, newest first, those printed within ``span``.

    Without a time only the last ``LATELY`` before the newest count where the question says 最近, else all.
    """
    found = [event for article in articles if (event := _held(kind, article)) is not None]
    found = [event for event in found if span is None or span[0] <= event.day <= span[1]]
    found.sort(key=lambda event: event.day, reverse=True)
    if found and span is None and _LATELY.search(question):
        found = [event for event in found if found[0].day - event.day <= LATELY]
    distinct: dict[str, HeldEvent] = {}
    for event in found:
        distinct.setdefault(fold(event.text), event)  # a reprint tells of no second one
    return list(distinct.values())


def _held(kind: str, article: Article) -> HeldEvent | None:
    if article.date is None:
        return None
    for span in split_sentences(article.text)[:1]:
        text = article.text[span.start : span.end]
        held = _HELD.search(text)
        name = _of_kind(kind).search(text) if held else None
        if held and name:
            end = max(name.end(), held.end())
            sentence = Sentence(article, span.start, span.end, text, 0, 1.0, 1.0)
            return HeldEvent(sentence, text[:end].lstrip("　 "), article.date)
    return None


def _of_kind(kind: str) -> re.Pattern[str]:
    """会议 is any name that ends in 会 or 会议; 活动 one that ends in it."""
    ending = "会议?" if kind in ("会", "会议") else kind
    return re.compile(rf"[一-鿿“”（）·\d]{{2,30}}?{ending}(?=[，。；、：在于\s]|$)")


def listed(event: HeldEvent, marker: int) -> str:
    """``据2021年6月25日报道，6月22日，管委会召开推进会[1]``."""
    return f"{day_lead(event.sentence, event.text)}{event.text}[{marker}]"
