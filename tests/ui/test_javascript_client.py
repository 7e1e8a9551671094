"""The official JavaScript client against a live server, where node and npm's ``openai`` are on this machine.

``NODE_PATH`` names the folder of modules: ``npm install --prefix /tmp/client openai`` and
``NODE_PATH=/tmp/client/node_modules``.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from live_server import live_server
from ui_fakes import ANSWER, FakeWorkspace

from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.api import create_app

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "openai_client.mjs"


def test_the_javascript_client_reads_every_form(tmp_path: Path, workspace: FakeWorkspace) -> None:
    found = shutil.which("node") and subprocess.run(["node", "-e", "require('openai')"], check=False).returncode == 0
    if not found:
        pytest.skip("node or its module openai is not here")
    key = AccessStore(tmp_path).add("key", "desk", "read")
    with live_server(create_app(workspace, Settings(store=tmp_path))) as address:
        done = subprocess.run(
            ["node", str(SCRIPT), address, key, "青石大桥投资多少？"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["text"] == f"{ANSWER.answer}\n\n注：{ANSWER.notes[0]}"
    assert (told["same"], told["markers"], told["response_markers"]) == (True, ["[1]"], ["[1]"])
    assert (told["models"][0], told["dimensions"], told["refused"]) == ("baowen", [2, 2], 404)
