"""Answers to take away: as Markdown, and as the blocks that a Word file is made of; pure.

People read these: what only a program needs (ids, offsets, the model) is in the packet (``ui.packets``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.records import Answer, Citation
from ui.citing import marker_text, refusal_text, source_text, text_with_markers, unsupported_text
from ui.messages import Texts

BlockKind = Literal["title", "question", "answer", "warning", "heading", "source", "quote", "note", "footer"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph and what it is."""

    kind: BlockKind
    text: str


def export_blocks(answers: Sequence[Answer], title: str, texts: Texts, made: dt.datetime) -> list[Block]:
    """The document of one answer or of a whole conversation."""
    blocks = [Block("title", title or texts.export_heading)]
    for answer in answers:
        blocks.extend(_answer_blocks(answer, texts))
    day = texts.footnote_date.format(year=made.year, month=made.month, day=made.day)
    return [*blocks, Block("footer", texts.export_made.format(made=day))]


def _answer_blocks(answer: Answer, texts: Texts) -> list[Block]:
    blocks = [Block("question", answer.question)]
    if answer.standalone_question and answer.standalone_question != answer.question:
        blocks.append(Block("note", f"{texts.understood_as}{texts.separator}{answer.standalone_question}"))
    said = refusal_text(answer, texts) if answer.refused else text_with_markers(answer)
    blocks.extend(Block("answer", line) for line in said.split("\n") if line.strip())
    warning = unsupported_text(answer, texts)
    blocks += [Block("warning", warning)] if warning else []
    blocks.extend(Block("note", note) for note in answer.notes)
    if answer.citations:
        blocks.append(Block("heading", texts.sources))
        for item in answer.citations:
            blocks.extend(_source_blocks(marker_text(item.marker), item, texts))
    if answer.other_readings:
        blocks.append(Block("heading", texts.other_readings))
        for reading in answer.other_readings:
            about = " ".join(filter(None, (reading.text, reading.subject, reading.relation)))
            blocks.extend(_source_blocks(f"{about}  ", reading.citation, texts))
    return blocks


def _source_blocks(head: str, citation: Citation, texts: Texts) -> list[Block]:
    quote = " ".join(citation.quote.split("\n"))
    return [Block("source", f"{head}{source_text(citation, texts)}"), Block("quote", quote)]


def markdown_text(blocks: Sequence[Block]) -> str:
    """The document as Markdown that no text of an article can break out of."""
    marks = {
        "title": "# {}",
        "question": "## {}",
        "warning": "**{}**",
        "heading": "### {}",
        "quote": "> {}",
        "note": "*{}*",
        "footer": "---\n\n{}",
    }
    lines = [marks.get(block.kind, "{}").format(plain_markdown(block.text)) for block in blocks]
    return "\n\n".join(lines) + "\n"


def plain_markdown(text: str) -> str:
    """``text`` with what Markdown or HTML would act on made inert; ``[1]`` and ``〔1〕`` stay readable."""
    inert = text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for special in "*_`#|~$":
        inert = inert.replace(special, "\\" + special)
    return inert.replace("](", "]\\(")
