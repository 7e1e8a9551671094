"""Markdown: each ``#`` heading that has text under it is an article; without headings the file is one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.corpus.normalisation import MappedText, fold
from rag.corpus.source_content import RunBuilder, SourceContent
from rag.records import DraftArticle

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t\u3000]+(.+?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LINE_MARKUP = re.compile(r"^\s*(?:>\s*)*(?:[-*+][ \t]+)?")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$|^\s*\|?[\s:|-]+\|[\s:|-]*$")
_INLINE = re.compile(
    r"!\[[^\]]*\]\([^)]*\)"  # an image
    r"|\[(?P<link>[^\]]+)\]\([^)]*\)"
    r"|(?P<mark>\*\*|__|`|~~)(?P<strong>.+?)(?P=mark)"
    r"|(?<!\*)\*(?P<soft>[^*\s][^*]*?)\*(?!\*)"
    r"|<[^<>]{1,200}>"
)


@dataclass(slots=True)
class _Section:
    title: str
    level: int
    lines: list[tuple[int, str]] = field(default_factory=list)


def read_markdown(text: str) -> SourceContent:
    """Articles by heading: the deepest level that carries text is an article of its own, up to level 2.

    Headings below that stand inside their article as a paragraph. ``#`` with no text of its own over ``##``
    sections is the title of the file and no article.
    """
    sections = _split_sections(fold(text))
    merged = _merge_deep(sections)
    articles = [_article(section) for section in merged]
    return SourceContent(tuple(a for a in articles if a.text), (text,))


def _split_sections(text: str) -> list[_Section]:
    sections = [_Section("", 0)]
    front = _FRONT_MATTER.match(text)
    offset, fenced = (front.end() if front else 0), False
    for line in text[offset:].splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line.rstrip("\r\n"))
        if heading:
            sections.append(_Section(_plain(heading[2]), len(heading[1]), []))
            if len(heading[1]) > 2:
                sections[-1].lines.append((offset + heading.start(2), heading[2]))
        elif not _FENCE.match(line) and not _RULE.match(line.strip() or "text"):
            sections[-1].lines.append((offset, line.rstrip("\r\n")))
        offset += len(line)
    return sections


def _merge_deep(sections: list[_Section]) -> list[_Section]:
    """Sections of level 3 and deeper folded into the article above them."""
    merged: list[_Section] = []
    for section in sections:
        if section.level > 2 and merged and merged[-1].level in (1, 2):
            merged[-1].lines.extend([(0, ""), *section.lines])
        else:
            if section.level > 2:
                section.lines = section.lines[1:]
            merged.append(section)
    return merged


def _article(section: _Section) -> DraftArticle:
    body = _body(section.lines)
    return DraftArticle(section.title, body.text, runs=body.runs)


def _body(lines: list[tuple[int, str]]) -> MappedText:
    """Paragraphs of consecutive lines; two Chinese lines join without a space."""
    builder, fresh, last = RunBuilder(), True, ""
    for offset, line in lines:
        markup = _LINE_MARKUP.match(line)
        start = markup.end() if markup else 0
        content = line[start:].strip()
        if not content:
            fresh = True
            continue
        is_item = bool(re.match(r"^\s*(?:[-*+]|\d+[.)])[ \t]", line))
        if len(builder) and (fresh or is_item):
            builder.join("\n")
        elif len(builder) and last.isascii() and content[0].isascii():
            builder.join(" ")
        _add_inline(builder, line, start, offset)
        fresh, last = False, content[-1]
    return builder.build()


def _add_inline(builder: RunBuilder, line: str, start: int, offset: int) -> None:
    """The line from ``start`` without inline markup, each kept piece with its place."""
    end = len(line.rstrip())
    position = start + len(line[start:]) - len(line[start:].lstrip())
    for match in _INLINE.finditer(line, position, end):
        builder.add(line[position : match.start()], offset + position)
        for name in ("link", "strong", "soft"):
            if match[name]:
                builder.add(match[name], offset + match.start(name))
        position = match.end()
    builder.add(line[position:end], offset + position)


def _plain(text: str) -> str:
    return _INLINE.sub(lambda m: m["link"] or m["strong"] or m["soft"] or "", text).strip()
