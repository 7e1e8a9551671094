"""The answer packet: a question, its answer and its evidence as one file to keep."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from importlib.metadata import version
from pathlib import Path

from rag.records import Answer, Citation, JsonObject
from ui.messages import Texts
from ui.serialisation import answer_json, date_text

PACKET_VERSION = 1


def write_packets(folder: Path, answer: Answer, texts: Texts) -> list[Path]:
    """Write the packet as JSON and as Markdown into a new folder under ``folder``; returns the two files."""
    made, release = dt.datetime.now().astimezone(), version("baowen")
    stem = Path(tempfile.mkdtemp(dir=folder)) / f"baowen-{made:%Y%m%d-%H%M%S}"
    files = {
        stem.with_suffix(".json"): packet_json(answer, made=made, release=release),
        stem.with_suffix(".md"): packet_markdown(answer, texts, made=made, release=release),
    }
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def packet_json(answer: Answer, *, made: dt.datetime, release: str) -> str:
    """The packet as JSON: enough to check every quote, and to ask again of the same store and model."""
    document: JsonObject = {
        "kind": "baowen answer packet",
        "packet_version": PACKET_VERSION,
        "baowen_version": release,
        "made": made.isoformat(timespec="seconds"),
        **answer_json(answer),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def packet_markdown(answer: Answer, texts: Texts, *, made: dt.datetime, release: str) -> str:
    """The packet for people."""
    parts = [f"# {texts.packet_heading}", f"**{texts.question_label}**  {_plain(answer.question)}"]
    if answer.standalone_question:
        parts.append(f"**{texts.understood_as}**  {_plain(answer.standalone_question)}")
    if answer.refused:
        heading = texts.asked_back if answer.asked_back else texts.refused
        parts.append(f"**{heading}**  {_plain(answer.refusal_reason or '')}")
    parts.append(_plain(answer.answer))
    unsupported = "、".join(_plain(figure.text) for figure in answer.figures if not figure.supported)
    if unsupported:
        parts.append(f"**{texts.unsupported_warning}** {unsupported}")
    if answer.citations:
        parts.append(f"## {texts.evidence}")
        parts.extend(_quote(f"[{item.marker}]", item, texts) for item in answer.citations)
    if answer.other_readings:
        parts.append(f"## {texts.other_readings}")
        parts.extend(
            _quote(f"{item.text} {item.subject} {item.relation}".strip(), item.citation, texts)
            for item in answer.other_readings
        )
    parts.extend(f"- {_plain(note)}" for note in answer.notes)
    parts.append(
        f"---\n{made.isoformat(timespec='minutes')} · {_plain(answer.model)} · "
        f"{texts.packet_generation} {answer.generation} · Baowen {release}"
    )
    return "\n\n".join(parts) + "\n"


def _quote(head: str, citation: Citation, texts: Texts) -> str:
    place = [date_text(citation.date) or texts.unknown_date, citation.source]
    place.append(texts.page.format(page=citation.page) if citation.page else "")
    where = " · ".join(_plain(part) for part in place if part)
    quote = _plain(citation.quote.replace("\n", " "))
    span = f"`{citation.article_id}` [{citation.start}, {citation.end})"
    return f"{_plain(head)} 《{_plain(citation.title)}》 {where} {span}\n\n> {quote}"


def _plain(text: str) -> str:
    """``text`` with what Markdown or HTML would act on made inert; markers such as ``[1]`` stay readable."""
    inert = text.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for special in "*_`#|~$":
        inert = inert.replace(special, "\\" + special)
    return inert.replace("](", "]\\(")
