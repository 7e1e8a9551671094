"""Pictures of the page's main states for people who have not got it yet: ``python tests/ui/make_pictures.py FOLDER``.

The real page with the real models over the sample papers, in the system's Chromium; nothing is staged but the window.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import CHROMIUM, FLAGS, Visit, page_process
from PIL import Image
from playwright.sync_api import sync_playwright
from printed_page import write_page

QUESTION = "2020年全年全区共签约项目多少个？总投资多少？"
DRAFT = (
    "2020年，澄溪示范区全年共签约项目112个，总投资达350亿元。1至11月，全区固定资产投资同比增长6.3%。"
    "高新技术企业总数达到73家。"
)
MOST_BYTES = 120_000
_WAIT_MILLISECONDS = 300_000
_DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 820}}
_PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1.5, "is_mobile": True}


@dataclass(frozen=True, slots=True)
class State:
    """A state of the page: its file's name, how it comes about, and the window that it is seen in."""

    name: str
    reach: Callable[[Visit], None]
    window: dict[str, Any] = field(default_factory=lambda: _DESK)


def answer(visit: Visit) -> None:
    """An answer with its citation opened in the article."""
    visit.ask(QUESTION)
    visit.page.wait_for_selector("#bw-current .bw-finished")
    visit.page.click("#bw-current .bw-marker >> nth=0")


def phone(visit: Visit) -> None:
    """An answer on a phone."""
    visit.ask(QUESTION)
    visit.page.wait_for_selector("#bw-current .bw-finished")


def archive(visit: Visit) -> None:
    """What a search in the archive finds, and one article of it."""
    visit.tab("archive")
    visit.page.fill("#bw-find textarea, #bw-find input", "招商引资")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#bw-archive .bw-excerpt mark")
    visit.page.click(".bw-row >> nth=0")
    visit.page.wait_for_selector("#bw-viewer h3")


def check(visit: Visit) -> None:
    """A checked draft, one of its figures wrong."""
    visit.tab("check")
    visit.page.fill("#bw-check-text textarea", DRAFT)
    visit.page.click("#bw-check-start")
    visit.page.wait_for_selector(".bw-findings")
    visit.page.locator(".bw-checked-head").scroll_into_view_if_needed()


def series(visit: Visit) -> None:
    """A figure over time."""
    visit.tab("figures")
    visit.page.fill("#bw-figures-words :is(textarea, input)", "固定资产投资")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("#bw-plot .vega-embed svg")


def printed(visit: Visit) -> None:
    """The printed page of an imported PDF with the cited line boxed."""
    with tempfile.TemporaryDirectory() as folder:
        visit.tab("import")
        sent = write_page(Path(folder) / "榆林日报_2022-05-06_01.pdf")
        visit.page.set_input_files("#bw-tab-import input[type=file]", str(sent))
        visit.page.wait_for_selector(".file-preview")
        visit.page.click("#bw-import")
        visit.page.wait_for_selector("#bw-report .bw-done")
    visit.tab("ask")
    visit.ask("榆林坪水库总库容多少立方米？")
    visit.page.wait_for_selector("#bw-current .bw-finished")
    visit.page.click("#bw-current .bw-marker >> nth=0")
    visit.page.click(".bw-view:not([hidden]) [data-action=original]")
    visit.page.wait_for_selector(".bw-view:not([hidden]) .bw-box")


STATES = (
    State("answer", answer),
    State("answer_dark", answer, {**_DESK, "color_scheme": "dark"}),
    State("answer_phone", phone, _PHONE),
    State("archive", archive),
    State("check", check),
    State("series", series),
    State("printed_page", printed),
)
"""The last one adds to the archive, so that it comes last."""


def main(folder: Path) -> None:
    """Take every picture, those named behind the folder where there are any."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[2:]) or {state.name for state in STATES}
    with (
        tempfile.TemporaryDirectory() as store,
        page_process(Path(store), "models", script="sample_page_process.py") as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for state in STATES:
            if state.name in wanted:
                context = browser.new_context(locale="zh-CN", reduced_motion="reduce", **state.window)
                size = take(state, Visit(context.new_page(), address), folder)
                print(f"{state.name}.webp {size} bytes", flush=True)  # noqa: T201
                context.close()
        browser.close()


def take(state: State, visit: Visit, folder: Path) -> int:
    """Reach a state and keep its picture; gives its size in bytes."""
    visit.page.set_default_timeout(_WAIT_MILLISECONDS)
    visit.open()
    state.reach(visit)
    visit.page.mouse.move(0, 0)
    visit.page.wait_for_timeout(1_000)
    visit.at_rest()
    with Image.open(io.BytesIO(visit.page.screenshot())) as picture:
        for quality in (85, 70, 50):
            written = io.BytesIO()
            picture.convert("RGB").save(written, "WEBP", quality=quality, method=6)
            if written.tell() <= MOST_BYTES:
                break
    (folder / f"{state.name}.webp").write_bytes(written.getvalue())
    assert written.tell() <= MOST_BYTES
    return written.tell()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
