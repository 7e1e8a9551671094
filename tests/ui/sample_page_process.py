"""The page over the project's own sample papers, in a process of its own: ``python sample_page_process.py FOLDER``.

Prints its address. The workspace is the real one. Without ``models`` behind the folder its encoder is a small one and
its generator copies the sentence of the evidence that is nearest to the question.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from fakes import HashEncoder, ScriptedGenerator
from live_server import live_server

from rag.chinese.sentences import split_sentences
from rag.generation.generator import Message
from rag.settings import Settings, load_settings
from rag.workspace import Workspace
from ui.api import create_app
from ui.chat import mount_chat

ROOT = Path(__file__).resolve().parents[2]


def nearest_sentence(messages: Sequence[Message]) -> str:
    """The sentence of the prompt's evidence that shares most pairs of characters with its question."""
    evidence, _, question = messages[-1].content.rpartition("【问题】")
    lines = re.findall(r"(?m)^\[\d+\]《.*?》：(.*)$", evidence.rpartition("【资料】")[2])
    sentences = [line[span.start : span.end] for line in lines for span in split_sentences(line)]
    pairs = {question[place : place + 2] for place in range(len(question) - 1)}
    return max(
        sentences, key=lambda sentence: sum(pair in sentence for pair in pairs), default="资料中没有找到答案。"
    )


def main(folder: Path) -> None:
    if "models" in sys.argv:
        settings = load_settings(store=folder)
        workspace = Workspace(settings)
    else:
        settings = Settings(store=folder)
        workspace = Workspace(settings, encoder=HashEncoder(256), generator=ScriptedGenerator(nearest_sentence))
    workspace.ingest([ROOT / "data" / "sample"])
    app = create_app(workspace, settings)
    mount_chat(app, settings)
    with live_server(app) as address:
        print(address, flush=True)  # noqa: T201
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
