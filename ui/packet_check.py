"""A saved answer given back: Gradio components and their wiring; what they show is made by ``ui.replay_html``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.answering.events import AnswerReady
from rag.errors import BaowenError
from ui.answer_queue import Inquiry
from ui.failures import failure_text
from ui.gradio_events import PRIVATE, bridge
from ui.messages import Texts
from ui.packets import MAX_BYTES, Packet, read_packet
from ui.page_rights import may_write
from ui.page_routes import owner_of
from ui.render import escape, notice_html
from ui.replay_html import replay_html
from ui.replaying import Replay, replayed, with_answer
from ui.web.problems import log_error
from ui.web.services import Services


class PacketCheck:
    """A packet in, and whether its answer still holds."""

    def __init__(self, services: Services, texts: Texts) -> None:
        self._services, self._texts = services, texts

    def build(self, page: gr.Blocks) -> None:
        """Lay it out and wire it."""
        texts = self._texts
        with gr.Accordion(texts.packet, open=False, elem_id="bw-packet"):
            file = gr.File(file_types=[".json"], type="filepath", label=texts.packet_file, height=140)
            read_only = gr.HTML("", padding=False)
            start = gr.Button(texts.packet_check, elem_id="bw-packet-start")
            result = gr.HTML("", elem_id="bw-replayed", padding=False, js_on_load=bridge("again"))
        once = {"trigger_mode": "once", "concurrency_limit": 2, "concurrency_id": "packets", **PRIVATE}
        start.click(self._check, [file], result, **once)
        result.again(self._again, [file], result, **once)
        page.load(self._show_rights, None, [file, read_only], **PRIVATE)

    def _show_rights(self, request: gr.Request) -> tuple[Any, str]:
        if may_write(request):
            return gr.update(visible=True), ""
        return gr.update(visible=False), f'<p class="bw-soft">{escape(self._texts.packet_read_only)}</p>'

    def _check(self, file: str | None) -> str:
        if not file:
            return notice_html(self._texts.packet_nothing)
        try:
            return replay_html(self._replayed(file), self._texts)
        except BaowenError as error:
            return self._failed(error)

    def _again(self, file: str | None, request: gr.Request) -> Iterator[str]:
        """Ask the packet's question once more; what the check said stays while it is answered."""
        if not file:
            yield notice_html(self._texts.packet_nothing)
            return
        try:
            found = self._replayed(file)
            yield replay_html(found, self._texts, is_asking=True)
            yield replay_html(self._answered(found, f"page:{owner_of(request)}"), self._texts)
        except BaowenError as error:
            yield self._failed(error)

    def _replayed(self, file: str) -> Replay:
        with Path(file).open("rb") as data:
            packet = read_packet(data.read(MAX_BYTES + 1))
        return replayed(packet, self._services.workspace.store)

    def _answered(self, found: Replay, asker: str) -> Replay:
        packet: Packet = found.packet
        asked = Inquiry(packet.question, packet.search_filter, asker=asker, prose=packet.prose)
        with self._services.answers.ask(asked) as stream:
            for event in stream:
                if isinstance(event, AnswerReady):
                    return with_answer(found, event.answer)
        return found

    def _failed(self, error: BaowenError) -> str:
        log_error(error)
        return notice_html(failure_text(error, self._texts))
