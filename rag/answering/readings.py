"""Other readings: further figures of the paper that fit the same question.

签约了多少个项目？ fits 102个 (all projects of the district) and 14个 (projects with universities). The answer gives
one; the others stand beside it with their subject and source, instead of being dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answering.attribution import acts
from rag.answering.citations import cite
from rag.answering.claim_slots import claim_of, slots_apart, slots_of
from rag.answering.evidence import Sentence
from rag.answering.orders import gives_orders
from rag.chinese.figures import Figure, find_figures, same_figure
from rag.chinese.terms import fold, query_terms
from rag.claims.question import Question
from rag.records import Reading

MAX_READINGS = 3
MIN_COVERAGE = 0.25
"""The least share of the question's terms, by weight, that a sentence with another reading holds.

A figure of the same thing with the same act (签订合作项目14个 beside 签约项目102个) needs no more than those.
"""
_COUNTED = frozenset({"count", "money", "area", "length", "weight", "share", "change"})


@dataclass(frozen=True, slots=True)
class _Candidate:
    figure: Figure
    sentence: Sentence
    lead: int
    shared: int


def other_readings(
    question: Question, answer_figures: Sequence[Figure], sentences: Sequence[Sentence], cited: Sequence[Sentence]
) -> tuple[Reading, ...]:
    """Figures like one of ``answer_figures`` in sentences that speak of the question, best first.

    A figure is like another when unit and kind agree and their subjects share a word. One equal to a figure of the
    answer, or standing in a sentence already cited, is no other reading.
    """
    leads = [figure for figure in answer_figures if figure.kind in _COUNTED and not figure.indefinite]
    if not leads or question.kind.kind not in ("count", "money", "percentage"):
        return ()
    candidates = sorted(
        _candidates(question.text, leads, sentences, cited), key=lambda item: (item.lead, -item.shared)
    )
    found: list[Reading] = []
    taken = list(leads)
    for candidate in candidates:
        figure = candidate.figure
        if any(same_figure(figure, other) for other in taken):
            continue
        taken.append(figure)
        citation = cite(candidate.sentence, len(found) + 1)
        relation = _relation(figure, leads, candidate.sentence, cited)
        claim = claim_of(candidate.sentence, figure)
        found.append(
            Reading(
                figure.text,
                float(figure.value),
                figure.unit,
                figure.subject,
                citation,
                relation,
                slots_of(claim),
                slots_apart(question, claim),
            )
        )
        if len(found) == MAX_READINGS:
            break
    return tuple(found)


def _candidates(
    question: str, leads: Sequence[Figure], sentences: Sequence[Sentence], cited: Sequence[Sentence]
) -> Iterator[_Candidate]:
    shown = {(sentence.article.id, sentence.start) for sentence in cited}
    terms, asked = query_terms(question), acts(question)
    for sentence in sentences:
        if (sentence.article.id, sentence.start) in shown or gives_orders(sentence.text):
            continue
        for figure in find_figures(sentence.text):
            if figure.indefinite or figure.kind not in _COUNTED:
                continue
            subject = fold(figure.subject)
            shared = sum(len(term) for term in terms if term in subject)
            lead = next((n for n, other in enumerate(leads) if _alike(figure, other)), None)
            if lead is None or not shared:
                continue
            if sentence.coverage >= MIN_COVERAGE or (
                fold(leads[lead].subject)[-2:] in subject and asked & acts(_clause_of(sentence.text, figure))
            ):
                yield _Candidate(figure, sentence, lead, shared)


def _clause_of(text: str, figure: Figure) -> str:
    begin = max((text.rfind(sign, 0, figure.start) for sign in "，。；"), default=-1) + 1
    end = min((at for sign in "，。；" if (at := text.find(sign, figure.end)) >= 0), default=len(text))
    return text[begin:end]


def _alike(figure: Figure, other: Figure) -> bool:
    if figure.unit != other.unit or figure.kind != other.kind:
        return False
    mine, theirs = fold(figure.subject), fold(other.subject)
    return not theirs or any(mine[i : i + 2] in theirs for i in range(len(mine) - 1))


def _relation(figure: Figure, lead: Sequence[Figure], sentence: Sentence, cited: Sequence[Sentence]) -> str:
    """How this reading differs, in the words of the interface's first language."""
    same_subject = any(other.unit == figure.unit and other.subject == figure.subject for other in lead)
    dates = {item.article.date for item in cited if item.article.date}
    other_day = sentence.article.date is not None and bool(dates) and sentence.article.date not in dates
    if same_subject and not other_day:
        return "说法不一"
    if same_subject or (other_day and sentence.article.title and not dates):
        return "另一时期"
    return "另一时期或口径" if other_day else "另一口径"
