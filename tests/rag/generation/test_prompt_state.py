import hashlib
from pathlib import Path

import pytest

from rag.generation.generator import Message
from rag.generation.prompt_state import KEPT_STATES, PromptStateFiles, model_identity

PREFIX = (Message("system", "照抄资料。"), Message("user", "问"))


class Engine:
    """Writes and reads files in the folder as the real one does."""

    def __init__(self, folder: Path, *, works: bool = True) -> None:
        self.folder, self.works = folder, works
        self.asked: list[str] = []

    def __call__(self, action: str, name: str) -> bool:
        self.asked.append(action)
        if self.works and action == "save":
            (self.folder / name).write_text("state")
        return self.works


def test_what_was_saved_is_restored_under_a_name_of_all_it_depends_on(tmp_path: Path) -> None:
    engine, files = Engine(tmp_path), PromptStateFiles(tmp_path, "model 1")
    assert not files.restore(PREFIX, engine)
    assert engine.asked == []
    files.save(PREFIX, engine)
    (kept,) = tmp_path.iterdir()
    assert kept.name == f"{files.key(PREFIX)}-{hashlib.sha256(b'state').hexdigest()}.state"
    assert files.restore(PREFIX, engine)
    assert not files.restore(PREFIX[:1], engine)
    assert not PromptStateFiles(tmp_path, "model 2").restore(PREFIX, engine)
    assert engine.asked == ["save", "restore"]
    assert files.key([Message("user", "ab")]) != files.key([Message("user", "a"), Message("user", "b")])


def test_a_state_that_cannot_be_read_is_taken_away_and_a_failed_save_leaves_nothing(tmp_path: Path) -> None:
    files = PromptStateFiles(tmp_path, "m")
    files.save(PREFIX, Engine(tmp_path))
    assert not files.restore(PREFIX, Engine(tmp_path, works=False))
    assert list(tmp_path.iterdir()) == []
    files.save(PREFIX, Engine(tmp_path))
    next(tmp_path.iterdir()).write_text("stat")  # cut off: the engine must not see it
    engine = Engine(tmp_path)
    assert not files.restore(PREFIX, engine)
    assert (engine.asked, list(tmp_path.iterdir())) == ([], [])
    files.save(PREFIX, Engine(tmp_path, works=False))
    files.save(PREFIX, lambda action, name: True)  # told "saved", and no file there
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_states_are_kept(tmp_path: Path) -> None:
    files = PromptStateFiles(tmp_path, "m")
    (tmp_path / "other.txt").write_text("not ours")
    for number in range(KEPT_STATES + 3):
        files.save([Message("user", str(number))], Engine(tmp_path))
    assert len(list(tmp_path.glob("*.state"))) == KEPT_STATES
    assert (tmp_path / "other.txt").exists()
    assert files.restore([Message("user", str(KEPT_STATES + 2))], Engine(tmp_path))


def test_another_file_of_the_same_name_is_another_model(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_text("12")
    first = model_identity(path, "1.0", 4096)
    assert first != model_identity(path, "1.1", 4096)
    path.write_text("123")
    assert model_identity(path, "1.0", 4096) != first
    with pytest.raises(FileNotFoundError):
        model_identity(tmp_path / "absent.gguf")
