"""The page as an office has it: behind a proxy, under a path of its own, for people who log in."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import Visit
from gated_page_process import NAME, PASSWORD
from ui_fakes import ANSWER

from ui.messages import ENGLISH

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    store = tmp_path_factory.mktemp("store")
    script = Path(__file__).with_name("gated_page_process.py")
    process = subprocess.Popen([sys.executable, str(script), str(store)], stdout=subprocess.PIPE, text=True)
    try:
        found = process.stdout.readline().strip()  # type: ignore[union-attr]
        assert found.startswith("http://"), "the page did not start"
        yield found, store
    finally:
        process.kill()
        process.communicate()


def test_nothing_of_the_page_is_given_to_a_stranger(served: tuple[str, Path]) -> None:
    address, _ = served
    with httpx.Client(base_url=address, headers={"accept": "text/html"}) as client:
        assert client.get("/").headers["location"] == "/baowen/login?next=/"
        for path in (
            "/config",
            "/gradio_api/queue/data?session_hash=x",
            "/v1/articles",
            "/en/",
            "/gradio_api/file=/etc",
        ):
            assert client.get(path, headers={"accept": "*/*"}).status_code == 401
        reply = client.post("/gradio_api/queue/join", json={"data": [], "fn_index": 0})
        assert reply.status_code == 401


def test_a_visitor_logs_in_and_asks(served: tuple[str, Path], chromium: Any) -> None:
    address, store = served
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{address}/")
        assert page.url == f"{address}/login?next=/"
        page.fill("input[name=name]", NAME)
        page.fill("input[name=secret]", PASSWORD)
        page.click("button")
        visit = Visit(page, address)
        visit.opened()
        assert page.url == f"{address}/"
        visit.ask(ANSWER.question)
        page.wait_for_selector("#bw-chat .bw-marker", timeout=30_000)
        assert "3.5亿元" in page.inner_text("#bw-chat")
        page.click("a.bw-language")
        page.wait_for_url(f"{address}/en/*")
        page.wait_for_selector("#bw-question textarea", timeout=60_000)
        page.click("#bw-tab-check-button")
        page.wait_for_selector(f"text={ENGLISH.check_read_only}")
        assert page.locator("#bw-check input[type=file]").count() == 0
        page.click("#bw-tab-import-button")
        page.click("#bw-import")
        page.wait_for_selector(f"#bw-report:has-text('{ENGLISH.may_not_write}')")
        page.click("a.bw-language")
        page.wait_for_url(f"{address}/?*")
    records = [json.loads(line) for line in (store / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [item["action"] for item in records] == ["login", "ask"]
    assert records[0]["name"] == f"user:{NAME}"
    asked = {name: records[1].get(name) for name in ("caller", "through", "question_characters", "question")}
    assert asked == {
        "caller": f"user:{NAME}",
        "through": "page",
        "question_characters": len(ANSWER.question),
        "question": None,
    }


def logged_in(context: Any, address: str) -> Visit:
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/login")
    page.fill("input[name=name]", NAME)
    page.fill("input[name=secret]", PASSWORD)
    page.click("button")
    visit = Visit(page, address)
    visit.opened()
    return visit


def test_a_user_finds_his_conversations_in_another_browser(served: tuple[str, Path], chromium: Any) -> None:
    address, _ = served
    question = f"{ANSWER.question}请在两处都能看到"
    with chromium.new_context() as context:
        visit = logged_in(context, address)
        visit.ask(question)
        visit.answered()
        query = visit.page.evaluate("location.search")
    with chromium.new_context() as context:
        visit = logged_in(context, address)
        visit.page.get_by_text("以往的对话").click()
        visit.page.click(f".bw-open:has-text('{question}')")
        visit.page.wait_for_selector("#bw-current .bw-finished")
        assert visit.page.inner_text("#bw-current .bw-question") == question
        assert visit.page.evaluate("location.search") == query
        with visit.page.expect_download() as download:
            visit.page.click("#bw-current a[href*='export.md']")
        assert question in Path(download.value.path()).read_text(encoding="utf-8")
