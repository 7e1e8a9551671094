"""The import's tab: Gradio components and their wiring; what they show is made by ``ui.import_page``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import gradio as gr

from rag.corpus.ingest_records import IngestReport
from ui.gradio_events import PRIVATE
from ui.import_page import ingest_files
from ui.messages import Texts
from ui.page_rights import writing_refused_html
from ui.render import escape
from ui.web.callers import scope_of
from ui.web.services import Services


class ImportTab:
    """Files in, a report out."""

    def __init__(self, services: Services, texts: Texts) -> None:
        self._services, self._texts = services, texts

    def build(self) -> gr.events.Dependency:
        """Lay the tab out; gives the event that a finished import is, for what depends on the archive."""
        texts = self._texts
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=320):
                files = gr.File(file_count="multiple", type="filepath", label=texts.import_label, height=180)
                date = gr.Textbox(label=texts.import_date, placeholder=texts.date_hint, max_length=40)
                source = gr.Textbox(label=texts.import_source, max_length=200)
                start = gr.Button(texts.import_start, variant="primary", elem_id="bw-import")
                gr.HTML(f'<p class="bw-soft">{escape(texts.import_note)}</p>', padding=False)
            with gr.Column(scale=6, min_width=320):
                report = gr.HTML("", elem_id="bw-report", padding=False)
        return start.click(
            self._ingest, [files, date, source], report, trigger_mode="once", concurrency_limit=1, **PRIVATE
        )

    def _ingest(self, files: list[str] | None, date: str, source: str, request: gr.Request) -> Iterator[str]:
        if refused := writing_refused_html(request, self._texts):
            yield refused
            return
        paths = [Path(name) for name in files or []]

        def note(names: Sequence[str], report: IngestReport) -> None:
            self._services.audit.import_done(scope_of(request), names, report, through="page")

        yield from ingest_files(self._services.workspace, paths, date, source, self._texts, note)
