"""A question without prose over the real workspace: no model is asked, waited for or loaded, however it comes."""

import datetime as dt
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from fakes import HashEncoder, ScriptedGenerator
from fastapi.testclient import TestClient

from rag.generation import runtime
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream
from rag.records import SearchFilter
from rag.settings import Settings
from rag.workspace import Workspace
from ui.answer_queue import Inquiry
from ui.api import create_app
from ui.cli import main
from ui.commands import answers, replay
from ui.packets import packet_json, read_packet

TEXT = "石榴县县长周怀远15日到水泥厂调研。一季度，石榴县水泥产量为46万吨，同比增长3.1%。"
HOLDER = "石榴县县长是谁？"
OUTPUT = "石榴县一季度水泥产量是多少？"
ELSEWHERE = "榆钱镇今年修了多少公里水渠？"


class HeldGenerator(ScriptedGenerator):
    """Writes only once it may."""

    def __init__(self) -> None:
        super().__init__("一季度，石榴县水泥产量为46万吨。")
        self.may_write = threading.Event()
        self.is_asked = threading.Event()

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        self.is_asked.set()
        assert self.may_write.wait(60)
        return super().stream(messages, options)


def settings_of(folder: Path) -> Settings:
    return Settings(store=folder / "store", models=folder / "no models")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a store of one article."""
    page = tmp_path / "石榴日报_2022-04-16_01.json"
    page.write_text(json.dumps([{"title": "水泥产量回升", "text": TEXT, "date": "2022-04-16"}]), encoding="utf-8")
    with closing(Workspace(settings_of(tmp_path), encoder=HashEncoder())) as workspace:
        assert workspace.ingest([page], source="石榴日报").added == 1
    return tmp_path


@pytest.fixture
def held(folder: Path) -> Iterator[tuple[TestClient, HeldGenerator]]:
    generator = HeldGenerator()
    workspace = Workspace(settings_of(folder), encoder=HashEncoder(), generator=generator)
    with TestClient(create_app(workspace, workspace.settings), base_url="http://127.0.0.1") as client:
        yield client, generator
        generator.may_write.set()
    workspace.close()


def test_it_is_answered_over_http_while_the_model_writes_for_another(
    held: tuple[TestClient, HeldGenerator],
) -> None:
    client, generator = held
    queue = client.app.state.services.answers  # type: ignore[attr-defined]
    writing = queue.ask(Inquiry(OUTPUT, asker="another"))
    assert generator.is_asked.wait(60)
    named = client.post("/v1/answers", json={"question": HOLDER, "prose": False}).json()
    assert "周怀远" in named["answer"]
    assert [item["quote"] in TEXT for item in named["citations"]] == [True]
    refused = client.post("/v1/answers", json={"question": ELSEWHERE, "prose": False}).json()
    assert (refused["refused"], refused["citations"], refused["figures"]) == (True, [], [])
    assert (generator.requests, queue.place(writing).stage) == ([], "writing")
    generator.may_write.set()
    assert "46万吨" in list(writing)[-1].answer.answer
    assert len(generator.requests) == 1


def test_the_command_gives_what_the_api_gives(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No language model is fetched here: whatever asked for it would fail."""
    monkeypatch.setattr(answers, "Workspace", lambda settings: Workspace(settings, encoder=HashEncoder()))
    monkeypatch.setenv("BAOWEN_MODELS", str(folder / "no models"))
    workspace = Workspace(settings_of(folder), encoder=HashEncoder())
    told = []
    with TestClient(create_app(workspace, workspace.settings), base_url="http://127.0.0.1") as client:
        for question in (HOLDER, OUTPUT, ELSEWHERE):
            given = client.post("/v1/answers", json={"question": question, "prose": False}).json()
            assert main(["ask", question, "--no-prose", "--json", "--store", str(folder / "store")]) == 0
            printed = json.loads(capsys.readouterr().out)
            assert given.pop("timings").keys() == printed.pop("timings").keys()
            assert given == printed
            told.append((printed["refused"], printed["model"]))
        assert client.get("/readyz").status_code == 503
    workspace.close()
    name = "qwen2.5-coder-1.5b-instruct"
    assert [told[0], told[-1]] == [(False, name), (True, name)]
    assert main(["ask", OUTPUT, "--store", str(folder / "store")]) == 1
    assert "baowen models fetch" in capsys.readouterr().err


def test_it_is_answered_while_the_language_model_still_loads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    is_loading, may_load = threading.Event(), threading.Event()

    def load(settings: Settings) -> ScriptedGenerator:
        is_loading.set()
        assert may_load.wait(60)
        return ScriptedGenerator("一季度，石榴县水泥产量为46万吨。", name="loaded")

    monkeypatch.setattr(runtime, "load_generator", load)
    workspace = Workspace(settings_of(folder), encoder=HashEncoder())
    loading = threading.Thread(target=workspace.warm_up)
    loading.start()
    assert is_loading.wait(60)
    before = workspace.assistant.answer(HOLDER, prose=False)
    assert ("周怀远" in before.answer, workspace.ready) == (True, False)
    may_load.set()
    loading.join()
    assert (workspace.ready, workspace.generator_name) == (True, "loaded")
    assert workspace.assistant.answer(ELSEWHERE, prose=False).model == "loaded"
    workspace.close()


def test_known_answers_with_and_without_prose_are_kept_apart(folder: Path) -> None:
    generator = ScriptedGenerator("一季度，石榴县水泥产量为46万吨。")
    with closing(Workspace(settings_of(folder), encoder=HashEncoder(), generator=generator)) as workspace:
        quoted = workspace.assistant.answer(OUTPUT, prose=False)
        assert generator.requests == []
        written = workspace.assistant.answer(OUTPUT)
        asked = len(generator.requests)
        assert ("46万吨" in written.answer, asked > 0) == (True, True)
        assert workspace.assistant.answer(OUTPUT).answer == written.answer
        assert workspace.assistant.answer(OUTPUT, prose=False).answer == quoted.answer
        assert len(generator.requests) == asked


def test_a_saved_answer_is_asked_again_as_it_was_asked(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = ScriptedGenerator("一季度，石榴县水泥产量为46万吨。")
    workspace = Workspace(settings_of(folder), encoder=HashEncoder(), generator=generator)
    saved = {prose: folder / f"{prose}.json" for prose in (True, False)}
    for prose, file in saved.items():
        file.write_bytes(packet_of_the_output(workspace, prose=prose))
    asked = len(generator.requests)
    workspace.close()
    monkeypatch.setattr(
        replay, "Workspace", lambda settings: Workspace(settings, encoder=HashEncoder(), generator=generator)
    )
    for prose in (False, True):
        command = ["replay", str(saved[prose]), "--ask", "--json", "--store", str(folder / "store")]
        assert main(command) == 0
        assert json.loads(capsys.readouterr().out)["answer_changes"] == []
        assert (len(generator.requests) > asked) == prose


def test_a_saved_answer_is_asked_again_so_over_http(folder: Path) -> None:
    generator = ScriptedGenerator("一季度，石榴县水泥产量为46万吨。")
    workspace = Workspace(settings_of(folder), encoder=HashEncoder(), generator=generator)
    packet = json.loads(packet_of_the_output(workspace, prose=False))
    with TestClient(create_app(workspace, workspace.settings), base_url="http://127.0.0.1") as client:
        found = client.post("/v1/packets/replay", json={"packet": packet, "ask": True}).json()
        assert (found["answer_changes"], generator.requests) == ([], [])
        packet["prose"] = "no"
        reply = client.post("/v1/packets/replay", json={"packet": packet})
        assert reply.status_code == 422
        assert "prose" in reply.text
    workspace.close()


def test_a_packet_of_an_earlier_release_was_asked_with_prose(folder: Path) -> None:
    with closing(
        Workspace(settings_of(folder), encoder=HashEncoder(), generator=ScriptedGenerator("。"))
    ) as workspace:
        packet = json.loads(packet_of_the_output(workspace, prose=False))
    assert read_packet(json.dumps(packet).encode()).prose is False
    del packet["prose"]
    assert read_packet(json.dumps(packet).encode()).prose is True


def packet_of_the_output(workspace: Workspace, *, prose: bool) -> bytes:
    answer = workspace.assistant.answer(OUTPUT, prose=prose)
    made = dt.datetime(2022, 5, 1, tzinfo=dt.UTC)
    return packet_json(answer, SearchFilter(), {}, made=made, release="9", prose=prose).encode()
