"""A real browser on the page of a fake workspace: the system's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

AT_REST = """() => document.getAnimations().every(
  item => item.playState !== 'running' || item.effect.getComputedTiming().iterations === Infinity
)"""

PLACES = """() => [...document.querySelectorAll('main, h3, mark, .bw-question, .bw-text, .bw-view, .bw-example')].map(
  item => Math.round(item.getBoundingClientRect().top)
)"""


def require_browser() -> None:
    """Skip where there is no browser; fail where one must be there."""
    missing = ""
    if CHROMIUM is None:
        missing = "no Chromium on this machine (apt-get install chromium fonts-noto-cjk): the page was not tested"
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing = "playwright is not installed (pip install -e '.[dev]'): the page was not tested"
    if missing and os.environ.get("BAOWEN_REQUIRE_BROWSER"):
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)


@contextmanager
def page_process(folder: Path, *options: str, script: str = "page_process.py") -> Iterator[str]:
    """The page as a process of its own, keeping its conversations in ``folder``; gives its address."""
    command = [sys.executable, str(Path(__file__).with_name(script)), str(folder), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        found = process.stdout.readline().strip()  # type: ignore[union-attr]
        assert found.startswith("http://"), "the page did not start"
        yield found
    finally:
        process.kill()
        process.communicate()


class Visit:
    """A visitor's page that remembers what it asked for and what it complained of."""

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
        self.opened()

    def opened(self) -> None:
        self.page.wait_for_selector("#bw-question textarea", timeout=60_000)
        self.page.wait_for_selector(".bw-empty:visible, .bw-exchange:visible", timeout=30_000)

    def ask(self, question: str) -> None:
        self.page.fill("#bw-question textarea", question)
        self.page.press("#bw-question textarea", "Enter")

    def answered(self, turn: int = 1) -> None:
        self.page.wait_for_selector(f"#bw-current .bw-exchange[data-turn='{turn}'] .bw-finished", timeout=30_000)

    def tab(self, name: str) -> None:
        self.page.click(f"#bw-tab-{name}-button")

    def state(self) -> dict[str, Any]:
        """What happened on the server."""
        document: dict[str, Any] = httpx.get(f"{self.address}/test/state", timeout=10).json()
        return document

    def at_rest(self) -> None:
        """Wait until nothing on the page moves or scrolls, what turns for ever apart."""
        self.page.wait_for_function(AT_REST, timeout=10_000)
        before, now = None, self.page.evaluate(PLACES)
        while before != now:
            self.page.wait_for_timeout(150)
            before, now = now, self.page.evaluate(PLACES)

    def go_on(self) -> None:
        """Let the slow assistant speak."""
        httpx.get(f"{self.address}/test/go_on", timeout=10)

    def read_on(self, files: int) -> None:
        """Let the import read so many files more."""
        httpx.get(f"{self.address}/test/read_on", params={"files": files}, timeout=10)
