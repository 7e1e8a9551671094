"""The text that an article was cut out of, line for line as it was, with the article's own lines marked; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rag.corpus.original_pages import source_spans
from rag.records import Article
from ui.messages import Texts
from ui.render import attribute, escape

_AROUND = 12
"""How many lines of others are shown before and after the article's own, and between two of its parts."""

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str


def torn_text_html(pages: Sequence[str], article: Article, start: int, end: int, texts: Texts) -> str:
    """Each page that the article stands on; ``text[start:end]`` is highlighted, unless that is all of it."""
    own = source_spans(article.origin.runs, 0, len(article.text))
    is_part = (start, end) != (0, len(article.text))
    quoted = source_spans(article.origin.runs, start, end) if is_part else {}
    shown = [number for number in sorted(own) if number < len(pages)]
    return "".join(_page_html(pages[n], n, own[n], quoted.get(n, ()), article, texts) for n in shown)


def _page_html(page: str, number: int, own: Spans, quoted: Spans, article: Article, texts: Texts) -> str:
    lines = _lines(page)
    starts = [line.start for line in lines]
    marked = {place for span in own for place in _places(starts, span)}
    near = sorted({place for item in marked for place in range(item - _AROUND, item + _AROUND + 1)})
    name = texts.torn_name.format(title=article.title or texts.untitled, page=number + 1)
    parts, following = [], 0
    for place in (place for place in near if 0 <= place < len(lines)):
        parts.append(_gap_html(place - following, texts))
        parts.append(_line_html(lines[place], quoted, is_own=place in marked))
        following = place + 1
    parts.append(_gap_html(len(lines) - following, texts))
    body = "".join(parts)
    return (
        f'<figure class="bw-torn"><pre tabindex="0" role="region" aria-label="{attribute(name)}">{body}</pre>'
        f"<figcaption>{escape(name)}</figcaption></figure>"
    )


def _lines(page: str) -> list[_Line]:
    found, position = [], 0
    for text in page.split("\n"):
        found.append(_Line(position, text))
        position += len(text) + 1
    return found


def _places(starts: Sequence[int], span: tuple[int, int]) -> range:
    """The numbers of the lines, which begin at ``starts``, that a span of the page touches."""
    return range(bisect_right(starts, span[0]) - 1, bisect_right(starts, span[1] - 1))


def _gap_html(count: int, texts: Texts) -> str:
    return f"<i>{escape(texts.torn_left_out.format(count=count))}</i>\n" if count > 0 else ""


def _line_html(line: _Line, quoted: Spans, *, is_own: bool) -> str:
    cuts = [(max(a - line.start, 0), min(b - line.start, len(line.text))) for a, b in quoted]
    parts, position = [], 0
    for begin, stop in sorted(cut for cut in cuts if cut[0] < cut[1]):
        parts += [escape(line.text[position:begin]), f"<mark>{escape(line.text[begin:stop])}</mark>"]
        position = stop
    inner = "".join([*parts, escape(line.text[position:])])
    return f"<b>{inner}</b>\n" if is_own and line.text.strip() else f"{inner}\n"
