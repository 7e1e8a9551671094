"""The archive's tab: Gradio components and their wiring; what they show is made by ``ui.archive``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from rag.records import SearchFilter
from ui.archive import Archive
from ui.gradio_events import PRIVATE, bridge
from ui.mending import Mending
from ui.messages import Texts
from ui.page_rights import writing_refused_html
from ui.render import escape
from ui.web.callers import scope_of
from ui.web.services import Services

_Mend = Callable[[Mending, gr.EventData], str]
_MENDS = ("remove", "correct", "divide", "join", "undo")


class ArchiveTab:
    """List and search on the left, the chosen article on the right."""

    def __init__(self, services: Services, texts: Texts) -> None:
        self._texts = texts
        self._archive = Archive(services.workspace, texts)
        self._services = services

    def build(self, tab: gr.Tab, page: gr.Blocks) -> None:
        """Lay the tab out and wire it."""
        texts = self._texts
        with gr.Row(equal_height=False, elem_id="bw-library"):
            with gr.Column(scale=5, min_width=320):
                find = gr.Textbox(
                    placeholder=texts.archive_find,
                    label=texts.archive_find,
                    show_label=False,
                    container=False,
                    max_length=100,
                    submit_btn=True,
                    elem_id="bw-find",
                )
                with gr.Row():
                    source = gr.Dropdown([(texts.any_source, "")], value="", label=texts.source, min_width=120)
                    year = gr.Dropdown([(texts.any_year, "")], value="", label=texts.year, min_width=120)
                    of_page = gr.Textbox(
                        label=texts.correct_page,
                        placeholder=texts.any_page,
                        max_length=10,
                        min_width=80,
                        elem_id="bw-of-page",
                    )
                listed = gr.HTML("", elem_id="bw-archive", padding=False, js_on_load=bridge("choose"))
                with gr.Row():
                    newer = gr.Button(texts.archive_newer, size="sm", min_width=80)
                    older = gr.Button(texts.archive_older, size="sm", min_width=80)
            with gr.Column(scale=6, min_width=320, elem_id="bw-reader"):
                choose = f'<p class="bw-soft">{escape(texts.archive_choose)}</p>'
                viewer = gr.HTML(choose, elem_id="bw-viewer", padding=False, js_on_load=bridge(*_MENDS))
        number = gr.State(0)
        inputs, outputs = [number, find, source, year, of_page], [number, listed]
        for trigger in (find.submit, source.change, year.change, of_page.submit, of_page.blur):
            trigger(lambda _, *rest: self._turn(0, 0, *rest), inputs, outputs, **PRIVATE)
        newer.click(lambda n, *rest: self._turn(n, -1, *rest), inputs, outputs, **PRIVATE)
        older.click(lambda n, *rest: self._turn(n, 1, *rest), inputs, outputs, **PRIVATE)
        tab.select(lambda n, *rest: self._turn(n, 0, *rest), inputs, outputs, **PRIVATE)
        tab.select(self._choices, None, [source, year], **PRIVATE)
        page.load(lambda: self._turn(0, 0, "", "", "", "")[1], None, listed, **PRIVATE)
        listed.choose(self._show, None, viewer, **PRIVATE)
        changed = [viewer, *outputs]
        mends: tuple[tuple[Any, _Mend], ...] = (
            (viewer.remove, lambda mending, event: mending.remove(str(event.id))),
            (viewer.undo, lambda mending, event: mending.undo(str(event.token))),
            (viewer.correct, lambda mending, event: mending.correct(str(event.id), dict(event.fields))),
            (viewer.divide, lambda mending, event: mending.divide(str(event.id), dict(event.fields))),
            (viewer.join, lambda mending, event: mending.join(str(event.id), dict(event.fields))),
        )
        for raised, mend in mends:
            raised(self._mended(mend), inputs, changed, **PRIVATE)

    def _turn(
        self, number: int, step: int, find: str, source: str | None, year: int | str, of_page: str
    ) -> tuple[int, str]:
        return self._archive.turn(number, step, find, _filter(source, year), of_page.strip())

    def _choices(self) -> tuple[Any, Any]:
        sources = [(name, name) for name in self._archive.sources()]
        years = [(str(year), year) for year in self._archive.years()]
        return (
            gr.update(choices=[(self._texts.any_source, ""), *sources]),
            gr.update(choices=[(self._texts.any_year, ""), *years]),
        )

    def _show(self, chosen: gr.EventData) -> str:
        return self._archive.article_html(str(chosen.id))

    def _mending(self, request: gr.Request) -> Mending:
        """What mends for whoever sent the request, and writes down who it was."""
        services = self._services

        def note(what: str, article_ids: Sequence[str]) -> None:
            services.audit.write(what, scope_of(request), articles=list(article_ids), through="page")

        return Mending(services.workspace, self._archive, services.undo, self._texts, note)

    def _mended(self, mend: _Mend) -> Callable[..., tuple[Any, ...]]:
        """The event that mends, for those who may write, and shows the list as it is then."""

        def handle(
            event: gr.EventData,
            number: int,
            find: str,
            source: str | None,
            year: int | str,
            of_page: str,
            request: gr.Request,
        ) -> tuple[Any, ...]:
            shown = writing_refused_html(request, self._texts) or mend(self._mending(request), event)
            return shown, *self._turn(number, 0, find, source, year, of_page)

        return handle


def _filter(source: str | None, year: int | str) -> SearchFilter:
    if not year:
        return SearchFilter(source=source or None)
    return SearchFilter(dt.date(int(year), 1, 1), dt.date(int(year), 12, 31), source or None)
