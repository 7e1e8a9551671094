"""A copy of a store that is in use, verified; and a store made of one.

SQLite's own online copy is taken, so readers and writers go on meanwhile and the copy is one whole generation. It is
made beside its place and moved there at the end: a process killed half-way leaves a folder ``….partial`` and no copy.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.corpus.embedded.chunk_places import PLACES_NAME
from rag.corpus.embedded.schema import DATABASE_NAME
from rag.corpus.embedded.store import EmbeddedStore
from rag.errors import StoreError
from rag.records import JsonObject

MANIFEST_NAME = "manifest.json"
_PAGES_AT_ONCE = 2_000
_LEFT_OUT = ("vectors-*", PLACES_NAME, "writer.lock", "*-wal", "*-shm", "*-journal", "*.partial", MANIFEST_NAME)
"""Caches that are made anew, and what belongs to a running process."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a copy holds: its folder, its size, and the state of the store that it is."""

    path: Path
    bytes: int
    articles: int
    chunks: int
    generation: int
    created: str

    def to_json(self) -> JsonObject:
        """As the command line prints it."""
        return {
            "path": str(self.path),
            "bytes": self.bytes,
            "articles": self.articles,
            "chunks": self.chunks,
            "generation": self.generation,
            "created": self.created,
        }


def back_up(store: Path, target: Path) -> BackupReport:
    """Copy the store in ``store`` to a new folder ``target``, and check the copy.

    Raises:
        StoreError: there is no store, the target exists, the disk is full, or the copy is not sound.
    """
    if not (store / DATABASE_NAME).exists():
        raise StoreError(f"there is no store in {store}; expected one to copy: name it with --store")
    if target.exists():
        raise StoreError(f"{target} exists already; expected a new folder: name another, or remove it")
    if target.resolve().is_relative_to(store.resolve()):
        raise StoreError(f"{target} lies inside the store; expected a place outside of it")
    with _made_beside(target) as partial:
        for path in _files(store):
            _copy(path, partial / path.relative_to(store))
        return _sealed(partial, target)


def restore(backup: Path, store: Path, *, replace: bool = False) -> BackupReport:
    """Make ``store`` of a copy, after checking it; ``replace`` moves the store that is there to ``….replaced-TIME``.

    A server that is running keeps the old one until it is started anew.

    Raises:
        StoreError: the copy is incomplete or changed, or a store is there and ``replace`` is off.
    """
    manifest = _checked_manifest(backup)
    if (store / DATABASE_NAME).exists() and not replace:
        raise StoreError(
            f"there is a store in {store} already; expected none: name another --store, or use --replace"
        )
    aside = store.with_name(f"{store.name}.replaced-{dt.datetime.now():%Y%m%dT%H%M%S}")
    with _made_beside(store) as partial:
        for name in manifest["files"]:
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(backup / name, partial / name)
        _check_files(partial, manifest["files"])
        found = _state(partial)
        if store.exists():
            store.rename(aside)
    if aside.exists() and not any(aside.iterdir()):
        aside.rmdir()
    size = sum(item["bytes"] for item in manifest["files"].values())
    return BackupReport(store, size, *found, created=manifest["created"])


def _files(store: Path) -> list[Path]:
    paths = (path for path in sorted(store.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path for path in paths if not any(path.match(pattern) for pattern in _LEFT_OUT)]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix != ".sqlite3":
        shutil.copy2(source, target)
        return
    with closing(sqlite3.connect(source, timeout=60)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written, pages=_PAGES_AT_ONCE, sleep=0.0)
    os.chmod(target, source.stat().st_mode & 0o777)


def _sealed(partial: Path, target: Path) -> BackupReport:
    """Check the copy and write its manifest; files are on the disk when this returns."""
    found = _state(partial)
    created = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    files = {
        str(path.relative_to(partial)): {"bytes": path.stat().st_size, "sha256": _digest(path)}
        for path in _files(partial)
    }
    articles, chunks, generation = found
    manifest = {
        "format": 1,
        "created": created,
        "articles": articles,
        "chunks": chunks,
        "generation": generation,
        "files": files,
    }
    (partial / MANIFEST_NAME).write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
    for path in [*_files(partial), partial / MANIFEST_NAME]:
        with path.open("rb") as file:
            os.fsync(file.fileno())
    size = sum(path.stat().st_size for path in _files(partial))
    return BackupReport(target, size, articles, chunks, generation, created)


def _state(folder: Path) -> tuple[int, int, int]:
    """Articles, chunks and generation of a copy.

    Raises:
        StoreError: it is not sound.
    """
    with EmbeddedStore.open(folder) as store:
        if problems := store.check():
            raise StoreError(f"the copy is not sound ({problems[0]}); expected a sound store: run `baowen doctor`")
        counts = store.counts()
        found = counts.articles, counts.chunks, store.generation
    (folder / "writer.lock").unlink(missing_ok=True)
    return found


def _checked_manifest(backup: Path) -> JsonObject:
    """The manifest of a copy whose files are all there, byte for byte."""
    try:
        manifest: JsonObject = json.loads((backup / MANIFEST_NAME).read_text(encoding="utf-8"))
        files = dict(manifest["files"])
        names = [Path(name) for name in files]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{backup} is no backup ({error}); expected a folder made by `baowen backup`") from error
    if any(name.is_absolute() or ".." in name.parts for name in names):
        raise StoreError(f"the manifest of {backup} names files outside of it; expected one made by `baowen backup`")
    _check_files(backup, files)
    return manifest


def _check_files(folder: Path, files: JsonObject) -> None:
    for name, item in files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != item["bytes"] or _digest(path) != item["sha256"]:
            raise StoreError(f"{path} is missing or was changed since the backup; expected the file as it was copied")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _made_beside(target: Path) -> Iterator[Path]:
    """A folder that becomes ``target`` at the end, and vanishes when anything fails.

    Raises:
        StoreError: the disk is full or the place cannot be written.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        partial.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"cannot write {target}: {error}; expected room and the right to write there; nothing was changed"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
