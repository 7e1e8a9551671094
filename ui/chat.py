"""The page: Gradio components and their wiring, and the only import of gradio.

What the components show is made by ``ui.conversation``, ``ui.render`` and ``ui.archive``; nothing is answered here.
The page loads nothing from anywhere but its own server.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from rag.errors import BaowenError
from rag.settings import Settings
from ui.archive import Archive, ingest_files
from ui.conversation import Conversation, Conversing
from ui.filters import make_filter
from ui.look import FONTS, INK_SHADES, MONOSPACE_FONTS, RED_SHADES, THEME_VARIABLES
from ui.messages import TEXTS, Language, Texts, error_title
from ui.packets import write_packets
from ui.render import escape, question_html
from ui.static_files import read_static
from ui.web.services import Services

_PATHS: dict[Language, str] = {"en": "/en", "zh": "/"}
_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_CLICK_ARTICLE = """
element.addEventListener('click', event => {
  const row = event.target.closest('[data-article]');
  if (row) trigger('choose', {id: row.dataset.article});
});
"""


def mount_chat(app: FastAPI, settings: Settings) -> None:
    """Put the page on ``app``: Chinese at ``/``, English at ``/en``."""
    services: Services = app.state.services
    packets = tempfile.TemporaryDirectory(prefix="baowen-packets-")
    app.state.packets = packets  # removed with the app
    for language, path in _PATHS.items():
        gr.mount_gradio_app(
            app,
            build_chat(services, language, Path(packets.name)),
            path=path,
            server_name=settings.host,
            server_port=settings.port,
            footer_links=[],
            run_history=False,
            allowed_paths=[packets.name],
            show_error=False,
            max_file_size=settings.max_upload_bytes,
            ssr_mode=False,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
            theme=_theme(),
            css=read_static("chat.css"),
            head=f"<script>{read_static('chat.js')}</script>",
        )


def build_chat(services: Services, language: Language, packets: Path) -> gr.Blocks:
    """The page in one language; answer packets for download are written to ``packets``."""
    texts = TEXTS[language]
    builder = _PageBuilder(services, texts, packets)
    with gr.Blocks(title=f"{texts.title} Baowen", analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        builder.build(page)
    page.queue(default_concurrency_limit=8, max_size=64, api_open=False)
    return page


def _theme() -> gr.themes.Base:
    """Ink on paper, with fonts that the reader's machine has."""
    ink, red = gr.themes.Color(*INK_SHADES), gr.themes.Color(*RED_SHADES)
    return gr.themes.Base(
        primary_hue=red,
        secondary_hue=ink,
        neutral_hue=ink,
        radius_size=gr.themes.sizes.radius_sm,
        font=list(FONTS),
        font_mono=list(MONOSPACE_FONTS),
    ).set(**THEME_VARIABLES)


@dataclass(slots=True)
class _Filters:
    date_from: gr.Textbox
    date_to: gr.Textbox
    source: gr.Dropdown

    def components(self) -> list[Any]:
        return [self.date_from, self.date_to, self.source]


class _PageBuilder:
    """Lays out the page of one language and wires it."""

    def __init__(self, services: Services, texts: Texts, packets: Path) -> None:
        self._services, self._texts, self._packets = services, texts, packets
        self._archive = Archive(services.workspace, texts)

    def build(self, page: gr.Blocks) -> None:
        """Everything on the page."""
        masthead = gr.HTML(self._masthead(), elem_id="bw-masthead", padding=False)
        with gr.Tabs():
            with gr.Tab(self._texts.tab_ask, id="ask"):
                filters = self._build_ask(page)
            with gr.Tab(self._texts.tab_archive, id="archive") as archive_tab:
                archive_list = self._build_archive(archive_tab)
            with gr.Tab(self._texts.tab_import, id="import"):
                self._build_import(masthead, filters)
        page.load(lambda: (self._masthead(), self._source_choices()), None, [masthead, filters.source], **_PRIVATE)
        page.load(lambda: self._archive.page_html(0, ""), None, archive_list, **_PRIVATE)

    def _masthead(self) -> str:
        texts = self._texts
        return (
            f'<header class="bw-masthead" data-language="{texts.html_language}"><div><h1>{escape(texts.title)}</h1>'
            f'<span class="bw-motto">{escape(texts.motto)}</span></div><div class="bw-side">'
            f'<span class="bw-soft">{escape(self._archive.summary())}</span>'
            f'<a href="{texts.other_language_path}" target="_self">{escape(texts.other_language)}</a></div></header>'
        )

    def _source_choices(self) -> Any:
        names = [(name or self._texts.unknown_date, name) for name in self._archive.sources()]
        return gr.update(choices=[(self._texts.any_source, ""), *names])

    # Asking

    def _build_ask(self, page: gr.Blocks) -> _Filters:
        texts = self._texts
        with gr.Row(equal_height=False, elem_id="bw-desk"):
            with gr.Column(scale=6, min_width=320):
                chatbot = gr.Chatbot(
                    show_label=False,
                    height="62vh",
                    elem_id="bw-chat",
                    latex_delimiters=[],
                    buttons=[],
                    layout="panel",
                    placeholder=f'<div class="bw-empty">{escape(texts.empty_chat)}</div>',
                    allow_tags=False,
                    group_consecutive_messages=False,
                )
                question = gr.Textbox(
                    placeholder=texts.question_placeholder,
                    label=texts.question_label,
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=5,
                    submit_btn=True,
                    stop_btn=False,
                    autofocus=True,
                    max_length=self._services.settings.max_question_characters,
                    elem_id="bw-question",
                )
                with gr.Row(elem_id="bw-tools"):
                    clear = gr.Button(texts.new_conversation, size="sm", min_width=80)
                    json_button = gr.DownloadButton(texts.save_json, size="sm", min_width=80, visible=False)
                    markdown_button = gr.DownloadButton(texts.save_markdown, size="sm", min_width=80, visible=False)
                filters = self._build_filters()
            with gr.Column(scale=5, min_width=320):
                gr.HTML(f'<h2 class="bw-heading">{escape(texts.evidence)}</h2>', padding=False)
                evidence = gr.HTML(self._no_evidence(), elem_id="bw-evidence", padding=False)
        conversation = gr.State(Conversation())
        shown = [chatbot, evidence, conversation, question, json_button, markdown_button]
        asked = question.submit(
            self._ask, [question, conversation, *filters.components()], shown, trigger_mode="once", **_PRIVATE
        )
        question.stop(self._stop, conversation, [chatbot, question], cancels=[asked], **_PRIVATE)
        clear.click(lambda: self._shown(Conversation()), None, shown, cancels=[asked], **_PRIVATE)
        chatbot.like(self._keep_feedback, conversation, None, **_PRIVATE)
        chatbot.example_select(self._take_example, None, question, **_PRIVATE)
        page.load(lambda: gr.update(examples=self._examples()), None, chatbot, **_PRIVATE)
        return filters

    def _build_filters(self) -> _Filters:
        texts = self._texts
        with gr.Accordion(texts.filters, open=False, elem_id="bw-filters"), gr.Row():
            hint = texts.date_hint
            date_from = gr.Textbox(label=texts.date_from, placeholder=hint, max_length=20, min_width=140)
            date_to = gr.Textbox(label=texts.date_to, placeholder=hint, max_length=20, min_width=140)
            source = gr.Dropdown([(texts.any_source, "")], value="", label=texts.source, min_width=140)
        return _Filters(date_from, date_to, source)

    def _no_evidence(self) -> str:
        return Conversation().evidence_html(self._texts)

    def _examples(self) -> list[dict[str, str]]:
        return [{"text": text, "display_text": text} for text in self._archive.examples()]

    def _take_example(self, chosen: gr.SelectData) -> str:
        return str(chosen.value["text"])

    def _ask(
        self, question: str, conversation: Conversation, date_from: str, date_to: str, source: str | None
    ) -> Iterator[list[Any]]:
        if not question.strip():
            yield [gr.skip()] * 6
            return
        try:
            search_filter = make_filter(date_from, date_to, source)
        except BaowenError as error:
            raise gr.Error(f"{error_title(error)}：{error}", duration=8) from error
        conversing = Conversing(self._services.answers, lambda: self._services.workspace.store, self._texts)
        steps = conversing.ask(conversation, question.strip(), search_filter)
        try:
            for evidence_changed in steps:
                shown = self._shown(conversation, busy=True)
                yield shown if evidence_changed else [shown[0], gr.skip(), *shown[2:]]
        finally:
            steps.close()
        answer = conversation.exchanges[-1].answer
        if answer:
            self._services.metrics.observe_answer(answer)
        yield self._shown(conversation)

    def _shown(self, conversation: Conversation, *, busy: bool = False) -> list[Any]:
        """Values of chatbot, evidence, conversation, question box and the two save buttons."""
        answer = conversation.exchanges[-1].answer if conversation.exchanges else None
        question = gr.update(value="", submit_btn=not busy, stop_btn=busy)
        saves = [gr.update(visible=False)] * 2
        if answer and not busy:
            saves = [
                gr.update(value=str(path), visible=True) for path in write_packets(self._packets, answer, self._texts)
            ]
        return [_messages(conversation), conversation.evidence_html(self._texts), conversation, question, *saves]

    def _stop(self, conversation: Conversation) -> list[Any]:
        conversation.stop(self._texts)
        return [_messages(conversation), gr.update(submit_btn=True, stop_btn=False)]

    def _keep_feedback(self, conversation: Conversation, liked: gr.LikeData) -> None:
        index = liked.index if isinstance(liked.index, int) else liked.index[0]
        answer = conversation.exchanges[index // 2].answer if index // 2 < len(conversation.exchanges) else None
        if answer is None:
            return
        self._services.workspace.store.add_feedback(
            {
                "question": answer.question,
                "answer": answer.answer,
                "verdict": "up" if liked.liked else "down",
                "comment": "",
                "model": answer.model,
                "generation": answer.generation,
            }
        )
        gr.Info(self._texts.feedback_thanks, duration=3)

    # The archive

    def _build_archive(self, tab: gr.Tab) -> gr.HTML:
        texts = self._texts
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=320):
                find = gr.Textbox(
                    placeholder=texts.archive_find, show_label=False, container=False, max_length=100, submit_btn=True
                )
                listed = gr.HTML("", elem_id="bw-archive", padding=False, js_on_load=_CLICK_ARTICLE)
                with gr.Row():
                    newer = gr.Button(texts.archive_newer, size="sm", min_width=80)
                    older = gr.Button(texts.archive_older, size="sm", min_width=80)
            with gr.Column(scale=6, min_width=320):
                viewer = gr.HTML(
                    f'<p class="bw-soft">{escape(texts.archive_choose)}</p>', elem_id="bw-viewer", padding=False
                )
        number = gr.State(0)
        inputs, outputs = [number, find], [number, listed]
        find.submit(lambda text: (0, self._archive.page_html(0, text)), find, outputs, **_PRIVATE)
        newer.click(lambda n, text: self._archive.turn(n, -1, text), inputs, outputs, **_PRIVATE)
        older.click(lambda n, text: self._archive.turn(n, 1, text), inputs, outputs, **_PRIVATE)
        tab.select(lambda n, text: self._archive.turn(n, 0, text), inputs, outputs, **_PRIVATE)
        listed.choose(self._show_article, None, viewer, **_PRIVATE)
        return listed

    def _show_article(self, chosen: gr.EventData) -> str:
        return self._archive.article_html(str(chosen.id))

    # Importing

    def _build_import(self, masthead: gr.HTML, filters: _Filters) -> None:
        texts = self._texts
        with gr.Row(equal_height=False):
            with gr.Column(scale=5, min_width=320):
                files = gr.File(file_count="multiple", type="filepath", label=texts.import_label, height=180)
                date = gr.Textbox(label=texts.import_date, placeholder=texts.date_hint, max_length=20)
                source = gr.Textbox(label=texts.import_source, max_length=200)
                start = gr.Button(texts.import_start, variant="primary")
                gr.HTML(f'<p class="bw-soft">{escape(texts.import_note)}</p>', padding=False)
            with gr.Column(scale=6, min_width=320):
                report = gr.HTML("", elem_id="bw-report", padding=False)
        done = start.click(
            self._ingest, [files, date, source], report, trigger_mode="once", concurrency_limit=1, **_PRIVATE
        )
        done.then(lambda: (self._masthead(), self._source_choices()), None, [masthead, filters.source], **_PRIVATE)

    def _ingest(self, files: list[str] | None, date: str, source: str) -> Iterator[str]:
        yield from ingest_files(
            self._services.workspace, [Path(name) for name in files or []], date, source, self._texts
        )


def _messages(conversation: Conversation) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for item in conversation.exchanges:
        found.append({"role": "user", "content": question_html(item.question)})
        found.append({"role": "assistant", "content": item.html})
    return found
