"""A series as a table, with the way to each sentence and the files to save; pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from ui.figure_series import FigureSeries, SeriesRow
from ui.messages import Texts
from ui.render import attribute, escape
from ui.sentence_html import quoted_claim_html
from ui.series_plot import series_name, standing_text


def series_html(series: FigureSeries, asked: Mapping[str, str], texts: Texts) -> str:
    """The table of one series and the links that save it; ``asked`` is what was typed, by the route's names."""
    heads = (texts.series_period, texts.series_value, texts.series_standing, texts.series_sentence)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    rows = "".join(_row_html(number, row, texts) for number, row in enumerate(series.rows, start=1))
    return (
        f'<table class="bw-series"><caption>{escape(series_name(series, texts))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{_save_html(series, asked, texts)}"
    )


def _row_html(number: int, row: SeriesRow, texts: Texts) -> str:
    said = row.claim.claim.period
    words = f'<span class="bw-soft">{escape(said.text)}</span>' if said is not None else ""
    return (
        f'<tr id="bw-row-{number}" class="bw-row-{row.standing}"><th scope="row">{escape(row.period)}{words}</th>'
        f"<td><b>{escape(row.claim.text)}</b></td><td>{escape(standing_text(row, texts))}</td>"
        f"<td>{quoted_claim_html(row.claim, texts)}</td></tr>"
    )


def _save_html(series: FigureSeries, asked: Mapping[str, str], texts: Texts) -> str:
    query = urlencode({name: value for name, value in {**asked, "series": series.key}.items() if value})
    links = "".join(
        f'<a class="bw-action" download href="{attribute(f"{texts.root}page/figures.{suffix}?{query}")}">'
        f"{escape(label)}</a>"
        for suffix, label in (("csv", texts.series_csv), ("xlsx", texts.series_xlsx))
    )
    picture = (
        f'<button type="button" class="bw-action" data-action="picture" '
        f'data-name="{attribute(series_name(series, texts))}">{escape(texts.series_png)}</button>'
    )
    return f'<div class="bw-tools">{links}{picture}</div>'
