"""The draft check's tab: Gradio components and their wiring; what they show is made by ``ui.check_html``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from rag.claims.checking import CheckedItem, check_draft
from rag.errors import BaowenError, SourceError
from ui.check_html import checked_html
from ui.checked_drafts import CheckedDrafts, MarkedDraft
from ui.draft_document import MAX_CHARACTERS, DraftDocument, draft_of, read_draft
from ui.failures import failure_text
from ui.filters import parse_date
from ui.gradio_events import PRIVATE, bridge
from ui.messages import Texts
from ui.packet_check import PacketCheck
from ui.page_rights import may_write
from ui.render import escape, notice_html
from ui.sentence_html import no_sentence_html, opened_sentence_html
from ui.uploads import label_of
from ui.web.callers import caller_of
from ui.web.problems import log_error
from ui.web.services import Services

_ROWS = 10


class CheckTab:
    """A draft in, the same draft out with every figure, day and office marked."""

    def __init__(self, services: Services, texts: Texts, drafts: CheckedDrafts) -> None:
        self._services, self._texts, self._drafts = services, texts, drafts

    def build(self, page: gr.Blocks) -> None:
        """Lay the tab out and wire it."""
        texts = self._texts
        with gr.Row(equal_height=False, elem_id="bw-check"):
            with gr.Column(scale=6, min_width=320):
                draft = gr.Textbox(
                    label=texts.check_text,
                    placeholder=texts.check_placeholder,
                    lines=_ROWS,
                    max_lines=_ROWS,
                    elem_id="bw-check-text",
                )
            with gr.Column(scale=3, min_width=280):
                file = gr.File(file_types=[".txt", ".docx"], type="filepath", label=texts.check_file, height=180)
                read_only = gr.HTML("", padding=False)
                day = gr.Textbox(label=texts.check_date, placeholder=texts.date_hint, max_length=40)
                start = gr.Button(texts.check_start, variant="primary", elem_id="bw-check-start")
        with gr.Row(equal_height=False, elem_id="bw-check-result"):
            with gr.Column(scale=7, min_width=320):
                result = gr.HTML("", elem_id="bw-checked", padding=False, js_on_load=bridge("sentence"))
            with gr.Column(scale=4, min_width=300, elem_classes="bw-opened-sentence"):
                opened = gr.HTML("", padding=False, js_on_load=bridge("close"))
        start.click(
            self._check,
            [draft, file, day],
            [result, opened],
            trigger_mode="once",
            concurrency_limit=2,
            concurrency_id="claims",
            **PRIVATE,
        )
        result.sentence(self._open, None, opened, **PRIVATE)
        opened.close(lambda: no_sentence_html(texts), None, opened, **PRIVATE)
        page.load(self._show_rights, None, [file, read_only], **PRIVATE)
        PacketCheck(self._services, texts).build(page)

    def _show_rights(self, request: gr.Request) -> tuple[Any, str]:
        """Uploads are for those who may write; others paste."""
        if may_write(request):
            return gr.update(visible=True), ""
        return gr.update(visible=False), f'<p class="bw-soft">{escape(self._texts.check_read_only)}</p>'

    def _check(self, text: str, file: str | None, day: str, request: gr.Request) -> Iterator[tuple[str, str]]:
        texts = self._texts
        yield (
            f'<p class="bw-status" role="status">{escape(texts.check_running)}'
            f'<span class="bw-clock" data-elapsed="0" data-unit="{escape(texts.seconds)}"></span></p>',
            "",
        )
        try:
            yield self.check(text, Path(file) if file else None, day, caller_of(request).label)
        except SourceError as error:
            log_error(error)
            yield notice_html(texts.check_unreadable), ""
        except BaowenError as error:
            log_error(error)
            yield notice_html(failure_text(error, texts)), ""

    def check(self, text: str, file: Path | None, day: str, owner: str) -> tuple[str, str]:
        """The result's HTML and what stands beside it; a file goes before a pasted text.

        Raises:
            BaowenError: the file is no draft, ``day`` no day, or the archive cannot be read.
        """
        texts = self._texts
        if file is None and not text.strip():
            return notice_html(texts.check_nothing), ""
        if file is None and len(text) > MAX_CHARACTERS:
            return notice_html(texts.check_too_long.format(count=len(text), limit=MAX_CHARACTERS)), ""
        written = parse_date(day or "", texts.check_date)
        document = read_draft(file) if file is not None else draft_of(text)
        items = check_draft(self._services.workspace.claims, document.text, written)
        name = Path(label_of(file.name)).stem if file is not None else texts.check_draft
        address = self._keep(document, items, name, owner)
        return checked_html(document.text, items, address, texts), no_sentence_html(texts) if items else ""

    def _keep(self, document: DraftDocument, items: Sequence[CheckedItem], name: str, owner: str) -> str:
        token = self._drafts.keep(MarkedDraft(f"{name}-{self._texts.tab_check}.docx", document.marked(items), owner))
        return f"{self._texts.root}page/drafts/{token}.docx"

    def _open(self, event: gr.EventData) -> str:
        store = self._services.workspace.claims
        return opened_sentence_html(store, str(event.id), str(event.start), str(event.end), self._texts)
