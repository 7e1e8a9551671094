"""What machines of others are set to: narrow encodings of the terminal, proxy variables."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.errors import GenerationError
from rag.generation.openai_generator import OpenAiGenerator
from ui.commands.serving import without_proxy_variables

ROOT = Path(__file__).parents[2]
COMMAND = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from dataclasses import replace
from ui_fakes import ANSWER, BRIDGE, FakeAssistant, FakeWorkspace
from ui.commands import answers, corpus
text = "绿道3.6万m² • 长廊1.9㎞，站长\\U0002c456\\U00020087说\\ud800好。"
workspace = FakeWorkspace(FakeAssistant(replace(ANSWER, answer=text)))
workspace.store.held = {{"a1b2c3": replace(BRIDGE, text=text)}}
answers.Workspace = corpus.Workspace = lambda settings: workspace
from ui.cli import main
sys.exit(main(sys.argv[1:]))
"""


def run(encoding: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    code = COMMAND.format(root=str(ROOT), tests=str(Path(__file__).parent))
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    return subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["gbk:strict", "ascii", "utf-8"])
@pytest.mark.parametrize("arguments", [("ask", "绿道多少？"), ("articles", "a1b2c3")])
def test_a_narrow_console_loses_a_character_and_not_the_command(encoding: str, arguments: tuple[str, ...]) -> None:
    done = run(encoding, *arguments)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    shown = done.stdout.decode(encoding.partition(":")[0])
    assert "3.6" in shown
    if encoding.startswith("gb"):
        assert "绿道3.6万m? " in shown
    if encoding == "utf-8":
        assert "m² • 长廊1.9㎞，站长\U0002c456\U00020087说" in shown


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_json_stays_exact_on_a_narrow_console(encoding: str) -> None:
    done = run(encoding, "articles", "a1b2c3", "--json")
    text = json.loads(done.stdout.decode(encoding))["text"]
    assert text.startswith("绿道3.6万m² • 长廊1.9㎞，站长\U0002c456\U00020087说")


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_an_error_on_a_narrow_console_is_one_line(encoding: str) -> None:
    done = run(encoding, "articles", "没有m²•")
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"error: no article has the id" in done.stderr


PROXIES = ["socks5://127.0.0.1:1", "socks4://127.0.0.1:1", "http://127.0.0.1:1", "//127.0.0.1", "代理", "ftp://x:y"]
IMPORT = """
from ui.commands.serving import without_proxy_variables
with without_proxy_variables():
    from ui import chat
print(chat.gr.__name__)
"""


@pytest.mark.parametrize("variable", ["ALL_PROXY", "https_proxy"])
def test_the_page_starts_under_any_proxy_variable(variable: str) -> None:
    environment = os.environ | {variable: "wrong://[::", "HTTP_PROXY": PROXIES[1]}
    done = subprocess.run(
        [sys.executable, "-c", IMPORT], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "gradio", done.stderr


def test_the_proxy_variables_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", PROXIES[0])
    monkeypatch.setenv("no_proxy", "localhost")
    with without_proxy_variables():
        assert not [name for name in os.environ if name.lower().endswith("_proxy")]
    assert (os.environ["ALL_PROXY"], os.environ["no_proxy"]) == (PROXIES[0], "localhost")


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_in_front_of_a_model_server_fails_as_an_error_of_generation(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(GenerationError) as caught:
        OpenAiGenerator("http://models.example/v1")
    assert "\n" not in str(caught.value)
