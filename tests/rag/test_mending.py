import json
import sqlite3
from pathlib import Path

from fakes import HashEncoder, ScriptedGenerator

from rag.corpus.embedded.schema import DATABASE_NAME
from rag.mending import mend
from rag.settings import Settings
from rag.workspace import Workspace


def make(folder: Path) -> Workspace:
    settings = Settings(store=folder / "store", models=folder / "models")
    return Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator())


def page(folder: Path) -> Path:
    path = folder / "p.jsonl"
    rows = [{"title": f"第{n}号闸建成", "text": f"第{n}号闸建成，耗资{n}00万元。"} for n in range(3)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def cut_off(folder: Path) -> None:
    with sqlite3.connect(folder / "store" / DATABASE_NAME) as connection:
        connection.execute("UPDATE sources SET signature = ''")
        connection.execute("DELETE FROM lexical WHERE rowid IN (SELECT id FROM chunks WHERE article_id = 'x')")
    connection.close()


def test_a_sound_store_has_nothing_to_mend(tmp_path: Path) -> None:
    workspace = make(tmp_path)
    assert mend(workspace.settings, workspace) == []
    workspace.ingest([page(tmp_path)])
    assert mend(workspace.settings, workspace) == []


def test_a_cut_off_import_is_done_again(tmp_path: Path) -> None:
    workspace = make(tmp_path)
    path = page(tmp_path)
    workspace.ingest([path])
    workspace.close()
    cut_off(tmp_path)
    (done,) = mend(workspace.settings, make(tmp_path))
    assert (done.name, done.state) == ("mended", "ok")
    assert str(path) in done.detail
    with make(tmp_path).store as store:
        assert (store.unfinished_sources(), store.article_count(), store.check()) == ([], 3, [])


def test_a_file_that_is_gone_is_told_and_left(tmp_path: Path) -> None:
    workspace = make(tmp_path)
    path = page(tmp_path)
    workspace.ingest([path])
    workspace.close()
    cut_off(tmp_path)
    path.unlink()
    (told,) = mend(workspace.settings, make(tmp_path))
    assert (told.name, told.state) == ("not mended", "warning")
    with make(tmp_path).store as store:
        assert store.article_count() == 3


def test_a_missing_or_damaged_cache_is_written_anew(tmp_path: Path) -> None:
    workspace = make(tmp_path)
    workspace.ingest([page(tmp_path)])
    workspace.close()
    (cache,) = (tmp_path / "store").glob("vectors-*.faiss")
    for piece in (tmp_path / "store").glob("vectors-*"):
        piece.unlink()
    (done,) = mend(workspace.settings, make(tmp_path))
    assert (done.name, cache.exists()) == ("mended", True)


def test_private_files_are_made_private(tmp_path: Path) -> None:
    workspace = make(tmp_path)
    workspace.ingest([page(tmp_path)])
    kept = tmp_path / "store" / "access.sqlite3"
    kept.touch(0o644)
    kept.chmod(0o644)
    (done,) = mend(workspace.settings, workspace)
    assert (kept.stat().st_mode & 0o777, "owner only" in done.detail) == (0o600, True)
