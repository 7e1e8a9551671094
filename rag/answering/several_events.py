"""Which other events a question fits that names none: 爆炸造成多少人死亡, over an archive of many explosions.

One event's figure alone would be taken for the one meant. The others that fit as well are shown with it, in the
paper's own words and with their dates, so that the asker sees that there is a choice and can say which is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.citations import CitationList
from rag.answering.drafts import sentence_draft
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.refusal import QUOTE_PRESENCE
from rag.answering.saying import excluded
from rag.answering.statements import without_markers
from rag.answering.support import named_things
from rag.answering.totals import answering_figure
from rag.chinese.figures import Figure, same_figure
from rag.chinese.question_kind import is_chinese
from rag.chinese.times.grammar import TIME

MAX_EVENTS = 4
"""How many other events are shown."""
AS_GOOD = 0.6
"""The share of the answer's own coverage of the question from which another event fits it as well."""
_AS_SURE, _LEAST_PRESENCE = 1.25, 1.0
"""In logits of presence: how far below the answer's own another event's sentence may be, and how low at least."""
_SNIPPET_CHARACTERS = 90
_NAMED = re.compile(r"[《“\"A-Za-z0-9０-９]")
_UNTOLD_TIMES = re.compile(r"截[至止]目前|目前|当[天日晚时]|近日|日前")
"""Times that tell nothing where no event is named."""
_KINDS = frozenset({"count", "money", "percentage"})
_END = "，。；！？”"
_CLAUSE_END = re.compile(r"[，。；！？]")


def names_no_event(asked: Asked, found: Findings) -> bool:
    """Whether nothing in the question says of which event it is: no name, no place, no time, no number, no title."""
    question = _UNTOLD_TIMES.sub("", asked.searched)
    if found.time_asked is not None or _NAMED.search(question) or TIME.search(question):
        return False
    return not named_things(question)


def other_events(asked: Asked, found: Findings, cited: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The best sentence of each other article with another figure that fits a question naming no event.

    ``cited`` are the sentences that the answer stands on.
    """
    if not cited or asked.kind.kind not in _KINDS or not names_no_event(asked, found):
        return ()
    least = AS_GOOD * max(sentence.coverage for sentence in cited)
    own = max(sentence.presence or 0.0 for sentence in cited)
    enough = max(_LEAST_PRESENCE, min(QUOTE_PRESENCE, own - _AS_SURE))
    taken = [
        figure for figure in (answering_figure(asked.searched, item.text) for item in cited) if figure is not None
    ]
    articles = {sentence.article.id for sentence in cited}
    events: list[Sentence] = []
    for sentence in found.sentences:
        if sentence.article.id in articles or sentence.coverage < least or _is_past(found, sentence, cited):
            continue
        if (sentence.presence or 0.0) < enough or excluded(sentence_draft(found, sentence).said):
            continue
        figure = answering_figure(asked.searched, sentence.text)
        if figure is None or any(same_figure(figure, other) for other in taken):
            continue
        taken.append(figure)
        articles.add(sentence.article.id)
        events.append(sentence)
        if len(events) == MAX_EVENTS:
            break
    return tuple(events)


def _is_past(found: Findings, sentence: Sentence, cited: Sequence[Sentence]) -> bool:
    """Whether what is now is asked for, and an older report than those cited tells it."""
    days = [item.article.date for item in cited if item.article.date is not None]
    day = sentence.article.date
    return found.question.about_now and day is not None and bool(days) and day < max(days)


def events_statement(asked: Asked, events: Sequence[Sentence], cited: CitationList) -> str:
    """The events, one a line and each a statement of its own: the paper's words, the marker, the day of the paper."""
    chinese = is_chinese(asked.question)
    lines = []
    for sentence in events:
        snippet = without_markers(_snippet(sentence.text, answering_figure(asked.searched, sentence.text)))
        day = sentence.article.date
        dated = "" if day is None else f"（{day}）" if chinese else f" ({day})"
        lead = "另有报道：" if chinese else "another report: "
        lines.append(f"{lead}“{snippet}”[{cited.marker(sentence)}]{dated}{'。' if chinese else '.'}")
    said = "问题没有写明所指的事件，" if chinese else "The question names no event; "
    return said + "\n".join(lines)


def _snippet(text: str, figure: Figure | None) -> str:
    """The part of ``text`` around the figure, in whole clauses, as long as may be shown."""
    if len(text) <= _SNIPPET_CHARACTERS or figure is None:
        return text.rstrip(_END)
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    end = next((at for at in ends if at >= figure.end), len(text))
    starts = [0, *(at for at in ends if at <= figure.start)]
    start = next((at for at in starts if end - at <= _SNIPPET_CHARACTERS), starts[-1])
    return text[start:end].rstrip(_END)
