import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from ui_fakes import ANSWER, BRIDGE, FakeWorkspace

from rag.errors import GenerationError
from ui.cli import main
from ui.commands import answers, corpus
from ui.commands.parser import build_parser

COMMANDS = {
    "store",
    "check",
    "claims",
    "ingest",
    "articles",
    "remove",
    "search",
    "ask",
    "evaluate",
    "serve",
    "models",
    "doctor",
    "keys",
    "users",
    "backup",
    "restore",
    "watch",
    "mcp",
    "pages",
    "feedback",
    "replay",
}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeWorkspace:
    workspace = FakeWorkspace()
    for module in (answers, corpus):
        monkeypatch.setattr(module, "Workspace", lambda settings: workspace)
    return workspace


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    written = capsys.readouterr()
    return status, written.out, written.err


def test_ask_streams_the_answer_and_lists_its_citations(
    fake: FakeWorkspace, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "ask", "青石大桥投资多少？", "--from", "2021-03-01", "--source", "青石晨报")
    assert status == 0
    assert out.startswith(ANSWER.answer + "\n")
    assert "[1] 《青石大桥合龙》 2021-03-09 · 青石晨报 · 01版" in out
    assert "“大桥全长1280米，总投资3.5亿元。”" in out
    assert "4亿元" in out.split("unverified")[1]
    assert "2 段" in err
    asked = fake.assistant.asked[0]["filter"]
    assert (str(asked.date_from), asked.date_to, asked.source) == ("2021-03-01", None, "青石晨报")
    assert fake.closed


@pytest.mark.parametrize(("options", "prose"), [([], True), (["--no-prose"], False)])
def test_without_prose_no_model_is_warmed_up(
    fake: FakeWorkspace, capsys: pytest.CaptureFixture[str], options: list[str], prose: bool
) -> None:
    status, out, _ = run(capsys, "ask", "青石大桥投资多少？", *options)
    assert (status, out.startswith(ANSWER.answer)) == (0, True)
    assert (fake.assistant.asked[0]["prose"], fake.ready) == (prose, prose)
    status, out, _ = run(capsys, "ask", "青石大桥投资多少？", "--json", *options)
    assert (status, json.loads(out)["answer"]) == (0, ANSWER.answer)
    assert (fake.assistant.asked[1]["prose"], fake.ready) == (prose, prose)


def test_the_option_for_no_prose_is_told_in_chinese_first(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ask", "--help"])
    (told,) = re.findall(r"--no-prose\s+(\S+)", capsys.readouterr().out)[-1:]
    assert told.startswith("不用语言模型")


def test_a_search_tells_how_the_question_was_read(fake: FakeWorkspace, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "search", "How long is the bridge?", "-k", "1")
    assert out.splitlines()[:2] == ["按此理解 / read as: 桥有多长？", "注 / note: 近期[31m"]
    assert "青石大桥合龙" in out.splitlines()[2]
    _, out, _ = run(capsys, "search", "How long is the bridge?", "--as-typed")
    assert out.startswith("1. 《青石大桥合龙》")
    _, out, _ = run(capsys, "search", "How long is the bridge?", "--json", "--source", "无此报")
    found = json.loads(out)
    assert (found["standalone_question"], found["passages"], found["generation"]) == ("桥有多长？", [], 7)


def test_json_is_one_document_and_nothing_else(fake: FakeWorkspace, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "ask", "问", "--json")
    assert (status, json.loads(out)["answer"]) == (0, ANSWER.answer)
    _, out, _ = run(capsys, "search", "桥", "-k", "1", "--json")
    assert [item["article_id"] for item in json.loads(out)["passages"]] == ["a1b2c3"]
    assert json.loads(out)["standalone_question"] == ""
    _, out, _ = run(capsys, "articles", "--json", "--to", "2021-03-08")
    assert [item["id"] for item in json.loads(out)["articles"]] == ["d4e5f6"]
    _, out, _ = run(capsys, "articles", "a1b2c3", "--json")
    document = json.loads(out)
    assert document["text"] == BRIDGE.text
    assert {"id", "title", "subtitle", "byline", "date", "source", "page", "kind", "text", "origin"} <= set(document)
    _, out, _ = run(capsys, "remove", "a1b2c3", "--json")
    assert json.loads(out) == {"removed": 1, "ids": ["a1b2c3"], "generation": 8}


def test_ingest_reports_and_keeps_progress_off_standard_output(
    fake: FakeWorkspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    status, out, err = run(capsys, "ingest", str(tmp_path / "a.txt"), "--date", "2021/3/9", "--json")
    assert (status, json.loads(out)["added"]) == (0, 1)
    assert "a.txt" in err
    assert str(fake.ingested[0]["date"]) == "2021-03-09"


def test_an_error_is_one_line_in_two_languages(fake: FakeWorkspace, capsys: pytest.CaptureFixture[str]) -> None:
    fake.assistant.error = GenerationError("found nothing;\nexpected a model")
    status, out, err = run(capsys, "ask", "问", "--json")
    assert (status, out) == (1, "")
    assert err == "错误：模型没能作答 / error: found nothing; expected a model\n"


def test_an_unknown_article_exits_1(fake: FakeWorkspace, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "articles", "nothing")
    assert (status, err.count("\n")) == (1, 1)
    assert err.startswith("错误：没有这篇报道 / error: ")


def test_an_interruption_exits_130(
    fake: FakeWorkspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fake, "search", interrupted)
    assert run(capsys, "search", "桥") == (130, "", "已中断 / interrupted\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["ask"],
        ["ask", "问", "--from", "2020-02-31"],
        ["search", "问", "-k", "0"],
        ["serve", "--port", "70000"],
        ["evaluate", "x", "--format", "other"],
        ["evaluate", "x", "--noise", "2"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_wrong_day_is_shown_with_what_was_expected(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ask", "问", "--to", "25.12"])
    assert "'25.12'; expected a day as YYYY-MM-DD" in capsys.readouterr().err


def test_days_out_of_order_exit_1(fake: FakeWorkspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "search", "问", "--from", "2021-03-02", "--to", "2021-03-01")[0] == 1


def test_every_command_has_help_in_both_languages_and_takes_store_and_json() -> None:
    parser = build_parser()
    (commands,) = (action for action in parser._subparsers._group_actions)  # type: ignore[union-attr]
    assert set(commands.choices) == COMMANDS  # type: ignore[arg-type]
    for command in commands.choices.values():  # type: ignore[union-attr]
        group = command._subparsers
        for leaf in group._group_actions[0].choices.values() if group else [command]:
            words = leaf.format_help()
            assert "--store" in words
            assert "--json" in words
            assert re.search(r"[一-鿿].* · [a-zA-Z]", leaf.description)


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, time; begin = time.process_time(); import ui.cli; ui.cli.build_parser().format_help();"
        "heavy = {'torch', 'gradio', 'fastapi', 'numpy', 'faiss'} & set(sys.modules);"
        "print(time.process_time() - begin, sorted(heavy))"
    )
    seconds = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        took, loaded = done.stdout.split(maxsplit=1)
        assert loaded.strip() == "[]"
        seconds.append(float(took))
    assert min(seconds) < 0.5


PIPE = """
import sys
sys.path.insert(0, {tests!r})
from dataclasses import replace
from ui_fakes import ANSWER, FakeAssistant, FakeWorkspace
from ui.commands import answers
answers.Workspace = lambda settings: FakeWorkspace(FakeAssistant(replace(ANSWER, answer="长" * 200_000)))
from ui.cli import main
sys.exit(main(["ask", "问"]))
"""


def test_a_reader_who_leaves_causes_no_noise() -> None:
    code = PIPE.format(tests=str(Path(__file__).parent))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.read(10)  # type: ignore[union-attr]
    process.stdout.close()  # type: ignore[union-attr]
    noise = process.stderr.read().decode()  # type: ignore[union-attr]
    process.stderr.close()  # type: ignore[union-attr]
    assert process.wait(timeout=20) == 0
    assert "Traceback" not in noise
    assert "Broken" not in noise


SERVE = """
import sys
sys.path.insert(0, {tests!r})
from ui_fakes import FakeWorkspace
import rag.workspace
workspace = FakeWorkspace()
workspace.warm_up_may_end.clear()
rag.workspace.Workspace = lambda settings: workspace
import threading
threading.Timer(2.0, workspace.warm_up_may_end.set).start()
from ui.cli import main
sys.exit(main(["serve", "--port", "0", *sys.argv[1:]]))
"""


def serve(*arguments: str) -> subprocess.Popen[str]:
    code = SERVE.format(tests=str(Path(__file__).parent))
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def read_line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline()  # type: ignore[union-attr]
    assert line, process.stderr.read()  # type: ignore[union-attr]
    return line


def read(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_serve_is_up_before_the_models_and_ends_when_told(number: signal.Signals, status: int) -> None:
    process = serve("--json")
    try:
        address = json.loads("".join(iter(lambda: read_line(process), "}\n")) + "}")["address"]
        assert read(address + "/readyz")[0] in (503, 200)
        assert read(address + "/healthz")[0] == 200
        page = read(address + "/")
        assert page[0] == 200
        assert "gradio" in page[1]
        assert read(address + "/v1/articles/a1b2c3")[0] == 200
        for _ in range(100):
            if read(address + "/readyz")[0] == 200:
                break
            time.sleep(0.1)
        assert read(address + "/readyz")[0] == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert process.returncode == status, err
        assert "Traceback" not in err
        assert out == ""
    finally:
        process.kill()


LOADING = """
import sys, time
sys.path.insert(0, {tests!r})
from concurrent.futures import ThreadPoolExecutor
from ui_fakes import FakeWorkspace
import rag.workspace
class Workspace(FakeWorkspace):
    def warm_up(self):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(time.sleep, 90).result()
workspace = Workspace()
rag.workspace.Workspace = lambda settings: workspace
from ui.cli import main
sys.exit(main(["serve", "--port", "0"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_serve_ends_at_once_while_its_models_load(number: signal.Signals, status: int) -> None:
    code = LOADING.format(tests=str(Path(__file__).parent))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert "http://127.0.0.1" in process.stdout.readline().decode()
        process.send_signal(number)
        _, told = process.communicate(timeout=45)
    assert (process.returncode, told.decode().splitlines()[-1]) == (status, "报问已停止 / stopped")


def test_a_taken_port_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, out, err = run(capsys, "serve", "--port", str(port))
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert f"port {port} on 127.0.0.1 is in use" in err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert re.fullmatch(r"baowen \d+\.\d+\.\d+\n", capsys.readouterr().out)
