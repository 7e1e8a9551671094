"""The page over a fake workspace, as a process of its own: ``python page_process.py FOLDER``; prints its address.

Gradio leaves event loops behind, which must not count against the tests. ``/test/state`` tells what happened, and
``/test/empty`` takes every article away. With ``hold-examples`` behind the folder, examples are sought until
``/test/go_on``.
"""

from __future__ import annotations

import sys
import threading
import time
from functools import cached_property
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import ui_fakes
from claim_fakes import harbour_articles, store_of
from live_server import live_server

from rag.corpus.embedded.store import EmbeddedStore
from rag.settings import Settings
from ui.api import create_app
from ui.chat import mount_chat


class Assistant(ui_fakes.FakeAssistant):
    """Refuses to say who the mayor is, greets, and takes its time over what is slow."""

    slow: threading.Semaphore | None = None
    """What holds the last slow answer back."""

    def stream(self, question: str, **more: Any) -> Any:
        self.reply = ui_fakes.ANSWER
        if "市长" in question:
            self.reply = ui_fakes.REFUSED
        if "你好" in question:
            self.reply = ui_fakes.GREETED
        if "开工桥梁" in question:
            self.reply = ui_fakes.COUNTED
        self.gate = None
        if "慢" in question or ("hold-examples" in sys.argv and "开工桥梁" in question):
            self.gate = self.slow = threading.Semaphore(0)
        return super().stream(question, **more)


class Workspace(ui_fakes.FakeWorkspace):
    """With a real store of claims, made when it is first looked into."""

    @cached_property
    def claims(self) -> EmbeddedStore:
        return store_of(Path(sys.argv[1]) / "claims", harbour_articles())


def main() -> None:
    workspace = Workspace(Assistant())
    workspace.ingest_gate = threading.Semaphore(0)
    settings = Settings(store=Path(sys.argv[1]))
    app = create_app(workspace, settings)

    def state() -> dict[str, Any]:
        assistant = workspace.assistant
        return {
            "asked": [asked["question"] for asked in assistant.asked],
            "filters": [str(asked["filter"].date_from) for asked in assistant.asked],
            "histories": [[turn.answer for turn in asked["history"]] for asked in assistant.asked],
            "feedback": workspace.store.feedback,
            "contents": [list(item["contents"].values()) for item in workspace.ingested],
            "labels": [list(item["labels"].values()) for item in workspace.ingested],
            "stopped": assistant.stopped,
            "waiting": app.state.services.answers.waiting,
            "running": sum(job is not None for page in pages for job in page.blocks._queue.active_jobs),
            "articles": {article.id: [article.title, str(article.date)] for article in workspace.store.articles()},
        }

    def read_on(files: int) -> dict[str, bool]:
        assert workspace.ingest_gate
        workspace.ingest_gate.release(files)
        return {"released": True}

    def go_on() -> dict[str, bool]:
        if workspace.assistant.slow:
            workspace.assistant.slow.release(100)
        return {"released": True}

    def empty() -> dict[str, bool]:
        workspace.store.held.clear()
        return {"empty": True}

    for name, function in (("state", state), ("go_on", go_on), ("read_on", read_on), ("empty", empty)):
        app.add_api_route(f"/test/{name}", function)
    mount_chat(app, settings)
    pages = [route.app for route in app.routes if hasattr(getattr(route, "app", None), "blocks")]
    assert len(pages) == 2
    with live_server(app) as address:
        print(address, flush=True)  # noqa: T201
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main()
