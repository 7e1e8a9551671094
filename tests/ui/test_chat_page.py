"""The page itself: served, and used in a real browser where there is one."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from ui_fakes import ANSWER, MARKET

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    script = Path(__file__).with_name("page_process.py")
    process = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    try:
        found = process.stdout.readline().strip()  # type: ignore[union-attr]
        assert found.startswith("http://"), "the page did not start"
        yield found
    finally:
        process.kill()
        process.communicate()


def state(address: str) -> dict[str, Any]:
    """What happened on the server."""
    document: dict[str, Any] = httpx.get(f"{address}/test/state", timeout=10).json()
    return document


def test_both_languages_are_served_beside_the_api(address: str) -> None:
    with httpx.Client(base_url=address, timeout=30) as client:
        for path, words in (("/", "报问"), ("/en/", "Baowen")):
            page = client.get(path)
            assert page.status_code == 200
            assert words in page.text
            assert page.headers["x-frame-options"] == "DENY"
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/v1/nothing").headers["content-type"] == "application/problem+json"
        assert client.get("/", headers={"host": "evil.example"}).status_code == 421
        assert client.get("/gradio_api/info").status_code in (200, 401, 404)


class Visit:
    """A browser page that remembers what it asked for and what it complained of."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.asked_hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, request: Any) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.asked_hosts.add(request.url.split("/")[2])

    def open(self, path: str = "/") -> None:
        self.page.goto(self.address + path)
        self.page.wait_for_selector("#bw-question textarea", timeout=60_000)
        self.page.wait_for_timeout(800)

    def ask(self, question: str) -> None:
        self.page.fill("#bw-question textarea", question)
        self.page.keyboard.press("Enter")


@pytest.fixture
def visit(address: str) -> Iterator[Visit]:
    playwright = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Visit(browser.new_page(viewport={"width": 1280, "height": 900}), address)
        browser.close()


def test_a_visit_from_question_to_quote_stays_on_this_machine(visit: Visit) -> None:
    page = visit.page
    visit.open()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    visit.ask("青石大桥投资多少？<script>window.stolen=1</script>")
    page.wait_for_selector(".bw-made", timeout=30_000)
    assert page.inner_text(".bw-question") == "青石大桥投资多少？<script>window.stolen=1</script>"
    assert page.inner_text(".bw-unsupported s") == "4亿元"
    page.click(".bw-marker")
    assert page.inner_text(".bw-view:not([hidden]) mark") == ANSWER.citations[0].quote
    page.click(".bw-view:not([hidden]) .bw-back")
    page.click(".bw-opens-passage-1-2")
    assert "<script>window.stolen=1</script>" in page.inner_text(".bw-view:not([hidden]) .bw-article")
    visit.ask("市长是谁？")
    page.wait_for_selector(".bw-refusal", timeout=30_000)
    page.wait_for_selector(".bw-turn[data-turn='2'] .bw-card:visible", timeout=10_000)
    assert state(visit.address)["histories"][-1] == [ANSWER.answer]
    assert page.evaluate("window.stolen") is None
    assert visit.complaints == []
    assert visit.asked_hosts == {visit.address.removeprefix("http://")}


def test_feedback_and_packets_of_an_answer(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.ask("青石大桥投资多少？")
    page.wait_for_selector(".bw-made", timeout=30_000)
    page.click("#bw-chat button[aria-label='Like']")
    page.wait_for_timeout(800)
    assert [(item["verdict"], item["question"]) for item in state(visit.address)["feedback"][-1:]] == [
        ("up", "青石大桥投资多少？")
    ]
    with page.expect_download() as download:
        page.get_by_text("存档 JSON").click()
    packet = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert download.value.suggested_filename.endswith(".json")
    assert (packet["answer"], packet["generation"]) == (ANSWER.answer, 7)


def test_the_archive_shows_an_article_and_an_import_reports(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.open()
    page.get_by_role("tab").nth(1).click()
    page.click(f".bw-row[data-article='{MARKET.id}']")
    page.wait_for_selector("#bw-viewer .bw-article h3")
    assert "{{7*7}} ${7*7}" in page.inner_text("#bw-viewer")
    page.get_by_role("tab").nth(2).click()
    path = tmp_path / "青石晨报_2021-03-10.txt"
    path.write_text("新桥通车。", encoding="utf-8")
    page.set_input_files("input[type=file]", str(path))
    page.wait_for_selector(".file-preview", timeout=15_000)  # shown once the upload is done, however busy the machine
    page.get_by_role("button", name="导入", exact=True).click()
    page.wait_for_selector("#bw-report .bw-done", timeout=15_000)
    assert state(visit.address)["contents"] == [["新桥通车。"]]
    assert state(visit.address)["labels"] == [["青石晨报_2021-03-10.txt"]]
    assert page.evaluate("window.stolen") is None


def test_stopping_gives_the_line_back(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.ask("慢慢说：青石大桥投资多少？")
    page.wait_for_selector(".bw-pending .bw-text", timeout=15_000)
    page.click("#bw-question button:visible")
    page.wait_for_selector("text=已停止", timeout=15_000)
    end = time.monotonic() + 10
    while not state(visit.address)["closed_early"]:
        assert time.monotonic() < end, "the model went on"
        time.sleep(0.1)
    visit.ask("青石大桥投资多少？")
    page.wait_for_selector(".bw-made", timeout=15_000)


def test_a_phone_shows_the_quote_over_the_page(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 844})
    visit.open()
    visit.ask("青石大桥投资多少？")
    page.wait_for_selector(".bw-made", timeout=30_000)
    page.click(".bw-marker")
    page.wait_for_timeout(600)
    box = page.locator(".bw-view:not([hidden])").bounding_box()
    assert box["x"] == 0
    assert box["y"] + box["height"] <= 845
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
