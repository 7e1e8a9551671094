import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fakes import HashEncoder

from rag.corpus.chunks import split_into_spans
from rag.corpus.embedded.backup import MANIFEST_NAME, back_up, restore
from rag.corpus.embedded.schema import DATABASE_NAME
from rag.corpus.embedded.store import EmbeddedStore
from rag.errors import StoreError
from rag.records import Article
from rag.retrieval.retriever import Retriever

ENCODER = HashEncoder()


def add(folder: Path, *numbers: int, text: str = "第{n}号水厂日供水{n}00吨。") -> None:
    with (
        EmbeddedStore.open(folder, embedding_model=ENCODER.name, dimension=ENCODER.dimension, create=True) as store,
        store.writing() as writer,
    ):
        for n in numbers:
            source = writer.put_source(f"/{n}", f"/{n}", "00", None, None)
            item = Article(f"a{n}", f"水厂{n}", text.format(n=n))
            spans = split_into_spans(item.text, 40)
            vectors = ENCODER.encode_passages([item.text[span.start : span.end] for span in spans])
            writer.put_article(item, source, 0, spans, vectors)
            writer.seal_source(source, "sealed")


def content(folder: Path) -> tuple[object, ...]:
    with EmbeddedStore.open(folder) as store:
        found = Retriever(store, ENCODER).search("第3号水厂日供水多少吨？", count=5)
        assert store.check() == []
        return store.articles(), store.generation, store.counts(), found


def test_a_restored_store_is_the_original(tmp_path: Path) -> None:
    add(tmp_path / "store", *range(6))
    (tmp_path / "store" / "access.sqlite3").write_bytes(b"")
    (tmp_path / "store" / "pages").mkdir()
    (tmp_path / "store" / "pages" / "1.png").write_bytes(b"page")
    before = content(tmp_path / "store")
    report = back_up(tmp_path / "store", tmp_path / "copy")
    assert (report.articles, report.generation) == (6, 1)
    restored = restore(tmp_path / "copy", tmp_path / "new")
    assert (restored.path, restored.articles, restored.generation) == (tmp_path / "new", 6, 1)
    assert content(tmp_path / "new") == before == content(tmp_path / "store")
    assert (tmp_path / "new" / "pages" / "1.png").read_bytes() == b"page"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "new", "store"]


def test_a_copy_taken_while_others_write_is_one_whole_generation(tmp_path: Path) -> None:
    add(tmp_path / "store", 0)
    stop = threading.Event()

    def write() -> None:
        n = 1
        while not stop.is_set():
            add(tmp_path / "store", n, n + 1)
            n += 2

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            report = back_up(tmp_path / "store", tmp_path / f"copy{number}")
            # Every generation after the first brings two articles.
            assert report.articles == 2 * report.generation - 1
    finally:
        stop.set()
        writer.join()


def test_an_existing_store_is_replaced_on_request_only_and_kept_aside(tmp_path: Path) -> None:
    add(tmp_path / "store", 1, 2)
    back_up(tmp_path / "store", tmp_path / "copy")
    add(tmp_path / "store", 3)
    with pytest.raises(StoreError, match="--replace"):
        restore(tmp_path / "copy", tmp_path / "store")
    restore(tmp_path / "copy", tmp_path / "store", replace=True)
    (aside,) = tmp_path.glob("store.replaced-*")
    assert len(content(tmp_path / "store")[0]) == 2  # type: ignore[arg-type]
    assert len(content(aside)[0]) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("damage", ["byte", "cut", "gone", "manifest", "outside"])
def test_a_changed_copy_is_not_restored(tmp_path: Path, damage: str) -> None:
    add(tmp_path / "store", 1, 2)
    back_up(tmp_path / "store", tmp_path / "copy")
    database, manifest = tmp_path / "copy" / DATABASE_NAME, tmp_path / "copy" / MANIFEST_NAME
    data = bytearray(database.read_bytes())
    match damage:
        case "byte":
            data[len(data) // 2] ^= 1
            database.write_bytes(data)
        case "cut":
            database.write_bytes(data[:-4096])
        case "gone":
            database.unlink()
        case "manifest":
            manifest.write_text("{}", encoding="utf-8")
        case "outside":
            found = json.loads(manifest.read_text(encoding="utf-8"))
            found["files"]["../store/baowen.sqlite3"] = next(iter(found["files"].values()))
            manifest.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(StoreError, match="expected"):
        restore(tmp_path / "copy", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob("*.partial"))


def test_an_unsound_store_gives_no_copy(tmp_path: Path) -> None:
    add(tmp_path / "store", 1, 2)
    with sqlite3.connect(tmp_path / "store" / DATABASE_NAME) as connection:
        connection.execute("DELETE FROM chunks WHERE article_id = 'a1'")
    connection.close()
    with pytest.raises(StoreError, match="not sound"):
        back_up(tmp_path / "store", tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


def test_no_store_and_a_taken_or_inner_place_are_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        back_up(tmp_path / "store", tmp_path / "copy")
    add(tmp_path / "store", 1)
    with pytest.raises(StoreError, match="exists already"):
        back_up(tmp_path / "store", tmp_path)
    with pytest.raises(StoreError, match="inside the store"):
        back_up(tmp_path / "store", tmp_path / "store" / "copy")


def test_a_full_disk_leaves_no_copy_and_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(tmp_path / "store", 1)
    before = content(tmp_path / "store")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rag.corpus.embedded.backup.os.chmod", full)
    with pytest.raises(StoreError, match="No space left"):
        back_up(tmp_path / "store", tmp_path / "copy")
    assert content(tmp_path / "store") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store"]


KILLED = """
import sys, time
from pathlib import Path
sys.path[:0] = [{root!r}]
from rag.corpus.embedded import backup as store_backup
def slowly(folder):
    print("copied", flush=True)
    time.sleep(60)
store_backup._state = slowly
store_backup.back_up(Path({store!r}), Path({copy!r}))
"""


def test_a_process_killed_half_way_leaves_no_copy_and_the_next_one_succeeds(tmp_path: Path) -> None:
    add(tmp_path / "store", 1, 2)
    code = KILLED.format(
        root=str(Path(__file__).parents[3]), store=str(tmp_path / "store"), copy=str(tmp_path / "copy")
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"copied\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (tmp_path / "copy").exists()
    assert (tmp_path / "copy.partial").exists()
    assert back_up(tmp_path / "store", tmp_path / "copy").articles == 2
    assert not (tmp_path / "copy.partial").exists()
