"""An answer as people pass it on: markers that corrupt no figure, and sources as a newspaper is cited; pure."""

from __future__ import annotations

import re

from rag.records import Answer, Citation
from ui.messages import Texts

_MARKER = re.compile(r"\[(\d+)\]")


def marker_text(marker: int) -> str:
    """``〔1〕``: next to a figure, a bare digit would be read as part of it."""
    return f"〔{marker}〕"


def text_with_markers(answer: Answer) -> str:
    """The answer's text with ``〔1〕`` for ``[1]``."""
    cited = {citation.marker for citation in answer.citations}
    return _MARKER.sub(lambda found: marker_text(int(found[1])) if int(found[1]) in cited else "", answer.answer)


def source_text(citation: Citation, texts: Texts) -> str:
    """``《云岭日报》2020年12月26日第3版`` and the headline; in English ``云岭日报, 2020-12-26, p. 3``."""
    page = citation.page.lstrip("0") if citation.page.isdigit() else citation.page
    day = citation.date
    dated = texts.footnote_date.format(year=day.year, month=day.month, day=day.day) if day else texts.unknown_date
    paged = texts.footnote_page.format(page=page) if page else ""
    if texts.language == "zh":
        paper = f"《{citation.source}》" if citation.source else ""
        return f"{paper}{dated}{paged}" + (f"：{citation.title}" if citation.title else "")
    head = f"{citation.source}, " if citation.source else ""
    return f"{head}{dated}{paged}" + (f": {citation.title}" if citation.title else "")


def refusal_text(answer: Answer, texts: Texts) -> str:
    """What a refused answer says, in a sentence or two."""
    if answer.asked_back:
        return " ".join(filter(None, (answer.answer, answer.refusal_reason)))
    return f"{texts.refused}{texts.separator}{answer.refusal_reason or answer.answer}"


def unsupported_text(answer: Answer, texts: Texts) -> str:
    """The warning of the figures that no quote carries; empty where there is none."""
    figures = [item.text for item in answer.figures if not item.supported]
    return texts.unsupported_warning + "、".join(figures) if figures else ""


def copied_text(answer: Answer, texts: Texts) -> str:
    """The answer for a report: text, then a footnote for each marker, a line each; plain text."""
    if answer.refused:
        return refusal_text(answer, texts)
    lines = [text_with_markers(answer)]
    warning = unsupported_text(answer, texts)
    lines += [warning] if warning else []
    lines += [f"{marker_text(item.marker)}{source_text(item, texts)}" for item in answer.citations]
    return "\n".join(lines)
