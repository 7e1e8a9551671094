"""The page over a fake workspace, as a process of its own: ``python page_process.py``; prints its address.

Gradio leaves event loops behind, which must not count against the tests. ``/test/state`` tells what happened.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import ui_fakes
from live_server import live_server

from rag.settings import Settings
from ui.api import create_app
from ui.chat import mount_chat


class Assistant(ui_fakes.FakeAssistant):
    """Refuses to say who the mayor is, and takes its time over what is slow."""

    def stream(self, question: str, **more: Any) -> Any:
        self.reply = ui_fakes.REFUSED if "市长" in question else ui_fakes.ANSWER
        self.gate = threading.Semaphore(2) if "慢" in question else None
        return super().stream(question, **more)


def main() -> None:
    workspace = ui_fakes.FakeWorkspace(Assistant())
    app = create_app(workspace, Settings())

    def state() -> dict[str, Any]:
        assistant = workspace.assistant
        if assistant.gate:
            assistant.gate.release()
        return {
            "histories": [[turn.answer for turn in asked["history"]] for asked in assistant.asked],
            "feedback": workspace.store.feedback,
            "contents": [list(item["contents"].values()) for item in workspace.ingested],
            "labels": [list(item["labels"].values()) for item in workspace.ingested],
            "closed_early": assistant.closed_early.is_set(),
        }

    app.add_api_route("/test/state", state)
    mount_chat(app, Settings())
    with live_server(app) as address:
        print(address, flush=True)  # noqa: T201
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main()
