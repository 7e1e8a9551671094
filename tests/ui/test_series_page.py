"""The tab of figures over time: its series, table, plot and files."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from browser import Visit
from claim_fakes import article, harbour_articles, store_of
from fastapi.testclient import TestClient
from PIL import Image
from ui_fakes import FakeWorkspace

from rag.claims.finding import ClaimQuery
from rag.corpus.embedded.store import EmbeddedStore
from rag.settings import Settings
from ui.api import create_app
from ui.checked_drafts import CheckedDrafts
from ui.claim_routes import claim_router
from ui.figure_series import FigureSeries, find_series
from ui.messages import CHINESE, ENGLISH
from ui.series_html import series_html
from ui.series_plot import axis_unit, plot_specification, series_name
from ui.series_tab import SeriesTab

GROWTH = [
    article("up", "2020年，海棠县水产品产量同比增长4.5%。", "2021-01-20"),
    article("down", "2021年，海棠县水产品产量同比下降1.2%。", "2022-01-20"),
    article("next", "2022年，海棠县力争水产品产量增长3%。", "2022-02-20"),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with store_of(tmp_path / "claims", [*harbour_articles(), *GROWTH]) as opened:
        yield opened


def throughput(store: EmbeddedStore) -> FigureSeries:
    return find_series(store, ClaimQuery("港口货物吞吐量"))[1][0]


def test_of_one_period_what_holds_comes_first(store: EmbeddedStore) -> None:
    rows = [(row.period, row.claim.text, row.standing, row.disputed) for row in throughput(store).rows]
    assert rows == [
        ("2021-01 – 2021-03", "320万吨", "holds", False),
        ("2021-01 – 2021-06", "690万吨", "holds", False),
        ("2021", "1380万吨", "holds", True),
        ("2021", "1450万吨", "contradicting", False),
    ]


def test_the_axis_has_the_unit_that_the_paper_prints(store: EmbeddedStore) -> None:
    series = throughput(store)
    factor, unit = axis_unit(series)
    assert unit == "万吨"
    assert [row.value / factor for row in series.rows] == [320, 690, 1380, 1450]
    assert series_name(series, CHINESE) == "港口货物吞吐量 · 海棠县 · 总量（万吨）"


def test_rises_and_falls_are_one_series_with_what_is_expected_told_apart(store: EmbeddedStore) -> None:
    series = find_series(store, ClaimQuery("水产品产量"))[1][0]
    points = plot_specification(series, "", CHINESE)["data"]["values"]  # type: ignore[call-overload,index]
    told = [(point["period"], point["value"], point["kind"]) for point in points]  # type: ignore[index,call-overload]
    assert told == [("2020", 4.5, "事实"), ("2021", -1.2, "事实"), ("2022", 3.0, "计划")]


def test_only_what_is_counted_alike_is_joined(store: EmbeddedStore) -> None:
    points = plot_specification(throughput(store), "", ENGLISH)["data"]["values"]  # type: ignore[call-overload,index]
    lines = [point["line"] for point in points]  # type: ignore[index,call-overload]
    assert lines == ["fact from 2021", "fact from 2021", "fact 12 months", None]


def test_the_table_leads_to_each_sentence_and_to_its_files(store: EmbeddedStore) -> None:
    shown = series_html(throughput(store), {"words": "港口货物吞吐量", "place": ""}, ENGLISH)
    assert re.findall(r'data-id="(\w+)"', shown) == ["spring", "summer", "other", "year"]
    assert 'id="bw-row-4" class="bw-row-contradicting"' in shown
    assert ENGLISH.series_contradicting in shown
    assert "..&#47;page&#47;figures.csv?words&#61;" in shown


def test_the_tab_tells_what_it_cannot_find(store: EmbeddedStore) -> None:
    services = SimpleNamespace(workspace=SimpleNamespace(claims=store))
    tab = SeriesTab(services, CHINESE)  # type: ignore[arg-type]
    assert CHINESE.series_nothing.split("：")[0] in tab.find(" ", "", "", "").head
    assert "没有查到“火箭发射次数”" in tab.find("火箭发射次数", "", "", "").head
    assert "看不出是哪一天" in tab.find("吞吐量", "", "春天", "").head
    bounded = tab.find("港口货物吞吐量", "海棠县", "2021-10-01", "2021年12月31日")
    assert bounded.chosen is not None
    assert [row.period for row in bounded.chosen.rows] == ["2021", "2021"]
    key = find_series(store, ClaimQuery("海棠县"))[1][-1].key
    assert tab.find("海棠县", "", "", "", key).chosen.key == key  # type: ignore[union-attr]


def test_a_series_is_saved_as_csv_and_excel(store: EmbeddedStore) -> None:
    workspace = FakeWorkspace()
    workspace.claims = store  # type: ignore[attr-defined]
    app = create_app(workspace, Settings(api_key=""))
    app.include_router(claim_router(CheckedDrafts()))
    asked = {"words": "港口货物吞吐量", "series": throughput(store).key}
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        table = client.get("/page/figures.csv", params=asked)
        rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
        assert [row["数字 figure"] for row in rows] == ["320万吨", "690万吨", "1380万吨", "1450万吨"]
        book = client.get("/page/figures.xlsx", params=asked)
        sheet = openpyxl.load_workbook(io.BytesIO(book.content)).active
        assert [cell.value for cell in sheet["A"]][1:] == [row["数字 figure"] for row in rows]  # type: ignore[index]
        assert client.get("/page/figures.csv", params={**asked, "from": "gestern"}).status_code == 422


@pytest.mark.slow
def test_a_series_is_drawn_and_its_points_lead_to_sentences(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.open()
    visit.tab("figures")
    page.fill("#bw-figures-words :is(textarea, input)", "港口货物吞吐量")
    page.keyboard.press("Enter")
    page.wait_for_selector("#bw-plot .vega-embed svg [aria-label*='690万吨']", timeout=30_000)
    points = page.locator("#bw-plot [aria-roledescription=point]")
    assert points.count() == 4
    assert page.locator("#bw-figures-table tbody tr").count() == 4
    points.nth(1).click()
    page.wait_for_selector("#bw-row-2:target")
    page.click("#bw-row-2 [data-action=sentence]")
    page.wait_for_selector(".bw-sentence mark:has-text('上半年，海棠县港口货物吞吐量为690万吨。')")
    with page.expect_download() as saved:
        page.click("[data-action=picture]")
    saved.value.save_as(tmp_path / "plot.png")
    with Image.open(tmp_path / "plot.png") as picture:
        assert picture.width > 2 * 400
        assert len(picture.convert("RGB").getcolors(1_000_000) or []) > 10  # it is not blank
