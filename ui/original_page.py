"""What an article was cut out of, made from the kept file when somebody looks.

It is the printed page, with boxes around what is cited, or the torn text with the article's lines marked.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rag.corpus.file_kinds import shown_kind
from rag.corpus.isolated_reading import IsolatedReader
from rag.corpus.original_pages import PagePicture, source_spans
from rag.errors import BaowenError, SourceError
from rag.records import Article
from ui.failures import failure_text
from ui.messages import Texts
from ui.render import attribute, escape, notice_html
from ui.torn_text import torn_text_html
from ui.web.problems import log_error

if TYPE_CHECKING:
    from rag.workspace import Workspace

_PAGES = 3
"""How many pages an article that goes on is shown on at most."""
_AT_ONCE = 2
_WAIT_SECONDS = 20.0
_DRAWING_SECONDS = 60.0


class OriginalPages:
    """Draws pages for readers, a few at a time, in a process that an ill-meant file may take down."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._free = threading.Semaphore(_AT_ONCE)

    def html(self, article_id: str, start: int, end: int, texts: Texts) -> str:
        """What holds ``text[start:end]`` of an article, of the whole one where ``end`` is 0; or why not."""
        try:
            article = self._workspace.store.article(article_id)
            return self._pages_html(article, start, end or len(article.text), texts)
        except SourceError as error:
            log_error(error)
            return notice_html(texts.original_failed)
        except BaowenError as error:
            log_error(error)
            return notice_html(failure_text(error, texts))

    def _pages_html(self, article: Article, start: int, end: int, texts: Texts) -> str:
        path = self._workspace.originals.path(article.origin.sha256)
        spans = source_spans(article.origin.runs, start, end)
        if path is None or not spans:
            return f'<p class="bw-soft" role="status">{escape(texts.original_not_kept)}</p>'
        if not self._free.acquire(timeout=_WAIT_SECONDS):
            return notice_html(texts.original_busy)
        try:
            with IsolatedReader(timeout_seconds=_DRAWING_SECONDS) as reader:
                if shown_kind(path.read_bytes(), article.origin.path) == "text":
                    document = reader.read(path, label=article.origin.path)
                    return torn_text_html(document.pages, article, start, end, texts)
                label = article.title or texts.untitled
                pages = [
                    (page, reader.picture(path, label=label, page=page, spans=spans[page]))
                    for page in sorted(spans)[:_PAGES]
                ]
        finally:
            self._free.release()
        return "".join(picture_html(picture, page, article, texts) for page, picture in pages)


def picture_html(picture: PagePicture, page: int, article: Article, texts: Texts) -> str:
    """A page with its boxes, which grow with it."""
    boxes = "".join(
        f'<span class="bw-box" style="left:{100 * box.left:.3f}%;top:{100 * box.top:.3f}%;'
        f'width:{100 * box.width:.3f}%;height:{100 * box.height:.3f}%"></span>'
        for box in picture.boxes
    )
    named = texts.original_name.format(title=article.title or texts.untitled, page=page + 1)
    return (
        f'<figure class="bw-printed"><div><img alt="{attribute(named)}" width="{picture.width}" '
        f'height="{picture.height}" src="data:image/webp;base64,{picture.image}">{boxes}</div>'
        f"<figcaption>{escape(named)}</figcaption></figure>"
    )
