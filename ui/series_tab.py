"""The tab of figures over time: Gradio components and their wiring; what they show is made by ``ui.series_html``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components.plot import PlotData

from rag.claims.finding import ClaimQuery
from rag.errors import BaowenError
from ui.failures import failure_text
from ui.figure_series import FigureSeries, find_series
from ui.filters import make_filter
from ui.gradio_events import PRIVATE, bridge
from ui.messages import Texts
from ui.render import escape, notice_html
from ui.sentence_html import no_sentence_html, opened_sentence_html
from ui.series_html import series_html
from ui.series_plot import plot_specification, series_name
from ui.web.problems import log_error
from ui.web.services import Services

_CHOICES = 30


@dataclass(frozen=True, slots=True)
class ShownSeries:
    """What the tab shows: a line of words or a notice, the names of the series by key, the chosen one."""

    head: str
    choices: tuple[tuple[str, str], ...] = ()
    chosen: FigureSeries | None = None
    table: str = ""


class SeriesTab:
    """Words in, a table and a plot out, each row with its sentence."""

    def __init__(self, services: Services, texts: Texts) -> None:
        self._services, self._texts = services, texts

    def build(self) -> None:
        """Lay the tab out and wire it."""
        texts = self._texts
        with gr.Row(equal_height=False, elem_id="bw-figures-form"):
            words = gr.Textbox(
                label=texts.series_words, placeholder=texts.series_words_hint, max_length=200, scale=3, min_width=200,
                elem_id="bw-figures-words",
            )  # fmt: skip
            place = gr.Textbox(label=texts.series_place, max_length=100, scale=2, min_width=160)
            hint = texts.date_hint
            first = gr.Textbox(label=texts.series_from, placeholder=hint, max_length=40, scale=2, min_width=140)
            last = gr.Textbox(label=texts.series_to, placeholder=hint, max_length=40, scale=2, min_width=140)
        find = gr.Button(texts.series_start, variant="primary", elem_id="bw-figures-find")
        head = gr.HTML("", padding=False)
        with gr.Row(equal_height=False):
            with gr.Column(scale=7, min_width=320, elem_id="bw-figures"):
                chosen = gr.Dropdown([], label=texts.series_choice, visible=False)
                plot = gr.Plot(show_label=False, visible=False, elem_id="bw-plot")
                table = gr.HTML("", elem_id="bw-figures-table", padding=False, js_on_load=bridge("sentence"))
            with gr.Column(scale=4, min_width=300, elem_classes="bw-opened-sentence"):
                opened = gr.HTML("", padding=False, js_on_load=bridge("close"))
        typed, shown = [words, place, first, last], [head, chosen, plot, table, opened]
        limits = {**PRIVATE, "concurrency_limit": 2, "concurrency_id": "claims"}
        find.click(self._find, typed, shown, **limits)
        for box in typed:
            box.submit(self._find, typed, shown, **limits)
        chosen.input(self._choose, [*typed, chosen], shown, **limits)
        table.sentence(self._open, None, opened, **PRIVATE)
        opened.close(lambda: no_sentence_html(texts), None, opened, **PRIVATE)

    def _find(self, words: str, place: str, first: str, last: str) -> list[Any]:
        return self._updates(self.find(words, place, first, last))

    def _choose(self, words: str, place: str, first: str, last: str, key: str) -> list[Any]:
        return self._updates(self.find(words, place, first, last, key))

    def find(self, words: str, place: str, first: str, last: str, key: str = "") -> ShownSeries:
        """What to show of the figures of ``words``; ``key`` names the series, the longest by default."""
        texts = self._texts
        if not words.strip():
            return ShownSeries(notice_html(texts.series_nothing))
        try:
            days = make_filter(first, last, names=(texts.series_from, texts.series_to))
            query = ClaimQuery(words, place.strip(), days.date_from, days.date_to)
            found, series = find_series(self._services.workspace.claims, query)
        except BaowenError as error:
            log_error(error)
            return ShownSeries(notice_html(failure_text(error, texts)))
        if not series:
            return ShownSeries(notice_html(texts.series_none.format(words=words)))
        chosen = next((item for item in series if item.key == key), series[0])
        told = texts.series_found.format(claims=len(found.claims), series=len(series))
        names = tuple(
            (f"{series_name(item, texts)} · {texts.series_points.format(count=item.periods)}", item.key)
            for item in series[:_CHOICES]
        )
        asked = {"words": words, "place": place, "from": first, "to": last}
        head = f'<p class="bw-soft" role="status">{escape(told)}</p>'
        return ShownSeries(head, names, chosen, series_html(chosen, asked, texts))

    def _updates(self, shown: ShownSeries) -> list[Any]:
        texts, chosen = self._texts, shown.chosen
        if chosen is None:
            hidden = gr.update(visible=False)
            return [shown.head, hidden, hidden, "", ""]
        title = texts.series_plot.format(name=series_name(chosen, texts))
        drawn = PlotData(type="altair", plot=json.dumps(plot_specification(chosen, title, texts), ensure_ascii=False))
        return [
            shown.head,
            gr.update(choices=list(shown.choices), value=chosen.key, visible=True),
            gr.update(value=drawn, visible=True),
            shown.table,
            no_sentence_html(texts),
        ]

    def _open(self, event: gr.EventData) -> str:
        store = self._services.workspace.store
        return opened_sentence_html(store, str(event.id), str(event.start), str(event.end), self._texts)
