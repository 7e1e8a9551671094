"""The official JavaScript client against a live server, where node and npm are on this machine.

``make test`` brings npm's ``openai`` into ``.javascript``; ``NODE_PATH`` may name another folder of modules.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from live_server import live_server
from ui_fakes import ANSWER, FakeWorkspace

from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.api import create_app

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks" / "openai_client.mjs"
ENVIRONMENT = {"NODE_PATH": str(ROOT / ".javascript" / "node_modules")} | os.environ


def has_client() -> bool:
    command = ["node", "-e", "require('openai')"]
    return bool(shutil.which("node")) and subprocess.run(command, check=False, env=ENVIRONMENT).returncode == 0


def test_the_javascript_client_reads_every_form(tmp_path: Path, workspace: FakeWorkspace) -> None:
    if not has_client():
        pytest.skip("node or its module openai is not here: make .javascript/.installed brings it where npm is")
    key = AccessStore(tmp_path).add("key", "desk", "read")
    with live_server(create_app(workspace, Settings(store=tmp_path))) as address:
        done = subprocess.run(
            ["node", str(SCRIPT), address, key, "青石大桥投资多少？"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            env=ENVIRONMENT,
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["text"] == f"{ANSWER.answer}\n\n注：{ANSWER.notes[0]}"
    assert (told["same"], told["markers"], told["response_markers"]) == (True, ["[1]"], ["[1]"])
    assert (told["models"][0], told["dimensions"], told["refused"]) == ("baowen", [2, 2], 404)
