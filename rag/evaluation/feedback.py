"""What readers said of answers: as a list, and as gold questions of the native form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rag.chinese.figures import find_figures
from rag.corpus.store import ArticleStore
from rag.records import JsonObject

_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class ReaderFeedback:
    """One reader's word on one answer; ``comment`` is what is wrong (``figure``, ``time`` …) or anything else."""

    created: str
    question: str
    answer: str
    verdict: str
    comment: str
    article_ids: tuple[str, ...]
    model: str
    generation: int | None

    def to_json(self) -> JsonObject:
        """The record as it was kept, with its time."""
        return {
            "created": self.created,
            "question": self.question,
            "answer": self.answer,
            "verdict": self.verdict,
            "comment": self.comment,
            "article_ids": list(self.article_ids),
            "model": self.model,
            "generation": self.generation,
        }


def reader_feedback(store: ArticleStore) -> list[ReaderFeedback]:
    """All that readers said, in the order in which they said it."""
    with store.reading() as reading:
        records = [(created, json.loads(record)) for created, record in reading.feedback()]
    return [_feedback(created, record) for created, record in records if "verdict" in record]


def _feedback(created: str, record: dict[str, Any]) -> ReaderFeedback:
    return ReaderFeedback(
        created,
        record["question"],
        record.get("answer", ""),
        record["verdict"],
        record.get("comment", ""),
        tuple(record.get("article_ids") or ()),
        record.get("model", ""),
        record.get("generation"),
    )


def gold_questions(feedback: Sequence[ReaderFeedback]) -> Iterator[JsonObject]:
    """Each question once, by the last word on it, in the native form of ``rag.evaluation.gold``.

    A good answer gives the figures that must be in the next one, too. Of a bad one nobody knows what is right: it has
    the tag ``to_answer`` and no answers, for a person to write them in.
    """
    last = {item.question: item for item in feedback}
    for number, item in enumerate(last.values(), 1):
        is_good = item.verdict == "up"
        figures = find_figures(_MARKER.sub("", item.answer)) if is_good else []
        texts = list(dict.fromkeys(figure.text for figure in figures))
        tags = ["feedback"] if is_good and texts else ["feedback", "to_answer"]
        yield {
            "id": f"feedback-{number:04}",
            "question": item.question,
            "answers": [[text] for text in texts],
            "article_ids": list(item.article_ids) if is_good else [],
            "answerable": True,
            "tags": [*tags, *([item.comment] if item.comment and not is_good else [])],
        }
