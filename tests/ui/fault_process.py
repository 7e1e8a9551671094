"""The API over a real workspace as a process of its own that can be killed: ``python fault_process.py FOLDER``.

The encoder hashes and the model says one thing, slowly enough to be interrupted. Prints its address.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "ui")]

from fakes import HashEncoder, ScriptedGenerator  # noqa: E402
from live_server import live_server  # noqa: E402

from rag.settings import Settings  # noqa: E402
from rag.workspace import Workspace  # noqa: E402
from ui.api import create_app  # noqa: E402
from ui.web.slow_senders import ImpatientProtocol  # noqa: E402


class SlowEncoder(HashEncoder):
    """Takes its time over passages."""

    def encode_passages(self, texts: Sequence[str]) -> Any:
        time.sleep(0.004 * len(texts))
        return super().encode_passages(texts)


class SlowGenerator(ScriptedGenerator):
    """Says a character every hundredth of a second."""

    def _speak(self, *arguments: Any) -> Iterator[str]:
        for character in super()._speak(*arguments):
            time.sleep(0.01)
            yield character


def main() -> None:
    folder = Path(sys.argv[1])
    settings = Settings(store=folder / "store", models=folder / "no models")
    generator = SlowGenerator("青石大桥总投资3.5亿元。" * 8)
    workspace = Workspace(settings, encoder=SlowEncoder(), generator=generator)
    with live_server(create_app(workspace, settings), http=ImpatientProtocol) as address:
        print(address, flush=True)  # noqa: T201
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main()
