"""The served OpenAPI description held to the letter by schemathesis; and malformed requests, a few hundred."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import HashEncoder, ScriptedGenerator
from live_server import live_server

from rag.settings import Settings
from rag.workspace import Workspace
from ui.api import create_app

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from malformed_requests import KINDS, run  # noqa: E402

PAGE = "青石大桥合龙\n\n昨日上午，青石大桥顺利合龙。大桥全长1280米，总投资3.5亿元，预计明年春天通车。\n"


def schemathesis() -> str | None:
    """Of the environment that ``make test`` makes for it, because its plugin would change how these tests run."""
    own = ROOT / ".contract" / "bin" / "schemathesis"
    return os.environ.get("BAOWEN_SCHEMATHESIS") or (str(own) if own.exists() else shutil.which("schemathesis"))


@pytest.mark.slow
def test_every_operation_passes_every_check_of_schemathesis(tmp_path: Path) -> None:
    program = schemathesis()
    if program is None:
        pytest.skip("schemathesis is not here: make .contract/.installed brings it")
    settings = Settings(store=tmp_path / "store")
    workspace = Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator("青石大桥总投资3.5亿元。"))
    page = tmp_path / "青石晨报_2021-03-09_01.txt"
    page.write_text(PAGE, encoding="utf-8")
    workspace.ingest([page])
    command = [sys.executable, str(ROOT / "benchmarks" / "api_contract.py")]
    with live_server(create_app(workspace, settings)) as address:
        done = subprocess.run(
            [*command, address, "--schemathesis", program, "--examples", "8"],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=600,
        )
    workspace.close()
    assert done.returncode == 0, done.stdout[-6000:]
    assert re.search(r"Tested: (\d+)", done.stdout)[1] == re.search(r"Operations: +(\d+)", done.stdout)[1]


# The library that reads forms leaves the files of a torn one to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile")
@pytest.mark.parametrize("count", [60 * len(KINDS), pytest.param(10_000, marks=pytest.mark.slow)])
def test_malformed_requests_are_refused_and_others_answered_meanwhile(count: int) -> None:
    report = run(count, seed=5)
    assert report.faults == []
    assert (report.requests, report.right_answered) == (count, report.right_asked)
    assert report.right_asked == -(-count // 50)
    assert report.statuses["400"] + report.statuses["422"] > count // 2
    assert set(report.statuses) <= {
        "200",
        "307",
        "400",
        "404",
        "405",
        "406",
        "408",
        "411",
        "413",
        "415",
        "421",
        "422",
        "closed",
    }
