"""The page: its masthead and tabs, put on the app in both languages.

What the components show is made elsewhere; nothing is answered here. The page loads nothing from anywhere but its
own server.
"""

from __future__ import annotations

import logging
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from rag.settings import Settings
from ui.archive import Archive
from ui.archive_tab import ArchiveTab
from ui.ask_tab import AskTab
from ui.ask_view import Asking
from ui.asking import Asker
from ui.check_tab import CheckTab
from ui.checked_drafts import CheckedDrafts
from ui.claim_routes import claim_router
from ui.conversation_store import ConversationStore
from ui.examples import ExampleFinder
from ui.further_questions import FurtherQuestions
from ui.gradio_events import PRIVATE
from ui.import_tab import ImportTab
from ui.look import FONTS, INK_SHADES, MONOSPACE_FONTS, RED_SHADES, THEME_VARIABLES
from ui.messages import TEXTS, Language, Texts
from ui.original_page import OriginalPages
from ui.page_routes import page_router
from ui.render import escape
from ui.series_tab import SeriesTab
from ui.static_files import read_static
from ui.web.services import Services

logger = logging.getLogger("baowen.page")

_PATHS: dict[Language, str] = {"en": "/en", "zh": "/"}


def mount_chat(app: FastAPI, settings: Settings) -> None:
    """Put the page on ``app``: Chinese at ``/``, English at ``/en/``."""
    services: Services = app.state.services
    conversations = _conversation_store(app, settings)
    asking = Asking(
        services,
        conversations,
        Asker(services.answers, conversations, services.metrics.observe_answer),
        ExampleFinder(services.answers, services.workspace, conversations),
        FurtherQuestions(services.answers, services.workspace, conversations),
    )
    drafts = CheckedDrafts()
    app.include_router(page_router(conversations, OriginalPages(services.workspace), services.workspace))
    app.include_router(claim_router(drafts))
    for language, path in _PATHS.items():
        gr.mount_gradio_app(
            app,
            build_chat(asking, drafts, language),
            path=path,
            server_name=settings.host,
            server_port=settings.port,
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size=settings.max_upload_bytes,
            ssr_mode=False,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
            theme=_theme(),
            css=read_static("chat.css"),
            head="".join(f"<script>{read_static(name)}</script>" for name in ("replies.js", "chat.js")),
        )


def _conversation_store(app: FastAPI, settings: Settings) -> ConversationStore:
    """Beside the articles; where nothing can be written there, for as long as the program runs."""
    try:
        return ConversationStore(settings.folder)
    except (OSError, sqlite3.Error) as error:
        logger.warning("conversations are kept until the program ends only: %s", error)
        folder = tempfile.TemporaryDirectory(prefix="baowen-conversations-")
        app.state.conversations_folder = folder  # removed with the app
        return ConversationStore(Path(folder.name))


def build_chat(asking: Asking, drafts: CheckedDrafts, language: Language) -> gr.Blocks:
    """The page in one language."""
    texts = TEXTS[language]
    with gr.Blocks(title=f"{texts.title} Baowen", analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        _lay_out(page, asking, drafts, texts)
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


def _lay_out(page: gr.Blocks, asking: Asking, drafts: CheckedDrafts, texts: Texts) -> None:
    archive = Archive(asking.services.workspace, texts)
    masthead = gr.HTML(masthead_html(archive, texts), elem_id="bw-masthead", padding=False)
    with gr.Tabs():
        with gr.Tab(texts.tab_ask, id="ask", elem_id="bw-tab-ask"):
            sources = AskTab(asking, texts).build(page)
        with gr.Tab(texts.tab_check, id="check", elem_id="bw-tab-check"):
            CheckTab(asking.services, texts, drafts).build(page)
        with gr.Tab(texts.tab_series, id="figures", elem_id="bw-tab-figures"):
            SeriesTab(asking.services, texts).build()
        with gr.Tab(texts.tab_archive, id="archive", elem_id="bw-tab-archive") as archive_tab:
            ArchiveTab(asking.services, texts).build(archive_tab, page)
        with gr.Tab(texts.tab_import, id="import", elem_id="bw-tab-import"):
            imported = ImportTab(asking.services, texts).build()

    def current() -> tuple[str, Any]:
        names = [(name, name) for name in archive.sources()]
        return masthead_html(archive, texts), gr.update(choices=[(texts.any_source, ""), *names])

    page.load(current, None, [masthead, sources], **PRIVATE)
    imported.then(current, None, [masthead, sources], **PRIVATE)


def masthead_html(archive: Archive, texts: Texts) -> str:
    """Name, motto, what the archive holds, and the way to the other language."""
    return (
        f'<header class="bw-masthead" data-language="{texts.html_language}"><div><h1>{escape(texts.title)}</h1>'
        f'<span class="bw-motto">{escape(texts.motto)}</span></div><div class="bw-side">'
        f'<span class="bw-soft">{escape(archive.summary())}</span>'
        f'<a class="bw-language" href="{texts.other_language_path}" target="_self">{escape(texts.other_language)}</a>'
        "</div></header>"
    )
