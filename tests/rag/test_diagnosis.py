from pathlib import Path

import pytest
from fakes import HashEncoder

from rag import diagnosis
from rag.corpus.embedded.store import EmbeddedStore
from rag.diagnosis import Diagnosis, DiagnosisItem, diagnose
from rag.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store", models=tmp_path / "models" / "deep")


def states(found: Diagnosis) -> dict[str, str]:
    return {item.name: item.state for item in found.items}


def test_a_bare_machine_lacks_models_and_store_but_nothing_is_broken(settings: Settings) -> None:
    found = diagnose(settings)
    seen = states(found)
    assert (seen["python"], seen["store"], seen["faiss-cpu"]) == ("ok", "warning", "ok")
    models = [item for item in found.items if item.name.startswith("model ")]
    assert len(models) >= 2
    assert {item.state for item in models} == {"warning"}
    assert not settings.store.exists()
    assert found.to_json()["items"][0]["name"] == "python"


def test_an_empty_store_folder_is_no_problem(settings: Settings) -> None:
    settings.store.mkdir()
    assert states(diagnose(settings))["store"] == "warning"


def test_a_sound_a_cut_off_and_a_damaged_store(settings: Settings) -> None:
    encoder = HashEncoder()
    with (
        EmbeddedStore.open(
            settings.store, embedding_model=encoder.name, dimension=encoder.dimension, create=True
        ) as store,
        store.writing() as writer,
    ):
        writer.put_source("/p.txt", "/p.txt", "00", None, None)
    found = diagnose(settings)
    (item,) = [item for item in found.items if item.name == "store"]
    assert item.state == "ok"
    assert "0 articles, 0 chunks, no dates, generation 0, vectors by hash-encoder" in item.detail
    (ingestion,) = [item for item in found.items if item.name == "ingestion"]
    assert (ingestion.state, "run `baowen ingest /p.txt` to resume" in ingestion.detail) == ("warning", True)
    for path in settings.store.glob("baowen.sqlite3*"):
        path.write_bytes(b"x" * 5000)
    damaged = diagnose(settings)
    assert states(damaged)["store"] == "problem"
    assert not damaged.sound


def test_a_missing_package_and_a_full_disk_are_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_PACKAGES", ("no-such-package",))
    monkeypatch.setattr(diagnosis, "_LOW_DISK_BYTES", 10**18)
    found = diagnose(settings)
    assert (
        DiagnosisItem("no-such-package", "problem", "not installed; expected it: pip install no-such-package")
        in found.items
    )
    assert states(found)["disk"] == "warning"
