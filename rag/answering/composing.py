"""Questions on several things, put together by the program: totals, and answers part by part.

The model never adds. Each part is asked, written and checked like a question of its own; the figures that answer
are added here, and the equation is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.citations import CitationList
from rag.answering.gathering import GATHERED_PASSAGES, CountedQuestion, counted_question, gather, item_statement
from rag.answering.inquiry import Asked, Findings
from rag.answering.parts import QuestionParts, question_parts
from rag.answering.refusal import Refusal
from rag.answering.totals import Total, added, answering_figure, total_of
from rag.answering.writing import Writer
from rag.retrieval.question_kind import is_chinese

_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Composed:
    """Statements with their markers, and the one text among them whose figures the program computed, or nothing."""

    statements: tuple[str, ...]
    computed: str = ""


@dataclass(frozen=True, slots=True)
class Composer:
    """Answers by parts; ``find(question, passages)`` brings the evidence of one."""

    find: Callable[[Asked, int], Findings]
    writer: Writer
    passages: int

    def compose(self, asked: Asked, cited: CitationList) -> Composed | Refusal | None:
        """The composed answer, a refusal where a part is missing, or None for a question on one thing."""
        parts = question_parts(asked.searched)
        if parts is not None:
            return self._by_parts(asked, parts, cited)
        counted = counted_question(asked.searched)
        return None if counted is None else self._gathered(asked, counted, cited)

    def _by_parts(self, asked: Asked, parts: QuestionParts, cited: CitationList) -> Composed | Refusal:
        written: list[tuple[str, str]] = []
        for label, question in zip(parts.labels, parts.questions, strict=True):
            part = asked.part(question)
            pieces = list(self.writer.write(part, self.find(part, self.passages), cited))
            if not pieces:
                return Refusal("missing part", label)
            written.append((question, "".join(pieces)))
        labelled = [_labelled(label, text) for label, (_, text) in zip(parts.labels, written, strict=True)]
        statements = tuple(dict.fromkeys(labelled))
        if parts.operation == "each":
            return Composed(statements)
        twice = _answered_twice(parts.labels, written)
        if twice:
            return Refusal("missing part", twice)
        total = total_of(asked.question, written)
        return Refusal("no total") if total is None else _with_total(asked, total, statements, cited)

    def _gathered(self, asked: Asked, counted: CountedQuestion, cited: CitationList) -> Composed | Refusal:
        """The figures of as many events as the question says, and their total."""
        found = self.find(asked.part(counted.single), GATHERED_PASSAGES)
        items = gather(counted.single, found.sentences)
        total = added(asked.question, [item.figure for item in items]) if len(items) == counted.number else None
        if total is None:
            return Refusal("other number", str(len(items)))
        shown = "；".join(item_statement(item, cited.marker(item.sentence)) for item in items)
        return _with_total(asked, total, (f"{shown}。",), cited)


def _labelled(label: str, text: str) -> str:
    """``第二水厂：3.4亿元[1]。`` where the statement itself does not say of what it speaks."""
    said = text if label in text else f"{label}：{text}"
    return said if said.endswith(("。", "！", "？", ".", "!", "?")) else f"{said}。"


def _answered_twice(labels: Sequence[str], written: Sequence[tuple[str, str]]) -> str:
    """The first part answered by a figure of a sentence that answered one before: one signing is not two."""
    seen: set[tuple[str, str]] = set()
    for label, (question, text) in zip(labels, written, strict=True):
        figure = answering_figure(question, text)
        key = (figure.text if figure else "", "".join(_MARKER.findall(text)))
        if key in seen:
            return label
        seen.add(key)
    return ""


def _with_total(asked: Asked, total: Total, statements: Sequence[str], cited: CitationList) -> Composed:
    """The total first, with the markers of everything it was added from."""
    markers = "".join(f"[{marker}]" for marker in range(1, len(cited.sentences) + 1))
    end = "。" if is_chinese(asked.question) else "."
    return Composed((f"{total.statement}{markers}{end}", *statements), total.statement)
