"""What an answer says while it comes into being, in this order: evidence, then text, then the whole answer."""

from __future__ import annotations

from dataclasses import dataclass

from rag.records import Answer, Passage


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """The passages, before the model writes; ``standalone_question`` is what was searched, if completed."""

    passages: tuple[Passage, ...]
    standalone_question: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of checked text; all pieces joined are ``Answer.answer``."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The finished answer; nothing follows."""

    answer: Answer


AnswerEvent = EvidenceFound | TextDelta | AnswerReady
