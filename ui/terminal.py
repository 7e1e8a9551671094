"""Records as plain text for a terminal; pure. Control characters of a source never reach the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rag.records import Answer, Article, Citation, SearchResult
from ui.serialisation import date_text


def clean(text: str) -> str:
    """``text`` without control and format characters (escape sequences, direction overrides), lines kept."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))


def place_text(date: str | None, source: str, page: str) -> str:
    """``2020-12-25 · 晨报 · 03版``; what is unknown is left out."""
    parts = [date or "日期不详", source, f"{page}版" if page else ""]
    return clean(" · ".join(part for part in parts if part))


def citations_text(citations: Sequence[Citation]) -> str:
    """One block a citation: marker, title and place, then the quote."""
    blocks = []
    for item in citations:
        place = place_text(date_text(item.date), item.source, item.page)
        quote = clean(item.quote).replace("\n", " ")
        blocks.append(f"[{item.marker}] 《{clean(item.title)}》 {place}  ({item.article_id}:{item.start}-{item.end})")
        blocks.append(f"    “{quote}”")
    return "\n".join(blocks)


def after_answer_text(answer: Answer) -> str:
    """What follows a streamed answer: warnings, refusal reason, other readings, notes, citations."""
    lines: list[str] = []
    unsupported = [figure.text for figure in answer.figures if not figure.supported]
    if unsupported:
        lines.append("⚠ 未在报纸原文中核对到的数字，请勿引用 / unverified figures: " + "、".join(unsupported))
    if answer.refused and answer.refusal_reason:
        lines.append("未作答的原因 / why there is no answer: " + answer.refusal_reason)
    if answer.standalone_question:
        lines.append("按此理解 / read as: " + answer.standalone_question)
    lines.extend("注 / note: " + note for note in answer.notes)
    if answer.other_readings:
        lines.append("其他符合的数字 / other figures that fit:")
        for item in answer.other_readings:
            place = place_text(date_text(item.citation.date), item.citation.source, item.citation.page)
            relation = f"（{item.relation}）" if item.relation else ""
            lines.append(f"  - {item.text} {item.subject}{relation} — 《{item.citation.title}》 {place}")
    text = clean("\n".join(lines))
    cited = citations_text(answer.citations)
    return "\n\n".join(part for part in (text, "引用 / citations:\n" + cited if cited else "") if part)


def article_line(article: Article) -> str:
    """One line of a list."""
    place = place_text(date_text(article.date), article.source, article.page)
    return f"{article.id}  {place}  {clean(article.title or '（无题）')}"


def article_text(article: Article) -> str:
    """One article, whole."""
    head = [article.title or "（无题）", article.subtitle, article.byline]
    place = place_text(date_text(article.date), article.source, article.page)
    facts = f"{place} · {article.kind} · {article.id} · {article.origin.path}"
    return clean("\n".join([*(line for line in head if line), facts, "", article.text]))


def search_text(found: SearchResult) -> str:
    """How the question was read, where that is not plain, then the passages, best first."""
    blocks = []
    if found.standalone_question:
        blocks.append("按此理解 / read as: " + clean(found.standalone_question))
    blocks.extend("注 / note: " + clean(note) for note in found.notes)
    for number, item in enumerate(found.passages, start=1):
        place = place_text(date_text(item.date), item.source, item.page)
        span = f"{item.article_id}:{item.start}-{item.end}"
        blocks.append(f"{number}. 《{clean(item.title)}》 {place}  {item.score:.3f}  ({span})")
        blocks.append(f"   {clean(item.text)}")
    if not found.passages:
        blocks.append("没有找到相关段落 / no passage found")
    return "\n".join(blocks)
