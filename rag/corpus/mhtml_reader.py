"""Web pages saved whole in one file (.mhtml, .mht): the page among its parts, decoded and read as HTML."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import Message

from rag.corpus.html_reader import decode_page, read_page
from rag.corpus.source_content import SourceContent
from rag.corpus.text_decoding import decode_declared
from rag.errors import SourceError
from rag.records import LeftOut

_HEADER = re.compile(
    rb"^(?:from|mime-version|content-type|subject|snapshot-content-location|date)\s*:", re.IGNORECASE
)
_RELATED = re.compile(rb"multipart/related|content-type:\s*text/html", re.IGNORECASE)
_MOST_PARTS = 2000


def is_mhtml(data: bytes) -> bool:
    """Whether ``data`` begins like a page saved as one file: headers of a message, then parts."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n")
    return bool(_HEADER.match(head) and _RELATED.search(head))


def read_mhtml(data: bytes, name: str) -> SourceContent:
    """The articles of the saved page; of pages in frames, the first that holds an article.

    Raises:
        SourceError: no part of it is a page with an article.
    """
    message = email.message_from_bytes(data.lstrip(b"\xef\xbb\xbf \r\n"), policy=email.policy.compat32)
    pages = [part for part in list(message.walk())[:_MOST_PARTS] if part.get_content_type() == "text/html"]
    address = str(message.get("Snapshot-Content-Location") or "").strip()
    pages.sort(key=lambda part: str(part.get("Content-Location") or "").strip() != address)
    refusal: SourceError | None = None
    for number, part in enumerate(pages):
        try:
            content = read_page(_text_of(part, name), name, address)
        except SourceError as error:
            refusal = refusal or error
            continue
        rest = [LeftOut(_text_of(other, name), "another frame") for other in pages[number + 1 :]]
        return SourceContent(
            content.articles,
            content.pages,
            content.date,
            content.source,
            content.page,
            content.warnings,
            content.metadata_date,
            (*content.left_out, *rest),
        )
    raise refusal or SourceError(f"{name} holds no web page; expected one saved from a browser: save it again")


def _text_of(part: Message, name: str) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    return decode_declared(data, charset, name) if charset else decode_page(data, name)
