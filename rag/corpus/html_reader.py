"""HTML to one article. The only import of trafilatura; nothing is fetched and no script runs."""

from __future__ import annotations

import re

from rag.corpus.file_names import parse_date
from rag.corpus.normalisation import fold
from rag.corpus.source_content import SourceContent, clean_paragraphs
from rag.corpus.text_decoding import decode_text
from rag.errors import SourceError
from rag.records import DraftArticle

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
_GBK_FAMILY = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "hz-gb-2312"}


def read_html(data: bytes, name: str) -> SourceContent:
    """The main text, title, author and date of a saved web page; menus, advertisements and scripts left out.

    Raises:
        SourceError: the page holds no article text.
    """
    from trafilatura import bare_extraction

    page = _decode_page(data, name)
    found = bare_extraction(page, with_metadata=True, include_comments=False, favor_recall=True)
    text = (found.text or "") if found is not None else ""
    title = ((found.title or "") if found is not None else "").strip()
    body = clean_paragraphs(text)
    if body.text.startswith(f"{title}\n") and title:
        offset = text.index(title) + len(title)
        body = clean_paragraphs(text[offset:], offset=offset)
    if found is None or not body.text:
        raise SourceError(f"{name} holds no article text that could be found; expected a saved news page")
    article = DraftArticle(
        title=fold(title),
        text=body.text,
        byline=(found.author or "").strip(),
        runs=body.runs,
        date=parse_date(found.date or ""),
        source=_source_of(found.sitename or ""),
    )
    return SourceContent((article,), (text,))


def _source_of(site_name: str) -> str:
    """A site name as trafilatura gives it, unless it is only a host."""
    return "" if re.fullmatch(r"[\w.-]+\.\w+", site_name, re.ASCII) else site_name.strip()


def _decode_page(data: bytes, name: str) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared:
        label = declared[1].decode("ascii").lower()
        try:
            return data.decode("gb18030" if label in _GBK_FAMILY else label)
        except (LookupError, UnicodeDecodeError):
            pass  # a page that declares what it is not is read by its bytes, which name the error if they cannot be
    return decode_text(data, name)
