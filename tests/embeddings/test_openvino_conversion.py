import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from embeddings import openvino_conversion
from embeddings.errors import ModelFetchError
from embeddings.openvino_conversion import openvino_folder

pytest.importorskip("openvino_genai")


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF no model")
    return path


def test_a_file_that_is_no_model_is_one_clear_line_and_leaves_nothing(gguf: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ModelFetchError, match=r"OpenVINO cannot convert .*small\.gguf .*runtime = 'llama\.cpp'"
    ) as found:
        openvino_folder(gguf, tmp_path / "models", name="small")
    assert "\n" not in str(found.value)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_it_is_made_once_and_again_for_another_file(
    gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def converted(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        (Path(command[-1]) / "openvino_model.xml").write_text(f"model {len(commands)}")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(openvino_conversion.subprocess, "run", converted)
    models = tmp_path / "models"
    folder = openvino_folder(gguf, models, name="small")
    assert folder == models / "small-openvino"
    assert openvino_folder(gguf, models, name="small") == folder
    assert len(commands) == 1
    os.utime(gguf, (1, 1))
    assert (openvino_folder(gguf, models, name="small") / "openvino_model.xml").read_text() == "model 2"


def test_no_room_is_said_before_the_work(gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise ModelFetchError("no room")

    monkeypatch.setattr(openvino_conversion, "require_free_bytes", full)
    with pytest.raises(ModelFetchError, match="no room"):
        openvino_folder(gguf, tmp_path / "models", name="small")
