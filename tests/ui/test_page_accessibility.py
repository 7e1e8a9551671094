"""The page's main states held to axe-core's rules: light and dark, Chinese and English."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Visit
from conftest import making_visitors
from ui_fakes import BRIDGE

pytestmark = pytest.mark.slow

LEAST_TARGET = 28
LEAST_TEXT = 15


def grave(page: Any) -> list[tuple[str, str]]:
    """What axe calls serious or critical: its rule, and where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        (item["id"], node["html"][:160])
        for item in found
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"]
    ]


def states(visit: Visit) -> Iterator[str]:
    """The page brought into its main states, one after the other."""
    page = visit.page
    yield "beginning"
    visit.ask("青石大桥投资多少？慢慢说")
    page.wait_for_selector(".bw-provisional")
    yield "waiting"
    visit.go_on()
    visit.answered()
    page.locator("#bw-earlier button").first.click()
    page.wait_for_selector(".bw-conversations li:visible")
    yield "answered"
    page.click("#bw-current .bw-marker")
    page.wait_for_selector(".bw-view:not([hidden])")
    yield "quote"
    visit.ask("市长是谁？")
    page.wait_for_selector("#bw-current .bw-refusal")
    yield "refused"
    visit.tab("check")
    page.fill("#bw-check-text textarea", "2021年上半年，海棠县港口货物吞吐量为960万吨。全县共有灯塔19座。")
    page.click("#bw-check-start")
    page.wait_for_selector(".bw-findings", timeout=30_000)
    page.click(".bw-findings [data-action=sentence]")
    page.wait_for_selector(".bw-sentence mark")
    page.click("#bw-packet > button")
    page.click("#bw-packet-start")
    page.wait_for_selector("#bw-replayed .bw-failure")
    yield "check"
    visit.tab("figures")
    page.fill("#bw-figures-words :is(textarea, input)", "港口货物吞吐量")
    page.click("#bw-figures-find")
    page.wait_for_selector("#bw-plot .vega-embed svg", timeout=30_000)
    yield "figures"
    visit.tab("archive")
    page.click(f".bw-row[data-article='{BRIDGE.id}']")
    page.wait_for_selector("#bw-viewer h3")
    for form in page.locator(".bw-mending summary").all():
        form.click()
    yield "archive"
    visit.tab("import")
    page.wait_for_selector("#bw-import:visible")
    yield "import"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/en/"])
def test_no_state_has_a_grave_fault(visitors: Callable[..., Visit], scheme: str, path: str) -> None:
    visit = visitors(color_scheme=scheme)
    visit.open(path)
    faults = {}
    for name in states(visit):
        visit.at_rest()
        faults[name] = grave(visit.page)
    assert faults == {name: [] for name in faults}
    assert len(faults) == 9


def real_states(visit: Visit, packet: Path) -> Iterator[str]:
    """States that only an archive of real pages has."""
    page = visit.page
    page.set_default_timeout(90_000)
    visit.ask("第二水厂总投资多少？")
    visit.answered()
    page.wait_for_selector("#bw-further .bw-example")
    yield "further questions"
    page.click("#bw-current .bw-marker >> nth=0")
    page.click(".bw-view:not([hidden]) [data-action=original]")
    page.wait_for_selector(".bw-view:not([hidden]) .bw-torn mark")
    yield "torn text"
    page.click("#bw-current .bw-details summary")
    with page.expect_download() as download:
        page.click("#bw-current a[href*='export.json']")
    saved = json.loads(Path(download.value.path()).read_bytes())
    saved["citations"][0]["quote"] = "第二水厂总投资4.3亿元。"
    packet.write_text(json.dumps(saved), encoding="utf-8")
    visit.tab("check")
    page.click("#bw-packet > button")
    page.set_input_files("#bw-packet input[type=file]", str(packet))
    page.wait_for_selector("#bw-packet .file-preview")
    page.click("#bw-packet-start")
    page.wait_for_selector("#bw-replayed .bw-verdict[data-state=changed]")
    yield "replayed packet"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/en/"])
def test_no_state_of_a_real_archive_has_a_grave_fault(
    chromium: Any, sample_address: str, tmp_path: Path, scheme: str, path: str
) -> None:
    with making_visitors(chromium, sample_address) as make:
        visit = make(color_scheme=scheme)
        visit.open(path)
        faults, small, narrow = {}, {}, {}
        for name in real_states(visit, tmp_path / "packet.json"):
            visit.at_rest()
            faults[name] = grave(visit.page)
            small[name] = visit.page.evaluate(SMALL.replace("LEAST", str(LEAST_TEXT)))
            narrow[name] = visit.page.evaluate(NARROW.replace("LEAST", str(LEAST_TARGET)))
    assert faults == {name: [] for name in faults}
    assert len(faults) == 3
    assert small == narrow == {name: [] for name in faults}


SMALL = """() => [...document.querySelectorAll('.gradio-container *')].filter(item => {
  if (!item.checkVisibility() || !item.getClientRects().length) return false;
  const own = [...item.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (item.closest('.sr-only, [aria-hidden=true]')) return false;
  return own && parseFloat(getComputedStyle(item).fontSize) < LEAST;
}).map(item => `${item.className}: ${item.textContent.trim().slice(0, 40)}`)"""
NARROW = """() => [...document.querySelectorAll('.gradio-container :is(button, a, summary, select)')].filter(item => {
  const box = item.getBoundingClientRect();
  return item.checkVisibility() && box.width && (box.height < LEAST - .5 || box.width < LEAST - .5);
}).map(item => `${item.className}: ${item.textContent.trim().slice(0, 40)} ${item.getBoundingClientRect().height}`)"""


def test_what_is_read_is_large_enough_and_what_is_pressed_too(visit: Visit) -> None:
    visit.open()
    small, narrow = {}, {}
    for name in states(visit):
        small[name] = visit.page.evaluate(SMALL.replace("LEAST", str(LEAST_TEXT)))
        narrow[name] = visit.page.evaluate(NARROW.replace("LEAST", str(LEAST_TARGET)))
    assert small == {name: [] for name in small}
    assert narrow == {name: [] for name in narrow}


def test_the_way_from_question_to_quote_needs_no_mouse(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.ask("青石大桥投资多少？")
    visit.answered()
    page.evaluate("document.querySelector('#bw-current .bw-question').scrollIntoView()")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if "bw-marker" in page.evaluate("document.activeElement.className"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "来源 1，《青石大桥合龙》"
    page.keyboard.press("Enter")
    page.wait_for_selector(".bw-view:not([hidden]) mark")
    page.keyboard.press("Escape")
    assert "bw-marker" in page.evaluate("document.activeElement.className")


def test_at_twice_the_size_nothing_leaves_the_window(visitors: Callable[..., Visit]) -> None:
    visit = visitors(viewport={"width": 640, "height": 450}, device_scale_factor=2)  # 200 % on a screen of 1280
    visit.open()
    visit.ask("青石大桥投资多少？")
    visit.answered()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 640
