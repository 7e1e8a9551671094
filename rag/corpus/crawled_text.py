"""Text files as crawlers write them: articles under one another, set apart by rows of signs, 【headlines】 or labels.

A page torn out of a PDF has none of these and is left to the segmentation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.corpus.bylines import line_mark
from rag.corpus.file_names import parse_date
from rag.corpus.head_lines import label_of, read_head_lines
from rag.corpus.lines import is_closed
from rag.corpus.normalisation import fold
from rag.corpus.record_fields import field_names, plain_key
from rag.corpus.records_reader import page_of
from rag.corpus.source_content import Piece, SourceContent, body_of
from rag.records import DraftArticle, LeftOut

_LINE = re.compile(r"[^\r\n\f\u2028\u2029\x0b\x85]+")
_RULE = re.compile(r"\s*([=\-_*~#+—─━═＝－])(?:\s?\1){4,}\s*")
_BRACKETED = re.compile(r"\s*【\s*([^【】\n]{2,80}?)\s*】\s*")
_LABELLED = re.compile(
    r"\s*[【\[]?\s*([\u3400-\u9fffA-Za-z_]{1,14})\s*[】\]]?\s*[:：]\s*(.*)|\s*【([\u3400-\u9fff]{2,4})】\s*(.*)"
)
_LABEL_PARTS = ("title", "kicker", "subtitle", "date", "source", "page", "byline", "text", "captions", "key")
_PER_ARTICLE_NAME = re.compile(r"(?<!\d)(?:19|20)\d{6}[-_][A-Da-d]?\d{1,2}[-_]\d{1,3}(?!\d)")
_MOST_OPENINGS = 1
_LEAST_LABELS = 2
_LEAST_BROKEN = 8


@dataclass(slots=True)
class _Record:
    lines: list[Piece] = field(default_factory=list)
    bracketed: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def has_body(self) -> bool:
        return any(len(line.text.strip()) > 60 or "。" in line.text for line in self.lines)


def read_crawled(text: str) -> SourceContent | None:
    """The articles of a crawler's text file; None where nothing in it says that it is one.

    A row of signs ends an article, ``【headline】`` alone in a line begins one, and so does a label such as
    ``标题：`` once there was text. Lines without text only show where a headline's kicker is missing.
    """
    lines = [Piece(match.group(), match.start()) for match in _LINE.finditer(text)]
    labels = _labels(lines)
    if not labels and not any(_RULE.fullmatch(line.text) or _BRACKETED.fullmatch(line.text) for line in lines):
        return None
    left_out: list[LeftOut] = []
    records = _records(lines, labels, left_out)
    if not records or any(_openings(record) > _MOST_OPENINGS or _is_broken(record) for record in records):
        return None
    articles = tuple(article for record in records if (article := _article(record)).text)
    return SourceContent(articles, (text,), left_out=tuple(left_out)) if articles else None


def reread_single(content: SourceContent, text: str, name: str) -> SourceContent:
    """The content of a file that holds one article, its headlines told apart where they show what they are.

    They do by a dash before the subtitle, by labels, or by the file being one of a crawler's own: named by day,
    page and number (``20210809-03-12.txt``), its kicker, title and subtitle in lines of their own.
    """
    if len(content.articles) != 1 or len(content.pages) != 1 or content.date or content.source:
        return content
    lines = [Piece(match.group(), match.start()) for match in _LINE.finditer(text) if match.group().strip()]
    own = bool(_PER_ARTICLE_NAME.search(name))
    head = read_head_lines(lines, leading_blank=own and text[:1] in "\r\n \u3000")
    count = len(lines) - len(head.body)
    told = own or any(label_of(line.text.strip())[0] for line in lines[:count])
    if count < 2 or not told or not head.title:
        return content
    body = body_of(head.body)
    article = DraftArticle(fold(head.title), body.text, subtitle=fold(head.deck), byline=head.byline, runs=body.runs)
    return SourceContent((article,), content.pages, page=content.page, warnings=content.warnings)


def _labels(lines: Sequence[Piece]) -> dict[int, tuple[str, Piece]]:
    """The lines that begin with the name of a field, by number; none where they are too few to be a form."""
    names = {name: part for part in _LABEL_PARTS for name in field_names()[part]}
    found: dict[int, tuple[str, Piece]] = {}
    for number, line in enumerate(lines):
        match = _LABELLED.fullmatch(line.text)
        if not match:
            continue
        label, group = (match[1], 2) if match[1] else (match[3], 4)
        part = names.get(plain_key(label))
        if part is not None:
            found[number] = (part, Piece(match[group], line.start + match.start(group)))
    parts = {part for part, _ in found.values()}
    return found if len(parts) >= _LEAST_LABELS and parts & {"title", "text"} else {}


def _records(lines: Sequence[Piece], labels: dict[int, tuple[str, Piece]], left_out: list[LeftOut]) -> list[_Record]:
    records = [_Record()]
    for number, line in enumerate(lines):
        bracketed = _BRACKETED.fullmatch(line.text)
        if number in labels:
            part, value = labels[number]
            left_out.append(LeftOut(line.text[: value.start - line.start].strip(), "a field's name"))
            if (part in ("title", "kicker") and records[-1].lines) or part in records[-1].fields:
                records.append(_Record())
            if part in ("text", "captions"):
                records[-1].lines.append(value)
            records[-1].fields[part] = value.text.strip()
        elif _RULE.fullmatch(line.text):
            left_out.append(LeftOut(line.text.strip(), "a dividing line"))
            if records[-1].has_body:
                records.append(_Record())
        elif bracketed:
            if records[-1].bracketed or records[-1].has_body:
                records.append(_Record())
            records[-1].bracketed = bracketed[1]
        else:
            records[-1].lines.append(line)
    return [record for record in records if any(line.text.strip() for line in record.lines)]


def _openings(record: _Record) -> int:
    return sum(line_mark(line.text.strip()) == "opening" for line in record.lines)


def _is_broken(record: _Record) -> bool:
    """Whether the lines break sentences, as a printed page's columns do and a crawler's paragraphs do not."""
    texts = [line.text.strip() for line in record.lines if line.text.strip()]
    return len(texts) >= _LEAST_BROKEN and sum(not is_closed(text) for text in texts) * 2 > len(texts)


def _article(record: _Record) -> DraftArticle:
    fields = record.fields
    lines = [line for line in record.lines if line.text.strip()]
    title, deck, byline = record.bracketed or fields.get("title", ""), "", fields.get("byline", "")
    if not title:
        head = read_head_lines(lines, leading_blank=not record.lines[0].text.strip())
        title, deck, byline, lines = head.title, head.deck, byline or head.byline, list(head.body)
    decks = [label_of(fields.get("kicker", ""))[1], label_of(fields.get("subtitle", ""))[1], deck]
    body = body_of(lines)
    return DraftArticle(
        fold(title),
        body.text,
        subtitle=fold(" ".join(part for part in decks if part)),
        byline=byline,
        page=page_of(fields["page"]) if "page" in fields else "",
        runs=body.runs,
        date=parse_date(fields.get("date", "")),
        source=fields.get("source", ""),
    )
