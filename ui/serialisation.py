"""Records as the JSON that the command line, the API and the answer packet share; pure, no I/O."""

from __future__ import annotations

import datetime as dt

from rag.records import (
    Answer,
    AnswerFigure,
    Article,
    Citation,
    ClaimSlots,
    JsonObject,
    Passage,
    Reading,
    SearchResult,
)


def date_text(date: dt.date | None) -> str | None:
    """``2020-12-25``, or None for an unknown day."""
    return date.isoformat() if date else None


def article_json(article: Article, *, with_text: bool = True) -> JsonObject:
    """One article; ``with_text`` False leaves out the body and the map to its source, for lists."""
    found: JsonObject = {
        "id": article.id,
        "title": article.title,
        "subtitle": article.subtitle,
        "byline": article.byline,
        "date": date_text(article.date),
        "date_basis": article.date_basis,
        "source": article.source,
        "page": article.page,
        "kind": article.kind,
        "confidence": article.confidence,
        "characters": len(article.text),
    }
    if with_text:
        runs = [[run.start, run.length, run.source_start, run.source_page] for run in article.origin.runs]
        found["text"] = article.text
        found["origin"] = {"path": article.origin.path, "sha256": article.origin.sha256, "runs": runs}
    return found


def passage_json(passage: Passage) -> JsonObject:
    """One retrieved passage; ``article.text[start:end] == text``."""
    return {
        "article_id": passage.article_id,
        "title": passage.title,
        "date": date_text(passage.date),
        "source": passage.source,
        "page": passage.page,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "score": passage.score,
        "signals": dict(passage.signals),
    }


def search_json(found: SearchResult) -> JsonObject:
    """What a search found, and how its question was read."""
    return {
        "question": found.question,
        "standalone_question": found.standalone_question,
        "passages": [passage_json(item) for item in found.passages],
        "notes": list(found.notes),
        "generation": found.generation,
    }


def citation_json(citation: Citation) -> JsonObject:
    """One citation; ``article.text[start:end] == quote``."""
    return {
        "marker": citation.marker,
        "article_id": citation.article_id,
        "title": citation.title,
        "date": date_text(citation.date),
        "source": citation.source,
        "page": citation.page,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
    }


def figure_json(figure: AnswerFigure) -> JsonObject:
    """One figure of an answer."""
    return {
        "text": figure.text,
        "value": plain_number(figure.value),
        "unit": figure.unit,
        "subject": figure.subject,
        "marker": figure.marker,
        "supported": figure.supported,
        "claim": slots_json(figure.claim),
    }


def slots_json(claim: ClaimSlots | None) -> JsonObject | None:
    """What the paper says of a figure, slot by slot; a slot that is not said is null."""
    if claim is None:
        return None
    period = {"first": date_text(claim.period_first), "last": date_text(claim.period_last), "text": claim.period_text}
    return {
        "subject": claim.subject or None,
        "act": claim.act or None,
        "thing": claim.thing or None,
        "measure": claim.measure or None,
        "period": period if claim.period_text else None,
        "mood": claim.mood,
        "member": claim.member or None,
        "event": None,
        "corrected_by": None,
    }


def reading_json(reading: Reading) -> JsonObject:
    """One other figure that fits the question."""
    return {
        "text": reading.text,
        "value": plain_number(reading.value),
        "unit": reading.unit,
        "subject": reading.subject,
        "relation": reading.relation,
        "claim": slots_json(reading.claim),
        "differs_in": list(reading.differs_in),
        "citation": citation_json(reading.citation),
    }


def answer_json(answer: Answer) -> JsonObject:
    """The whole answer: what ``ask --json`` prints and ``POST /v1/answers`` returns."""
    return {
        "question": answer.question,
        "answer": answer.answer,
        "refused": answer.refused,
        "refusal_reason": answer.refusal_reason,
        "citations": [citation_json(item) for item in answer.citations],
        "figures": [figure_json(item) for item in answer.figures],
        "other_readings": [reading_json(item) for item in answer.other_readings],
        "notes": list(answer.notes),
        "standalone_question": answer.standalone_question,
        "passages": [passage_json(item) for item in answer.passages],
        "model": answer.model,
        "generation": answer.generation,
        "timings": {
            "retrieve_ms": round(answer.timings.retrieve_ms, 1),
            "first_token_ms": round(answer.timings.first_token_ms, 1),
            "total_ms": round(answer.timings.total_ms, 1),
        },
    }


def plain_number(value: float) -> int | float:
    """``102`` for 102.0, so that JSON shows a count as a count."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else value
