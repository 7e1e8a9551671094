"""What an answer says while it comes into being, in this order: evidence, then text, then the whole answer."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.citations import cite
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.records import Answer, Citation, Passage


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """The passages, before the model writes; ``standalone_question`` is what was searched, if completed.

    ``sentence`` is the paper's own sentence nearest to the question, with marker 0; ``answers`` says that it would be
    the answer without prose: reader and slots hold it for that, and the model has not been asked yet.
    """

    passages: tuple[Passage, ...]
    standalone_question: str = ""
    notes: tuple[str, ...] = ()
    sentence: Citation | None = None
    answers: bool = False


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of checked text; all pieces joined are ``Answer.answer``."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The finished answer; nothing follows."""

    answer: Answer


AnswerEvent = EvidenceFound | TextDelta | AnswerReady


def evidence_found(asked: Asked, found: Findings, answering: Sentence | None) -> EvidenceFound:
    """The evidence of a question, with the sentence ``answering`` it, or else the first of all."""
    nearest = answering or next(iter(found.evidence), None)
    sentence = cite(nearest, 0) if nearest is not None else None
    return EvidenceFound(found.passages, asked.standalone, found.notes, sentence, answering is not None)
